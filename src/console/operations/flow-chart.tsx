/** What comes in against what comes to an end: bars and a line, told apart without colours too. */
import { CompositeChart } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import { dataOf, HEIGHT_PX, useBarsThatLead, useIntervalRows } from './chart-data.ts';
import { ChartFrame } from './chart-frame.tsx';
import type { CaseFigures } from './queries.ts';

const BARS = 'var(--hp-chart-1)';
const LINE = 'var(--hp-chart-2)';

export function FlowChart({ figures }: { figures: CaseFigures }) {
  const { t } = useTranslation();
  const rows = useIntervalRows(figures, ({ opened, ended }) => ({ opened, ended }));
  const lead = useBarsThatLead(rows);
  const data = dataOf(rows);
  const opened = rows.reduce((sum, row) => sum + (row.figures['opened']?.count ?? 0), 0);
  const ended = figures.ended.count;
  const series = [
    {
      name: 'opened',
      label: t('operations.flow.opened'),
      sign: <rect x={3} y={2} width={10} height={13} fill={BARS} />,
    },
    {
      name: 'ended',
      label: t('operations.flow.ended'),
      sign: (
        <>
          <line x1={0} x2={16} y1={8} y2={8} stroke={LINE} strokeWidth={2.5} />
          <circle cx={8} cy={8} r={3.5} fill={LINE} />
        </>
      ),
    },
  ];
  return (
    <ChartFrame
      title={t('operations.flow.title')}
      about={t('operations.flow.about', { opened, ended })}
      summary={t('operations.flow.about', { opened, ended })}
      series={series}
      rows={rows}
    >
      <CompositeChart
        h={HEIGHT_PX}
        data={data}
        dataKey="label"
        series={[
          { name: 'opened', label: t('operations.flow.opened'), color: BARS, type: 'bar' },
          { name: 'ended', label: t('operations.flow.ended'), color: LINE, type: 'line' },
        ]}
        curveType="linear"
        strokeWidth={2.5}
        dotProps={{ r: rows.length > 40 ? 0 : 3 }}
        barProps={({ name }) => lead(name)}
        composedChartProps={{ accessibilityLayer: false }}
        xAxisProps={{ minTickGap: 12 }}
        yAxisProps={{ allowDecimals: false, width: 36 }}
        maxBarWidth={36}
      />
    </ChartFrame>
  );
}

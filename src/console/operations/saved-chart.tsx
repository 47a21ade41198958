/** How the ended cases ended: saved with nobody's help, saved with it, not saved. */
import { BarChart } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import { dataOf, HEIGHT_PX, useBarsThatLead, useIntervalRows } from './chart-data.ts';
import { ChartFrame, type ChartSeries } from './chart-frame.tsx';
import type { CaseFigures, Figure } from './queries.ts';

const PARTS = ['alone', 'helped', 'lost'] as const;
type Part = (typeof PARTS)[number];

const COLORS: Record<Part, string> = { alone: 'var(--hp-chart-2)', helped: 'var(--hp-chart-1)', lost: 'var(--hp-chart-3)' };
const FILLS: Record<Part, string> = { alone: COLORS.alone, helped: 'url(#hp-stripes)', lost: 'url(#hp-dots)' };

export function SavedChart({ figures }: { figures: CaseFigures }) {
  const { t, i18n } = useTranslation();
  const rows = useIntervalRows(figures, partsOf);
  const lead = useBarsThatLead(rows);
  const { share, count } = figures.ended.savedAlone;
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 });
  const about =
    share === null
      ? t('operations.saved.none')
      : t('operations.saved.about', { share: percent.format(share), saved: count, ended: figures.ended.count });
  const series = PARTS.map((name): ChartSeries => ({
    name,
    label: t(`operations.saved.${name}`),
    sign: (
      <>
        <Patterns id="legend" />
        <rect x={2} y={2} width={12} height={12} fill={FILLS[name].replace('url(#hp-', 'url(#hp-legend-')} stroke={COLORS[name]} />
      </>
    ),
  }));
  return (
    <ChartFrame title={t('operations.saved.title')} about={about} summary={about} series={series} rows={rows}>
      <BarChart
        h={HEIGHT_PX}
        type="stacked"
        data={dataOf(rows)}
        dataKey="label"
        series={PARTS.map((name) => ({ name, label: t(`operations.saved.${name}`), color: COLORS[name] }))}
        barProps={({ name }) => ({ ...lead(name), fill: FILLS[name as Part], stroke: COLORS[name as Part] })}
        barChartProps={{ accessibilityLayer: false }}
        xAxisProps={{ minTickGap: 12 }}
        yAxisProps={{ allowDecimals: false, width: 36 }}
        maxBarWidth={36}
      >
        <Patterns id="" />
      </BarChart>
    </ChartFrame>
  );
}

/** Of an interval: each ended case is in one part. */
function partsOf({ ended, approved, savedAlone }: CaseFigures['intervals'][number]): Record<Part, Figure> {
  const statuses = (list: string, status: string): string => {
    const at = new URL(list, 'http://holdpoint.invalid');
    at.searchParams.set('status', status);
    return at.pathname + at.search;
  };
  return {
    alone: savedAlone,
    helped: { count: approved.count - savedAlone.count, list: savedAlone.list.replace('attended=false', 'attended=true') },
    lost: { count: ended.count - approved.count, list: statuses(ended.list, 'rejected,declined,expired,cancelled,order_unknown') },
  };
}

function Patterns({ id }: { id: string }) {
  const name = id === '' ? 'hp' : `hp-${id}`;
  return (
    <defs>
      <pattern id={`${name}-stripes`} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={6} height={6} fill={COLORS.helped} fillOpacity={0.35} />
        <rect width={3} height={6} fill={COLORS.helped} />
      </pattern>
      <pattern id={`${name}-dots`} width={6} height={6} patternUnits="userSpaceOnUse">
        <rect width={6} height={6} fill={COLORS.lost} fillOpacity={0.25} />
        <circle cx={3} cy={3} r={1.6} fill={COLORS.lost} />
      </pattern>
    </defs>
  );
}

/** A chart with its title, its legend, and the same figures as a table for who would rather read or tab through them. */
import { Group, Paper, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure } from './queries.ts';
import { FigureLink } from './figure-link.tsx';
import classes from './operations.module.css';
import { Wide } from './wide.tsx';

export interface ChartSeries {
  name: string;
  label: string;
  /** What it looks like in the legend: a pattern or a line, beside its colour. */
  sign: ReactNode;
}

export interface ChartRow {
  label: string;
  figures: Record<string, Figure>;
}

export interface ChartFrameProps {
  title: string;
  about: string;
  /** The chart in a sentence, for who does not see it. */
  summary: string;
  series: ChartSeries[];
  rows: ChartRow[];
  children: ReactNode;
}

export function ChartFrame({ title, about, summary, series, rows, children }: ChartFrameProps) {
  const { t } = useTranslation();
  const id = useId();
  const [form, setForm] = useLocalStorage<'chart' | 'table'>({ key: 'holdpoint-charts', defaultValue: 'chart' });
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={3} size="h5" id={id}>
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        </div>
        <SegmentedControl
          size="xs"
          flex="none"
          aria-label={t('operations.chart.form', { title })}
          data={(['chart', 'table'] as const).map((value) => ({ value, label: t(`operations.chart.${value}`) }))}
          value={form}
          onChange={(to) => setForm(to)}
        />
      </Group>
      {form === 'table' ? (
        <FiguresTable title={title} series={series} rows={rows} />
      ) : (
        <>
          <div role="img" aria-label={`${summary} ${t('operations.chart.alsoTable')}`} className={classes['chart']}>
            {children}
          </div>
          <Group gap="md" mt="xs" aria-hidden>
            {series.map(({ name, label, sign }) => (
              <Group key={name} gap={6} wrap="nowrap">
                <svg width={16} height={16}>
                  {sign}
                </svg>
                <Text size="xs">{label}</Text>
              </Group>
            ))}
          </Group>
        </>
      )}
    </Paper>
  );
}

function FiguresTable({ title, series, rows }: Pick<ChartFrameProps, 'title' | 'series' | 'rows'>) {
  const { t } = useTranslation();
  return (
    <Wide minWidth={360} maxHeight={320} label={title}>
      <Table stickyHeader verticalSpacing={4} aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('operations.chart.when')}</Table.Th>
            {series.map(({ name, label }) => (
              <Table.Th key={name} ta="right">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.toReversed().map(({ label, figures }, index) => (
            <Table.Tr key={`${label} ${index}`}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              {series.map(({ name, label: of }) => (
                <Table.Td key={name} ta="right">
                  {figures[name] !== undefined && <FigureLink figure={figures[name]} of={`${of}, ${label}`} />}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

/** Figures as charts take them. */
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatLanguage } from '../words/words.ts';
import type { ChartRow } from './chart-frame.tsx';
import type { CaseFigures, Figure } from './queries.ts';
import { placeOf } from './search.ts';

type Interval = CaseFigures['intervals'][number];

export const HEIGHT_PX = 240;

/** @returns the rows of a chart over intervals, named by their hour or day */
export function useIntervalRows(figures: CaseFigures, of: (interval: Interval) => Record<string, Figure>): ChartRow[] {
  const { i18n } = useTranslation();
  const options: Intl.DateTimeFormatOptions =
    figures.every === 'hour' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' };
  const format = new Intl.DateTimeFormat(formatLanguage(i18n.language), options);
  return figures.intervals.map((interval) => ({ label: format.format(new Date(interval.from)), figures: of(interval) }));
}

/** @returns `[{ label, opened: 3 }]` */
export function dataOf(rows: readonly ChartRow[]): Record<string, string | number>[] {
  return rows.map(({ label, figures }) => ({
    label,
    ...Object.fromEntries(Object.entries(figures).map(([name, { count }]) => [name, count])),
  }));
}

/** @returns goes to what a bar counts; with the keyboard the table does */
export function useBarsThatLead(
  rows: readonly ChartRow[],
): (name: string) => { onClick: (_: unknown, index: number) => void; cursor: string } {
  const navigate = useNavigate();
  return (name) => ({
    cursor: 'pointer',
    onClick: (_, index) => {
      const place = placeOf(rows[index]?.figures[name]?.list ?? '');
      if (place !== null) void navigate({ to: place.to, search: place.search as never });
    },
  });
}

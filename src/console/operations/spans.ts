/** Spans over which figures are counted: whole hours or days of the reader, so that intervals are even and a span is read once. */

export const DAYS = [1, 7, 30, 90] as const;
export type Days = (typeof DAYS)[number];

export interface Span {
  /** ISO 8601; the end is now. */
  from: string;
  every: 'hour' | 'day';
}

const HOURS_A_DAY = 24;

/** @param now in the reader's time zone */
export function spanOf(days: Days, now: Date): Span {
  const from = new Date(now);
  if (days === 1) {
    from.setMinutes(0, 0, 0);
    from.setTime(from.getTime() - (HOURS_A_DAY - 1) * 3_600_000);
    return { from: from.toISOString(), every: 'hour' };
  }
  from.setHours(0, 0, 0, 0);
  from.setDate(from.getDate() - (days - 1));
  return { from: from.toISOString(), every: 'day' };
}

/** @returns the days that are meant, else a week */
export function daysIn(value: unknown): Days {
  return DAYS.find((days) => days === Number(value)) ?? 7;
}

/** A span cut at the hours or days of a time zone: what figures over time are counted by. */
import { Temporal } from 'temporal-polyfill';

export const INTERVALS = ['hour', 'day'] as const;
export type Interval = (typeof INTERVALS)[number];

/**
 * @param span epoch ms, the end exclusive
 * @param most of intervals
 * @returns the first instant of each interval and at last the end of the span, epoch ms: the first and last interval may be shorter, and
 *   days are as long as their clocks make them; null when there would be more than `most`
 */
export function evenIntervals(
  { from, to }: { from: number; to: number },
  every: Interval,
  timeZone: string,
  most: number,
): number[] | null {
  const bounds = [from];
  let next = Temporal.Instant.fromEpochMilliseconds(from)
    .toZonedDateTimeISO(timeZone)
    .round({ smallestUnit: every, roundingMode: 'floor' });
  for (;;) {
    next = every === 'hour' ? next.add({ hours: 1 }) : next.toPlainDate().add({ days: 1 }).toZonedDateTime(timeZone);
    if (next.epochMilliseconds >= to) return [...bounds, to];
    // A day that begins within itself, after its own repeated hour, is not begun again.
    if (next.epochMilliseconds <= from) continue;
    if (bounds.length === most) return null;
    bounds.push(next.epochMilliseconds);
  }
}

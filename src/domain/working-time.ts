/** Working time as plain intervals: rules shift attempts into it without knowing calendars or time zones. */

/** Open from the first instant, closed again from the second on; epoch ms. Intervals rise and do not overlap. */
export type WorkingInterval = [from: number, to: number];

/** @returns the interval that holds an instant, or else the next one; null: no working time is left */
export function openAtOrAfter(intervals: readonly WorkingInterval[], at: number): WorkingInterval | null {
  return intervals.find(([, to]) => at < to) ?? null;
}

/**
 * Shifts a planned instant into working time: unchanged within it, else to the next opening.
 *
 * An attempt is never lost: where no working time is left before `end`, it is made as planned. It never comes before it was planned.
 * @param end what is shifted comes before it, epoch ms
 * @param spread in [0, spreadMs]: so far after the opening, so that what waited for it does not come at once; never past the interval
 */
export function shiftIntoWorkingTime(intervals: readonly WorkingInterval[] | undefined, at: number, end: number, spread: number): number {
  if (intervals === undefined) return at;
  const open = openAtOrAfter(intervals, at);
  if (open === null || open[0] <= at || open[0] >= end) return at;
  const [from, to] = open;
  return Math.min(from + spread, to - 1, end - 1);
}

/**
 * The first instant of working time at which so much of it has passed: what would be over exactly at a closing comes at the next opening.
 * @param from epoch ms
 * @returns epoch ms, never before `from`; null: less than that, or nothing after it, is left
 */
export function addWorkingTime(intervals: readonly WorkingInterval[], from: number, ms: number): number | null {
  let left = ms;
  for (const [opens, closes] of intervals) {
    const start = Math.max(opens, from);
    if (start >= closes) continue;
    if (start + left < closes) return start + left;
    left -= closes - start;
  }
  return null;
}

/** @returns how much working time, in ms, lies between two instants (epoch ms) */
export function workedMs(intervals: readonly WorkingInterval[], from: number, to: number): number {
  return intervals.reduce((sum, [opens, closes]) => sum + Math.max(Math.min(closes, to) - Math.max(opens, from), 0), 0);
}

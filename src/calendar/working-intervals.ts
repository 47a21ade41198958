/** Lays a working calendar out as plain intervals, so that a case needs neither a library nor a time zone. */
import { Temporal } from 'temporal-polyfill';
import type { ReviewPolicy } from '../domain/review-policy.js';
import type { Resolved } from '../domain/policy-kinds.js';
import { makeUpHours, WEEKDAYS, type DayHours, type WorkingCalendar } from '../domain/working-calendar.js';
import type { WorkingInterval } from '../domain/working-time.js';
import { holidaysOf, type Holidays } from './holidays.js';

export interface WorkingTime {
  intervals: WorkingInterval[];
  /** What people should know of how it was found. */
  notes: string[];
}

/** @returns the working time between two instants (epoch ms): rising, apart from each other, cut at both ends */
export async function workingTime(calendar: WorkingCalendar, from: number, to: number): Promise<WorkingTime> {
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(calendar.timeZone).toPlainDate();
  const last = Temporal.Instant.fromEpochMilliseconds(to).toZonedDateTimeISO(calendar.timeZone).toPlainDate();
  const holidays = await holidaysOfYears(calendar, first.year, last.year);
  const intervals: WorkingInterval[] = [];
  for (let date = first; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    const { hours, always } = hoursOn(calendar, holidays, date);
    const open = hours.map((period) => onDate(period, date, calendar.timeZone));
    intervals.push(...(always ? open : without(open, holidays.closedSpans)));
  }
  return { intervals: joined(intervals, from, to), notes: holidays.notes };
}

/** The policy as a case keeps it: its calendar laid out from the first failure to the deadline (epoch ms). */
export async function policyForCase({ calendar, ...policy }: Resolved<'review'>, firstFailureAt: number): Promise<ReviewPolicy> {
  if (calendar === undefined || calendar === null) return policy;
  const { intervals } = await workingTime(calendar, firstFailureAt, firstFailureAt + policy.resolutionDeadlineMs);
  return { ...policy, workingIntervals: intervals };
}

async function holidaysOfYears({ holidays, timeZone }: WorkingCalendar, first: number, last: number): Promise<Holidays> {
  const all: Holidays = { closedDays: new Set(), makeUpDays: new Set(), closedSpans: [], notes: [] };
  if (holidays === undefined || holidays === null) return all;
  // A holiday of next year may begin on this year's last evening.
  for (let year = first - 1; year <= last + 1; year += 1) {
    const found = await holidaysOf({ ...holidays, timeZone, year });
    for (const date of found.closedDays) all.closedDays.add(date);
    for (const date of found.makeUpDays) all.makeUpDays.add(date);
    all.closedSpans.push(...found.closedSpans);
    if (year >= first && year <= last) all.notes.push(...found.notes);
  }
  return all;
}

/** @returns a date's hours; `always`: no holiday changes them */
function hoursOn(calendar: WorkingCalendar, holidays: Holidays, date: Temporal.PlainDate): { hours: DayHours; always: boolean } {
  const name = date.toString();
  const weekday = WEEKDAYS[date.dayOfWeek - 1] ?? 'mon';
  if (calendar.extraHolidays?.includes(name) === true) return { hours: [], always: true };
  if (calendar.extraWorkdays?.includes(name) === true) return { hours: makeUpHours(calendar, weekday), always: true };
  if (holidays.closedDays.has(name)) return { hours: [], always: false };
  if (holidays.makeUpDays.has(name)) return { hours: makeUpHours(calendar, weekday), always: false };
  return { hours: calendar.hours[weekday] ?? [], always: false };
}

/** A local hour that comes twice counts whole; one that a change of clocks leaves out begins after it. */
function onDate([from, to]: [string, string], date: Temporal.PlainDate, timeZone: string): WorkingInterval {
  const at = (time: string, disambiguation: 'compatible' | 'later'): number => {
    const day = time === '24:00' ? date.add({ days: 1 }) : date;
    return day.toPlainDateTime(time === '24:00' ? '00:00' : time).toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds;
  };
  return [at(from, 'compatible'), at(to, to === '24:00' ? 'compatible' : 'later')];
}

function without(open: WorkingInterval[], closed: readonly WorkingInterval[]): WorkingInterval[] {
  return closed.reduce(
    (rest, [from, to]) =>
      rest
        .flatMap(([start, end]): WorkingInterval[] =>
          to <= start || from >= end
            ? [[start, end]]
            : [
                [start, Math.min(from, end)],
                [Math.max(to, start), end],
              ],
        )
        .filter(([start, end]) => start < end),
    open,
  );
}

/** Cuts intervals at both ends, and joins those that touch (24:00 and 00:00). */
function joined(intervals: WorkingInterval[], from: number, to: number): WorkingInterval[] {
  const result: WorkingInterval[] = [];
  for (const [start, end] of intervals.map(([a, b]): WorkingInterval => [Math.max(a, from), Math.min(b, to)])) {
    if (start >= end) continue;
    const before = result.at(-1);
    if (before !== undefined && start <= before[1]) before[1] = Math.max(before[1], end);
    else result.push([start, end]);
  }
  return result;
}

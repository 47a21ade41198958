/** Public holidays and make-up workdays, from kept libraries: date-holidays for the world, chinese-days for the arrangements of China. */
import type { WorkingInterval } from '../domain/working-time.js';

export interface Holidays {
  /** Dates (`YYYY-MM-DD`) that are closed as a whole. */
  closedDays: Set<string>;
  /** Dates that are worked though their weekday is not. */
  makeUpDays: Set<string>;
  /** Closed spans, epoch ms: holidays that begin in the evening, or at noon. */
  closedSpans: WorkingInterval[];
  /** What people should know of how these were found. */
  notes: string[];
}

/** Where and when: a country (ISO 3166-1), a region of it, a time zone, a year. */
export interface HolidayQuestion {
  country: string;
  region?: string;
  timeZone: string;
  year: number;
}

const CHINA = 'CN';

/** @returns every mistake in words: that there is such a country, and such a region */
export async function placeMistakes({ country, region }: { country: string; region?: string }): Promise<string[]> {
  // Loaded where a calendar is in use: its data is large.
  const { default: DateHolidays } = await import('date-holidays');
  const known = new DateHolidays();
  if (!Object.hasOwn(known.getCountries(), country))
    return [`calendar.holidays.country: "${country}" is not a known country code like "SE"`];
  if (region === undefined || Object.hasOwn(known.getStates(country) ?? {}, region)) return [];
  const regions = Object.keys(known.getStates(country) ?? {});
  const which = regions.length === 0 ? 'has no regions' : `has the regions ${regions.join(', ')}`;
  return [`calendar.holidays.region: "${region}" is not known; ${country} ${which}`];
}

/** What was found before: finding takes tens of milliseconds, and a year's holidays do not change while a process lives. */
const found = new Map<string, Promise<Holidays>>();
const MOST_KEPT = 200;

export async function holidaysOf(question: HolidayQuestion): Promise<Holidays> {
  const { country, region = '', timeZone, year } = question;
  const key = `${country}/${region}/${timeZone}/${year}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  if (found.size >= MOST_KEPT) found.clear();
  const holidays = find(question);
  found.set(key, holidays);
  return holidays;
}

async function find(question: HolidayQuestion): Promise<Holidays> {
  if (question.country !== CHINA) return byRule(question);
  return (await arrangedInChina(question.year)) ?? withNote(await byRule(question), question.year);
}

/** What the State Council has arranged for a year; null: nothing is known of that year. */
async function arrangedInChina(year: number): Promise<Holidays | null> {
  const { default: chineseDays } = await import('chinese-days');
  const closed = chineseDays.getHolidaysInRange(`${year}-01-01`, `${year}-12-31`, false);
  if (closed.length === 0) return null;
  const makeUpDays = new Set(weekendsOf(year).filter((date) => chineseDays.isWorkday(date)));
  return { closedDays: new Set(closed), makeUpDays, closedSpans: [], notes: [] };
}

function weekendsOf(year: number): string[] {
  const dates: string[] = [];
  for (const day = new Date(Date.UTC(year, 0, 1)); day.getUTCFullYear() === year; day.setUTCDate(day.getUTCDate() + 1)) {
    if (day.getUTCDay() % 6 === 0) dates.push(day.toISOString().slice(0, 10));
  }
  return dates;
}

function withNote(holidays: Holidays, year: number): Holidays {
  const note = `The arrangement of holidays in China for ${year} is not known here yet: its statutory days count as closed, without make-up workdays.`;
  // In China a holiday of half a day is one for some people only.
  return { ...holidays, closedSpans: holidays.closedSpans.filter(([from, to]) => to - from >= 24 * 3_600_000), notes: [note] };
}

async function byRule({ country, region, timeZone, year }: HolidayQuestion): Promise<Holidays> {
  const { default: DateHolidays } = await import('date-holidays');
  const options = { timezone: timeZone, types: ['public' as const] };
  const calendar = region === undefined ? new DateHolidays(country, options) : new DateHolidays(country, region, options);
  const closedSpans = calendar
    .getHolidays(year)
    .filter(({ type }) => type === 'public')
    .map(({ start, end }): WorkingInterval => [start.getTime(), end.getTime()]);
  return { closedDays: new Set(), makeUpDays: new Set(), closedSpans, notes: [] };
}

/** When people work, as a policy says it (D2): weekly hours in a time zone, public holidays, exceptions. */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** From and to as local `HH:MM`; `24:00` is the end of the day. */
export type DayHours = [from: string, to: string][];

export interface WorkingCalendar {
  /** An IANA name, like `Asia/Shanghai`. */
  timeZone: string;
  /** A day that is not named is closed. */
  hours: { [day in Weekday]?: DayHours } & {
    /** On a make-up workday whose own weekday has no hours; not given: those of the first weekday that has some. */
    makeUp?: DayHours;
  };
  /** Public holidays of a country (ISO 3166-1) and a region of it; for `CN` with its make-up workdays. Not given: none. */
  holidays?: { country: string; region?: string } | null;
  /** Dates (`YYYY-MM-DD`) that are closed, and dates that are open, whatever the rest says. */
  extraHolidays?: string[];
  extraWorkdays?: string[];
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const MOST_PERIODS_A_DAY = 6;

/** @returns the hours that a day which replaces another one has */
export function makeUpHours({ hours }: WorkingCalendar, weekday: Weekday): DayHours {
  const first = WEEKDAYS.find((day) => (hours[day] ?? []).length > 0);
  return nonEmpty(hours[weekday]) ?? nonEmpty(hours.makeUp) ?? (first === undefined ? [] : (hours[first] ?? []));
}

function nonEmpty(hours: DayHours | undefined): DayHours | undefined {
  return hours === undefined || hours.length === 0 ? undefined : hours;
}

/** @returns every mistake that shows without a list of countries */
export function calendarMistakes(calendar: WorkingCalendar): string[] {
  const { hours, extraHolidays = [], extraWorkdays = [], timeZone } = calendar;
  const mistakes = Object.entries(hours).flatMap(([day, periods]) => hoursMistakes(`calendar.hours.${day}`, periods ?? []));
  if (WEEKDAYS.every((day) => (hours[day] ?? []).length === 0)) mistakes.push('calendar.hours has no working time on any weekday');
  if (!isTimeZone(timeZone)) mistakes.push(`calendar.timeZone: "${timeZone}" is not a known time zone like "Asia/Shanghai"`);
  const dates = { extraHolidays, extraWorkdays };
  for (const [name, list] of Object.entries(dates)) {
    for (const date of list.filter((text) => !isDate(text))) mistakes.push(`calendar.${name}: "${date}" is not a date like "2026-10-01"`);
  }
  for (const date of extraHolidays.filter((day) => extraWorkdays.includes(day))) {
    mistakes.push(`calendar: ${date} is both in extraHolidays and in extraWorkdays`);
  }
  return mistakes;
}

function hoursMistakes(place: string, periods: DayHours): string[] {
  const mistakes: string[] = [];
  if (periods.length > MOST_PERIODS_A_DAY) mistakes.push(`${place} must have at most ${MOST_PERIODS_A_DAY} periods`);
  periods.forEach(([from, to], index) => {
    const before = periods[index - 1]?.[1];
    if (!TIME.test(from) || !(TIME.test(to) || to === '24:00')) mistakes.push(`${place}: "${from}" to "${to}" must be times like "09:00"`);
    else if (from >= to) {
      const across = 'hours across midnight end at "24:00" and go on at "00:00" of the next day';
      mistakes.push(`${place}: "${from}" to "${to}" must end after it begins (${across})`);
    } else if (before !== undefined && before > from)
      mistakes.push(`${place}: "${from}" to "${to}" begins before the period before it ends`);
  });
  return mistakes;
}

function isDate(text: string): boolean {
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    void new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A scale of time: instants to pixels, round ticks, and marks that would cover one another gathered. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY];

export interface TimeScale {
  from: number;
  to: number;
  /** Epoch ms → px. */
  x: (at: number) => number;
}

/** @param width px, of which `margin` are left free at each end */
export function timeScale(from: number, to: number, width: number, margin: number): TimeScale {
  const span = Math.max(to - from, MINUTE);
  return { from, to: from + span, x: (at) => margin + ((at - from) / span) * Math.max(width - 2 * margin, 1) };
}

/** @returns round instants in the reader's zone, at most `most` */
export function ticksOf({ from, to }: TimeScale, most: number): number[] {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? (to - from) / most;
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from - offset) / step) * step + offset;
  return Array.from({ length: Math.max(Math.floor((to - first) / step) + 1, 0) }, (_, index) => first + index * step);
}

/** @returns how a tick is called in the reader's language and zone: midnight by its day, any other instant by its time */
export function tickNames(language: string): (at: number) => string {
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  return (at) => {
    const date = new Date(at);
    return (date.getHours() === 0 && date.getMinutes() === 0 ? day : time).format(date);
  };
}

/** @returns marks nearer than `px` to the one before together with it, in order */
export function gathered<T extends { at: number }>(marks: readonly T[], { x }: TimeScale, px: number): { x: number; marks: T[] }[] {
  const groups: { x: number; marks: T[] }[] = [];
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last !== undefined && x(mark.at) - last.x < px) last.marks.push(mark);
    else groups.push({ x: x(mark.at), marks: [mark] });
  }
  return groups;
}

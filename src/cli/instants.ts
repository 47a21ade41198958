/** Instants as one reads them at a terminal: in UTC, to the second. */

/** `2026-11-23 12:00:05`; `-` for none. */
export function instantText(at: string | null): string {
  return at === null ? '-' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

const UNITS: [unit: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** The two largest units: `2 d 5 h`, `45 s`. */
export function durationText(ms: number): string {
  const parts: string[] = [];
  let left = Math.round(Math.abs(ms) / 1000) * 1000;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** How far an instant of a case is ahead: `in 2 h`, `due`. Its own clock may be ahead of ours, when time was skipped. */
export function aheadText(at: string, { caseAt, asOf }: { caseAt: string; asOf: string }, now = Date.now()): string {
  const skippedMs = Math.max(0, Date.parse(caseAt) - Date.parse(asOf));
  const ms = Date.parse(at) - now - skippedMs;
  return ms <= 0 ? 'due' : `in ${durationText(ms)}`;
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = 366 * UNITS.d;

/** @param text such as `90m`, `5h`, `3d` or `1d12h`. @returns ms, or null when it is none of at least 1 s and at most 366 days */
export function parseDuration(text: string): number | null {
  if (!/^(\d{1,9}[smhd])+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
  return ms >= 1000 && ms <= LONGEST_MS ? ms : null;
}

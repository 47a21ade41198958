/** An instant to the minute, in UTC: `2026-01-31 09:05 UTC`. @param instant epoch ms */
export function minuteOf(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

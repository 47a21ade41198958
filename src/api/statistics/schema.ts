/** What operations on statistics take. */
import { z } from 'zod';
import { INTERVALS } from '../../calendar/even-intervals.js';
import { isTimeZone } from '../../domain/locale.js';
import { instantSchema } from '../review-notices/schema.js';

const DAY_MS = 86_400_000;

/** The longest span of figures. */
export const MOST_DAYS = 92;
/** The most intervals: as many as fit a screen. */
export const MOST_INTERVALS = 400;

const from = instantSchema.optional();
const to = instantSchema.optional().describe('to this instant, exclusive; without it now');

/** `GET /v1/statistics/cases` */
export const caseStatisticsSchema = z.strictObject({
  from: from.describe(`from this instant on; without it 7 days before \`to\`. At most ${MOST_DAYS} days`),
  to,
  every: z
    .enum(INTERVALS, `must be one of: ${INTERVALS.join(', ')}`)
    .default('day')
    .describe(`the length of an interval; at most ${MOST_INTERVALS} of them`),
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, 'must be a time zone like "Europe/Stockholm"')
    .default('UTC')
    .describe('an IANA name: whose hours and days'),
});
export const CASES_DAYS = 7;

/** `GET /v1/statistics/health` */
export const healthSchema = z.strictObject({
  from: from.describe(`\`timers\`: from this instant on; without it a day before \`to\`. At most ${MOST_DAYS} days`),
  to,
});
export const HEALTH_DAYS = 1;

export interface Span {
  from: number;
  to: number;
}

/** @returns the span in epoch ms, or what is wrong with it, by the field */
export function spanOf(
  given: { from?: string | undefined; to?: string | undefined },
  days: number,
  now: number,
): Span | { path: string; message: string } {
  const end = given.to === undefined ? now : Date.parse(given.to);
  const start = given.from === undefined ? end - days * DAY_MS : Date.parse(given.from);
  if (end <= start) return { path: 'to', message: 'must be after from' };
  if (end - start > MOST_DAYS * DAY_MS) return { path: 'from', message: `must be at most ${MOST_DAYS} days before to` };
  return { from: start, to: end };
}

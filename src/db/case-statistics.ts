/** Figures over cases, each the count of a list of cases: in one statement. */
import type { Reach } from '../domain/access.js';
import { RESOLVED_STATUSES } from '../domain/attendance.js';
import { isAttended } from './case-list.js';
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { caseWithin } from './reach.js';

export interface CaseStatisticsQuery {
  /** Epoch ms, rising: the first instant of each interval, and at last the end of all. */
  bounds: readonly number[];
  /** Epoch ms, rising: by them open cases are told apart by when they were opened; 0: before the first. */
  ages: readonly number[];
  /** Of reason types and liaisons those with the most cases. */
  mostGroups: number;
}

export interface Durations {
  count: number;
  /** Seconds from the first failure to the end; null where there is none. */
  p50: number | null;
  p90: number | null;
}

export interface CaseStatistics {
  open: { status: string; age: number; count: number }[];
  /** By the number of the interval, from 1 on; those without any left out. */
  opened: { interval: number; count: number }[];
  ended: { interval: number; count: number; approved: number; alone: number }[];
  resolved: Durations;
  byReasonType: (Durations & { reasonType: string })[];
  byLiaison: (Durations & { liaisonId: string | null })[];
}

/** Cases opened or ended between the first and the last bound, and those that are open now. */
export async function caseStatistics(db: Database, reach: Reach, query: CaseStatisticsQuery): Promise<CaseStatistics> {
  const { ages, mostGroups } = query;
  const bounds = query.bounds.map(isoOf);
  const [from, to] = [bounds[0], bounds.at(-1)];
  const starts = Prisma.sql`${bounds.slice(0, -1)}::timestamptz[]`;
  const among = caseWithin(reach);
  const span = (at: Prisma.Sql): Prisma.Sql => Prisma.sql`${at} >= ${from}::timestamptz AND ${at} < ${to}::timestamptz`;
  const by = (group: Prisma.Sql): Prisma.Sql => Prisma.sql`
    (SELECT ${group}, ${DURATIONS} FROM resolved GROUP BY 1 ORDER BY "count" DESC, 1 LIMIT ${mostGroups})`;
  const [found] = await db.$queryRaw<CaseStatistics[]>`
    WITH ended AS MATERIALIZED (
      SELECT t."status", t."reasonType", t."liaisonId", width_bucket(t."endedAt", ${starts}) AS "interval",
        extract(epoch FROM t."endedAt" - t."firstFailureAt")::float8 AS "seconds",
        (t."status" = 'approved' AND NOT ${isAttended()}) AS "alone"
      FROM "review_case" t WHERE ${among} AND ${span(Prisma.sql`t."endedAt"`)}),
    resolved AS (SELECT * FROM ended WHERE "status" = ANY (${[...RESOLVED_STATUSES]}::text[]))
    SELECT
      ${rows(Prisma.sql`(SELECT t."status", width_bucket(t."openedAt", ${ages.map(isoOf)}::timestamptz[]) AS "age", count(*) AS "count"
        FROM "review_case" t WHERE ${among} AND t."endedAt" IS NULL GROUP BY 1, 2)`)} AS "open",
      ${rows(Prisma.sql`(SELECT width_bucket(t."openedAt", ${starts}) AS "interval", count(*) AS "count"
        FROM "review_case" t WHERE ${among} AND ${span(Prisma.sql`t."openedAt"`)} GROUP BY 1)`)} AS "opened",
      ${rows(Prisma.sql`(SELECT "interval", count(*) AS "count", count(*) FILTER (WHERE "status" = 'approved') AS "approved",
        count(*) FILTER (WHERE "alone") AS "alone" FROM ended GROUP BY 1)`)} AS "ended",
      (SELECT to_jsonb(r) FROM (SELECT ${DURATIONS} FROM resolved) r) AS "resolved",
      ${rows(by(Prisma.sql`"reasonType"`))} AS "byReasonType", ${rows(by(Prisma.sql`"liaisonId"`))} AS "byLiaison"`;
  if (found === undefined) throw new Error('a statement that always has a row returned none');
  return found;
}

const DURATIONS = Prisma.sql`count(*) AS "count", percentile_cont(0.5) WITHIN GROUP (ORDER BY "seconds") AS "p50",
  percentile_cont(0.9) WITHIN GROUP (ORDER BY "seconds") AS "p90"`;

/** Rows as one JSON value. */
export function rows(query: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(SELECT coalesce(jsonb_agg(r), '[]') FROM ${query} r)`;
}

export function isoOf(instant: number): string {
  return new Date(instant).toISOString();
}

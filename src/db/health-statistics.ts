/** Figures for operations: what stands still, and how late planned instants were acted on. In one statement. */
import { isEverything, type Reach } from '../domain/access.js';
import { isoOf, rows } from './case-statistics.js';
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { caseWithin, orderWithin } from './reach.js';

/** States of messages that are on their way, or have come out and may not have arrived. */
export const WATCHED_STATES = ['queued', 'sending', 'refused', 'dead', 'unknown'] as const;

export const TIMERS = ['review_request', 'escalation', 'poll'] as const;

export interface HealthQuery {
  messages: Reach;
  /** Null: not for this caller. */
  inboundEvents: Reach | null;
  cases: Reach | null;
  placements: Reach | null;
  counterparts: boolean;
  /** Planned instants that were acted on in this span, wall time, epoch ms. */
  from: number;
  to: number;
  mostGroups: number;
}

export interface BreakerFigures {
  counterpartId: string;
  kind: string;
  name: string;
  state: string;
  failures: number;
  openings: number;
  openedAt: string | null;
  probeAt: string | null;
  /** Messages to it that were given up. */
  deadLetters: number;
}

export interface Lateness {
  timer: (typeof TIMERS)[number];
  count: number;
  /** Seconds by the clock of the case or placement. */
  p50: number;
  p95: number;
  max: number;
  worst: { orderId: string; caseId: string; at: string };
}

export interface HealthStatistics {
  breakers: BreakerFigures[] | null;
  messages: { counterpart: string; state: string; count: number }[];
  waiting: { state: string; count: number }[] | null;
  problems: { problem: string; count: number; contradictions: number }[] | null;
  words: { vendorId: string; vendorStatus: string; count: number }[] | null;
  lateness: Lateness[];
}

export async function healthStatistics(db: Database, query: HealthQuery): Promise<HealthStatistics> {
  const { messages, inboundEvents, placements, counterparts, mostGroups } = query;
  const orders = (reach: Reach): Prisma.Sql => orderWithin(reach, Prisma.sql`t."orderId"`);
  const [found] = await db.$queryRaw<HealthStatistics[]>`
    WITH late AS MATERIALIZED (${lateness(query)})
    SELECT
      ${only(counterparts, rows(breakersWith(orders(messages))))} AS "breakers",
      ${rows(Prisma.sql`(SELECT t."counterpart", t."state", count(*) AS "count" FROM "message" t
        WHERE t."state" = ANY (${[...WATCHED_STATES]}::text[]) AND ${orders(messages)} GROUP BY 1, 2 ORDER BY 1, 2)`)} AS "messages",
      ${only(inboundEvents, (reach) =>
        rows(Prisma.sql`(SELECT t."state", count(*) AS "count" FROM "inbound_event" t
          WHERE t."state" IN ('pending', 'excess') AND ${orders(reach)} GROUP BY 1)`),
      )} AS "waiting",
      ${only(inboundEvents, (reach) =>
        rows(Prisma.sql`(SELECT t."problem", count(*) AS "count", count(*) FILTER (WHERE t."disposition" = 'contradiction') AS "contradictions"
          FROM "inbound_event" t WHERE t."problem" IS NOT NULL AND t."settledAt" IS NULL AND ${orders(reach)} GROUP BY 1 ORDER BY 2 DESC, 1)`),
      )} AS "problems",
      ${only(placements, (reach) =>
        rows(Prisma.sql`(SELECT t."vendorId", t."vendorStatus", count(*) AS "count" FROM "placement" t
          WHERE t."unmapped" AND t."vendorStatus" IS NOT NULL AND ${orders(reach)} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${mostGroups})`),
      )} AS "words",
      ${rows(Prisma.sql`(SELECT * FROM (SELECT "timer", count(*) AS "count", percentile_cont(0.5) WITHIN GROUP (ORDER BY "seconds") AS "p50",
        percentile_cont(0.95) WITHIN GROUP (ORDER BY "seconds") AS "p95", max("seconds") AS "max" FROM late GROUP BY 1) figures
        JOIN (SELECT DISTINCT ON ("timer") "timer", to_jsonb(late) AS "worst" FROM late ORDER BY "timer", "seconds" DESC, "caseId") worst
        USING ("timer") ORDER BY "timer")`)} AS "lateness"`;
  if (found === undefined) throw new Error('a statement that always has a row returned none');
  return found;

  function only(what: boolean, section: Prisma.Sql): Prisma.Sql;
  function only(what: Reach | null, section: (reach: Reach) => Prisma.Sql): Prisma.Sql;
  function only(what: Reach | boolean | null, section: Prisma.Sql | ((reach: Reach) => Prisma.Sql)): Prisma.Sql {
    if (what === null || what === false) return Prisma.sql`NULL::jsonb`;
    return typeof section === 'function' ? section(what as Reach) : section;
  }
}

/** @param within the conditions of messages that are counted */
const breakersWith = (
  within: Prisma.Sql,
): Prisma.Sql => Prisma.sql`(SELECT t."id" AS "counterpartId", t."kind", t."name", coalesce(b."state", 'closed') AS "state",
  coalesce(b."failures", 0) AS "failures", coalesce(b."openings", 0) AS "openings", b."openedAt", b."probeAt",
  coalesce(m."count", 0) AS "deadLetters" FROM "counterpart" t LEFT JOIN "breaker" b ON b."counterpartId" = t."id"
  LEFT JOIN (SELECT "counterpartId", count(*) AS "count" FROM "message" t WHERE "state" = 'dead' AND ${within} GROUP BY 1) m ON m."counterpartId" = t."id"
  ORDER BY (coalesce(b."state", 'closed') = 'open') DESC, t."id")`;

/** By the type of the audit's line that says when it was due (`dueAt`). */
const OF_CASES = { review_requested: 'review_request', reminded: 'escalation', escalated: 'escalation' } as const;

/** What was planned and done by itself: both by the workflow's clock, so that skipped time counts for nothing. */
function lateness({ cases, placements, from, to }: HealthQuery): Prisma.Sql {
  const lines = (timer: Prisma.Sql, types: readonly string[], within: Prisma.Sql): Prisma.Sql => Prisma.sql`
    SELECT ${timer} AS "timer", e."orderId", e."caseId", e."caseAt" AS "at",
      extract(epoch FROM e."caseAt" - (e."data"->>'dueAt')::timestamptz)::float8 AS "seconds"
    FROM "event" e WHERE e."type" = ANY (${[...types]}::text[]) AND e."data"->>'dueAt' IS NOT NULL
      AND e."wallAt" >= ${isoOf(from)}::timestamptz AND e."wallAt" < ${isoOf(to)}::timestamptz AND ${within}`;
  const ofCase = Prisma.sql`CASE e."type" WHEN 'review_requested' THEN ${OF_CASES.review_requested}::text ELSE ${OF_CASES.reminded}::text END`;
  const ofCases = (reach: Reach): Prisma.Sql =>
    isEverything(reach) ? Prisma.sql`TRUE` : Prisma.sql`e."caseId" IN (SELECT t."caseId" FROM "review_case" t WHERE ${caseWithin(reach)})`;
  const parts = [
    lines(ofCase, Object.keys(OF_CASES), cases === null ? Prisma.sql`FALSE` : ofCases(cases)),
    lines(
      Prisma.sql`'poll'::text`,
      ['vendor_asked'],
      placements === null ? Prisma.sql`FALSE` : orderWithin(placements, Prisma.sql`e."orderId"`),
    ),
  ];
  return Prisma.join(parts, ' UNION ALL ');
}

/** Figures for operations: what stands still, and how late planned instants were acted on. In one statement. */
import type { Reach } from '../domain/access.js';
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
      ${rows(Prisma.sql`(SELECT "timer", count(*) AS "count", percentile_cont(0.5) WITHIN GROUP (ORDER BY "seconds") AS "p50",
        percentile_cont(0.95) WITHIN GROUP (ORDER BY "seconds") AS "p95", max("seconds") AS "max",
        (array_agg(jsonb_build_object('orderId', "orderId", 'caseId', "caseId", 'at', "at") ORDER BY "seconds" DESC))[1] AS "worst"
        FROM late GROUP BY 1 ORDER BY 1)`)} AS "lateness"`;
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

/**
 * What the rule did by itself, beside when it was planned. The plan is the latest line before that moved it; what became due while its
 * case was paused is due when it goes on. Both by the workflow's clock, so that skipped time counts for nothing.
 */
function lateness({ cases, placements, from, to }: HealthQuery): Prisma.Sql {
  const acted = Prisma.sql`e."actor" = 'holdpoint' AND e."wallAt" >= ${isoOf(from)}::timestamptz AND e."wallAt" < ${isoOf(to)}::timestamptz`;
  const late = Prisma.sql`e."orderId", e."caseId", e."caseAt" AS "at", extract(epoch FROM e."caseAt" - due."at")::float8 AS "seconds"`;
  const latest = (types: string[], at: Prisma.Sql): Prisma.Sql => Prisma.sql`
    SELECT (${at})::timestamptz AS "at" FROM "event" p WHERE p."caseId" = e."caseId" AND p."number" < e."number" AND p."type" = ANY (${types}::text[])
    ORDER BY p."number" DESC LIMIT 1`;
  const planned = latest(
    ['review_planned', 'rescheduled', 'review_request_waits'],
    Prisma.sql`CASE p."type" WHEN 'rescheduled' THEN p."data"->>'to' ELSE p."data"->>'at' END`,
  );
  const polled = latest(
    ['poll_planned', 'poll_postponed', 'question_waits'],
    Prisma.sql`coalesce(p."data"->>'at', p."data"->>'to', p."data"->>'until')`,
  );
  const resumed = Prisma.sql`
    SELECT max(r."caseAt") FROM "event" r WHERE r."caseId" = e."caseId" AND r."number" < e."number" AND r."type" = 'resumed'`;
  const ofCase = (type: Prisma.Sql, timer: string, due: Prisma.Sql, reach: Reach): Prisma.Sql => Prisma.sql`
    SELECT ${timer}::text AS "timer", ${late} FROM "event" e JOIN "review_case" t ON t."caseId" = e."caseId" CROSS JOIN LATERAL (${due}) due
    WHERE ${type} AND ${acted} AND ${caseWithin(reach)}`;
  const parts = [
    ...(cases === null
      ? []
      : [
          ofCase(
            Prisma.sql`e."type" = 'review_requested'`,
            'review_request',
            Prisma.sql`SELECT greatest(plan."at", (${resumed})) AS "at" FROM (${planned}) plan`,
            cases,
          ),
          ofCase(
            Prisma.sql`e."type" IN ('reminded', 'escalated')`,
            'escalation',
            Prisma.sql`SELECT (e."data"->>'dueAt')::timestamptz AS "at"`,
            cases,
          ),
        ]),
    ...(placements === null
      ? []
      : [
          Prisma.sql`SELECT 'poll'::text AS "timer", ${late} FROM "event" e CROSS JOIN LATERAL (${polled}) due
            WHERE e."type" = 'vendor_asked' AND e."data"->>'purpose' = 'poll' AND ${acted} AND ${orderWithin(placements, Prisma.sql`e."orderId"`)}`,
        ]),
  ];
  const none = Prisma.sql`SELECT ''::text AS "timer", ''::text AS "orderId", ''::text AS "caseId", now() AS "at", 0::float8 AS "seconds" WHERE FALSE`;
  return Prisma.join(parts.length === 0 ? [none] : parts, ' UNION ALL ');
}

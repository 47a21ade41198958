/** The inbox's table: what arrived, whether it has been handed over, and what came of it. */
import { createHash, randomUUID } from 'node:crypto';
import { isEverything, type Reach } from '../domain/access.js';
import type { OrderDocument } from '../domain/order.js';
import type { Database, Transaction } from './database.js';
import { Prisma, type InboundEvent } from './generated/client.js';
import { isOrderWithin, orderWithin } from './reach.js';

export const INBOUND_KINDS = [
  'review_failure',
  'review_success',
  'liaison_success',
  'reopening',
  'placement',
  'payment',
  'placement_result',
  'placement_word',
  /** What an answer to a call of our own told too late: never handed over, only shown to people. */
  'own_call',
] as const;
export type InboundKind = (typeof INBOUND_KINDS)[number];

/** `excess`: one too many for its case. */
export const INBOUND_STATES = ['pending', 'handed_over', 'settled', 'excess'] as const;

export interface NewInboundEvent {
  sender: string;
  eventId: string;
  kind: InboundKind;
  orderId: string;
  reviewRound: number;
  contentHash: string;
  payload: object;
  /** W3C, of the call that brought it. */
  traceparent?: string | undefined;
}

/**
 * Commits an event. Commits of one order are made one after the other, so that `seq` is the order of arrival.
 * @returns the event as first committed, and whether this call did it
 */
export async function commitEvent(db: Database, event: NewInboundEvent): Promise<{ event: InboundEvent; created: boolean }> {
  const { sender, eventId, kind, orderId, reviewRound, contentHash } = event;
  // One statement is one transaction. The row, and with it its `seq`, is made of what the lock returned.
  const [created] = await db.$queryRaw<InboundEvent[]>`
    WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(${`inbox:${orderId}`}, 0)))
    INSERT INTO "inbound_event" ("id", "sender", "eventId", "kind", "orderId", "reviewRound", "contentHash", "payload", "traceparent")
    SELECT ${randomUUID()}::uuid, ${sender}::text, ${eventId}::text, ${kind}::text, ${orderId}::text, ${reviewRound}::integer,
      ${contentHash}::text, ${JSON.stringify(event.payload)}::jsonb, ${event.traceparent ?? null}::text
    FROM turn ON CONFLICT DO NOTHING RETURNING *`;
  if (created !== undefined) return { event: created, created: true };
  return { event: await db.inboundEvent.findUniqueOrThrow({ where: { sender_eventId: { sender, eventId } } }), created: false };
}

/** A hash of an event's content, whatever the order of its fields. */
export function contentHashOf(content: { kind: InboundKind; orderId: string; payload: object }): string {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sorted)).digest('hex');
}

/** @returns the order document that a notice carried, or null. */
export async function orderInNotice(db: Database, inboundId: string): Promise<OrderDocument | null> {
  const row = await db.inboundEvent.findUnique({ where: { id: inboundId }, select: { payload: true } });
  const order = (row?.payload as { order?: OrderDocument } | undefined)?.order;
  return order?.orderId === undefined ? null : order;
}

/**
 * The next event to hand over: the oldest pending one of an order that nobody else is handing over, locked for this
 * transaction. An order's later events wait behind it.
 */
export async function lockNextEvent(tx: Transaction): Promise<InboundEvent | null> {
  const [next] = await tx.$queryRaw<InboundEvent[]>`
    SELECT e.* FROM "inbound_event" e
    WHERE e."state" = 'pending' AND (e."notBefore" IS NULL OR e."notBefore" <= now())
      AND NOT EXISTS (
        SELECT 1 FROM "inbound_event" p WHERE p."orderId" = e."orderId" AND p."state" = 'pending' AND p."seq" < e."seq")
    ORDER BY e."seq" LIMIT 1 FOR UPDATE SKIP LOCKED`;
  return next ?? null;
}

/** Whether it is worth looking for one; without locks, so that looking in vain costs one statement. */
export async function hasDueEvents(db: Database): Promise<boolean> {
  const [found] = await db.$queryRaw<object[]>`
    SELECT 1 FROM "inbound_event" WHERE "state" = 'pending' AND ("notBefore" IS NULL OR "notBefore" <= now()) LIMIT 1`;
  return found !== undefined;
}

/** How many failure notices have been handed over to a case. */
export async function handedOverFailures(tx: Transaction, caseId: string): Promise<number> {
  return tx.inboundEvent.count({ where: { caseId, kind: 'review_failure', state: 'handed_over' } });
}

/** How many vendor's results have been handed over to a placement. */
export async function handedOverResults(tx: Transaction, placementId: string): Promise<number> {
  return tx.inboundEvent.count({ where: { caseId: placementId, kind: 'placement_result', state: 'handed_over' } });
}

/** @returns when the round was closed by a success that had no case, else null. */
export async function roundClosedAt(tx: Transaction, orderId: string, reviewRound: number): Promise<number | null> {
  const closings = await tx.inboundEvent.findMany({
    where: { orderId, reviewRound, kind: 'review_success', disposition: { in: ['closed_round', 'counted'] } },
    select: { payload: true, receivedAt: true },
  });
  const instants = closings.map(({ payload, receivedAt }) => occurredAtOf(payload) ?? receivedAt.getTime());
  return instants.length === 0 ? null : Math.max(...instants);
}

/** @returns the sender's instant of a payload in epoch ms, or null when it gave none. */
export function occurredAtOf(payload: unknown): number | null {
  const { occurredAt } = payload as { occurredAt?: string | null };
  return typeof occurredAt === 'string' ? Date.parse(occurredAt) : null;
}

/** Whether an order within reach has events that no case has heard yet. */
export async function hasPendingEvents(db: Database, reach: Reach, orderId: string): Promise<boolean> {
  if ((await db.inboundEvent.count({ where: { orderId, state: 'pending' } })) === 0) return false;
  return isEverything(reach) || isOrderWithin(db, reach, orderId);
}

export interface InboundFilter {
  orderId?: string;
  state?: string;
  disposition?: string;
  /** A problem's code, or `any`; only those that nobody has settled. */
  problem?: string;
}

/** Newest first. @param before the `seq` of the last one already seen */
export async function listInboundEvents(
  db: Database,
  reach: Reach,
  { orderId, state, disposition, problem }: InboundFilter,
  before: bigint | null,
  limit: number,
): Promise<InboundEvent[]> {
  const ofProblem = problem === 'any' ? Prisma.sql`e."problem" IS NOT NULL` : Prisma.sql`e."problem" = ${problem}`;
  const all = [
    orderWithin(reach, Prisma.sql`e."orderId"`),
    ...(orderId === undefined ? [] : [Prisma.sql`e."orderId" = ${orderId}`]),
    ...(state === undefined ? [] : [Prisma.sql`e."state" = ${state}`]),
    ...(disposition === undefined ? [] : [Prisma.sql`e."disposition" = ${disposition}`]),
    ...(problem === undefined ? [] : [ofProblem, Prisma.sql`e."settledAt" IS NULL`]),
    ...(before === null ? [] : [Prisma.sql`e."seq" < ${before}`]),
  ];
  return db.$queryRaw`SELECT e.* FROM "inbound_event" e WHERE ${Prisma.join(all, ' AND ')} ORDER BY e."seq" DESC LIMIT ${limit}`;
}

/** @param id a UUID @returns null also when the event's order is out of reach */
export async function findInboundEvent(db: Database, reach: Reach, id: string): Promise<InboundEvent | null> {
  const row = await db.inboundEvent.findUnique({ where: { id } });
  return row === null || isEverything(reach) || (await isOrderWithin(db, reach, row.orderId)) ? row : null;
}

/** Problems after which an event may be handed over once more. */
export const RETRIABLE_PROBLEMS = ['ORDER_UNKNOWN'] as const;

/** Puts an event with a retriable problem back into the inbox. @returns whether it was one */
export async function retryEvent(db: Database, id: string): Promise<boolean> {
  const { count } = await db.inboundEvent.updateMany({
    where: { id, problem: { in: [...RETRIABLE_PROBLEMS] }, state: { not: 'pending' }, settledAt: null },
    data: { state: 'pending', problem: null, disposition: null, caseId: null, attempts: 0, notBefore: null, detail: null },
  });
  return count === 1;
}

export async function findEvent(db: Database, sender: string, eventId: string): Promise<InboundEvent | null> {
  return db.inboundEvent.findUnique({ where: { sender_eventId: { sender, eventId } } });
}

/** Settles a problem by hand; who, why and the problem itself stay on the event. @returns whether there was one open */
export async function settleEvent(db: Database, id: string, by: string, note: string): Promise<boolean> {
  const { count } = await db.inboundEvent.updateMany({
    where: { id, problem: { not: null }, settledAt: null },
    data: { settledBy: by, settledNote: note, settledAt: new Date() },
  });
  return count === 1;
}

/** The breakers' rows (D10): every worker sees the same, whoever found out. */
import { opens, pauseMs, probeHoldMs } from '../domain/breaker.js';
import type { FeedEntry } from '../domain/feed.js';
import type { FeedType } from '../domain/feed-types.js';
import type { Database, Transaction } from './database.js';
import { takingSlot, type SlotWanted } from './counterpart-slots.js';
import { Prisma, type Breaker } from './generated/client.js';
import { writeFeed } from './feed.js';

/** `probe`: the breaker is open, and this call is the one that sees whether the counterpart is back. `paused`: not to be called now. */
export type Passage =
  | { kind: 'pass'; failures: number }
  | { kind: 'probe' }
  | { kind: 'paused'; untilProbeMs: number; openForMs: number; lastError: string };

interface BreakerNow {
  state: string;
  failures: number;
  untilProbeMs: number;
  openForMs: number;
  lastError: string | null;
  probe: boolean;
}

/**
 * Asks whether a counterpart may be called now, and takes a place there if it may: one statement, for every call begins with it. Of many
 * who ask when a probe is due, one gets it.
 * @param timeoutMs how long a probe's call may be silent
 * @returns the place's number, or null: not to be called now, or all places are held
 */
export async function takeTurn(
  db: Database,
  breaker: { id: string; timeoutMs: number },
  wanted: SlotWanted,
): Promise<{ passage: Passage; slot: number | null }> {
  const { id, timeoutMs } = breaker;
  const mayCall = Prisma.sql`EXISTS (SELECT 1 FROM probing) OR NOT EXISTS (SELECT 1 FROM "breaker" WHERE "counterpartId" = ${id} AND "state" = 'open')`;
  const [row] = await db.$queryRaw<(BreakerNow & { slot: number | null })[]>`
    WITH probing AS (
      UPDATE "breaker" SET "probeAt" = clock_timestamp() + ${probeHoldMs(timeoutMs)} * interval '1 millisecond'
      WHERE "counterpartId" = ${id} AND "state" = 'open' AND "probeAt" <= clock_timestamp() RETURNING 1),
    taken AS (${takingSlot(wanted, mayCall)})
    SELECT coalesce("state", 'closed') AS "state", coalesce("failures", 0) AS "failures", "lastError",
      extract(epoch FROM "probeAt" - clock_timestamp())::float8 * 1000 AS "untilProbeMs",
      extract(epoch FROM clock_timestamp() - "openedAt")::float8 * 1000 AS "openForMs",
      EXISTS (SELECT 1 FROM probing) AS "probe", (SELECT "slot" FROM taken) AS "slot"
    FROM (VALUES (1)) AS "always" LEFT JOIN "breaker" ON "counterpartId" = ${id}`;
  if (row === undefined) throw new Error('a statement that always has a row returned none');
  return { passage: passageOf(row), slot: row.slot };
}

function passageOf({ state, failures, probe, untilProbeMs, openForMs, lastError }: BreakerNow): Passage {
  if (state === 'closed') return { kind: 'pass', failures };
  if (probe) return { kind: 'probe' };
  return { kind: 'paused', untilProbeMs, openForMs, lastError: lastError ?? 'it did not answer' };
}

/** The counterpart answered: failures in a row begin anew; a probe closes the breaker. @returns whether it closed it */
export async function noteAnswer(db: Database, counterpartId: string, probe: boolean): Promise<boolean> {
  const counts = { failures: 0, failedOrders: [], lastError: null };
  if (!probe) {
    await db.breaker.updateMany({ where: { counterpartId, state: 'closed' }, data: counts });
    return false;
  }
  const closed = { ...counts, state: 'closed', probes: 0, probeAt: null, closedAt: new Date() };
  return db.$transaction(async (tx) => {
    const { count } = await tx.breaker.updateMany({ where: { counterpartId, state: 'open' }, data: closed });
    if (count === 1) await writeFeed(tx, [ofCounterpart('counterpart.resumed', counterpartId)]);
    return count === 1;
  });
}

export interface FailedCall {
  counterpartId: string;
  orderId: string;
  error: string;
  /** What the counterpart asked for. */
  retryAfterMs: number | null;
  /** The call was the probe of an open breaker. */
  probe: boolean;
}

/**
 * The counterpart did not answer, or said that it cannot now.
 * @param onOpening in the transaction that opens the breaker: what happens once per outage
 * @returns whether this failure opened it
 */
export async function noteFailure(
  db: Database,
  call: FailedCall,
  onOpening: (tx: Transaction, opened: Breaker) => Promise<void>,
): Promise<boolean> {
  const { counterpartId, orderId, probe } = call;
  const lastError = call.error.slice(0, 300);
  return db.$transaction(async (tx) => {
    await tx.breaker.createMany({ data: [{ counterpartId }], skipDuplicates: true });
    await tx.$queryRaw`SELECT 1 FROM "breaker" WHERE "counterpartId" = ${counterpartId} FOR UPDATE`;
    const before = await tx.breaker.findUniqueOrThrow({ where: { counterpartId } });
    if (before.state === 'open') {
      const probes = before.probes + 1;
      const probeAt = await inMs(tx, pauseMs(probes, call.retryAfterMs));
      if (probe) await tx.breaker.update({ where: { counterpartId }, data: { lastError, probes, probeAt } });
      return false;
    }
    const failures = before.failures + 1;
    const failedOrders = [...new Set([...before.failedOrders, orderId])].slice(-OPENING_ORDERS_KEPT);
    if (!opens(failures, failedOrders.length)) {
      await tx.breaker.update({ where: { counterpartId }, data: { failures, failedOrders, lastError } });
      return false;
    }
    const opening = { state: 'open', openings: before.openings + 1, openedAt: new Date(), probes: 0, failures, failedOrders, lastError };
    const data = { ...opening, probeAt: await inMs(tx, pauseMs(0, call.retryAfterMs)) };
    await onOpening(tx, await tx.breaker.update({ where: { counterpartId }, data }));
    await writeFeed(tx, [ofCounterpart('counterpart.paused', counterpartId)]);
    return true;
  });
}

const OPENING_ORDERS_KEPT = 10;

function ofCounterpart(type: FeedType, counterpartId: string): FeedEntry {
  return { type, at: Date.now(), number: null, data: { counterpartId } };
}

/** By the database's clock, which all workers share. */
async function inMs(tx: Transaction, ms: number): Promise<Date> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() + ${ms} * interval '1 millisecond' AS "at"`;
  return row?.at ?? new Date(Date.now() + ms);
}

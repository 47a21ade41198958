/** The ledger of messages and attempts (D9). */
import { ApplicationFailure } from '@temporalio/common';
import { openingOf } from '../domain/identifiers.js';
import type { UnclaimedMessage } from '../domain/placement-effects.js';
import { asJson, lockInTransaction, type Database, type JsonObject, type Transaction } from './database.js';
import type { Attempt, Message } from './generated/client.js';

export interface MessageClaim {
  key: string;
  caseId: string;
  orderId: string;
  reviewRound: number;
  stage: string;
  counterpart: 'buyer' | 'review' | 'liaison' | 'vendor' | 'customer' | 'platform' | 'operations';
  /** The counterpart's row by which it goes. */
  counterpartId?: string;
  recipient: string;
  sequence?: number;
  kind: string;
  provisional?: boolean;
  supersedes?: string | null;
  /** The text exactly as sent. */
  body: string;
  /** What is to be known of how it was composed. */
  detail?: string;
  /** The workflow's clock, epoch ms. */
  caseAt: number;
  /** Recorded only, never sent; with what the sender is told instead. */
  shadow?: { result: JsonObject };
}

/** @returns a message's row as it was claimed, or null when nobody has */
export async function findClaimed(db: Database, key: string): Promise<ClaimedMessage | null> {
  const row = await db.message.findUnique({ where: { key }, select: { state: true, body: true, result: true } });
  return row === null ? null : { state: row.state, body: row.body, result: (row.result ?? {}) as JsonObject };
}

export interface ClaimedMessage {
  state: string;
  body: string;
  result: JsonObject;
}

/** Claims the row of a message, or finds it as it was claimed before. */
export async function claimMessage(db: Database | Transaction, claim: MessageClaim): Promise<ClaimedMessage> {
  const { caseAt, shadow, ...columns } = claim;
  const unsent = shadow === undefined ? {} : { state: 'shadow', settledAt: new Date(), result: asJson(shadow.result) };
  const data = [{ ...columns, ...unsent, caseAt: new Date(caseAt) }];
  const [claimed] = await db.message.createManyAndReturn({ data, skipDuplicates: true });
  const row = claimed ?? (await db.message.findUniqueOrThrow({ where: { key: claim.key } }));
  if (row.caseId !== claim.caseId) {
    const message = `message ${claim.key} of ${claim.caseId} has the key of one of ${row.caseId}`;
    throw ApplicationFailure.create({ type: 'MESSAGE_KEY_TAKEN', nonRetryable: true, message });
  }
  return { state: row.state, body: row.body, result: (row.result ?? {}) as JsonObject };
}

/**
 * Lets a settled message be sent again under its key because it was asked for anew: by a later opening, or later by the workflow's clock.
 * A retry of what asked for it before never does.
 * @param states those from which it may
 */
export async function reopenMessage(
  db: Database,
  claim: Pick<MessageClaim, 'key' | 'caseId' | 'caseAt'>,
  states: readonly string[],
): Promise<void> {
  const { key, caseId } = claim;
  const caseAt = new Date(claim.caseAt);
  await db.$transaction(async (tx) => {
    await lockedState(tx, key);
    const row = await tx.message.findUnique({ where: { key } });
    if (row === null) return;
    const later = openingOf(caseId) - openingOf(row.caseId) || caseAt.getTime() - row.caseAt.getTime();
    if (later <= 0) return;
    const again = states.includes(row.state) ? { state: 'sending', settledAt: null, detail: null, caseAt } : {};
    await tx.message.update({ where: { key }, data: { caseId, ...again } });
  });
}

/** A message's state, held until the transaction ends: attempts start and messages settle one after the other. */
export async function lockedState(tx: Transaction, key: string): Promise<string | undefined> {
  const rows = await tx.$queryRaw<{ state: string }[]>`SELECT "state" FROM "message" WHERE "key" = ${key} FOR UPDATE`;
  return rows[0]?.state;
}

/**
 * Settles a message that will not be tried again.
 * @param as `dead`: given up after its time; `dropped`: no longer wanted
 * @param unclaimed the row to write when nobody has claimed it: a call that still waits for its turn finds it settled
 * @returns what is known of it: `unknown` when any attempt may have taken effect
 */
export async function settleMessage(
  db: Database,
  key: string,
  as: 'dead' | 'dropped',
  unclaimed?: UnclaimedMessage,
): Promise<'delivered' | 'refused' | 'dropped' | 'unknown'> {
  return db.$transaction(async (tx) => {
    if (unclaimed !== undefined) await dropUnclaimed(tx, key, unclaimed);
    await lockedState(tx, key);
    const message = await tx.message.findUnique({ where: { key }, include: { attempts: true } });
    if (message === null) return 'dropped';
    if (message.state === 'sent' || message.state === 'shadow') return 'delivered';
    const mayHaveActed = message.attempts.some((attempt) => attempt.outcome === null || attempt.outcome === 'unknown');
    if (message.state === 'sending' || (message.state === 'refused' && mayHaveActed)) {
      const state = message.state === 'sending' && as === 'dead' ? 'dead' : mayHaveActed ? 'unknown' : 'dropped';
      await tx.message.update({ where: { key }, data: { state, settledAt: new Date() } });
    }
    if (mayHaveActed) return 'unknown';
    return message.state === 'refused' ? 'refused' : 'dropped';
  });
}

/** Only where there is no row yet. */
async function dropUnclaimed(tx: Transaction, key: string, { caseAt, ...row }: UnclaimedMessage): Promise<void> {
  const dropped = { state: 'dropped', settledAt: new Date(), detail: 'given up before it was sent', body: '' };
  const data = { key, ...row, ...dropped, reviewRound: 0, counterpart: 'vendor', caseAt: new Date(caseAt) };
  await tx.message.createMany({ data: [data], skipDuplicates: true });
}

/** Drops a message that surely never took effect. @returns whether it was so */
export async function dropUntold(db: Database, key: string): Promise<boolean> {
  const data = { state: 'dropped', settledAt: new Date() };
  const mayHaveActed = { OR: [{ outcome: null }, { outcome: { in: ['unknown', 'delivered'] } }] };
  const { count } = await db.message.updateMany({ where: { key, state: 'sending', attempts: { none: mayHaveActed } }, data });
  return count === 1;
}

/** Where an order's buyer message stands among the order's others. */
export interface BuyerPlace {
  orderId: string;
  reviewRound: number;
  sequence: number;
}

/** An earlier message of the same order is still on its way: this one has to wait. */
export class EarlierMessagePending extends Error {}

/**
 * Claims a buyer message in its order's sequence: not before the earlier ones are settled, not after a later round spoke.
 * The first message of a round that took the place of an open one supersedes that one's early success.
 * @param claimWith makes the claim, given the messageId it supersedes
 * @throws EarlierMessagePending
 */
export async function claimBuyerMessage(
  db: Database,
  place: BuyerPlace,
  supersedesCaseId: string | null,
  claimWith: (supersedes: string | null) => MessageClaim,
): Promise<ClaimedMessage> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, `buyer-messages:${place.orderId}`);
    const others = await tx.message.findMany({
      where: { orderId: place.orderId, counterpart: 'buyer' },
      select: { key: true, caseId: true, reviewRound: true, sequence: true, state: true, provisional: true },
    });
    const rank = (other: { reviewRound: number; sequence: number | null }): number =>
      other.reviewRound - place.reviewRound || (other.sequence ?? 0) - place.sequence;
    const unclosed = await tx.reviewCase.count({
      where: { orderId: place.orderId, reviewRound: { lt: place.reviewRound }, closed: false },
    });
    if (unclosed > 0 || others.some((other) => rank(other) < 0 && other.state === 'sending')) throw new EarlierMessagePending();
    const early = others.find((other) => other.caseId === supersedesCaseId && isEarlySuccess(other));
    const claim = claimWith(early?.key ?? null);
    const claimed = await claimMessage(tx, claim);
    const laterRoundSpoke = others.some((other) => other.reviewRound > place.reviewRound && other.state !== 'shadow');
    if (!laterRoundSpoke || claimed.state !== 'sending') return claimed;
    await tx.message.update({
      where: { key: claim.key },
      data: { state: 'dropped', settledAt: new Date(), detail: 'a later round spoke first' },
    });
    return { ...claimed, state: 'dropped' };
  });
}

function isEarlySuccess({ provisional, state }: Pick<Message, 'provisional' | 'state'>): boolean {
  return provisional && !['dropped', 'refused', 'shadow'].includes(state);
}

/** @returns the messageId of a case's early success, as it is now; null when there is none that counts */
export async function earlySuccessOf(db: Database, orderId: string, caseId: string | null): Promise<string | null> {
  if (caseId === null) return null;
  const rows = await db.message.findMany({
    where: { orderId, counterpart: 'buyer', caseId },
    select: { key: true, provisional: true, state: true },
  });
  return rows.find(isEarlySuccess)?.key ?? null;
}

export type LedgerRow = Message & { attempts: Attempt[] };

/** The ledger, newest first. @param after the place of the last one already seen */
export async function listMessages(
  db: Database,
  filter: { orderId?: string; caseId?: string; counterpart?: string; state?: string },
  after: { wallAt: string; key: string } | null,
  limit: number,
): Promise<LedgerRow[]> {
  const at = after === null ? null : new Date(after.wallAt);
  return db.message.findMany({
    where: {
      ...filter,
      ...(after === null || at === null ? {} : { OR: [{ wallAt: { lt: at } }, { wallAt: at, key: { lt: after.key } }] }),
    },
    orderBy: [{ wallAt: 'desc' }, { key: 'desc' }],
    take: limit,
    include: { attempts: { orderBy: { number: 'asc' } } },
  });
}

/** Whether a message has, or may have, taken effect at its receiver. */
function mayHaveBeenTold({ state, attempts }: LedgerRow): boolean {
  if (state === 'dropped' || state === 'refused' || state === 'shadow') return false;
  return state !== 'dead' || attempts.some(({ outcome }) => outcome === null || outcome === 'unknown');
}

/** What the buyer server was told in a round: for a case of it that is opened again. */
export async function toldInRound(
  db: Database | Transaction,
  orderId: string,
  reviewRound: number,
): Promise<{ nextSequence: number; lastTold: { messageId: string; kind: 'review_succeeded' | 'review_failed' } | null }> {
  const where = { orderId, reviewRound, counterpart: 'buyer' };
  const messages = await db.message.findMany({ where, orderBy: { sequence: 'desc' }, include: { attempts: true } });
  const last = messages.find(mayHaveBeenTold);
  const kind = last?.kind === 'review_succeeded' ? 'review_succeeded' : 'review_failed';
  return { nextSequence: (messages[0]?.sequence ?? 0) + 1, lastTold: last === undefined ? null : { messageId: last.key, kind } };
}

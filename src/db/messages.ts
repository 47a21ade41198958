/** The ledger of messages and attempts (D9). */
import { ApplicationFailure } from '@temporalio/common';
import { openingOf } from '../domain/identifiers.js';
import { isPending, mayHaveArrived, type MessageCounterpart } from '../domain/ledger.js';
import type { UnclaimedMessage } from '../domain/placement-effects.js';
import { asJson, lockAllInTransaction, type Database, type JsonObject, type Transaction } from './database.js';
import { tellDeadLetter } from './feed-messages.js';
import type { Message } from './generated/client.js';

export interface MessageClaim {
  key: string;
  caseId: string;
  orderId: string;
  reviewRound: number;
  stage: string;
  counterpart: MessageCounterpart;
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

export interface Settling {
  /** The row to write when nobody has claimed it: a call that still waits for its turn finds it settled. */
  unclaimed?: UnclaimedMessage | undefined;
  /** Which sending of it has come to its end: 0, or the n-th that people asked for. */
  resends?: number | undefined;
  /** Why, for people. */
  detail?: string | undefined;
}

/**
 * Settles a message that will not be tried again; one that people have had sent again since is left to that.
 * @param as `dead`: given up after its time; `dropped`: no longer wanted
 * @returns what is known of it: `unknown` when any attempt may have taken effect, or may yet
 */
export async function settleMessage(
  db: Database,
  key: string,
  as: 'dead' | 'dropped',
  { unclaimed, resends = 0, detail }: Settling = {},
): Promise<'delivered' | 'refused' | 'dropped' | 'unknown'> {
  return db.$transaction(async (tx) => {
    if (unclaimed !== undefined) await dropUnclaimed(tx, key, unclaimed);
    await lockedState(tx, key);
    const message = await tx.message.findUnique({ where: { key }, include: { attempts: true } });
    if (message === null) return 'dropped';
    if (message.state === 'sent' || message.state === 'shadow') return 'delivered';
    if (message.resends > resends && isPending(message)) return 'unknown';
    const mayHaveActed = mayHaveActedBy(message.attempts);
    if (isPending(message) || (message.state === 'refused' && mayHaveActed)) {
      const state = isPending(message) && as === 'dead' ? 'dead' : mayHaveActed ? 'unknown' : 'dropped';
      await tx.message.update({ where: { key }, data: { state, settledAt: new Date(), ...(detail === undefined ? {} : { detail }) } });
      if (state === 'dead') await tellDeadLetter(tx, key);
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

/** Holds the sequences of these orders' messages until the transaction ends. */
export async function lockMessagesOf(tx: Transaction, orderIds: readonly string[]): Promise<void> {
  await lockAllInTransaction(
    tx,
    orderIds.map((orderId) => `messages:${orderId}`),
  );
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
  corrects: Correcting,
  claimWith: (supersedes: string | null) => MessageClaim,
): Promise<ClaimedMessage> {
  return db.$transaction(async (tx) => {
    await lockMessagesOf(tx, [place.orderId]);
    const others = await tx.message.findMany({
      where: { orderId: place.orderId, counterpart: 'buyer' },
      select: { key: true, caseId: true, reviewRound: true, sequence: true, state: true, provisional: true, resends: true },
    });
    const rank = (other: { reviewRound: number; sequence: number | null }): number =>
      other.reviewRound - place.reviewRound || (other.sequence ?? 0) - place.sequence;
    const unclosed = await tx.reviewCase.count({
      where: { orderId: place.orderId, reviewRound: { lt: place.reviewRound }, closed: false },
    });
    if (unclosed > 0 || others.some((other) => rank(other) < 0 && isPending(other))) throw new EarlierMessagePending();
    const claim = claimWith(correctedBy(corrects, others));
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

/** Whose early success a message takes the place of. */
export interface Correcting {
  /** The message's own case, and what it says. */
  caseId: string;
  kind: string;
  /** The case whose place its case took. */
  supersedesCaseId: string | null;
}

type Early = Pick<Message, 'key' | 'caseId' | 'provisional' | 'state' | 'resends'>;

function correctedBy({ caseId, kind, supersedesCaseId }: Correcting, messages: readonly Early[]): string | null {
  const early = messages.filter(({ provisional, state }) => provisional && !['dropped', 'refused', 'shadow'].includes(state));
  const ofOther = early.find((message) => message.caseId === supersedesCaseId);
  // One that its case had given up, and that people have had sent again since: the case does not know that the buyer was told.
  const resent = early.find((message) => message.caseId === caseId && message.resends > 0 && kind === 'review_failed');
  return (ofOther ?? resent)?.key ?? null;
}

/** @returns the messageId of the early success that a message takes the place of, as it is now; null when there is none that counts */
export async function earlySuccessBefore(db: Database, orderId: string, corrects: Correcting): Promise<string | null> {
  const messages = await db.message.findMany({
    where: { orderId, counterpart: 'buyer', provisional: true },
    select: { key: true, caseId: true, provisional: true, state: true, resends: true },
  });
  return correctedBy(corrects, messages);
}

/**
 * Claims a customer's message in the sequence of its way: not before earlier ones, that people may have had sent again, are settled.
 * @throws EarlierMessagePending
 */
export async function claimCustomerMessage(db: Database, claim: MessageClaim): Promise<ClaimedMessage> {
  const { orderId, counterpart, recipient, sequence = 0 } = claim;
  return db.$transaction(async (tx) => {
    await lockMessagesOf(tx, [orderId]);
    const others = await tx.message.findMany({
      where: { orderId, counterpart, recipient, sequence: { lt: sequence } },
      select: { state: true },
    });
    if (others.some(isPending)) throw new EarlierMessagePending();
    return claimMessage(tx, claim);
  });
}

/** What the buyer server was told in a round: for a case of it that is opened again. */
export async function toldInRound(
  db: Database | Transaction,
  orderId: string,
  reviewRound: number,
): Promise<{ nextSequence: number; lastTold: { messageId: string; kind: 'review_succeeded' | 'review_failed' } | null }> {
  const where = { orderId, reviewRound, counterpart: 'buyer' };
  const messages = await db.message.findMany({ where, orderBy: { sequence: 'desc' }, include: { attempts: true } });
  const last = messages.find(
    ({ state, attempts }) => isPending({ state }) || mayHaveArrived({ state, mayHaveActed: mayHaveActedBy(attempts) }),
  );
  const kind = last?.kind === 'review_succeeded' ? 'review_succeeded' : 'review_failed';
  return { nextSequence: (messages[0]?.sequence ?? 0) + 1, lastTold: last === undefined ? null : { messageId: last.key, kind } };
}

/** Whether any of these attempts may have taken effect without our hearing of it. */
function mayHaveActedBy(attempts: readonly { outcome: string | null }[]): boolean {
  return attempts.some(({ outcome }) => outcome === null || outcome === 'unknown');
}

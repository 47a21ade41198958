/** Deliveries outside a case (D9): rows of the ledger that are queued, and each delivery's turn in its order's sequence. */
import { deliveryObstacle, earlierPending } from '../domain/ledger.js';
import type { Database, Transaction } from './database.js';
import { Prisma, type Message } from './generated/client.js';
import { entriesOf, standingsOf } from './ledger.js';
import { lockedState, lockMessagesOf } from './messages.js';

/** Whether it is worth looking for one; without locks, so that looking in vain costs one statement. */
export async function hasQueuedMessages(db: Database): Promise<boolean> {
  const [found] = await db.$queryRaw<object[]>`SELECT 1 FROM "message" WHERE "state" = 'queued' LIMIT 1`;
  return found !== undefined;
}

/** The oldest queued message that nobody else has in hand, locked for this transaction. @param avoid keys left out */
export async function lockNextQueued(tx: Transaction, avoid: readonly string[]): Promise<Message | null> {
  const others = avoid.length === 0 ? Prisma.empty : Prisma.sql`AND "key" NOT IN (${Prisma.join([...avoid])})`;
  const [next] = await tx.$queryRaw<Message[]>`
    SELECT * FROM "message" WHERE "state" = 'queued' ${others}
    ORDER BY "wallAt", "sequence", "key" LIMIT 1 FOR UPDATE SKIP LOCKED`;
  return next ?? null;
}

/** Its delivery is being started: with the commit of this transaction the row is the delivery's. */
export async function markSending(tx: Transaction, key: string): Promise<void> {
  await tx.message.update({ where: { key }, data: { state: 'sending' } });
}

/** Which sending of a message: 0 for one that was queued at first, n for the n-th time that people had it sent again. */
export interface Sending {
  key: string;
  resends: number;
}

/** `go`: it is to be sent now. `wait`: an earlier one of its order is on its way. `sent`: it was delivered. `settled`: it is not to be sent. */
export type Turn = { kind: 'go'; message: Message } | { kind: 'wait' } | { kind: 'sent' } | { kind: 'settled'; why: string };

/**
 * Whether a delivery may make its next attempt: in its order's sequence, and only while what it says is still so; otherwise it is settled here.
 * A row that is still queued becomes `sending`: its delivery runs, and the commit of whoever started it was lost or is yet to come.
 */
export async function takeTurn(db: Database, { key, resends }: Sending): Promise<Turn> {
  return db.$transaction(async (tx) => {
    const found = await tx.message.findUnique({ where: { key }, select: { orderId: true } });
    if (found === null) return { kind: 'settled', why: 'the ledger has no such message' };
    await lockMessagesOf(tx, [found.orderId]);
    await lockedState(tx, key);
    await tx.message.updateMany({ where: { key, resends, state: 'queued' }, data: { state: 'sending' } });
    const message = await tx.message.findUniqueOrThrow({ where: { key } });
    if (message.state === 'sent') return { kind: 'sent' };
    if (message.state !== 'sending' || message.resends !== resends) return { kind: 'settled', why: `it is ${message.state}` };
    return turnOf(tx, message);
  });
}

async function turnOf(tx: Transaction, message: Message): Promise<Turn> {
  const { key, orderId } = message;
  const [entries, standingOf] = [await entriesOf(tx, [orderId]), await standingsOf(tx, [orderId])];
  const entry = entries.find((candidate) => candidate.key === key);
  if (entry === undefined) return { kind: 'settled', why: 'the ledger has no such message' };
  const obstacle = deliveryObstacle(entry, entries, standingOf(entry));
  if (obstacle === null) return earlierPending(entry, entries) ? { kind: 'wait' } : { kind: 'go', message };
  const state = entry.mayHaveActed ? 'unknown' : 'dropped';
  await tx.message.update({ where: { key }, data: { state, settledAt: new Date(), detail: obstacle.detail } });
  return { kind: 'settled', why: obstacle.detail };
}

/** Messages that people have sent again (D9): judged and queued in one transaction, all or none of those that may be. */
import type { Reach } from '../domain/access.js';
import { resendObstacle, type LedgerEntry, type Obstacle } from '../domain/ledger.js';
import { asJson, type Database, type Transaction } from './database.js';
import { Prisma } from './generated/client.js';
import { lockMessagesOf } from './messages.js';
import { entriesOf, keysWithin, messagePlaces, standingsOf, type LedgerCursor, type LedgerFilter } from './ledger.js';

/** The most messages of one call: they are locked and judged together. */
export const MOST_RESENT = 500;

export interface Resend {
  /** Messages beyond it are not found. */
  reach: Reach;
  messages: { keys: readonly string[] } | { filter: LedgerFilter; after: LedgerCursor | null };
  by: string;
  note: string;
  /** Also those of which nobody knows whether they arrived. */
  alsoUnknown: boolean;
}

export const RESEND_RESULTS = ['queued', 'would_be_queued', 'not_queued', 'not_found'] as const;

/** What came of one message. */
export interface ResendOutcome {
  key: string;
  orderId: string | null;
  result: (typeof RESEND_RESULTS)[number];
  reason: Obstacle['reason'] | null;
  detail: string | null;
}

export interface ResendReport {
  items: ResendOutcome[];
  /** How many are, or would be, sent again. */
  queued: number;
  /** The place from which a filter goes on; null: there are no more. */
  next: LedgerCursor | null;
}

/** Says what resending would do, and changes nothing. */
export async function previewResend(db: Database, resend: Resend): Promise<ResendReport> {
  return db.$transaction(async (tx) => {
    const { keys, next } = await chosen(tx, resend);
    const judged = await judge(tx, resend, keys);
    return report(judged, next, 'would_be_queued');
  });
}

/** Queues messages again. Who asked for it stands on each, and in the audit of its case. */
export async function queueResend(tx: Transaction, resend: Resend): Promise<ResendReport> {
  const { keys, next } = await chosen(tx, resend);
  await lockMessages(tx, keys);
  const judged = await judge(tx, resend, keys);
  const again = judged.flatMap(({ message, obstacle }) => (message !== null && obstacle === null ? [message] : []));
  await tx.message.updateMany({
    where: { key: { in: again.map(({ key }) => key) } },
    data: { state: 'queued', resends: { increment: 1 }, resentBy: resend.by, settledAt: null, detail: null },
  });
  await writeLines(tx, again, resend);
  return report(judged, next, 'queued');
}

async function chosen(tx: Transaction, { reach, messages }: Resend): Promise<{ keys: string[]; next: LedgerCursor | null }> {
  if ('keys' in messages) return { keys: [...new Set(messages.keys)], next: null };
  const places = await messagePlaces(tx, reach, messages.filter, messages.after, MOST_RESENT + 1);
  const last = places[MOST_RESENT - 1];
  const more = places.length > MOST_RESENT && last !== undefined;
  return {
    keys: places.slice(0, MOST_RESENT).map(({ key }) => key),
    next: more ? { wallAt: last.wallAt.toISOString(), key: last.key } : null,
  };
}

/** Holds the orders' sequences, then the rows: nothing of them starts, settles or is claimed meanwhile. */
async function lockMessages(tx: Transaction, keys: readonly string[]): Promise<void> {
  const orders = await tx.message.findMany({ where: { key: { in: [...keys] } }, distinct: ['orderId'], select: { orderId: true } });
  await lockMessagesOf(
    tx,
    orders.map(({ orderId }) => orderId),
  );
  if (keys.length === 0) return;
  await tx.$queryRaw`SELECT "key" FROM "message" WHERE "key" IN (${Prisma.join([...keys])}) ORDER BY "key" FOR UPDATE`;
}

interface Judged {
  key: string;
  message: LedgerEntry | null;
  obstacle: Obstacle | null;
}

async function judge(tx: Transaction, { reach, alsoUnknown }: Resend, keys: readonly string[]): Promise<Judged[]> {
  const found = new Set(await keysWithin(tx, reach, keys));
  const wanted = await tx.message.findMany({ where: { key: { in: [...found] } }, select: { key: true, orderId: true } });
  const orderIds = [...new Set(wanted.map(({ orderId }) => orderId))];
  if (orderIds.length === 0) return keys.map((key) => ({ key, message: null, obstacle: null }));
  const [entries, standingOf] = [await entriesOf(tx, orderIds), await standingsOf(tx, orderIds)];
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const byOrder = new Map(orderIds.map((orderId) => [orderId, entries.filter((entry) => entry.orderId === orderId)]));
  return keys.map((key) => {
    const message = found.has(key) ? (byKey.get(key) ?? null) : null;
    const obstacle =
      message === null ? null : resendObstacle(message, byOrder.get(message.orderId) ?? [], standingOf(message), alsoUnknown);
    return { key, message, obstacle };
  });
}

/** A line in the audit of each message's case or placement: who had it sent again, and why. */
async function writeLines(tx: Transaction, messages: readonly LedgerEntry[], { by, note }: Resend): Promise<void> {
  const caseIds = [...new Set(messages.map(({ caseId }) => caseId))];
  const [cases, placements] = [
    await tx.reviewCase.findMany({ where: { caseId: { in: caseIds } }, select: { caseId: true, status: true, caseAt: true } }),
    await tx.placement.findMany({ where: { placementId: { in: caseIds } }, select: { placementId: true, status: true, caseAt: true } }),
  ];
  const ofCase = new Map([...cases, ...placements].map((row) => ['caseId' in row ? row.caseId : row.placementId, row]));
  const lines = messages.map(({ key, caseId, orderId, counterpart, state, resends, caseAt }) => {
    const row = ofCase.get(caseId);
    const place = { caseId, orderId, caseAt: row?.caseAt ?? new Date(caseAt), before: row?.status ?? null, after: row?.status ?? null };
    return { ...place, type: 'message_resent', actor: by, data: asJson({ key, counterpart, was: state, resends: resends + 1, note }) };
  });
  await tx.event.createMany({ data: lines });
}

function report(judged: readonly Judged[], next: LedgerCursor | null, done: 'queued' | 'would_be_queued'): ResendReport {
  const items = judged.map(({ key, message, obstacle }): ResendOutcome => {
    if (message === null) return { key, orderId: null, result: 'not_found', reason: null, detail: 'the ledger has no message of this key' };
    const { orderId } = message;
    return obstacle === null
      ? { key, orderId, result: done, reason: null, detail: null }
      : { key, orderId, result: 'not_queued', ...obstacle };
  });
  return { items, queued: items.filter(({ result }) => result === done).length, next };
}

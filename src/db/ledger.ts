/** The ledger as people read it (D9): lists, counts, and how messages stand beside the others of their order. */
import type { CaseStatus } from '../domain/case-status.js';
import type { LedgerEntry, Standing } from '../domain/ledger.js';
import type { PlacementStatus } from '../domain/placement-status.js';
import { earlySuccessStopped } from '../domain/switches.js';
import type { Database, Transaction } from './database.js';
import { Prisma, type Attempt, type Message } from './generated/client.js';
import { readSwitches } from './switches.js';

export type LedgerRow = Message & { attempts: Attempt[] };

export interface LedgerFilter {
  key?: string | undefined;
  orderId?: string | undefined;
  caseId?: string | undefined;
  counterpart?: string | undefined;
  counterpartId?: string | undefined;
  recipient?: string | undefined;
  kind?: string | undefined;
  states?: readonly string[] | undefined;
  /** When it was first claimed, wall time: from (inclusive) and to (exclusive), ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
}

/** A place in the list: stable while messages come in. */
export interface LedgerCursor {
  wallAt: string;
  key: string;
}

/** The ledger, newest first. @param after the place of the last one already seen */
export async function listMessages(db: Database, filter: LedgerFilter, after: LedgerCursor | null, limit: number): Promise<LedgerRow[]> {
  return db.message.findMany({
    where: { AND: [whereOf(filter), after === null ? {} : beyond(after, 'lt')] },
    orderBy: [{ wallAt: 'desc' }, { key: 'desc' }],
    take: limit,
    include: { attempts: { orderBy: { number: 'asc' } } },
  });
}

/** The keys of messages, oldest first. @param after the place of the last one already seen */
export async function messagePlaces(
  tx: Transaction,
  filter: LedgerFilter,
  after: LedgerCursor | null,
  limit: number,
): Promise<{ key: string; wallAt: Date }[]> {
  return tx.message.findMany({
    where: { AND: [whereOf(filter), after === null ? {} : beyond(after, 'gt')] },
    orderBy: [{ wallAt: 'asc' }, { key: 'asc' }],
    take: limit,
    select: { key: true, wallAt: true },
  });
}

function beyond({ wallAt, key }: LedgerCursor, way: 'lt' | 'gt') {
  const at = new Date(wallAt);
  return { OR: [{ wallAt: { [way]: at } }, { wallAt: at, key: { [way]: key } }] };
}

export async function findMessage(db: Database, key: string): Promise<LedgerRow | null> {
  return db.message.findUnique({ where: { key }, include: { attempts: { orderBy: { number: 'asc' } } } });
}

export interface LedgerCount {
  counterpart: string;
  counterpartId: string | null;
  state: string;
  count: number;
}

/** How many messages each counterpart has in each state, under a filter. */
export async function countMessages(db: Database, filter: LedgerFilter): Promise<LedgerCount[]> {
  const groups = await db.message.groupBy({
    by: ['counterpart', 'counterpartId', 'state'],
    where: whereOf(filter),
    _count: true,
    orderBy: [{ counterpart: 'asc' }, { counterpartId: 'asc' }, { state: 'asc' }],
  });
  return groups.map(({ _count: count, ...group }) => ({ ...group, count }));
}

function whereOf({ states, from, to, ...equal }: LedgerFilter): Prisma.MessageWhereInput {
  const named = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  return {
    ...named,
    ...(states === undefined ? {} : { state: { in: [...states] } }),
    wallAt: { ...(from === undefined ? {} : { gte: new Date(from) }), ...(to === undefined ? {} : { lt: new Date(to) }) },
  };
}

/** What the buyer server has been told of a round, or is to be told, by the ledger: in its sequence, without texts. */
export async function buyerMessages(db: Database, orderId: string, reviewRound: number) {
  return db.message.findMany({
    where: { orderId, reviewRound, counterpart: 'buyer' },
    orderBy: { sequence: 'asc' },
    select: { key: true, caseId: true, kind: true, provisional: true, supersedes: true, state: true, resends: true, settledAt: true },
  });
}

/** All messages of some orders, without their texts. */
export async function entriesOf(db: Database | Transaction, orderIds: readonly string[]): Promise<LedgerEntry[]> {
  const rows = await db.$queryRaw<(Omit<LedgerEntry, 'caseAt'> & { caseAt: Date })[]>`
    SELECT m."key", m."caseId", m."orderId", m."reviewRound", m."stage", m."counterpart", m."counterpartId", m."recipient", m."sequence", m."kind",
      m."provisional", m."supersedes", m."state", m."resends", m."caseAt",
      EXISTS (SELECT 1 FROM "attempt" a WHERE a."messageKey" = m."key" AND (a."outcome" IS NULL OR a."outcome" = 'unknown')) AS "mayHaveActed"
    FROM "message" m WHERE m."orderId" IN (${Prisma.join([...orderIds])})
    ORDER BY m."reviewRound", m."sequence" NULLS LAST, m."wallAt", m."key"`;
  return rows.map((row) => ({ ...row, caseAt: row.caseAt.getTime() }));
}

/** @returns how things stand with what a message of one of these orders speaks of */
export async function standingsOf(
  db: Database | Transaction,
  orderIds: readonly string[],
): Promise<(message: Pick<LedgerEntry, 'orderId' | 'reviewRound'>) => Standing> {
  const where = { orderId: { in: [...orderIds] } };
  const [cases, placements, switches] = [
    await db.reviewCase.findMany({ where, orderBy: { openedAt: 'asc' } }),
    await db.placement.findMany({ where, orderBy: { opening: 'asc' } }),
    await readSwitches(db),
  ];
  // The newest of each comes last.
  const caseOf = new Map(cases.map((row) => [`${row.orderId} ${row.reviewRound}`, row]));
  const placementOf = new Map(placements.map((row) => [row.orderId, row]));
  return ({ orderId, reviewRound }) => {
    const reviewCase = caseOf.get(`${orderId} ${reviewRound}`);
    const placement = placementOf.get(orderId);
    return {
      reviewCase: reviewCase === undefined ? null : { ...reviewCase, status: reviewCase.status as CaseStatus },
      placement: placement === undefined ? null : { status: placement.status as PlacementStatus, refundDue: placement.refundDue },
      earlySuccessStopped: earlySuccessStopped(switches, reviewCase?.buyerId ?? ''),
    };
  };
}

/** The ledger as people read it (D9): lists, counts, and how messages stand beside the others of their order. */
import { isEverything, type Reach } from '../domain/access.js';
import type { CaseStatus } from '../domain/case-status.js';
import type { LedgerEntry, Standing } from '../domain/ledger.js';
import type { PlacementStatus } from '../domain/placement-status.js';
import { earlySuccessStopped } from '../domain/switches.js';
import type { Database, Transaction } from './database.js';
import { Prisma, type Attempt, type Message } from './generated/client.js';
import { isOrderWithin, orderWithin } from './reach.js';
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
export async function listMessages(
  db: Database,
  reach: Reach,
  filter: LedgerFilter,
  after: LedgerCursor | null,
  limit: number,
): Promise<LedgerRow[]> {
  const beyond = after === null ? Prisma.sql`TRUE` : Prisma.sql`(m."wallAt", m."key") < (${new Date(after.wallAt)}, ${after.key})`;
  const places = await db.$queryRaw<{ key: string }[]>`
    SELECT m."key" FROM "message" m WHERE ${conditions(reach, filter)} AND ${beyond} ORDER BY m."wallAt" DESC, m."key" DESC LIMIT ${limit}`;
  return db.message.findMany({
    where: { key: { in: places.map(({ key }) => key) } },
    orderBy: [{ wallAt: 'desc' }, { key: 'desc' }],
    include: { attempts: { orderBy: { number: 'asc' } } },
  });
}

/** The keys of messages, oldest first. @param after the place of the last one already seen */
export async function messagePlaces(
  tx: Transaction,
  reach: Reach,
  filter: LedgerFilter,
  after: LedgerCursor | null,
  limit: number,
): Promise<{ key: string; wallAt: Date }[]> {
  const beyond = after === null ? Prisma.sql`TRUE` : Prisma.sql`(m."wallAt", m."key") > (${new Date(after.wallAt)}, ${after.key})`;
  return tx.$queryRaw`
    SELECT m."key", m."wallAt" FROM "message" m WHERE ${conditions(reach, filter)} AND ${beyond} ORDER BY m."wallAt", m."key" LIMIT ${limit}`;
}

/** @returns those of these keys whose messages are within reach */
export async function keysWithin(tx: Transaction, reach: Reach, keys: readonly string[]): Promise<string[]> {
  const found = await tx.$queryRaw<{ key: string }[]>`
    SELECT m."key" FROM "message" m WHERE m."key" = ANY (${[...keys]}::text[]) AND ${orderWithin(reach, Prisma.sql`m."orderId"`)}`;
  return found.map(({ key }) => key);
}

/** @returns null also when the message's order is out of reach */
export async function findMessage(db: Database, reach: Reach, key: string): Promise<LedgerRow | null> {
  const row = await db.message.findUnique({ where: { key }, include: { attempts: { orderBy: { number: 'asc' } } } });
  return row === null || isEverything(reach) || (await isOrderWithin(db, reach, row.orderId)) ? row : null;
}

export interface LedgerCount {
  counterpart: string;
  counterpartId: string | null;
  state: string;
  count: number;
}

/** How many messages each counterpart has in each state, under a filter. */
export async function countMessages(db: Database, reach: Reach, filter: LedgerFilter): Promise<LedgerCount[]> {
  return db.$queryRaw`
    SELECT m."counterpart", m."counterpartId", m."state", count(*)::int AS "count" FROM "message" m WHERE ${conditions(reach, filter)}
    GROUP BY m."counterpart", m."counterpartId", m."state" ORDER BY m."counterpart", m."counterpartId", m."state"`;
}

/** The columns by which the ledger is filtered. */
const EQUAL = ['key', 'orderId', 'caseId', 'counterpart', 'counterpartId', 'recipient', 'kind'] as const;

function conditions(reach: Reach, { states, from, to, ...equal }: LedgerFilter): Prisma.Sql {
  const named = EQUAL.flatMap((name) => (equal[name] === undefined ? [] : [Prisma.sql`m.${Prisma.raw(`"${name}"`)} = ${equal[name]}`]));
  const all = [
    orderWithin(reach, Prisma.sql`m."orderId"`),
    ...named,
    ...(states === undefined ? [] : [Prisma.sql`m."state" = ANY (${[...states]}::text[])`]),
    ...(from === undefined ? [] : [Prisma.sql`m."wallAt" >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [Prisma.sql`m."wallAt" < ${new Date(to)}`]),
  ];
  return Prisma.join(all, ' AND ');
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

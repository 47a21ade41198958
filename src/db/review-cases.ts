/** The read model of cases: written from the workflow with a rising version, read by lists and pages. */
import { isWithin, type Reach } from '../domain/access.js';
import type { CaseRecord, CaseRow } from '../domain/case-record.js';
import { caseFeed } from '../domain/feed.js';
import { writeAudit } from './case-events.js';
import { type Database, type Transaction } from './database.js';
import { rewriteFeed, writeFeed } from './feed.js';
import { Prisma, type ReviewCase } from './generated/client.js';

/**
 * Writes row, audit, dispositions and what the feed tells of them in one transaction; repeated or late writes change nothing.
 *
 * A worker that dies before Temporal has taken its workflow task has written what was never decided: the task is done again,
 * perhaps with other events. What is decided then replaces it, row and audit.
 */
export async function writeCase(db: Database, { row, ...rest }: CaseRecord): Promise<void> {
  await db.$transaction(async (tx) => {
    if (!(await writeRow(tx, row))) return;
    const again = await writeAudit(tx, row, rest);
    const told = caseFeed(rest.audit, row);
    await (again ? rewriteFeed(tx, { caseId: row.caseId }, rest.auditBefore, told) : writeFeed(tx, told));
  });
}

/** @returns whether it was written: not when the row has been written at this place of the history, or at a later one */
async function writeRow(tx: Transaction, row: CaseRow): Promise<boolean> {
  const columns = {
    ...row,
    decision: asJsonb(row.decision),
    planned: asJsonb(row.planned),
    escalation: asJsonb(row.escalation),
    firstFailureAt: new Date(row.firstFailureAt),
    windowEndsAt: asDate(row.windowEndsAt),
    deadlineAt: asDate(row.deadlineAt),
    nextActionAt: asDate(row.nextActionAt),
    openedAt: new Date(row.openedAt),
    endedAt: asDate(row.endedAt),
    caseAt: new Date(row.caseAt),
    asOf: new Date(),
  };
  const names = COLUMNS.filter((name) => name in columns && columns[name] !== undefined);
  const values = names.map((name) => columns[name]);
  // The list's cursor stands on openedAt: it never moves.
  const changing = names.filter((name) => name !== 'caseId' && name !== 'openedAt');
  // The order of a case's writes: the same task may write several times, and a lost one is done again, later by the workflow's clock.
  const written = await tx.$executeRaw`
    INSERT INTO "review_case" (${Prisma.join(names.map(column))}) VALUES (${Prisma.join(values)})
    ON CONFLICT ("caseId") DO UPDATE SET ${Prisma.join(changing.map((name) => Prisma.sql`${column(name)} = EXCLUDED.${column(name)}`))}
    WHERE ("review_case"."historyLength", "review_case"."caseAt", "review_case"."caseVersion")
      < (EXCLUDED."historyLength", EXCLUDED."caseAt", EXCLUDED."caseVersion")`;
  return written === 1;
}

const COLUMNS = Object.values(Prisma.ReviewCaseScalarFieldEnum);

/** A column's name as SQL; one of COLUMNS, so nothing from outside becomes SQL. */
function column(name: (typeof COLUMNS)[number]): Prisma.Sql {
  return Prisma.raw(`"${name}"`);
}

function asJsonb(value: unknown): Prisma.Sql | undefined {
  return value === null ? undefined : Prisma.sql`${JSON.stringify(value)}::jsonb`;
}

function asDate(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}

/** What the relay knows of a new case before its workflow speaks. */
export async function openCaseRow(
  tx: Transaction,
  input: { caseId: string; orderId: string; reviewRound: number; reasonType: string; firstFailureAt: Date },
): Promise<void> {
  const row = { ...input, status: 'deciding', openedAt: new Date(), caseAt: input.firstFailureAt };
  await tx.reviewCase.createMany({ data: [row], skipDuplicates: true });
}

/** @returns the newest case of an order, or of one of its rounds; null when it is out of reach, whatever the older ones are */
export async function newestCase(
  db: Database | Transaction,
  reach: Reach,
  orderId: string,
  reviewRound?: number,
): Promise<ReviewCase | null> {
  const row = await db.reviewCase.findFirst({
    where: { orderId, ...(reviewRound === undefined ? {} : { reviewRound }) },
    orderBy: [{ reviewRound: 'desc' }, { openedAt: 'desc' }],
  });
  return row !== null && isWithin(reach, row) ? row : null;
}

/** @returns the ids of the newest cases of these orders */
export async function newestCaseIds(db: Database, orderIds: string[]): Promise<ReadonlySet<string>> {
  const newest = await db.reviewCase.findMany({
    where: { orderId: { in: [...new Set(orderIds)] } },
    distinct: ['orderId'],
    orderBy: [{ orderId: 'asc' }, { reviewRound: 'desc' }, { openedAt: 'desc' }],
    select: { caseId: true },
  });
  return new Set(newest.map(({ caseId }) => caseId));
}

/** @returns the newest round of each of these orders that has a case */
export async function newestRounds(db: Database, orderIds: string[]): Promise<Map<string, number>> {
  const rounds = await db.reviewCase.groupBy({ by: ['orderId'], where: { orderId: { in: orderIds } }, _max: { reviewRound: true } });
  return new Map(rounds.flatMap(({ orderId, _max }) => (_max.reviewRound === null ? [] : [[orderId, _max.reviewRound] as const])));
}

export interface CaseFilter {
  status?: string[];
  buyerId?: string;
  liaisonId?: string;
  reasonType?: string;
  orderId?: string;
}

/** Open cases and those that ended since an instant, newest first; undecided ones left out. */
export async function recentCases(db: Database, reach: Reach, filter: CaseFilter, endedSince: Date, limit: number): Promise<ReviewCase[]> {
  return db.reviewCase.findMany({
    where: { ...whereOf(reach, filter), policyVersion: { not: null }, OR: [{ endedAt: null }, { endedAt: { gte: endedSince } }] },
    orderBy: [{ openedAt: 'desc' }, { caseId: 'desc' }],
    take: limit,
  });
}

/** Open, decided cases that do not follow a version yet, oldest first. */
export async function casesToMigrate(
  db: Database,
  reach: Reach,
  filter: CaseFilter,
  { version, fromVersion }: { version: number; fromVersion?: number },
  limit: number,
): Promise<ReviewCase[]> {
  return db.reviewCase.findMany({
    where: {
      ...whereOf(reach, filter),
      endedAt: null,
      ending: null,
      policyVersion: { not: version, ...(fromVersion === undefined ? {} : { equals: fromVersion }) },
    },
    orderBy: [{ openedAt: 'asc' }, { caseId: 'asc' }],
    take: limit,
  });
}

/** Open cases of a liaison, oldest first, at most `limit` of them; and how many there are. */
export async function casesOfLiaison(
  db: Database,
  reach: Reach,
  liaisonId: string,
  filter: Pick<CaseFilter, 'status' | 'buyerId' | 'reasonType'>,
  limit: number,
): Promise<{ rows: ReviewCase[]; total: number }> {
  const where = { AND: [whereOf(reach, filter)], liaisonId, endedAt: null };
  const [rows, total] = await Promise.all([
    db.reviewCase.findMany({ where, orderBy: [{ openedAt: 'asc' }, { caseId: 'asc' }], take: limit }),
    db.reviewCase.count({ where }),
  ]);
  return { rows, total };
}

function whereOf(reach: Reach, filter: CaseFilter): Prisma.ReviewCaseWhereInput {
  const { status, ...rest } = filter;
  return { ...rest, ...(status === undefined ? {} : { status: { in: status } }), AND: [within(reach)] };
}

function within({ buyers, liaisonIds }: Reach): Prisma.ReviewCaseWhereInput {
  return {
    ...(buyers === null ? {} : { buyerId: { in: [...buyers] } }),
    ...(liaisonIds === null ? {} : { liaisonId: { in: [...liaisonIds] } }),
  };
}

/** The list of cases: filtered, searched, sorted and counted. */
import type { Reach } from '../domain/access.js';
import { ATTENDED_WHILE, PERSONS_LINES } from '../domain/attendance.js';
import { NEWEST_FIRST, type CASE_SORT_FIELDS, type CaseSort, type SortedPlace } from '../domain/sorting.js';
import type { Database } from './database.js';
import { Prisma, type ReviewCase } from './generated/client.js';
import { column, holds, instantKey, isWithinSpan, pageInOrder, placeInOrder, type SortedList } from './keyset.js';
import { caseWithin } from './reach.js';
import type { CaseFilter } from './review-cases.js';

/** Instants are ISO 8601; `…After` is inclusive, `…Before` exclusive. */
export interface CaseListFilter extends CaseFilter {
  open?: boolean | undefined;
  openedAfter?: string | undefined;
  openedBefore?: string | undefined;
  endedAfter?: string | undefined;
  endedBefore?: string | undefined;
  /** Nobody is responsible. */
  unassigned?: boolean | undefined;
  /** A person has done something in it before its end. */
  attended?: boolean | undefined;
  /** In the order's id, the buyer's own number of it, the buyer's name or id. */
  q?: string | undefined;
}

const LIST: SortedList<ReviewCase, (typeof CASE_SORT_FIELDS)[number]> = {
  table: Prisma.sql`"review_case"`,
  id: 'caseId',
  keys: {
    openedAt: instantKey('openedAt', false),
    firstFailureAt: instantKey('firstFailureAt', false),
    deadlineAt: instantKey('deadlineAt', true),
    nextActionAt: instantKey('nextActionAt', true),
    // Amounts of different currencies cannot be compared: those of one stand together.
    total: {
      columns: [column('totalCurrency'), Prisma.sql`${column('totalValue')}::numeric`],
      nullable: true,
      valuesOf: ({ totalCurrency, totalValue }) => (totalCurrency === null || totalValue === null ? null : [totalCurrency, totalValue]),
      compared: ([currency = '', value = '0']) => [Prisma.sql`${currency}::text`, Prisma.sql`${value}::numeric`],
    },
  },
};

/** @param after the place of the last one already seen, of the same sort */
export async function listCases(
  db: Database,
  reach: Reach,
  filter: CaseListFilter,
  limit: number,
  after: SortedPlace<CaseSort> | null,
  sort: CaseSort = NEWEST_FIRST,
): Promise<ReviewCase[]> {
  const rows = await db.$queryRaw<(ReviewCase & { part: number })[]>(pageInOrder(LIST, sort, conditions(reach, filter), after, limit));
  return rows.map(({ part: _part, ...row }) => row);
}

/** @returns the place of a case in the list sorted so */
export function placeOfCase(sort: CaseSort, row: ReviewCase): SortedPlace<CaseSort> {
  return placeInOrder(LIST, sort, row);
}

/** @returns how many cases each status has under the filter, the status filter itself left out. */
export async function countCases(db: Database, reach: Reach, filter: CaseListFilter): Promise<Record<string, number>> {
  const { status: _, ...rest } = filter;
  const groups = await db.$queryRaw<{ status: string; count: number }[]>`
    SELECT t."status", count(*)::int AS "count" FROM "review_case" t WHERE ${conditions(reach, rest)} GROUP BY t."status"`;
  return Object.fromEntries(groups.map(({ status, count }) => [status, count]));
}

const EQUAL = ['buyerId', 'liaisonId', 'reasonType', 'orderId'] as const;
const SEARCHED = ['orderId', 'buyerOrderNumber', 'buyerName', 'buyerId'].map(column);

/** Open is what has not ended: an index has both. */
function conditions(reach: Reach, filter: CaseListFilter): Prisma.Sql {
  const { status, open, unassigned, attended, q } = filter;
  const equal = EQUAL.flatMap((name) => (filter[name] === undefined ? [] : [Prisma.sql`${column(name)} = ${filter[name]}`]));
  const all = [
    caseWithin(reach),
    ...equal,
    ...(status === undefined ? [] : [Prisma.sql`t."status" = ANY (${status}::text[])`]),
    ...(open === undefined ? [] : [open ? Prisma.sql`t."endedAt" IS NULL` : Prisma.sql`t."endedAt" IS NOT NULL`]),
    ...(unassigned === undefined ? [] : [unassigned ? Prisma.sql`t."liaisonId" IS NULL` : Prisma.sql`t."liaisonId" IS NOT NULL`]),
    ...(attended === undefined ? [] : [attended ? isAttended() : Prisma.sql`NOT ${isAttended()}`]),
    ...isWithinSpan(column('openedAt'), { from: filter.openedAfter, to: filter.openedBefore }),
    ...isWithinSpan(column('endedAt'), { from: filter.endedAfter, to: filter.endedBefore }),
    ...(q === undefined ? [] : [holds(q, SEARCHED)]),
  ];
  return Prisma.join(all, ' AND ');
}

/** Whether a person has done something in the case `t` before its end. */
export function isAttended(): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM "event" e WHERE e."caseId" = t."caseId" AND e."before" = ANY (${[...ATTENDED_WHILE]}::text[])
    AND (e."type" = ANY (${[...PERSONS_LINES]}::text[]) OR (e."type" = 'ending' AND e."actor" <> 'holdpoint')
      OR (e."type" = 'review_succeeded' AND e."data"->'by'->>'kind' = 'liaison')))`;
}

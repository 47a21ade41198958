/** The list of placements: filtered, searched, sorted and counted. */
import type { Reach } from '../domain/access.js';
import { NEWEST_FIRST, type PLACEMENT_SORT_FIELDS, type PlacementSort, type SortedPlace } from '../domain/sorting.js';
import type { Database } from './database.js';
import { Prisma, type Placement } from './generated/client.js';
import { column, holds, instantKey, isWithinSpan, pageInOrder, placeInOrder, type SortedList } from './keyset.js';
import { orderWithin } from './reach.js';

/** Instants are ISO 8601; `…After` is inclusive, `…Before` exclusive. */
export interface PlacementFilter {
  status?: string[] | undefined;
  statusReason?: string[] | undefined;
  vendorId?: string | undefined;
  campaign?: string | undefined;
  orderId?: string | undefined;
  vendorStatus?: string | undefined;
  /** Only those whose vendor's latest word nobody has mapped. */
  unmapped?: boolean | undefined;
  open?: boolean | undefined;
  openedAfter?: string | undefined;
  openedBefore?: string | undefined;
  endedAfter?: string | undefined;
  endedBefore?: string | undefined;
  /** In the order's id, our number of it or the vendor's own. */
  q?: string | undefined;
}

const LIST: SortedList<Placement, (typeof PLACEMENT_SORT_FIELDS)[number]> = {
  table: Prisma.sql`"placement"`,
  id: 'placementId',
  keys: {
    openedAt: instantKey('openedAt', false),
    deadlineAt: instantKey('deadlineAt', true),
    nextActionAt: instantKey('nextActionAt', true),
  },
};

/** @param after the place of the last one already seen, of the same sort */
export async function listPlacements(
  db: Database,
  reach: Reach,
  filter: PlacementFilter,
  limit: number,
  after: SortedPlace<PlacementSort> | null,
  sort: PlacementSort = NEWEST_FIRST,
): Promise<Placement[]> {
  const rows = await db.$queryRaw<(Placement & { part: number })[]>(pageInOrder(LIST, sort, conditions(reach, filter), after, limit));
  return rows.map(({ part: _part, ...row }) => row);
}

/** @returns the place of a placement in the list sorted so */
export function placeOfPlacement(sort: PlacementSort, row: Placement): SortedPlace<PlacementSort> {
  return placeInOrder(LIST, sort, row);
}

/** @returns how many placements each status has under the filter, the status filter itself left out. */
export async function countPlacements(db: Database, reach: Reach, filter: PlacementFilter): Promise<Record<string, number>> {
  const { status: _, ...rest } = filter;
  const groups = await db.$queryRaw<{ status: string; count: number }[]>`
    SELECT t."status", count(*)::int AS "count" FROM "placement" t WHERE ${conditions(reach, rest)} GROUP BY t."status"`;
  return Object.fromEntries(groups.map(({ status, count }) => [status, count]));
}

const EQUAL = ['vendorId', 'campaign', 'orderId', 'vendorStatus', 'unmapped'] as const;
const SEARCHED = ['orderId', 'placementNumber', 'vendorOrderId'].map(column);

function conditions(reach: Reach, filter: PlacementFilter): Prisma.Sql {
  const { status, statusReason, open, q } = filter;
  const equal = EQUAL.flatMap((name) => (filter[name] === undefined ? [] : [Prisma.sql`${column(name)} = ${filter[name]}`]));
  const all = [
    orderWithin(reach, column('orderId')),
    ...equal,
    ...(status === undefined ? [] : [Prisma.sql`t."status" = ANY (${status}::text[])`]),
    ...(statusReason === undefined ? [] : [Prisma.sql`t."statusReason" = ANY (${statusReason}::text[])`]),
    ...(open === undefined ? [] : [open ? Prisma.sql`t."endedAt" IS NULL` : Prisma.sql`t."endedAt" IS NOT NULL`]),
    ...isWithinSpan(column('openedAt'), { from: filter.openedAfter, to: filter.openedBefore }),
    ...isWithinSpan(column('endedAt'), { from: filter.endedAfter, to: filter.endedBefore }),
    ...(q === undefined ? [] : [holds(q, SEARCHED)]),
  ];
  return Prisma.join(all, ' AND ');
}

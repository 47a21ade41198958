/** The read model of placements (B5): written from the workflow like a case's, read by lists and pages. */
import { isEverything, type Reach } from '../domain/access.js';
import type { PlacementCarry, PlacementRecord, PlacementRow } from '../domain/placement-record.js';
import { placementFeed } from '../domain/feed.js';
import { writeAudit } from './case-events.js';
import { asJson, type Database, type Transaction } from './database.js';
import { Prisma, type Placement } from './generated/client.js';
import { rewriteFeed, writeFeed } from './feed.js';
import { buyerOfOrder, isOrderWithin, orderWithin } from './reach.js';

/** Writes row, audit, dispositions and what the feed tells of them in one transaction, as `writeCase` does; repeated or late writes change nothing. */
export async function writePlacement(db: Database, { row, ...rest }: PlacementRecord): Promise<void> {
  await db.$transaction(async (tx) => {
    if (!(await writeRow(tx, row))) return;
    const { placementId, orderId } = row;
    const again = await writeAudit(tx, { caseId: placementId, orderId }, rest);
    if (rest.audit.length === 0 && !again) return;
    const told = placementFeed(rest.audit, { ...row, buyerId: await buyerOfOrder(tx, orderId) });
    await (again ? rewriteFeed(tx, { placementId }, rest.auditBefore, told) : writeFeed(tx, told));
  });
}

/** @returns whether it was written: not when the row has been written at this place of the history, or at a later one */
async function writeRow(tx: Transaction, row: PlacementRow): Promise<boolean> {
  const columns = {
    ...row,
    decision: row.decision === null ? undefined : asJson(row.decision),
    carry: asJson(row.carry),
    nextActionAt: asDate(row.nextActionAt),
    deadlineAt: asDate(row.deadlineAt),
    openedAt: new Date(row.openedAt),
    endedAt: asDate(row.endedAt),
    caseAt: new Date(row.caseAt),
    asOf: new Date(),
  };
  const created = await tx.placement.createMany({ data: [columns], skipDuplicates: true });
  if (created.count === 1) return true;
  const { openedAt: _, ...changing } = columns;
  const { historyLength, caseAt, placementVersion } = columns;
  const { count } = await tx.placement.updateMany({
    where: {
      placementId: row.placementId,
      OR: [
        { historyLength: { lt: historyLength } },
        { historyLength, caseAt: { lt: caseAt } },
        { historyLength, caseAt, placementVersion: { lt: placementVersion } },
      ],
    },
    data: changing,
  });
  return count === 1;
}

function asDate(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}

export interface NewPlacement {
  placementId: string;
  orderId: string;
  opening: number;
  vendorId: string;
  campaign: string | null;
  customer: unknown;
  carry: PlacementCarry | null;
}

/** What the relay knows of a new placement before its workflow speaks. */
export async function openPlacementRow(tx: Transaction, { customer, carry, ...input }: NewPlacement): Promise<void> {
  const now = new Date();
  const row = {
    ...input,
    status: 'created',
    ...(customer === null || customer === undefined ? {} : { customer: asJson(customer) }),
    ...(carry === null ? {} : { carry: asJson(carry) }),
    openedAt: now,
    caseAt: now,
  };
  await tx.placement.createMany({ data: [row], skipDuplicates: true });
}

/** @returns the newest opening of an order's placement; null when the order is out of reach */
export async function newestPlacement(db: Database | Transaction, reach: Reach, orderId: string): Promise<Placement | null> {
  const row = await db.placement.findFirst({ where: { orderId }, orderBy: { opening: 'desc' } });
  return row === null || isEverything(reach) || (await isOrderWithin(db, reach, orderId)) ? row : null;
}

export interface PlacementFilter {
  status?: string[];
  vendorId?: string;
  campaign?: string;
  orderId?: string;
  /** Only those whose vendor's latest word nobody has mapped. */
  unmapped?: boolean;
}

/** A place in the list: newest first, stable while placements come in. */
export interface PlacementCursor {
  openedAt: string;
  placementId: string;
}

export async function listPlacements(
  db: Database,
  reach: Reach,
  filter: PlacementFilter,
  limit: number,
  after: PlacementCursor | null,
): Promise<Placement[]> {
  const beyond =
    after === null ? Prisma.sql`TRUE` : Prisma.sql`(p."openedAt", p."placementId") < (${new Date(after.openedAt)}, ${after.placementId})`;
  const places = await db.$queryRaw<{ placementId: string }[]>`
    SELECT p."placementId" FROM "placement" p WHERE ${conditions(reach, filter)} AND ${beyond}
    ORDER BY p."openedAt" DESC, p."placementId" DESC LIMIT ${limit}`;
  return db.placement.findMany({
    where: { placementId: { in: places.map(({ placementId }) => placementId) } },
    orderBy: [{ openedAt: 'desc' }, { placementId: 'desc' }],
  });
}

/** @returns how many placements each status has under the filter, the status filter itself left out. */
export async function countPlacements(db: Database, reach: Reach, filter: PlacementFilter): Promise<Record<string, number>> {
  const { status: _, ...rest } = filter;
  const groups = await db.$queryRaw<{ status: string; count: number }[]>`
    SELECT p."status", count(*)::int AS "count" FROM "placement" p WHERE ${conditions(reach, rest)} GROUP BY p."status"`;
  return Object.fromEntries(groups.map(({ status, count }) => [status, count]));
}

function conditions(reach: Reach, { status, vendorId, campaign, orderId, unmapped }: PlacementFilter): Prisma.Sql {
  const all = [
    orderWithin(reach, Prisma.sql`p."orderId"`),
    ...(status === undefined ? [] : [Prisma.sql`p."status" = ANY (${status}::text[])`]),
    ...(vendorId === undefined ? [] : [Prisma.sql`p."vendorId" = ${vendorId}`]),
    ...(campaign === undefined ? [] : [Prisma.sql`p."campaign" = ${campaign}`]),
    ...(orderId === undefined ? [] : [Prisma.sql`p."orderId" = ${orderId}`]),
    ...(unmapped === undefined ? [] : [Prisma.sql`p."unmapped" = ${unmapped}`]),
  ];
  return Prisma.join(all, ' AND ');
}

/** The read model of placements (B5): written from the workflow like a case's, read by lists and pages. */
import type { PlacementCarry, PlacementRecord, PlacementRow } from '../domain/placement-record.js';
import { writeAudit } from './case-events.js';
import { asJson, type Database, type Transaction } from './database.js';
import type { Placement } from './generated/client.js';

/** Writes row, audit and dispositions in one transaction, as `writeCase` does; repeated or late writes change nothing. */
export async function writePlacement(db: Database, { row, ...rest }: PlacementRecord): Promise<void> {
  await db.$transaction(async (tx) => {
    if (await writeRow(tx, row)) await writeAudit(tx, { caseId: row.placementId, orderId: row.orderId }, rest);
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

/** @returns the newest opening of an order's placement */
export async function newestPlacement(db: Database | Transaction, orderId: string): Promise<Placement | null> {
  return db.placement.findFirst({ where: { orderId }, orderBy: { opening: 'desc' } });
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
  filter: PlacementFilter,
  limit: number,
  after: PlacementCursor | null,
): Promise<Placement[]> {
  const at = after === null ? null : new Date(after.openedAt);
  return db.placement.findMany({
    where: {
      ...whereOf(filter),
      ...(after === null || at === null
        ? {}
        : { OR: [{ openedAt: { lt: at } }, { openedAt: at, placementId: { lt: after.placementId } }] }),
    },
    orderBy: [{ openedAt: 'desc' }, { placementId: 'desc' }],
    take: limit,
  });
}

/** @returns how many placements each status has under the filter, the status filter itself left out. */
export async function countPlacements(db: Database, filter: PlacementFilter): Promise<Record<string, number>> {
  const { status: _, ...rest } = filter;
  const groups = await db.placement.groupBy({ by: ['status'], where: whereOf(rest), _count: true });
  return Object.fromEntries(groups.map((group) => [group.status, group._count]));
}

function whereOf(filter: PlacementFilter) {
  const { status, ...rest } = filter;
  return { ...rest, ...(status === undefined ? {} : { status: { in: status } }) };
}

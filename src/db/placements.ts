/** The read model of placements (B5): written from the workflow like a case's, read by lists and pages. */
import { isEverything, type Reach } from '../domain/access.js';
import type { PlacementCarry, PlacementRecord, PlacementRow } from '../domain/placement-record.js';
import { placementFeed } from '../domain/feed.js';
import { writeAudit } from './case-events.js';
import { asJson, type Database, type Transaction } from './database.js';
import type { Placement } from './generated/client.js';
import { rewriteFeed, writeFeed } from './feed.js';
import { buyerOfOrder, isOrderWithin } from './reach.js';

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

/** Calls under way at a counterpart over all workers: a row each, held for a time; a holder that dies gives it up by that. */
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';

/** A call that wants a slot. */
export interface SlotWanted {
  counterpartId: string;
  maxConcurrent: number;
  /** Unique to this call. */
  holder: string;
  /** Longer than the call can last. */
  holdMs: number;
}

/**
 * Takes a free slot, or one whose holder's time is over. One short statement: nobody waits in the database.
 * @returns the slot's number, or null when all are held
 */
export async function takeSlot(db: Database, wanted: SlotWanted): Promise<number | null> {
  const rows = await db.$queryRaw<{ slot: number }[]>(takingSlot(wanted, Prisma.sql`true`));
  return rows[0]?.slot ?? null;
}

/** The statement that takes a slot, and returns its number; also as a part of another. @param onlyIf a condition; where it is false, none is taken */
export function takingSlot({ counterpartId, maxConcurrent, holder, holdMs }: SlotWanted, onlyIf: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    UPDATE "counterpart_slot" SET "holder" = ${holder}, "heldUntil" = now() + ${holdMs} * interval '1 millisecond'
    WHERE "counterpartId" = ${counterpartId} AND (${onlyIf}) AND "slot" = (
      SELECT "slot" FROM "counterpart_slot"
      WHERE "counterpartId" = ${counterpartId} AND "slot" < ${maxConcurrent} AND ("holder" IS NULL OR "heldUntil" < now())
      ORDER BY "slot" LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING "slot"`;
}

/** Makes the rows of slots that there are not yet. */
export async function makeSlots(db: Database, { counterpartId, maxConcurrent }: SlotWanted): Promise<void> {
  const data = Array.from({ length: maxConcurrent }, (_, slot) => ({ counterpartId, slot }));
  await db.counterpartSlot.createMany({ data, skipDuplicates: true });
}

/** Gives a slot back, unless another holds it by now. */
export async function freeSlot(db: Database, { counterpartId, holder }: SlotWanted, slot: number): Promise<void> {
  await db.counterpartSlot.updateMany({ where: { counterpartId, slot, holder }, data: { holder: null, heldUntil: null } });
}

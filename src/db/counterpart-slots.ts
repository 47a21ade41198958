/** Calls under way at a counterpart over all workers: a row each, held for a time; a holder that dies gives it up by that. */
import type { Database } from './database.js';

/**
 * Takes a free slot, or one whose holder's time is over. One short statement: nobody waits in the database.
 * @param holder unique to this call
 * @param holdMs longer than the call can last
 * @returns the slot's number, or null when all are held
 */
export async function takeSlot(
  db: Database,
  counterpartId: string,
  maxConcurrent: number,
  holder: string,
  holdMs: number,
): Promise<number | null> {
  const rows = await db.$queryRaw<{ slot: number }[]>`
    UPDATE "counterpart_slot" SET "holder" = ${holder}, "heldUntil" = now() + ${holdMs} * interval '1 millisecond'
    WHERE "counterpartId" = ${counterpartId} AND "slot" = (
      SELECT "slot" FROM "counterpart_slot"
      WHERE "counterpartId" = ${counterpartId} AND "slot" < ${maxConcurrent} AND ("holder" IS NULL OR "heldUntil" < now())
      ORDER BY "slot" LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING "slot"`;
  return rows[0]?.slot ?? null;
}

/** Makes the rows of slots that there are not yet. */
export async function makeSlots(db: Database, counterpartId: string, maxConcurrent: number): Promise<void> {
  const data = Array.from({ length: maxConcurrent }, (_, slot) => ({ counterpartId, slot }));
  await db.counterpartSlot.createMany({ data, skipDuplicates: true });
}

/** Gives a slot back, unless another holds it by now. */
export async function freeSlot(db: Database, counterpartId: string, slot: number, holder: string): Promise<void> {
  await db.counterpartSlot.updateMany({ where: { counterpartId, slot, holder }, data: { holder: null, heldUntil: null } });
}

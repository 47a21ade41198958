/** Vendors: data that operations keep. */
import type { StatusMeaning, Vendor, VendorTerms } from '../domain/vendor.js';
import { asJson, lockInTransaction, type Database } from './database.js';
import type { Vendor as VendorRow } from './generated/client.js';

export async function findVendor(db: Database, id: string): Promise<Vendor | null> {
  const row = await db.vendor.findUnique({ where: { id } });
  return row === null ? null : asVendor(row);
}

/** @returns what a placement keeps of its vendor for its whole life */
export async function findVendorTerms(db: Database, id: string): Promise<VendorTerms | null> {
  const vendor = await findVendor(db, id);
  if (vendor === null) return null;
  const { idempotent, queryByOurNumber, settleMs, cancellable } = vendor;
  return { id, idempotent, queryByOurNumber, settleMs, cancellable };
}

function asVendor({ statuses, vocabulary, ...row }: VendorRow): Vendor {
  return { ...row, statuses: statuses as Record<string, StatusMeaning>, vocabulary: vocabulary as string[] };
}

export async function listVendors(db: Database): Promise<Vendor[]> {
  return (await db.vendor.findMany({ orderBy: { id: 'asc' } })).map(asVendor);
}

/** Adds a vendor, or replaces what is known of it; workers follow within seconds. */
export async function saveVendor(db: Database, vendor: Vendor): Promise<void> {
  const columns = { ...vendor, statuses: asJson(vendor.statuses), vocabulary: asJson(vendor.vocabulary) };
  await db.vendor.upsert({ where: { id: vendor.id }, create: columns, update: { ...columns, version: { increment: 1 } } });
}

/** From now on a word means this. */
export async function mapStatus(db: Database, id: string, word: string, meaning: StatusMeaning): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockInTransaction(tx, `vendor:${id}`);
    const { statuses } = await tx.vendor.findUniqueOrThrow({ where: { id }, select: { statuses: true } });
    const mapped = { ...(statuses as Record<string, StatusMeaning>), [word]: meaning };
    await tx.vendor.update({ where: { id }, data: { statuses: asJson(mapped), version: { increment: 1 } } });
  });
}

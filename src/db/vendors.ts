/** Vendors as people keep them. */
import { vendorMistakes, type StatusMeaning, type Vendor } from '../domain/vendor.js';
import { asJson, lockInTransaction, type Database } from './database.js';
import type { Vendor as VendorRow } from './generated/client.js';
import { sampleVendors } from './sample-vendors.js';

export async function findVendor(db: Database, id: string): Promise<Vendor | null> {
  const row = await db.vendor.findUnique({ where: { id } });
  return row === null ? null : toVendor(row);
}

/** All vendors, by id. */
export async function listVendors(db: Database): Promise<Vendor[]> {
  return (await db.vendor.findMany({ orderBy: { id: 'asc' } })).map(toVendor);
}

/**
 * Adds a vendor, or changes one: workers go by the new limits within 5 s, the next answer is read by the new mapping.
 * @throws RangeError with every mistake when it is not sound
 */
export async function saveVendor(db: Database, vendor: Vendor): Promise<void> {
  const mistakes = vendorMistakes(vendor);
  if (mistakes.length > 0) throw new RangeError(mistakes.join('; '));
  const { id, ...columns } = toColumns(vendor);
  await db.vendor.upsert({ where: { id }, create: { id, ...columns }, update: { ...columns, version: { increment: 1 } } });
}

/** The two sample vendors, for a stack that only plays: where there are vendors, nothing is added. @param vendorUrl the sandbox's */
export async function seedSampleVendors(db: Database, vendorUrl: string): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'seed-vendors');
    if ((await tx.vendor.count()) > 0) return;
    await tx.vendor.createMany({ data: sampleVendors(vendorUrl).map(toColumns) });
  });
}

function toVendor({ statuses, vocabulary, ...row }: VendorRow): Vendor {
  const { version: _version, ...columns } = row;
  return { ...columns, statuses: statuses as unknown as Record<string, StatusMeaning>, vocabulary: vocabulary as unknown as string[] };
}

function toColumns({ statuses, vocabulary, ...columns }: Vendor) {
  return { ...columns, statuses: asJson(statuses), vocabulary: asJson(vocabulary) };
}

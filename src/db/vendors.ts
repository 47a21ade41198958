/** Vendors as people keep them. */
import { vendorMistakes, type StatusMeaning, type Vendor, type VendorTerms } from '../domain/vendor.js';
import { asJson, lockInTransaction, type Database, type Transaction } from './database.js';
import type { Counterpart as CounterpartRow, Vendor as VendorRow } from './generated/client.js';
import { sampleVendors } from './sample-vendors.js';

export async function findVendor(db: Database | Transaction, id: string): Promise<Vendor | null> {
  const row = await db.vendor.findUnique({ where: { id }, include });
  return row === null ? null : toVendor(row);
}

/** All vendors, by id. */
export async function listVendors(db: Database): Promise<Vendor[]> {
  return (await db.vendor.findMany({ orderBy: { id: 'asc' }, include })).map(toVendor);
}

/**
 * Adds a vendor, or changes one: workers go by the new limits within 5 s, the next answer is read by the new mapping.
 * @param tx holds the lock of counterparts
 * @throws RangeError with every mistake when it is not sound
 */
export async function saveVendor(tx: Transaction, vendor: Vendor): Promise<void> {
  const mistakes = vendorMistakes(vendor);
  if (mistakes.length > 0) throw new RangeError(mistakes.join('; '));
  const { id } = vendor;
  const { server, terms } = toColumns(vendor);
  const other = await tx.counterpart.findUnique({ where: { id }, select: { kind: true } });
  if (other !== null && other.kind !== 'vendor') throw new RangeError(`"${id}" is the id of another server`);
  await tx.counterpart.upsert({ where: { id }, create: { id, ...server }, update: { ...server, version: { increment: 1 } } });
  await tx.vendor.upsert({ where: { id }, create: { id, ...terms }, update: terms });
}

/** The two sample vendors, for a stack that only plays: where there are vendors, nothing is added. @param vendorUrl the sandbox's */
export async function seedSampleVendors(db: Database, vendorUrl: string): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'seed-vendors');
    if ((await tx.vendor.count()) > 0) return;
    const samples = sampleVendors(vendorUrl).map((vendor) => ({ id: vendor.id, ...toColumns(vendor) }));
    await tx.counterpart.createMany({ data: samples.map(({ id, server }) => ({ id, ...server })) });
    await tx.vendor.createMany({ data: samples.map(({ id, terms }) => ({ id, ...terms })) });
  });
}

const include = { counterpart: { select: { name: true, baseUrl: true, timeoutMs: true, maxPerSecond: true, maxConcurrent: true } } };
type VendorWithServer = VendorRow & { counterpart: Pick<CounterpartRow, keyof (typeof include)['counterpart']['select']> };

function toVendor({ statuses, vocabulary, counterpart, ...terms }: VendorWithServer): Vendor {
  return {
    ...terms,
    ...counterpart,
    baseUrl: counterpart.baseUrl ?? '',
    statuses: statuses as unknown as Record<string, StatusMeaning>,
    vocabulary: vocabulary as unknown as string[],
  };
}

function toColumns({ idempotent, queryByOurNumber, settleMs, cancellable, statuses, vocabulary, ...vendor }: Vendor) {
  const { name, baseUrl, timeoutMs, maxPerSecond, maxConcurrent } = vendor;
  return {
    server: { kind: 'vendor', name, baseUrl, timeoutMs, maxPerSecond, maxConcurrent },
    terms: { idempotent, queryByOurNumber, settleMs, cancellable, statuses: asJson(statuses), vocabulary: asJson(vocabulary) },
  };
}

/** @returns what a placement keeps of its vendor for its whole life */
export async function findVendorTerms(db: Database, id: string): Promise<VendorTerms | null> {
  const vendor = await findVendor(db, id);
  if (vendor === null) return null;
  const { idempotent, queryByOurNumber, settleMs, cancellable } = vendor;
  return { id, idempotent, queryByOurNumber, settleMs, cancellable };
}

/** From now on a word of a vendor's means this. @param tx holds the lock of counterparts */
export async function mapStatus(tx: Transaction, { id, statuses }: Vendor, word: string, meaning: StatusMeaning): Promise<void> {
  await tx.vendor.update({ where: { id }, data: { statuses: asJson({ ...statuses, [word]: meaning }) } });
}

/** Subscriptions as people keep them: where the feed's events are sent, which of them, and with which secrets they are signed. */
import { createHash, randomBytes } from 'node:crypto';
import type { Reach } from '../domain/access.js';
import type { FeedEntry } from '../domain/feed.js';
import type { FeedType } from '../domain/feed-types.js';
import type { DisabledReason } from '../domain/subscription.js';
import { recordChange } from './audit.js';
import type { Database, Transaction } from './database.js';
import { endOfFeed, writeFeed } from './feed.js';
import type { Subscription, SubscriptionSecret } from './generated/client.js';

export type SubscriptionRow = Subscription & { secrets: SubscriptionSecret[] };

/** As much of a sealing as is needed here. */
interface Sealer {
  seal(secret: string, bound: string): string;
}

export interface SubscriptionFields {
  name: string;
  url: string;
  /** Empty: all. */
  types: readonly FeedType[];
  /** Null: all, and what is of no buyer. */
  buyers: readonly string[] | null;
}

/** In a rotation, and in one after it before its overlap is over. */
export const MAX_VALID_SECRETS = 5;
const WITH_SECRETS = { secrets: { orderBy: { createdAt: 'desc' } } } as const;

export class TooManySecrets extends Error {}

/** What a sealed secret belongs to. */
export function boundTo(subscriptionId: string): string {
  return `subscription:${subscriptionId}`;
}

/** Those within reach, by name. */
export async function listSubscriptions(db: Database, reach: Reach): Promise<SubscriptionRow[]> {
  const rows = await db.subscription.findMany({ orderBy: [{ name: 'asc' }, { id: 'asc' }], include: WITH_SECRETS });
  return rows.filter((row) => isWithinReach(reach, row));
}

export async function findSubscription(db: Database | Transaction, reach: Reach, id: string): Promise<SubscriptionRow | null> {
  const row = await db.subscription.findUnique({ where: { id }, include: WITH_SECRETS });
  return row !== null && isWithinReach(reach, row) ? row : null;
}

/** A tenant sees those of which it may see every event; who sees single cases alone sees none. */
function isWithinReach({ buyers, liaisonIds }: Reach, row: Subscription): boolean {
  if (liaisonIds !== null) return false;
  return buyers === null || (!row.allBuyers && row.buyers.every((buyer) => buyers.includes(buyer)));
}

/** It begins with what comes from now on. @returns the row, and the secret itself, which is told this once */
export async function createSubscription(
  db: Database,
  sealing: Sealer,
  { buyers, ...fields }: SubscriptionFields,
  createdBy: string,
): Promise<{ row: SubscriptionRow; secret: string }> {
  return db.$transaction(async (tx) => {
    const { position } = await endOfFeed(tx);
    const data = { ...fields, types: [...fields.types], ...buyersAs(buyers), createdBy, place: position };
    const { id } = await tx.subscription.create({ data });
    const secret = await addSecret(tx, sealing, id);
    return { row: await recorded(tx, id, null, createdBy), secret };
  });
}

/** Tells the audit of a change. @returns the row as it is now */
async function recorded(tx: Transaction, id: string, before: SubscriptionRow | null, by: string): Promise<SubscriptionRow> {
  const row = await tx.subscription.findUniqueOrThrow({ where: { id }, include: WITH_SECRETS });
  await recordChange(tx, { what: 'subscription', name: row.name, by, before: before && told(before), after: told(row) });
  return row;
}

function told({ name, url, types, allBuyers, buyers, status, place, secrets }: SubscriptionRow): object {
  const fingerprints = secrets.map(({ fingerprint }) => fingerprint);
  return { name, url, types, buyers: allBuyers ? null : buyers, status, place: String(place), secrets: fingerprints };
}

function buyersAs(buyers: readonly string[] | null) {
  return { allBuyers: buyers === null, buyers: [...(buyers ?? [])] };
}

async function addSecret(tx: Transaction, sealing: Sealer, subscriptionId: string): Promise<string> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const fingerprint = createHash('sha256').update(secret).digest('hex').slice(0, 12);
  await tx.subscriptionSecret.create({ data: { subscriptionId, sealed: sealing.seal(secret, boundTo(subscriptionId)), fingerprint } });
  return secret;
}

export interface SubscriptionChange extends Partial<SubscriptionFields> {
  status?: 'active' | 'disabled' | undefined;
}

/**
 * What changed is tried at once, also where it waited for its next try.
 * @param check called with what is there now, under its lock
 * @returns null when there is none within reach
 */
export async function changeSubscription(
  db: Database,
  reach: Reach,
  id: string,
  { buyers, status, types, ...fields }: SubscriptionChange,
  check: (row: SubscriptionRow) => void,
  by: string,
): Promise<SubscriptionRow | null> {
  return db.$transaction(async (tx) => {
    await lockSubscription(tx, id);
    const before = await findSubscription(tx, reach, id);
    if (before === null) return null;
    check(before);
    const data = { ...fields, ...(types === undefined ? {} : { types: [...types] }), ...(buyers === undefined ? {} : buyersAs(buyers)) };
    await tx.subscription.update({ where: { id }, data: { ...data, working: false } });
    if (status === 'disabled' && before.status === 'active') await disable(tx, id, 'BY_PEOPLE');
    if (status === 'active') await begin(tx, id);
    return recorded(tx, id, before, by);
  });
}

/** Failures before count no more. */
async function begin(tx: Transaction, id: string): Promise<void> {
  const data = { status: 'active', disabledReason: null, disabledAt: null, failingSince: null };
  await tx.subscription.update({ where: { id }, data });
  await tx.subscriptionDelivery.updateMany({ where: { subscriptionId: id, state: 'trying' }, data: { attempts: 0, nextAttemptAt: null } });
}

/** Says so in the feed, for operations. */
export async function disable(tx: Transaction, id: string, reason: DisabledReason): Promise<void> {
  const data = { status: 'disabled', disabledReason: reason, disabledAt: new Date(), working: false };
  await tx.subscription.update({ where: { id }, data });
  const told: FeedEntry = { type: 'subscription.disabled', at: Date.now(), number: null, data: { subscriptionId: id, reason } };
  await writeFeed(tx, [told]);
}

/** @returns whether there was one within reach */
export async function deleteSubscription(
  db: Database,
  reach: Reach,
  id: string,
  check: (row: SubscriptionRow) => void,
  by: string,
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    await lockSubscription(tx, id);
    const before = await findSubscription(tx, reach, id);
    if (before === null) return false;
    check(before);
    await recordChange(tx, { what: 'subscription', name: before.name, by, before: told(before), after: null });
    return (await tx.subscription.deleteMany({ where: { id } })).count === 1;
  });
}

/**
 * A new secret, which signs at once; those before it sign too until the overlap is over.
 * @throws TooManySecrets
 */
export async function rotateSecret(
  db: Database,
  sealing: Sealer,
  id: string,
  overlapMs: number,
  by: string,
): Promise<{ row: SubscriptionRow; secret: string }> {
  return db.$transaction(async (tx) => {
    await lockSubscription(tx, id);
    const before = await tx.subscription.findUniqueOrThrow({ where: { id }, include: WITH_SECRETS });
    const until = new Date(Date.now() + overlapMs);
    const later = { OR: [{ expiresAt: null }, { expiresAt: { gt: until } }] };
    await tx.subscriptionSecret.updateMany({ where: { subscriptionId: id, ...later }, data: { expiresAt: until } });
    await tx.subscriptionSecret.deleteMany({ where: { subscriptionId: id, expiresAt: { lte: new Date() } } });
    if ((await tx.subscriptionSecret.count({ where: { subscriptionId: id } })) >= MAX_VALID_SECRETS) throw new TooManySecrets();
    const secret = await addSecret(tx, sealing, id);
    return { row: await recorded(tx, id, before, by), secret };
  });
}

/** Goes on from another place: what comes after it is sent, whether it was sent before or not. */
export async function moveSubscription(db: Database, id: string, place: bigint, by: string): Promise<SubscriptionRow> {
  return db.$transaction(async (tx) => {
    await lockSubscription(tx, id);
    const before = await tx.subscription.findUniqueOrThrow({ where: { id }, include: WITH_SECRETS });
    await tx.subscription.update({ where: { id }, data: { place, working: false } });
    return recorded(tx, id, before, by);
  });
}

export async function lockSubscription(tx: Transaction, id: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "subscription" WHERE "id" = ${id}::uuid FOR UPDATE`;
}

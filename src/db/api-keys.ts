/**
 * API keys of servers. A key is `hp_live_<id>_<secret>`: the id finds its row, the rest is known to its holder alone. What is kept is the
 * SHA-256 of the key: its secret is 256 random bits, which nobody can guess however fast hashes are made, so that a slow hash with a salt, as
 * passwords need it, would only make each call slower.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Permission } from '../domain/access.js';
import { asJson, lockInTransaction, type Database, type Transaction } from './database.js';
import type { ApiKey, ApiKeyChange, ApiKeySecret } from './generated/client.js';

export type KeyRow = ApiKey & { secrets: ApiKeySecret[] };
export type KeyHistory = KeyRow & { changes: ApiKeyChange[] };

export interface NewKey {
  name: string;
  scopes: readonly Permission[];
  /** Null: all. */
  buyers: readonly string[] | null;
  expiresAt: Date | null;
  by: Doer;
}

/** Who did it: their name, and by what they were known. */
export interface Doer {
  name: string;
  sender: string;
}

/** What was given to the caller once, and is nowhere kept. */
export interface Issued {
  row: KeyHistory;
  key: string;
}

const FORM = /^hp_live_([0-9a-z]{12})_[A-Za-z0-9_-]{43}$/;
const ID_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
/** Last use is told to the minute, so that a busy key costs no write for each call. */
const USE_WRITTEN_MS = 60_000;
/** A key that is rotated again and again within the overlap. */
export const MAX_VALID_SECRETS = 5;
const WITH_ALL = { secrets: { orderBy: { createdAt: 'desc' } }, changes: { orderBy: { id: 'asc' } } } as const;

export class KeyNameTaken extends Error {}
export class KeyRevoked extends Error {}
export class TooManySecrets extends Error {}

/** Whether a bearer token has the form of a key; whether there is such a key is another matter. */
export function looksLikeKey(token: string): boolean {
  return FORM.test(token);
}

/** @returns the part of a key that may be shown: it tells keys apart, and is no secret */
export function prefixOf(secretId: string): string {
  return `hp_live_${secretId}`;
}

export type FoundKey = { row: ApiKey; valid: boolean };

/**
 * @returns the row of a key and whether it is valid now, or null when there is no such key. That one is no longer valid is told only to who has it.
 * Notes its use.
 */
export async function findKey(db: Database, token: string): Promise<FoundKey | null> {
  const id = FORM.exec(token)?.[1];
  if (id === undefined) return null;
  const secret = await db.apiKeySecret.findUnique({ where: { id }, include: { key: true } });
  if (secret === null || !timingSafeEqual(Buffer.from(secret.hash, 'hex'), sha256(token))) return null;
  const now = Date.now();
  const over = (instant: Date | null): boolean => instant !== null && instant.getTime() <= now;
  const valid = secret.key.revokedAt === null && !over(secret.key.expiresAt) && !over(secret.expiresAt);
  if (valid) await noteUse(db, secret, now);
  return { row: secret.key, valid };
}

async function noteUse(db: Database, { id, lastUsedAt }: ApiKeySecret, now: number): Promise<void> {
  if (lastUsedAt !== null && now - lastUsedAt.getTime() < USE_WRITTEN_MS) return;
  const before = new Date(now - USE_WRITTEN_MS);
  await db.apiKeySecret.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: before } }] },
    data: { lastUsedAt: new Date(now) },
  });
}

/** All keys, also those that are over, by name. */
export async function listKeys(db: Database | Transaction): Promise<KeyRow[]> {
  return db.apiKey.findMany({ orderBy: { name: 'asc' }, include: { secrets: WITH_ALL.secrets } });
}

export async function findKeyNamed(db: Database, name: string): Promise<KeyHistory | null> {
  return db.apiKey.findUnique({ where: { name }, include: WITH_ALL });
}

/** @throws KeyNameTaken: a name is the sender of what came with it, for ever */
export async function createKey(db: Database, { name, scopes, buyers, expiresAt, by }: NewKey): Promise<Issued> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'api-keys');
    if ((await tx.apiKey.count({ where: { name } })) > 0) throw new KeyNameTaken();
    const data = { name, scopes: [...scopes], allBuyers: buyers === null, buyers: [...(buyers ?? [])], expiresAt };
    const { id } = await tx.apiKey.create({ data });
    const key = await addSecret(tx, id);
    return { row: await audited(tx, id, 'created', by, { scopes, buyers, expiresAt }), key };
  });
}

/**
 * Makes a new secret, valid at once; those before it stay valid until the overlap is over, unless they end sooner.
 * @throws KeyRevoked, TooManySecrets
 */
export async function rotateKey(db: Database, id: string, overlapMs: number, by: Doer): Promise<Issued> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'api-keys');
    const now = new Date();
    const { revokedAt } = await tx.apiKey.findUniqueOrThrow({ where: { id } });
    if (revokedAt !== null) throw new KeyRevoked();
    const until = new Date(now.getTime() + overlapMs);
    await tx.apiKeySecret.updateMany({
      where: { keyId: id, OR: [{ expiresAt: null }, { expiresAt: { gt: until } }] },
      data: { expiresAt: until },
    });
    if ((await tx.apiKeySecret.count({ where: { keyId: id, expiresAt: { gt: now } } })) >= MAX_VALID_SECRETS) throw new TooManySecrets();
    const key = await addSecret(tx, id);
    return { row: await audited(tx, id, 'rotated', by, { oldValidUntil: until }), key };
  });
}

/** Ends a key with all its secrets at once; once more changes nothing. */
export async function revokeKey(db: Database, id: string, by: Doer, note: string): Promise<KeyHistory> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, 'api-keys');
    const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
    if (count === 0) return tx.apiKey.findUniqueOrThrow({ where: { id }, include: WITH_ALL });
    return audited(tx, id, 'revoked', by, { note });
  });
}

async function addSecret(tx: Transaction, keyId: string): Promise<string> {
  const id = Array.from({ length: 12 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
  const key = `${prefixOf(id)}_${randomBytes(32).toString('base64url')}`;
  await tx.apiKeySecret.create({ data: { id, keyId, hash: sha256(key).toString('hex') } });
  return key;
}

async function audited(tx: Transaction, keyId: string, type: string, { name, sender }: Doer, data: object): Promise<KeyHistory> {
  await tx.apiKeyChange.create({ data: { keyId, type, changedBy: name, data: asJson({ ...data, sender }) } });
  return tx.apiKey.findUniqueOrThrow({ where: { id: keyId }, include: WITH_ALL });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Secrets of counterparts: sealed, never shown again, rotated with an overlap. */
import { createHash, randomUUID } from 'node:crypto';
import type { Sealing } from '../counterparts/sealing.js';
import { lockInTransaction, type Database } from './database.js';

/**
 * `signing`: we sign with it. `verification`: they sign with it. `bearer`: we send it. `client_secret`: we get OAuth 2 tokens with it.
 */
export const SECRET_PURPOSES = ['signing', 'verification', 'bearer', 'client_secret'] as const;
export type SecretPurpose = (typeof SECRET_PURPOSES)[number];

/** What is told of a secret. */
export interface SecretView {
  id: string;
  purpose: SecretPurpose;
  /** The first 12 hex digits of its SHA-256. */
  fingerprint: string;
  createdBy: string;
  createdAt: Date;
  /** When it ends, or ended; null: until it is rotated. */
  expiresAt: Date | null;
}

export interface NewSecret {
  counterpartId: string;
  purpose: SecretPurpose;
  secret: string;
  /** How long those before it stay valid; default a day. */
  overlapMs?: number;
  by: string;
}

/** Each signs every call: a header must stay short. */
export const MAX_VALID_SECRETS = 5;
const DAY_MS = 86_400_000;
/** How long an ended one is still listed. */
const LISTED_MS = 30 * DAY_MS;

/**
 * Adds a secret, valid at once; those of its purpose before it end after the overlap, unless they end sooner.
 * @throws RangeError when as many as can be are valid
 */
export async function addSecret(db: Database, sealing: Sealing, added: NewSecret): Promise<SecretView> {
  const { counterpartId, purpose, secret, overlapMs = DAY_MS, by } = added;
  const id = randomUUID();
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, `secrets:${counterpartId}`);
    const now = new Date();
    const until = new Date(now.getTime() + overlapMs);
    const own = { counterpartId, purpose };
    await tx.counterpartSecret.deleteMany({ where: { ...own, expiresAt: { lt: new Date(now.getTime() - LISTED_MS) } } });
    await tx.counterpartSecret.updateMany({ where: { ...own, expiresAt: { lte: now } }, data: { sealed: '' } });
    await tx.counterpartSecret.updateMany({
      where: { ...own, OR: [{ expiresAt: null }, { expiresAt: { gt: until } }] },
      data: { expiresAt: until },
    });
    const valid = await tx.counterpartSecret.count({ where: { ...own, expiresAt: { gt: now } } });
    if (valid >= MAX_VALID_SECRETS) throw new RangeError(`${valid} secrets for ${purpose} are valid already: end one of them first`);
    const sealed = sealing.seal(secret, boundTo({ id, ...own }));
    const fingerprint = createHash('sha256').update(secret).digest('hex').slice(0, 12);
    const row = await tx.counterpartSecret.create({ data: { id, ...own, sealed, fingerprint, createdBy: by, createdAt: now } });
    await tx.counterpart.update({ where: { id: counterpartId }, data: { version: { increment: 1 } } });
    return toView(row);
  });
}

/** A counterpart's secrets, valid and lately ended, newest first. */
export async function listSecrets(db: Database, counterpartId: string): Promise<SecretView[]> {
  const rows = await db.counterpartSecret.findMany({ where: { counterpartId }, orderBy: { createdAt: 'desc' } });
  return rows.map(toView);
}

/** Ends a secret at once, and forgets it. @returns null when there is none of this id */
export async function endSecret(db: Database, counterpartId: string, id: string): Promise<SecretView | null> {
  const now = new Date();
  const where = { id, counterpartId, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  await db.counterpartSecret.updateMany({ where, data: { expiresAt: now, sealed: '' } });
  const row = await db.counterpartSecret.findFirst({ where: { id, counterpartId } });
  return row === null ? null : toView(row);
}

/**
 * The secrets of a purpose that are valid now, newest first.
 * @throws UnsealableError when one cannot be opened
 */
export async function validSecrets(db: Database, sealing: Sealing, counterpartId: string, purpose: SecretPurpose): Promise<string[]> {
  const valid = [{ expiresAt: null }, { expiresAt: { gt: new Date() } }];
  const rows = await db.counterpartSecret.findMany({ where: { counterpartId, purpose, OR: valid }, orderBy: { createdAt: 'desc' } });
  return rows.map((row) => sealing.open(row.sealed, boundTo(row)));
}

function boundTo({ counterpartId, purpose, id }: { counterpartId: string; purpose: string; id: string }): string {
  return `${counterpartId}/${purpose}/${id}`;
}

function toView(row: Omit<SecretView, 'purpose'> & { purpose: string }): SecretView {
  const { id, purpose, fingerprint, createdBy, createdAt, expiresAt } = row;
  return { id, purpose: purpose as SecretPurpose, fingerprint, createdBy, createdAt, expiresAt };
}

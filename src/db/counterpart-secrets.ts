/** Secrets of counterparts: sealed, never shown again, rotated with an overlap. */
import { createHash, randomUUID } from 'node:crypto';
import type { Sealing } from '../counterparts/sealing.js';
import { recordChange } from './audit.js';
import { lockInTransaction, type Database, type Transaction } from './database.js';
import type { Prisma } from './generated/client.js';

/**
 * `signing`: we sign with it. `verification`: they sign with it. `bearer`: we send it. `client_secret`: we get OAuth 2 tokens with it.
 * `robot`: we sign the calls of a DingTalk robot with it. `address`: the whole address of a chat's incoming webhook, given as its `baseUrl`.
 */
export const SECRET_PURPOSES = ['signing', 'verification', 'bearer', 'client_secret', 'robot', 'address'] as const;
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
  return db.$transaction(async (tx) => {
    const row = await addSecretIn(tx, sealing, added);
    await tx.counterpart.update({ where: { id: added.counterpartId }, data: { version: { increment: 1 } } });
    return row;
  });
}

/** As `addSecret`, in a transaction that changes the counterpart too. */
export async function addSecretIn(tx: Transaction, sealing: Sealing, added: NewSecret): Promise<SecretView> {
  const { counterpartId, purpose, secret, overlapMs = DAY_MS, by } = added;
  const id = randomUUID();
  await lockInTransaction(tx, `secrets:${counterpartId}`);
  const now = new Date();
  const until = new Date(now.getTime() + overlapMs);
  const own = { counterpartId, purpose };
  await tx.counterpartSecret.deleteMany({ where: { ...own, expiresAt: { lt: new Date(now.getTime() - LISTED_MS) } } });
  await tx.counterpartSecret.updateMany({
    where: { ...own, OR: [{ expiresAt: null }, { expiresAt: { gt: until } }] },
    data: { expiresAt: until },
  });
  await tx.counterpartSecret.updateMany({ where: { ...own, expiresAt: { lte: now } }, data: { sealed: '' } });
  const valid = await tx.counterpartSecret.count({ where: { ...own, expiresAt: { gt: now } } });
  if (valid >= MAX_VALID_SECRETS) throw new RangeError(`${valid} secrets for ${purpose} are valid already: end one of them first`);
  const sealed = sealing.seal(secret, boundTo({ id, ...own }));
  const fingerprint = fingerprintOf(secret);
  const view = toView(await tx.counterpartSecret.create({ data: { id, ...own, sealed, fingerprint, createdBy: by, createdAt: now } }));
  await recordChange(tx, { what: 'counterpart_secret', name: counterpartId, by, before: null, after: told(view) });
  return view;
}

/** Keeps a secret of which there is one at a time: another is forgotten at once, the same one stays as it is. */
export async function replaceSecretIn(tx: Transaction, sealing: Sealing, { overlapMs: _none, ...added }: NewSecret): Promise<void> {
  const { counterpartId, purpose, secret } = added;
  await lockInTransaction(tx, `secrets:${counterpartId}`);
  const kept = await tx.counterpartSecret.findFirst({ where: { counterpartId, purpose, expiresAt: null } });
  if (kept?.fingerprint !== fingerprintOf(secret)) await addSecretIn(tx, sealing, { ...added, overlapMs: 0 });
}

/** Ends all secrets of these purposes at once, and forgets them. */
export async function endSecretsIn(tx: Transaction, counterpartId: string, purposes: readonly SecretPurpose[], by: string): Promise<void> {
  const which = { counterpartId, purpose: { in: [...purposes] } };
  const valid = await tx.counterpartSecret.findMany({ where: { ...which, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] } });
  await endNow(tx, which);
  for (const row of valid)
    await recordChange(tx, { what: 'counterpart_secret', name: counterpartId, by, before: told(toView(row)), after: null });
}

/** A counterpart's secrets, valid and lately ended, newest first. */
export async function listSecrets(db: Database, counterpartId: string): Promise<SecretView[]> {
  const rows = await db.counterpartSecret.findMany({ where: { counterpartId }, orderBy: { createdAt: 'desc' } });
  return rows.map(toView);
}

/** Ends a secret at once, and forgets it. @returns null when there is none of this id */
export async function endSecret(db: Database, counterpartId: string, id: string, by: string): Promise<SecretView | null> {
  return db.$transaction(async (tx) => {
    const ended = await endNow(tx, { id, counterpartId });
    const row = await tx.counterpartSecret.findFirst({ where: { id, counterpartId } });
    if (row === null) return null;
    const view = toView(row);
    if (ended > 0) await recordChange(tx, { what: 'counterpart_secret', name: counterpartId, by, before: told(view), after: null });
    return view;
  });
}

/** What the audit says of one. */
function told({ purpose, fingerprint }: SecretView) {
  return { purpose, fingerprint };
}

/** @returns how many were valid */
async function endNow(tx: Transaction, which: Prisma.CounterpartSecretWhereInput): Promise<number> {
  const now = new Date();
  const where = { ...which, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  return (await tx.counterpartSecret.updateMany({ where, data: { expiresAt: now, sealed: '' } })).count;
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

function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12);
}

function boundTo({ counterpartId, purpose, id }: { counterpartId: string; purpose: string; id: string }): string {
  return `${counterpartId}/${purpose}/${id}`;
}

function toView(row: Omit<SecretView, 'purpose'> & { purpose: string }): SecretView {
  const { id, purpose, fingerprint, createdBy, createdAt, expiresAt } = row;
  return { id, purpose: purpose as SecretPurpose, fingerprint, createdBy, createdAt, expiresAt };
}

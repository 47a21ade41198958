/** Who is signed in to the console: the hash of their cookie, and the issuer's tokens, sealed. */
import { randomUUID } from 'node:crypto';
import type { Database } from './database.js';
import type { ConsoleSession } from './generated/client.js';

export type SessionRow = ConsoleSession;

/** What the issuer gave; the tokens sealed. */
export interface SealedTokens {
  accessToken: string;
  refreshToken: string | null;
  tokenExpiresAt: Date;
  refreshAt: Date;
}

export interface NewSession extends SealedTokens {
  id: string;
  sub: string;
  name: string;
  expiresAt: Date;
}

/** One that died with its process gives way after this: longer than an issuer is waited for. */
const CLAIM_MS = 20_000;
/** Ended rows that a new one clears away: more than it adds. */
const CLEARED = 20;
/** That somebody is there is written to the minute, so that a busy page costs no write for each call. */
const SEEN_WRITTEN_MS = 60_000;

/**
 * @param idleMs for as long nobody came with the sessions that are cleared away
 * @returns those, with what is to be revoked of them
 */
export async function createSession(db: Database, session: NewSession, idleMs: number): Promise<Pick<SessionRow, 'id' | 'refreshToken'>[]> {
  const idleSince = new Date(Date.now() - idleMs);
  const cleared = await db.$queryRaw<Pick<SessionRow, 'id' | 'refreshToken'>[]>`
    DELETE FROM "console_session" WHERE "id" IN (
      SELECT "id" FROM "console_session" WHERE "expiresAt" < now() OR "lastSeenAt" < ${idleSince}
      LIMIT ${CLEARED}::integer FOR UPDATE SKIP LOCKED) RETURNING "id", "refreshToken"`;
  await db.consoleSession.create({ data: session });
  return cleared;
}

export async function findSession(db: Database, id: string): Promise<SessionRow | null> {
  return db.consoleSession.findUnique({ where: { id } });
}

/** Somebody came with it. */
export async function noteSeen(db: Database, { id, lastSeenAt }: SessionRow): Promise<void> {
  if (Date.now() - lastSeenAt.getTime() < SEEN_WRITTEN_MS) return;
  await db.consoleSession.updateMany({ where: { id, lastSeenAt }, data: { lastSeenAt: new Date() } });
}

/** @returns what it was, or null when there is none (any more) */
export async function deleteSession(db: Database, id: string): Promise<SessionRow | null> {
  const [row] = await db.$queryRaw<SessionRow[]>`DELETE FROM "console_session" WHERE "id" = ${id} RETURNING *`;
  return row ?? null;
}

/**
 * The right to exchange a session's tokens: of all processes one has it, until the claim is over.
 * @param row as it was read: who has exchanged them since was first
 * @returns null when it is somebody else's
 */
export async function claimRefresh(db: Database, { id, refreshAt }: SessionRow): Promise<string | null> {
  const [claimId, now] = [randomUUID(), Date.now()];
  const { count } = await db.consoleSession.updateMany({
    where: { id, refreshAt, OR: [{ claimedUntil: null }, { claimedUntil: { lt: new Date(now) } }] },
    data: { claimId, claimedUntil: new Date(now + CLAIM_MS) },
  });
  return count === 1 ? claimId : null;
}

/** @returns the row as it is now; null when the session has ended meanwhile, or somebody else has taken the claim over */
export async function keepTokens(db: Database, id: string, claimId: string, tokens: SealedTokens): Promise<SessionRow | null> {
  const [row] = await db.consoleSession.updateManyAndReturn({
    where: { id, claimId },
    data: { ...tokens, claimId: null, claimedUntil: null },
  });
  return row ?? null;
}

/** The issuer could not be asked: not before then is it asked again. */
export async function putOffRefresh(db: Database, id: string, claimId: string, refreshAt: Date): Promise<void> {
  await db.consoleSession.updateMany({ where: { id, claimId }, data: { refreshAt, claimId: null, claimedUntil: null } });
}

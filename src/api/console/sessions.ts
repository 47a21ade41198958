/** Sessions of people at the console: opened with what the issuer gave, kept fresh while somebody is there, over for good when it is. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { UnsealableError, type Sealing } from '../../counterparts/sealing.js';
import {
  claimRefresh,
  createSession,
  deleteSession,
  findSession,
  keepTokens,
  noteSeen,
  putOffRefresh,
  type SealedTokens,
  type SessionRow,
} from '../../db/console-sessions.js';
import type { Database } from '../../db/database.js';
import { IssuerUnavailable } from '../issuer-keys.js';
import { SigningKeyUnknown, type People, type Person } from '../person-tokens.js';
import { Problem } from '../problems.js';
import { IssuerRefusal, type IssuerClient, type Tokens } from './issuer-client.js';

export interface Sessions {
  /** @param replaces the secret of the session that the same browser had. @returns the secret of the new one, and when it ends at the latest */
  open(tokens: Tokens, replaces: string | null): Promise<{ secret: string; expiresAt: Date }>;
  /**
   * Whose session it is; `expiresAt` is when it ends at the latest.
   * @param seen somebody is there: it is not left idle
   * @throws Problem SESSION_OVER, ISSUER_UNAVAILABLE
   */
  personOf(secret: string, seen: boolean): Promise<Person>;
  /** At once and everywhere; the refresh token is of no use any more, where the issuer can be told. */
  end(secret: string): Promise<void>;
}

export interface SessionsOptions {
  db: Database;
  sealing: Sealing;
  people: People;
  issuer: IssuerClient;
  log: Logger;
}

/** A working day: nobody signs in twice in it, and who leaves a machine open is out by the next. */
const LONGEST_MS = 12 * 3_600_000;
const IDLE_MS = 8 * 3_600_000;
/** A token is exchanged so long before its end, or when a quarter of its life is left. */
const EARLY_MS = 60_000;
/** An issuer that could not be asked is asked again after this. */
const PUT_OFF_MS = 3000;
/** Somebody else is exchanging the tokens: waited for at most so long, looking so often. */
const AWAITED_MS = 8000;
const LOOK_EVERY_MS = 50;
/** What an issuer says of a refresh token that is of no use; anything else is about the client, and can be mended. */
const NO_MORE = ['invalid_grant', 'login_required', 'interaction_required', 'consent_required', 'other_person'];

export function createSessions({ db, sealing, people, issuer, log }: SessionsOptions): Sessions {
  const sealed = (id: string, { accessToken, refreshToken }: Tokens, tokenExpiresAt: Date): SealedTokens => {
    const left = tokenExpiresAt.getTime() - Date.now();
    return {
      accessToken: sealing.seal(accessToken, placeOf(id, 'access')),
      refreshToken: refreshToken === null ? null : sealing.seal(refreshToken, placeOf(id, 'refresh')),
      tokenExpiresAt,
      refreshAt: new Date(tokenExpiresAt.getTime() - (refreshToken === null ? 0 : Math.min(EARLY_MS, left / 4))),
    };
  };

  const revoke = async (id: string, refreshToken: string | null): Promise<void> => {
    if (refreshToken === null) return;
    try {
      await issuer.revoke(sealing.open(refreshToken, placeOf(id, 'refresh')));
    } catch (error) {
      // It ends by itself, later.
      log.warn({ reason: (error as Error).message }, 'a refresh token of the console was not revoked');
    }
  };

  const end = async (id: string): Promise<void> => {
    const row = await deleteSession(db, id);
    if (row !== null) await revoke(id, row.refreshToken);
  };

  /** The tokens are exchanged by one at a time; who comes meanwhile goes on with the old ones as long as they hold. */
  const fresh = async (row: SessionRow, until = Date.now() + AWAITED_MS): Promise<SessionRow> => {
    if (row.refreshAt.getTime() > Date.now()) return row;
    const claimId = await claimRefresh(db, row);
    if (claimId !== null) return exchanged(row, claimId);
    if (row.tokenExpiresAt.getTime() > Date.now()) return row;
    if (Date.now() > until) throw away();
    await setTimeout(LOOK_EVERY_MS);
    const now = await findSession(db, row.id);
    if (now === null) throw over();
    return fresh(now, until);
  };

  const exchanged = async (row: SessionRow, claimId: string): Promise<SessionRow> => {
    const { id, refreshToken } = row;
    if (refreshToken === null) throw over();
    let unjudged: SealedTokens | null = null;
    try {
      const tokens = await issuer.refresh(sealing.open(refreshToken, placeOf(id, 'refresh')));
      // The old one may be spent by now: whatever becomes of the rest, the new one is kept.
      const { tokenExpiresAt } = row;
      unjudged = { ...sealed(id, tokens, tokenExpiresAt), accessToken: row.accessToken, refreshAt: new Date(Date.now() + PUT_OFF_MS) };
      const { expiresAt, sub } = await people.personWith(tokens.accessToken);
      if (sub !== row.sub) throw new IssuerRefusal('other_person');
      const newer = sealed(id, tokens, expiresAt);
      const kept = await keepTokens(db, id, claimId, newer);
      if (kept !== null) return kept;
      // Signed out meanwhile.
      await revoke(id, newer.refreshToken);
      throw over();
    } catch (error) {
      if (isForGood(error) && !isAway(error)) throw error;
      if (unjudged !== null) await keepTokens(db, id, claimId, unjudged);
      else if (isAway(error)) await putOffRefresh(db, id, claimId, new Date(Date.now() + PUT_OFF_MS));
      if (!isAway(error)) throw error;
      log.warn({ reason: reasonOf(error) }, 'no newer token for a session of the console');
      return row;
    }
  };

  const personOf = async (id: string, seen: boolean): Promise<Person> => {
    const found = await findSession(db, id);
    if (found === null || isOver(found)) throw over();
    const row = await fresh(found);
    if (row.tokenExpiresAt.getTime() <= Date.now()) throw away();
    const person = await people.personWith(sealing.open(row.accessToken, placeOf(id, 'access')));
    if (seen) await noteSeen(db, row);
    return { ...person, expiresAt: row.expiresAt };
  };

  return {
    async open(tokens, replaces) {
      const person = await people.personWith(tokens.accessToken);
      if (replaces !== null) await end(idOf(replaces));
      const secret = randomBytes(32).toString('base64url');
      const id = idOf(secret);
      const longest = new Date(Date.now() + LONGEST_MS);
      const expiresAt = tokens.refreshToken === null && person.expiresAt < longest ? person.expiresAt : longest;
      const { sub, caller } = person;
      const left = await createSession(db, { id, sub, name: caller.name, expiresAt, ...sealed(id, tokens, person.expiresAt) }, IDLE_MS);
      // Nobody waits for what the issuer says to that.
      for (const one of left) void revoke(one.id, one.refreshToken);
      return { secret, expiresAt };
    },
    async personOf(secret, seen) {
      const id = idOf(secret);
      try {
        return await personOf(id, seen);
      } catch (error) {
        if (!isForGood(error)) throw error;
        log.info({ reason: reasonOf(error) }, 'a session of the console is over');
        await end(id);
        throw over();
      }
    },
    end: (secret) => end(idOf(secret)),
  };
}

function idOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What a token is sealed to. */
function placeOf(id: string, token: 'access' | 'refresh'): string {
  return JSON.stringify(['console-session', id, token]);
}

function isOver({ expiresAt, lastSeenAt }: SessionRow): boolean {
  const now = Date.now();
  return expiresAt.getTime() <= now || lastSeenAt.getTime() + IDLE_MS <= now;
}

/** A later try may be better. */
function isAway(error: unknown): boolean {
  if (error instanceof IssuerRefusal) return !NO_MORE.includes(error.reason);
  if (error instanceof SigningKeyUnknown) return true;
  return error instanceof IssuerUnavailable || (error instanceof Problem && error.code === 'ISSUER_UNAVAILABLE');
}

/** No later try can be better. */
function isForGood(error: unknown): boolean {
  if (error instanceof SigningKeyUnknown) return false;
  const code = error instanceof Problem ? error.code : null;
  return code === 'SESSION_OVER' || code === 'TOKEN_INVALID' || error instanceof IssuerRefusal || error instanceof UnsealableError;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function over(): Problem {
  return new Problem('SESSION_OVER', 'Nobody is signed in here, or no longer. Sign in again: /console/sign-in');
}

function away(): Problem {
  return new Problem('ISSUER_UNAVAILABLE', 'The issuer of tokens gives no newer token now. Try again shortly.');
}

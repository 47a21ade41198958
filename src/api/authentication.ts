/** Who calls: a server with a key, of the settings or of the database, or a person with an access token or at the console. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { findKey, looksLikeKey } from '../db/api-keys.js';
import type { Database } from '../db/database.js';
import { extentsOfScopes, PERMISSIONS, type Caller } from '../domain/access.js';
import type { Console } from './console/console.js';
import type { People } from './person-tokens.js';
import { Problem } from './problems.js';

/** A key of the settings: it may do everything; its name is the sender of what it sends. */
export interface ApiKey {
  name: string;
  key: string;
}

export interface Authenticating {
  db: Database;
  keys: readonly ApiKey[];
  /** Undefined: no issuer is set, and only keys are let in. */
  people?: People | undefined;
  /** Undefined: nobody is let in by a cookie. */
  console?: Console | undefined;
}

/** Longer than any key, and than any access token we can use; below what Node takes as headers. */
const MAX_TOKEN = 8000;

/**
 * Lets in who brings a known bearer key or a valid access token, or calls from a page of the console, and remembers who it is.
 * Every key of the settings is compared, in constant time, so that timing tells nothing.
 */
export function authenticate({ db, keys, people, console }: Authenticating): RequestHandler {
  const settings = keys.map(({ name, key }) => ({ caller: callerByKey(name, PERMISSIONS, null), digest: digestOf(key) }));
  const callerWith = async (token: string): Promise<Caller> => {
    const digest = digestOf(token);
    const matches = settings.filter((candidate) => timingSafeEqual(candidate.digest, digest));
    if (matches[0] !== undefined) return matches[0].caller;
    if (looksLikeKey(token)) return callerOfKey(db, token);
    if (people !== undefined && looksLikeToken(token)) return people.callerWith(token);
    throw new Problem('KEY_UNKNOWN', 'The key is not one of this installation.');
  };
  return async (request, response, next) => {
    const session = request.headers.authorization === undefined ? console?.sessionOf(request) : undefined;
    if (console !== undefined && session !== undefined) {
      const { caller } = await console.sessions.personOf(session, true);
      response.locals['caller'] = caller;
      // An open stream is nobody who is there.
      response.locals['callerAgain'] = async () => (await console.sessions.personOf(session, false)).caller;
      return next();
    }
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) throw new Problem('KEY_MISSING', 'Send the header "Authorization: Bearer <key>".');
    if (given.length > MAX_TOKEN)
      throw new Problem('TOKEN_INVALID', `The token has ${given.length} characters; at most ${MAX_TOKEN} are read.`);
    response.locals['caller'] = await callerWith(given);
    response.locals['callerAgain'] = () => callerWith(given);
    next();
  };
}

/** @throws Problem KEY_UNKNOWN, KEY_EXPIRED */
async function callerOfKey(db: Database, token: string): Promise<Caller> {
  const found = await findKey(db, token);
  if (found === null) throw new Problem('KEY_UNKNOWN', 'The key is not one of this installation.');
  const { name, scopes, allBuyers, buyers } = found.row;
  if (!found.valid)
    throw new Problem('KEY_EXPIRED', `The key "${name}" is no longer valid in this form: it expired, was rotated or was revoked.`);
  return callerByKey(name, scopes, allBuyers ? null : buyers);
}

function callerByKey(name: string, scopes: readonly string[], buyers: readonly string[] | null): Caller {
  return { kind: 'key', sender: name, name, extents: extentsOfScopes(scopes), buyers, liaisonIds: [] };
}

/** Three parts, each base64url or empty: one without a signature is refused as a token, not as a key. */
function looksLikeToken(token: string): boolean {
  return /^[\w-]+\.[\w-]*\.[\w-]*$/.test(token);
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** @returns who sent the request. @throws Problem KEY_MISSING where nobody was asked: no path leads around `authenticate` */
export function callerOf(response: Response): Caller {
  const caller = response.locals['caller'] as Caller | undefined;
  if (caller === undefined) throw new Problem('KEY_MISSING', 'Send the header "Authorization: Bearer <key>".');
  return caller;
}

/**
 * Of an answer that goes on for long: who the caller is now.
 * @throws Problem KEY_UNKNOWN, KEY_EXPIRED, TOKEN_INVALID, SESSION_OVER when their key, token or session is over
 */
export async function callerAgain(response: Response): Promise<Caller> {
  const again = response.locals['callerAgain'] as (() => Promise<Caller>) | undefined;
  return again === undefined ? callerOf(response) : again();
}

/** @returns the sender of what comes with the request: the name of its key, or the person's id. */
export function senderOf(response: Response): string {
  return callerOf(response).sender;
}

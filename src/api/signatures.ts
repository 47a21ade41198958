/** Who calls us and has agreed on a secret must sign by Standard Webhooks (D9): the key alone does not do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Sealing } from '../counterparts/sealing.js';
import { verifySignature } from '../counterparts/signature.js';
import { validSecrets } from '../db/counterpart-secrets.js';
import type { Database } from '../db/database.js';
import { callerOf } from './authentication.js';
import type { ApiDependencies } from './dependencies.js';
import { Problem } from './problems.js';

/** A call whose signature was verified. */
export interface SignedRequest {
  /** `webhook-id`: the same over all tries of what its sender wants. */
  id: string;
  signedAt: Date;
}

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const TOLERANCE_S = 300;
/** A rotation is followed within this; meanwhile a notice costs no statement of its own. */
const CACHED_MS = 2000;
/** Calls that change nothing: the key alone is enough. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

const HOW =
  'webhook-signature is "v1," and the base64 of HMAC-SHA256 over "<webhook-id>.<webhook-timestamp>.<body>", the body byte for byte as it is sent ' +
  '(Standard Webhooks).';

/** For `express.json`: a signature is of the bytes as they came. */
export function keepRawBody(_request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  (response as Response).locals['rawBody'] = bytes;
}

/** @returns the body as it came, empty where there was none */
export function rawBodyOf(response: Response): Buffer {
  return (response.locals['rawBody'] as Buffer | undefined) ?? Buffer.alloc(0);
}

/** @returns null where the sender need not sign */
export function signedRequestOf(response: Response): SignedRequest | null {
  return (response.locals['signedRequest'] as SignedRequest | undefined) ?? null;
}

/**
 * Verifies each call that may change something, of senders that a counterpart names as its own and has verification secrets for. Others
 * go on with their key alone. Any valid secret will do: in a rotation old and new ones are.
 */
export function requireSignature({ db, sealing }: Pick<ApiDependencies, 'db' | 'sealing'>): RequestHandler {
  const cachedSecretsOf = cachedSecrets(db, sealing);
  return async (request, response, next) => {
    const { kind, sender } = callerOf(response);
    // A person's token is for a short time, and of this API alone.
    if (READS.has(request.method) || kind === 'person') return next();
    const secrets = await cachedSecretsOf(sender);
    if (secrets.length > 0) response.locals['signedRequest'] = verified(request, rawBodyOf(response), sender, secrets);
    next();
  };
}

/** @throws Problem SIGNATURE_MISSING, SIGNATURE_EXPIRED or SIGNATURE_WRONG, each saying what would be right */
function verified(request: Request, body: Buffer, sender: string, secrets: readonly string[]): SignedRequest {
  const missing = HEADERS.filter((name) => !request.headers[name]);
  if (missing.length > 0) {
    throw new Problem('SIGNATURE_MISSING', `Calls of "${sender}" must be signed, and ${missing.join(', ')} is missing. ${HOW}`);
  }
  requireRecent(String(request.headers['webhook-timestamp']));
  const verdict = verifySignature(body, request.headers, secrets);
  if (!verdict.valid) throw new Problem('SIGNATURE_WRONG', `The signature of "${sender}" is not valid: ${verdict.why}. ${HOW}`);
  return { id: verdict.id, signedAt: verdict.signedAt };
}

/** Said before the signature is looked at, with our clock: a sender whose clock is wrong must learn by how much. */
function requireRecent(timestamp: string): void {
  const now = Math.floor(Date.now() / 1000);
  const ahead = Number(timestamp) - now;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(ahead) <= TOLERANCE_S) return; // what is no timestamp, verifySignature says
  throw new Problem(
    'SIGNATURE_EXPIRED',
    `webhook-timestamp ${timestamp} is ${Math.abs(ahead)} s ${ahead < 0 ? 'behind' : 'ahead of'} the clock here, which shows ${now} ` +
      `(${new Date(now * 1000).toISOString()}); at most ${TOLERANCE_S} s are allowed. Sign each try anew, with the time of that try.`,
    { serverTime: new Date(now * 1000).toISOString() },
  );
}

/** As `secretsOf`, at most two seconds ago. */
function cachedSecrets(db: Database, sealing: Sealing): (sender: string) => Promise<string[]> {
  // As many entries as there are API keys.
  const cache = new Map<string, { until: number; secrets: Promise<string[]> }>();
  return (sender) => {
    const cached = cache.get(sender);
    if (cached !== undefined && cached.until > performance.now()) return cached.secrets;
    const entry = { until: performance.now() + CACHED_MS, secrets: secretsOf(db, sealing, sender) };
    cache.set(sender, entry);
    // What could not be found out is asked for again by the next call.
    entry.secrets.catch(() => cache.get(sender) === entry && cache.delete(sender));
    return entry.secrets;
  };
}

/** @returns the verification secrets valid for a sender; where several counterparts call under one key, those of all */
export async function secretsOf(db: Database, sealing: Sealing, sender: string): Promise<string[]> {
  const counterparts = await db.counterpart.findMany({ where: { sender }, select: { id: true } });
  const secrets = await Promise.all(counterparts.map(({ id }) => validSecrets(db, sealing, id, 'verification')));
  return secrets.flat();
}

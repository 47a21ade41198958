/**
 * The signing keys of the issuer, by OpenID Connect Discovery. The issuer's address is the operator's word in the settings, like that of the
 * database: it is not held to the networks that counterparts are, whose addresses come over the API. Nothing a caller sends decides what
 * is fetched: headers like `jku` are not looked at.
 */
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { isOnThisMachine } from '../oidc-settings.js';

const TIMEOUT_MS = 5000;
/** Keys are asked for anew after this; sooner when a token names one that is not known, but not before the cooldown is over. */
const FRESH_MS = 600_000;
/** However many tokens name unknown keys, they are asked for once in this. */
export const COOLDOWN_MS = 30_000;
/** A configuration and a set of keys are some kB. */
const MAX_ANSWER = 256 * 1024;

/** The keys could not be had: whether a token is right cannot be said. */
export class IssuerUnavailable extends Error {}

/** @returns what finds the key of a token; it throws IssuerUnavailable */
export function issuerKeys(issuer: string, cooldownMs = COOLDOWN_MS): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  let foundAt = 0;
  let failed: { at: number; error: unknown } | undefined;
  const keys = async (): Promise<JWTVerifyGetKey> => {
    const now = performance.now();
    if (failed !== undefined && now - failed.at < Math.min(cooldownMs, 2000)) throw failed.error;
    if (found === undefined || now - foundAt > FRESH_MS) {
      foundAt = now;
      found = discovered(issuer, cooldownMs);
      found.catch((error: unknown) => {
        failed = { at: performance.now(), error };
        found = undefined;
      });
    }
    return found;
  };
  return async (header, token) => {
    const find = await keys();
    return find(header, token);
  };
}

async function discovered(issuer: string, cooldownMs: number): Promise<JWTVerifyGetKey> {
  const response = await boundedFetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) throw new IssuerUnavailable(`the issuer answered ${response.status}`);
  const said = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (said.issuer !== issuer) throw new IssuerUnavailable('the configuration is that of another issuer');
  const address = typeof said.jwks_uri === 'string' && URL.canParse(said.jwks_uri) ? new URL(said.jwks_uri) : null;
  const safe = address !== null && (address.protocol === 'https:' || (isOnThisMachine(address.href) && isOnThisMachine(issuer)));
  if (!safe) throw new IssuerUnavailable('jwks_uri is no https address');
  return createRemoteJWKSet(address, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: cooldownMs,
    cacheMaxAge: FRESH_MS,
    [customFetch]: boundedFetch,
  });
}

/** `fetch` that reads no endless answer. @throws IssuerUnavailable */
export async function boundedFetch(address: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(address, init);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += part.length;
      if (length > MAX_ANSWER) throw new IssuerUnavailable('the answer of the issuer has no end');
      parts.push(part);
    }
    return new Response(length === 0 ? null : Buffer.concat(parts), { status: response.status, headers: response.headers });
  } catch (error) {
    throw error instanceof IssuerUnavailable ? error : new IssuerUnavailable('the issuer cannot be reached', { cause: error });
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far a signed timestamp may lie from now, either way: the five minutes of the Standard Webhooks libraries. */
const TOLERANCE_S = 300;

const SECRET_PREFIX = 'whsec_';

/** @returns the key bytes of a `whsec_<base64>` secret, or null when it is not one (24 to 64 bytes by the spec) */
export function webhookKey(secret: string): Buffer | null {
  const encoded = secret.slice(SECRET_PREFIX.length);
  if (!secret.startsWith(SECRET_PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : null;
}

/**
 * What a signed call carries (Standard Webhooks).
 *
 * @param id of the message, the same over its tries
 * @param now Unix milliseconds of this try
 */
export function signedHeaders(key: Buffer, id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/**
 * Verifies a call by the Standard Webhooks spec: `v1,base64(hmac-sha256(key, id.timestamp.body))`, any one of several
 * space-separated signatures, a timestamp in Unix seconds.
 *
 * @param body the bytes exactly as they arrived
 * @param now Unix milliseconds
 */
export function signatureValid(key: Buffer, headers: IncomingHttpHeaders, body: Buffer, now: number): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const given = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof given !== 'string') return false;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return given.split(' ').some((signature) => {
    if (!signature.startsWith('v1,')) return false;
    const candidate = Buffer.from(signature.slice(3), 'base64');
    return candidate.length === expected.length && timingSafeEqual(candidate, expected);
  });
}

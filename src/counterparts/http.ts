/** The one HTTP client for counterparts: bounded in time and size, no redirects followed; what an answer, or none, means. */
import { request, type Dispatcher } from 'undici';
import { storableOnly } from '../wire/storable.js';
import { ADDRESS_NOT_ALLOWED } from './networks.js';

/**
 * What one call brought. `not_acted`: it surely took no effect there; `unknown`: it may have. `ownFault`: for want of a credential of ours
 * nothing was sent, which tells nothing of the counterpart.
 */
export type CallOutcome =
  | { kind: 'answered'; status: number; body: unknown }
  | { kind: 'refused'; status: number; error: string }
  | { kind: 'not_acted'; status: number | null; error: string; retryAfterMs: number | null; ownFault?: boolean }
  | { kind: 'unknown'; status: number | null; error: string; retryAfterMs: number | null };

export interface HttpRequest {
  method: 'GET' | 'POST' | 'OPTIONS';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** From the first byte out to the last byte in. */
  timeoutMs: number;
  dispatcher: Dispatcher;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

const MAX_ANSWER_BYTES = 1024 * 1024;
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_URL',
  // The other side's certificate was not accepted: nothing was said.
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** Answers that say "not now" and were not acted on (RFC 9110, RFC 6585). */
const NOT_NOW = new Set([425, 429, 503]);

/** Makes one request; follows no redirect. @throws whatever kept the answer from coming; `outcomeOfError` says what that means */
export async function exchange({ method, url, headers, body, timeoutMs, dispatcher }: HttpRequest): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await request(url, { method, headers, ...(body === undefined ? {} : { body }), signal, dispatcher });
  return { status: response.statusCode, headers: response.headers, text: await readBounded(response.body) };
}

/** What an answer means, by its status. */
export function outcomeOfAnswer({ status, headers, text }: HttpAnswer): CallOutcome {
  if (status >= 200 && status < 300) return { kind: 'answered', status, body: jsonOf(text) };
  const error = `HTTP ${status}${text === '' ? '' : `: ${beginning(text)}`}`;
  const retryAfterMs = retryAfterOf(headers['retry-after']);
  if (NOT_NOW.has(status)) return { kind: 'not_acted', status, error, retryAfterMs };
  if (status >= 500 || status === 408) return { kind: 'unknown', status, error, retryAfterMs };
  if (status === 410) return { kind: 'refused', status, error: `the receiver wants no more of these: ${error}` };
  if (status >= 400) return { kind: 'refused', status, error };
  const { location } = headers;
  const target = typeof location === 'string' ? ` to ${beginning(location)}` : '';
  return { kind: 'refused', status, error: `redirects are not followed: HTTP ${status}${target}; write the final address down` };
}

/** What it means that no answer came. */
export function outcomeOfError(error: unknown, timeoutMs: number): Extract<CallOutcome, { kind: 'not_acted' | 'unknown' }> {
  const code = codeOf(error);
  const nothing = { status: null, retryAfterMs: null };
  if (code === ADDRESS_NOT_ALLOWED) return { kind: 'not_acted', error: messageOf(error), ...nothing };
  if (NEVER_LEFT.has(code)) return { kind: 'not_acted', error: `not reached (${code})`, ...nothing };
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  return { kind: 'unknown', error: timedOut ? `no answer within ${timeoutMs} ms` : `connection failed (${code})`, ...nothing };
}

/** @returns an answer's JSON; null when it is none */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text, storableOnly);
  } catch {
    return null;
  }
}

/** The beginning of a text of another side, as the ledger keeps it. */
export function beginning(text: string): string {
  return String(storableOnly('', text.slice(0, 300)));
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'UNKNOWN';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw Object.assign(new Error('answer over 1 MiB'), { code: 'ANSWER_TOO_LARGE' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `Retry-After` in ms: seconds or an HTTP date; bounded to 1 h, so that a wrong clock there stalls nothing here. */
function retryAfterOf(value: string | string[] | undefined): number | null {
  if (typeof value !== 'string') return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
}

/** The one HTTP client for counterparts: bounded in time and size, signed, no redirects followed. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { request, type Dispatcher } from 'undici';
import { storableOnly } from '../wire/storable.js';

export interface OutboundCall {
  method: 'GET' | 'POST';
  url: string;
  /** Stable over all retries of the same effect; `webhook-id` and `Idempotency-Key`. */
  key: string;
  /** What belongs together in a trace: the case. */
  traceOf: string;
  body?: string;
}

export interface HttpSettings {
  timeoutMs: number;
  /** Standard Webhooks secret, `whsec_` + base64. */
  webhookSecret: string;
  dispatcher?: Dispatcher;
}

/** What one call brought. `not_acted`: it surely took no effect there; `unknown`: it may have. */
export type CallOutcome =
  | { kind: 'answered'; status: number; body: unknown }
  | { kind: 'refused'; status: number; error: string }
  | { kind: 'not_acted'; status: number | null; error: string; retryAfterMs: number | null }
  | { kind: 'unknown'; status: number | null; error: string; retryAfterMs: number | null };

const MAX_ANSWER_BYTES = 1024 * 1024;
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ADDRESS_NOT_ALLOWED',
]);
/** Answers that say "not now" and were not acted on (RFC 9110, RFC 6585). */
const NOT_NOW = new Set([425, 429, 503]);

/** Makes one call; never throws for what the other side does. */
export async function callCounterpart(call: OutboundCall, settings: HttpSettings): Promise<CallOutcome> {
  try {
    const response = await request(call.url, {
      method: call.method,
      headers: headersFor(call, settings.webhookSecret),
      ...(call.body === undefined ? {} : { body: call.body }),
      signal: AbortSignal.timeout(settings.timeoutMs),
      ...(settings.dispatcher ? { dispatcher: settings.dispatcher } : {}),
    });
    const text = await readBounded(response.body);
    return byStatus(response.statusCode, text, response.headers['retry-after']);
  } catch (error) {
    return byError(error, settings.timeoutMs);
  }
}

function byStatus(status: number, text: string, retryAfter: string | string[] | undefined): CallOutcome {
  if (status >= 200 && status < 300) return { kind: 'answered', status, body: asJson(text) };
  const error = `HTTP ${status}${text === '' ? '' : `: ${storableText(text)}`}`;
  const retryAfterMs = retryAfterOf(typeof retryAfter === 'string' ? retryAfter : undefined);
  if (NOT_NOW.has(status)) return { kind: 'not_acted', status, error, retryAfterMs };
  if (status >= 500 || status === 408) return { kind: 'unknown', status, error, retryAfterMs };
  return { kind: 'refused', status, error };
}

function byError(error: unknown, timeoutMs: number): CallOutcome {
  const code = codeOf(error);
  if (NEVER_LEFT.has(code)) return { kind: 'not_acted', status: null, error: `not reached (${code})`, retryAfterMs: null };
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  return {
    kind: 'unknown',
    status: null,
    error: timedOut ? `no answer within ${timeoutMs} ms` : `connection failed (${code})`,
    retryAfterMs: null,
  };
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'UNKNOWN';
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

/** The beginning of an answer, as the ledger keeps it. */
function storableText(text: string): string {
  return String(storableOnly('', text.slice(0, 300)));
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text, storableOnly);
  } catch {
    return null;
  }
}

/** `Retry-After` in ms: seconds or an HTTP date; bounded to 1 h, so that a wrong clock there stalls nothing here. */
function retryAfterOf(value: string | undefined): number | null {
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
}

/** Standard Webhooks headers, the idempotency key and the trace of the case (docs/wire.md). Signatures use wall time. */
function headersFor(call: OutboundCall, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = `${call.key}.${timestamp}.${call.body ?? ''}`;
  const signature = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(signed)
    .digest('base64');
  return {
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'webhook-id': call.key,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
    'idempotency-key': call.key,
    traceparent: `00-${createHash('sha256').update(call.traceOf).digest('hex').slice(0, 32)}-${randomBytes(8).toString('hex')}-01`,
  };
}

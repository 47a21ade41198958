/** A client of the API with the contract's types: a path, a field or an answer that the contract does not have does not compile. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './generated/contract.js';

export type HoldpointClient = Client<paths>;

export interface ClientOptions {
  /** Without a slash at the end. */
  baseUrl: string;
  /** An API key of the installation. */
  key: string;
  /** The limit of one try of a call. */
  timeoutMs?: number;
  /** How often a GET or a POST is sent at most, default 3: again where no answer came, or one that asks for it (`Retry-After`). */
  tries?: number;
}

/** No answer takes longer: the API answers 503 before. */
const TIMEOUT_MS = 20_000;
const TRIES = 3;
/** Before the second try, doubling. */
const PAUSE_MS = 200;
/** Who is asked to come later than this had better decide for themselves. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * A POST gets a fresh `Idempotency-Key` where none is given, the same in all its tries: it is done once.
 * @returns a client whose calls answer `{ data }` or `{ error }`, a problem document, beside the `response`; they throw only where there is no
 *   answer within the limit
 */
export function createHoldpointClient({ baseUrl, key, timeoutMs = TIMEOUT_MS, tries = TRIES }: ClientOptions): HoldpointClient {
  const client = createClient<paths>({
    baseUrl,
    headers: { accept: 'application/json', authorization: `Bearer ${key}` },
    fetch: (request) => answered(request, timeoutMs, tries),
  });
  client.use({ onRequest: ({ request }) => withKey(request) });
  return client;
}

function withKey(request: Request): void {
  if (request.method === 'POST' && !request.headers.has('idempotency-key')) request.headers.set('idempotency-key', randomUUID());
}

/** Again only what is done once however often it comes: with `If-Match` a PUT would be refused for its own first try. */
async function answered(request: Request, timeoutMs: number, tries: number): Promise<Response> {
  const most = ['GET', 'POST'].includes(request.method) ? tries : 1;
  for (let number = 1; ; number += 1) {
    const isLast = number >= most;
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
    const answer = await fetch(request.clone(), { signal }).catch((error: unknown) => {
      if (isLast || request.signal.aborted) throw error;
      return null;
    });
    const pauseMs = pauseAfter(answer, number);
    if (answer !== null && (isLast || pauseMs === null)) return answer;
    await answer?.body?.cancel();
    await setTimeout(pauseMs ?? 0);
  }
}

/** @returns null when the answer stands */
function pauseAfter(answer: Response | null, number: number): number | null {
  if (answer === null) return PAUSE_MS * 2 ** (number - 1);
  const asked = answer.headers.get('retry-after');
  const pauseMs = asked === null ? NaN : Number(asked) * 1000;
  return answer.status >= 400 && pauseMs <= LONGEST_PAUSE_MS ? pauseMs : null;
}

/** What an operation answers with a status, as the contract says it. */
export type AnswerOf<
  Path extends keyof paths,
  Method extends keyof paths[Path] = 'get' & keyof paths[Path],
  Status = 200,
> = paths[Path][Method] extends { responses: infer Responses }
  ? Status extends keyof Responses
    ? Responses[Status] extends { content: { 'application/json': infer Body } }
      ? Body
      : never
    : never
  : never;

/** What an operation takes as its body. */
export type BodyOf<Path extends keyof paths, Method extends keyof paths[Path] = 'post' & keyof paths[Path]> = paths[Path][Method] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

/** @returns what a call was answered. @throws Error naming what was called, with the problem that was answered instead */
export async function answerTo<T>(what: string, call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (data === undefined) throw new Error(`expected: ${what} accepted; seen: ${response.status} ${JSON.stringify(error)}`);
  return data;
}

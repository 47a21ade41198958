/** The one way to the API: the contract's types, the session's cookie, a key on every POST. No token is ever here. */
import createClient from 'openapi-fetch';
import type { components, paths } from '../../client/generated/contract.js';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type QueryOf<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Query } } }
  ? NonNullable<Query>
  : never;

const TIMEOUT_MS = 20_000;

/** Codes of the API's catalogue, and two of ours. */
export type FailureCode = Problem['code'] | 'NO_ANSWER' | 'NO_CONNECTION';

/** What of a problem document is shown. */
export interface Failure {
  code?: FailureCode;
  title?: string;
  detail?: string;
  requestId?: string;
}

/** Not all that changes is an event of the feed: what is shown is read again so often while somebody looks. */
export const LOOK_AGAIN_MS = 30_000;

/** Told to the page when a call is refused because nobody is signed in any more. */
export const SESSION_OVER = 'holdpoint-session-over';

/** What the API, or the way to it, said instead of an answer. */
export class CallFailed extends Error {
  /** 0: no answer came. */
  readonly status: number;
  readonly problem: Failure;

  constructor(status: number, problem: Failure) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

export const api = createClient<paths>({
  baseUrl: '/',
  headers: { accept: 'application/json', 'x-holdpoint-console': '1' },
  querySerializer: { array: { style: 'form', explode: false } },
  fetch: async (request: Request) => {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    return fetch(request, { signal, credentials: 'same-origin' });
  },
});
api.use({
  onRequest({ request }) {
    if (request.method === 'POST' && !request.headers.has('idempotency-key')) request.headers.set('idempotency-key', crypto.randomUUID());
  },
});

/** @returns what was answered. @throws CallFailed */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new CallFailed(0, { code: cause instanceof DOMException && cause.name === 'TimeoutError' ? 'NO_ANSWER' : 'NO_CONNECTION' });
  });
  if (response.ok) return data as T;
  if (response.status === 401) globalThis.dispatchEvent(new Event(SESSION_OVER));
  throw new CallFailed(response.status, typeof error === 'object' && error !== null ? error : {});
}

/** @returns an answer with the ETag to change it by. @throws CallFailed */
export async function taggedAnswer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<{ value: T; etag: string | null }> {
  let etag: string | null = null;
  const value = await answer(
    call.then((result) => {
      etag = result.response.headers.get('etag');
      return result;
    }),
  );
  return { value, etag };
}

/** A client of the API with the contract's types: a path, a field or an answer that the contract does not have does not compile. */
import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './generated/contract.js';

export type HoldpointClient = Client<paths>;

export interface ClientOptions {
  /** Without a slash at the end. */
  baseUrl: string;
  /** An API key of the installation. */
  key: string;
  /** The limit of one call. */
  timeoutMs?: number;
}

/** No answer takes longer: the API answers 503 before. */
const TIMEOUT_MS = 20_000;

/**
 * @returns a client whose calls answer `{ data }` or `{ error }`, a problem document, beside the `response`; they throw only where there is no
 *   answer within the limit
 */
export function createHoldpointClient({ baseUrl, key, timeoutMs = TIMEOUT_MS }: ClientOptions): HoldpointClient {
  return createClient<paths>({
    baseUrl,
    headers: { accept: 'application/json', authorization: `Bearer ${key}` },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs) }),
  });
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

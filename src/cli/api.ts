/** How commands call the API: found by flags, by the environment, or where `npm start` runs it. */
import type { Environment } from '../config-error.js';
import { Failure, USAGE, usage } from './failure.js';
import type { Shell } from './shell.js';

export interface ApiOptions {
  api?: string;
  key?: string;
}

/** Where the API is and what it is called with. */
export interface ApiAccess {
  /** Without a slash at the end. */
  url: string;
  key: string;
  /** It is the one of `npm start` here. */
  embedded: boolean;
}

export interface Api extends ApiAccess {
  /**
   * @param path below the address, as `/v1/review-cases`
   * @param query what is undefined is left out
   * @throws Failure in words for whoever called: no API, a key that is not taken, a problem of the API under its own code
   */
  get<T>(path: string, query?: Record<string, string | undefined>): Promise<T>;
}

type Problem = { code: string; detail: string };

const CALL_LIMIT_MS = 20_000;
const WHERE = 'name it: --api http://host:8080 and --key, or HOLDPOINT_API_URL and HOLDPOINT_API_KEY';

/** @throws Failure when it is not known where the API is, or with which key */
export async function openApi({ env }: Shell, options: ApiOptions): Promise<Api> {
  const access = await accessOf(env, options);
  return { ...access, get: (path, query) => call(access, path, query) };
}

/** The embedded stack's own key never goes to another address. */
export async function accessOf(env: Environment, options: ApiOptions): Promise<ApiAccess> {
  const { embeddedStack } = await import('./embedded-stack.js');
  const [given, key] = [options.api ?? (env['HOLDPOINT_API_URL'] || undefined), options.key ?? (env['HOLDPOINT_API_KEY'] || undefined)];
  const url = given === undefined ? undefined : addressOf(given);
  if (url !== undefined && key !== undefined) return { url, key, embedded: false };
  const embedded = embeddedStack(env);
  if (url === undefined) {
    if (embedded === null) throw usage('which API? No stack has been started here', WHERE, 'or start one here: npm start');
    return { url: embedded.apiUrl, key: key ?? embedded.apiKey, embedded: true };
  }
  if (embedded === null || embedded.apiUrl !== url) throw usage(`no key for the API at ${url}`, 'give one: HOLDPOINT_API_KEY, or --key');
  return { url, key: embedded.apiKey, embedded: true };
}

function addressOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  const sound = url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.search === '' && url.hash === '';
  if (!sound) throw usage(`"${given}" is no address of an API`, 'expected: http://host:8080 or https://holdpoint.example.com');
  return url.href.replace(/\/+$/, '').replace(/\/v1$/, '');
}

async function call<T>(access: ApiAccess, path: string, query: Record<string, string | undefined> = {}): Promise<T> {
  const asked = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const url = `${access.url}${path}${asked.length > 0 ? `?${new URLSearchParams(asked).toString()}` : ''}`;
  const headers = { accept: 'application/json', authorization: `Bearer ${access.key}` };
  const answer = await answerTo(url, headers).catch((error: unknown) => Promise.reject(notReached(access, error)));
  if (answer.status >= 200 && answer.status < 300) {
    if (answer.body !== null) return answer.body as T;
    throw noApi(access, answer.status);
  }
  const problem = problemOf(answer.body);
  if (problem === null) throw noApi(access, answer.status);
  throw refusal(access, answer, problem);
}

interface Answer {
  status: number;
  /** Null: no JSON. */
  body: unknown;
  retryAfter: string | null;
}

async function answerTo(url: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(CALL_LIMIT_MS) });
  const text = await response.text();
  return { status: response.status, body: jsonOf(text), retryAfter: response.headers.get('retry-after') };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function problemOf(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string') return null;
  return { code: body.code, detail: 'detail' in body && typeof body.detail === 'string' ? body.detail : body.code };
}

function notReached({ url, embedded }: ApiAccess, error: unknown): Failure {
  const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  const why = name === 'TimeoutError' ? `no answer within ${CALL_LIMIT_MS / 1000} s` : (cause?.code ?? cause?.message ?? message);
  const hint = embedded ? 'start it: npm start' : 'is it running, and is that its address? --api or HOLDPOINT_API_URL says where it is';
  return new Failure({
    code: 'API_NOT_REACHED',
    message: `no API answers at ${url} (${why})`,
    hints: [hint, 'holdpoint doctor looks further'],
  });
}

function noApi({ url }: ApiAccess, status: number): Failure {
  const message = `what answers at ${url} is not the API (HTTP ${status})`;
  return new Failure({ code: 'NO_API', message, hints: ['--api or HOLDPOINT_API_URL wants the address before /v1'] });
}

function refusal({ url }: ApiAccess, { status, retryAfter }: Answer, { code, detail }: Problem): Failure {
  if (status === 401) {
    const hints = ['HOLDPOINT_API_KEY, or --key, must be a key of this installation that is still valid'];
    return new Failure({ code, message: `the API at ${url} does not take the key: ${detail}`, hints });
  }
  if (status === 403) return new Failure({ code, message: detail, hints: ['the key may not do this: use one that may'] });
  if (status === 400) return new Failure({ code, message: detail, exitCode: USAGE });
  const again = retryAfter === null ? 'try again' : `try again in ${retryAfter} s`;
  const hints = status === 429 || status === 503 ? [again] : status >= 500 ? ["the API's log says why"] : [];
  return new Failure({ code, message: detail, hints });
}

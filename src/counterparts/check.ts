/** Does a counterpart answer and understand us, before an order depends on it? Asked by calls that change nothing. */
import type { Counterpart } from '../domain/counterpart.js';
import { CredentialError, withoutSecrets } from './credential-error.js';
import type { Access } from './credentials.js';
import { jsonOf, outcomeOfAnswer, outcomeOfError, type HttpAnswer } from './http.js';
import { sameButForNames } from './same-answer.js';
import { mappedPath } from './mapping.js';
import type { InMessage } from './wire-forms.js';

/** `ok` null: not looked at, for what came before it, or it cannot be told. */
export interface CheckStep {
  ok: boolean | null;
  words: string;
}

export interface CheckReport {
  counterpartId: string;
  /** `fails`: a step is not right; `uncertain`: none is known to be wrong, but it cannot be told whether it understands us. */
  verdict: 'works' | 'uncertain' | 'fails';
  /** What matters most, in words. */
  words: string;
  /** In the order in which they are taken. */
  steps: Record<StepName, CheckStep>;
  httpStatus: number | null;
  /** How long its answer took. */
  latencyMs: number | null;
}

export const CHECK_STEPS = ['address', 'credentials', 'reached', 'authorised', 'signed', 'understood'] as const;
type StepName = (typeof CHECK_STEPS)[number];

type Method = 'GET' | 'OPTIONS';

export interface CheckTools {
  /** @throws when the host cannot be resolved, or may not be called */
  addressesOf(host: string): Promise<string[]>;
  /** @throws CredentialError */
  access(): Promise<Access>;
  /** @throws whatever kept the answer from coming */
  ask(access: Access, method: Method, path: string): Promise<HttpAnswer>;
  /** @throws MappingError */
  understood(message: InMessage, body: unknown): Promise<unknown>;
}

/** What nobody has. */
const UNKNOWN_ID = 'holdpoint-check';
const UNKNOWN_PATH = '/holdpoint-check-no-such-path';

export async function checkCounterpart(counterpart: Counterpart, tools: CheckTools): Promise<CheckReport> {
  const { id, kind, baseUrl } = counterpart;
  const steps = Object.fromEntries(CHECK_STEPS.map((name) => [name, { ok: null, words: 'not looked at' }])) as CheckReport['steps'];
  const found: Pick<CheckReport, 'httpStatus' | 'latencyMs'> = { httpStatus: null, latencyMs: null };
  if (kind === 'mail') steps.address.words = 'mail goes by the SMTP server of the settings: it is not called by HTTP';
  else if (kind === 'customer') steps.address.words = "customers' addresses come with their placements: there is none to call";
  else await takeSteps({ ...counterpart, baseUrl: baseUrl ?? '' }, tools, steps, found);
  const [wrong, untold] = [false, null].map((ok) => CHECK_STEPS.find((name) => steps[name].ok === ok));
  const verdict = wrong !== undefined ? 'fails' : untold !== undefined ? 'uncertain' : 'works';
  const decisive = wrong ?? untold;
  return {
    counterpartId: id,
    verdict,
    words: decisive === undefined ? 'it answers and understands us' : steps[decisive].words,
    steps,
    ...found,
  };
}

async function takeSteps(
  counterpart: Counterpart & { baseUrl: string },
  tools: CheckTools,
  steps: CheckReport['steps'],
  found: Pick<CheckReport, 'httpStatus' | 'latencyMs'>,
): Promise<void> {
  steps.address = await addressStep(counterpart, tools);
  if (steps.address.ok === false) return;
  const access = await tools.access().catch((error: unknown) => error);
  if (access instanceof CredentialError) {
    steps.credentials = { ok: false, words: access.message };
    return;
  }
  if (access instanceof Error) throw access;
  const own = access as Access;
  await askSteps(counterpart, own, tools, steps, found);
  // Whatever it answers may say a chat's address back.
  if (own.chat !== null) for (const step of Object.values(steps)) step.words = withoutSecrets(step.words, own.hidden);
}

async function askSteps(
  counterpart: Counterpart & { baseUrl: string },
  own: Access,
  tools: CheckTools,
  steps: CheckReport['steps'],
  found: Pick<CheckReport, 'httpStatus' | 'latencyMs'>,
): Promise<void> {
  steps.credentials = { ok: true, words: credentialWords(counterpart, own) };
  const asked = questionOf(counterpart, (path) => mappedPath(counterpart.mapping?.paths, path));
  const startedAt = performance.now();
  const answer = await tools.ask(own, asked.method, asked.path).catch((error: unknown) => outcomeOfError(error, counterpart.timeoutMs));
  if ('kind' in answer) {
    steps.reached = { ok: false, words: answer.error };
    return;
  }
  found.httpStatus = answer.status;
  found.latencyMs = Math.round(performance.now() - startedAt);
  steps.reached = { ok: true, words: `it answered HTTP ${answer.status}` };
  if (answer.status === 401 || answer.status === 403) {
    const said = withoutSecrets(errorOf(answer), own.hidden);
    steps.authorised = { ok: false, words: `it does not let us in (${said}): ${whatToSend(counterpart)}` };
    return;
  }
  steps.authorised = { ok: true, words: 'it lets us in' };
  steps.signed = { ok: true, words: signedWords(own) };
  steps.understood = await asked.judge(answer, (method, path) => tools.ask(own, method, path), tools);
}

async function addressStep({ baseUrl, timeoutMs }: Counterpart & { baseUrl: string }, tools: CheckTools): Promise<CheckStep> {
  if (!URL.canParse(baseUrl)) return { ok: false, words: 'it has no address: baseUrl must be an http or https address' };
  try {
    const addresses = await tools.addressesOf(new URL(baseUrl).hostname);
    return { ok: true, words: `${new URL(baseUrl).host} is at ${addresses.join(', ')}` };
  } catch (error) {
    return { ok: false, words: outcomeOfError(error, timeoutMs).error };
  }
}

function credentialWords({ auth }: Counterpart, { bearer, chat }: Access): string {
  if (chat !== null) return "its webhook's address is kept";
  if (bearer === null) return 'none is sent but the signature';
  return auth.type === 'oauth2' ? `a token was got from ${auth.tokenUrl}` : 'the bearer key is sent';
}

function whatToSend({ auth }: Counterpart): string {
  if (auth.type === 'none') return 'it wants a bearer key or a token (auth), or does not take our signature';
  return 'it does not take this credential, or does not take our signature';
}

function signedWords({ signing, ownSigning, chat }: Access): string {
  if (chat !== null) return chat.secret === null ? 'a chat asks for no signature' : "signed with the robot's secret";
  if (!ownSigning) return 'signed with the secret of the settings (HOLDPOINT_WEBHOOK_SECRET)';
  return `signed with ${signing.length === 1 ? 'its own secret' : `its ${signing.length} own secrets`}`;
}

type Ask = (method: Method, path: string) => Promise<HttpAnswer>;
interface Question {
  method: Method;
  path: string;
  judge(answer: HttpAnswer, ask: Ask, tools: CheckTools): Promise<CheckStep>;
}

function questionOf({ kind, format }: Counterpart, theirs: (path: string) => string): Question {
  if (kind === 'review') return readQuestion(theirs(`/review-requests/${UNKNOWN_ID}`), 'review-result', 'outcome');
  if (kind === 'vendor') return readQuestion(theirs(`/orders/${UNKNOWN_ID}`), 'vendor-answer', 'status');
  if (kind === 'buyer') return postQuestion(theirs('/order-review-messages'));
  return format === 'wire' ? postQuestion(theirs('/notices')) : chatQuestion();
}

/** A read of what nobody knows: a 404 of its own, or an answer in the wire's form. */
function readQuestion(path: string, message: InMessage, field: string): Question {
  return {
    method: 'GET',
    path,
    async judge(answer, ask, tools) {
      const { status, text } = answer;
      const json = jsonOf(text);
      if (status >= 200 && status < 300) return inForm(await tools.understood(message, json).catch((error: unknown) => error), field);
      if (status !== 404) return { ok: isNo(status), words: `asked for what nobody knows, it should answer 404, not ${errorOf(answer)}` };
      if (typeof json !== 'object' || json === null) return { ok: false, words: `HTTP 404 without JSON: is the path in baseUrl right?` };
      return toldApart(answer, path, ask, 'GET', 'it knows no such request, and says so as it should');
    },
  };
}

function inForm(body: unknown, field: string): CheckStep {
  if (body instanceof Error) return { ok: false, words: body.message };
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : undefined;
  if (typeof value !== 'string') return { ok: false, words: `its answer has no "${field}": map it (mapping.in), or mend baseUrl` };
  return { ok: true, words: `its answer is understood: ${field} is "${value.slice(0, 100)}"` };
}

/** It must take a POST there; which is asked without one. */
function postQuestion(path: string): Question {
  return {
    method: 'OPTIONS',
    path,
    async judge(answer, ask) {
      if (takesPost(answer)) return toldApart(answer, path, ask, 'OPTIONS', `it takes messages at ${path}`);
      if (answer.status !== 404 && answer.status !== 501)
        return { ok: isNo(answer.status), words: `asked with OPTIONS it answers ${errorOf(answer)}` };
      const read = await ask('GET', path).catch(() => null);
      if (read?.status === 405) return { ok: true, words: `it takes messages at ${path}` };
      return {
        ok: false,
        words: `nothing is at ${path} (${errorOf(answer)}): is the path in baseUrl right? mapping.paths can lead elsewhere`,
      };
    },
  };
}

function takesPost({ status, headers }: HttpAnswer): boolean {
  if (status === 405) return true;
  const { allow } = headers;
  return status >= 200 && status < 300 && (typeof allow !== 'string' || /\bPOST\b/i.test(allow));
}

function chatQuestion(): Question {
  const words = 'it is there; whether it takes our notices shows with the first one';
  return {
    method: 'OPTIONS',
    path: '',
    judge: (answer) =>
      Promise.resolve({ ok: answer.status === 404 ? false : null, words: answer.status === 404 ? errorOf(answer) : words }),
  };
}

/** What answers every path alike has not understood us. */
async function toldApart(answer: HttpAnswer, path: string, ask: Ask, method: Method, words: string): Promise<CheckStep> {
  const other = await ask(method, UNKNOWN_PATH).catch(() => null);
  if (other === null || !sameButForNames(answer, path, other, UNKNOWN_PATH)) return { ok: true, words };
  return { ok: null, words: `it answers so (${errorOf(answer)}) to every path: make sure that the path in baseUrl is right` };
}

/** A redirect or a "no" is wrong; what passes leaves it open. */
function isNo(status: number): false | null {
  return status >= 500 || status === 429 || status === 408 || status === 425 ? null : false;
}

function errorOf(answer: HttpAnswer): string {
  const outcome = outcomeOfAnswer(answer);
  return outcome.kind === 'answered' ? `HTTP ${answer.status}` : outcome.error;
}

/** How other sides are called: with their credentials, signed, in their own JSON, within their limits, and only where calls may go. */
import { createHash, randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { callContext, nextTraceparent } from '../call-context.js';
import { requireCounterpart } from '../db/counterparts.js';
import type { Database } from '../db/database.js';
import type { Counterpart, CounterpartKind, CounterpartMapping } from '../domain/counterpart.js';
import type { Mistake } from '../wire/mistakes.js';
import { addressOfCall } from './chat-address.js';
import { checkCounterpart, type CheckReport } from './check.js';
import { CredentialError, withoutSecrets } from './credential-error.js';
import { createCredentials, type Access, type Credentials } from './credentials.js';
import { exchange, outcomeOfAnswer, outcomeOfError, type CallOutcome, type HttpAnswer } from './http.js';
import { createMapper, MappingError } from './mapper.js';
import { mappedIn, mappedOut, mappedPath, mappingMistakes } from './mapping.js';
import type { Networks } from './networks.js';
import { remembered } from './remembered.js';
import { UnsealableError, type Sealing } from './sealing.js';
import { signatureHeaders } from './signature.js';
import type { InMessage, OutMessage } from './wire-forms.js';

/**
 * With the counterpart's own `path` of docs/wire.md, or with a whole `url` where addresses come from elsewhere. A chat has one address for
 * everything, whatever the path.
 */
export type CounterpartCall = {
  method: 'GET' | 'POST' | 'OPTIONS';
  /** Stable over all retries of the same effect; `webhook-id` and `Idempotency-Key`. */
  key: string;
  /** What belongs together in a trace: the case. */
  traceOf: string;
  /** As `shape` made it. */
  body?: string;
  /** What the answer is, where it can be mapped. */
  answer?: InMessage;
} & ({ path: string } | { url: string });

/** To an address that people have subscribed. */
export interface SubscriberCall {
  url: string;
  /** Stable over all tries; `webhook-id` and `Idempotency-Key`. */
  key: string;
  body: string;
  /** As they are kept, the newest first; each signs. */
  sealedSecrets: readonly string[];
  /** What they were sealed for. */
  bound: string;
  timeoutMs: number;
  traceOf: string;
}

export interface Counterparts {
  /** @throws ApplicationFailure COUNTERPART_UNKNOWN (final) */
  require(id: string): Promise<Counterpart>;
  /**
   * A message as the counterpart takes it: the text that the ledger keeps and that is sent.
   * @throws ApplicationFailure MAPPING_FAILED (retried: somebody has to mend the mapping, and nothing was claimed)
   */
  shape(counterpart: Counterpart, message: OutMessage, body: object): Promise<string>;
  /** Makes one call; never throws for what the other side does, nor for a credential that is missing. */
  call(counterpart: Counterpart, call: CounterpartCall): Promise<CallOutcome>;
  /** Sends to an address that is no counterpart's, signed with secrets of its own; never throws for what the other side does. */
  send(call: SubscriberCall): Promise<CallOutcome>;
  /** Whether it answers and understands us, by a call that changes nothing. */
  check(counterpart: Counterpart): Promise<CheckReport>;
  /** Everything that is wrong with a mapping, each with its place. */
  mappingMistakes(kind: CounterpartKind, mapping: CounterpartMapping): Promise<Mistake[]>;
  close(): Promise<void>;
}

export interface CounterpartsOptions {
  db: Database;
  sealing: Sealing;
  networks: Networks;
  /** Signs where a counterpart has no secret of its own; `whsec_…`. */
  defaultWebhookSecret: string;
  /** How long rows and secrets are used before they are looked at again; default 2 s, so that a change is followed within 5 s. */
  cacheMs?: number;
}

export function createCounterparts(options: CounterpartsOptions): Counterparts {
  const { db, networks, cacheMs = 2000 } = options;
  const mapper = createMapper();
  const credentials = createCredentials({ ...options, cacheMs });
  return {
    require: remembered((id) => requireCounterpart(db, id), cacheMs),
    async shape(counterpart, message, body) {
      try {
        return await mappedOut(mapper, counterpart, message, body);
      } catch (error) {
        if (!(error instanceof MappingError)) throw error;
        throw ApplicationFailure.create({ type: 'MAPPING_FAILED', message: error.message });
      }
    },
    async call(counterpart, call) {
      const outcome = await callOnce(counterpart, call, { credentials, networks });
      if (outcome.kind !== 'answered' || call.answer === undefined) return outcome;
      try {
        return { ...outcome, body: await mappedIn(mapper, counterpart, call.answer, outcome.body) };
      } catch (error) {
        if (!(error instanceof MappingError)) throw error;
        return { kind: 'unknown', status: outcome.status, error: `answer not understood: ${error.message}`, retryAfterMs: null };
      }
    },
    send: (call) => sendOnce(call, options),
    check: (counterpart) =>
      checkCounterpart(counterpart, {
        addressesOf: (host) => networks.addressesOf(host),
        access: () => credentials.of(counterpart),
        ask: (access, method, path) =>
          answerTo(counterpart, { method, path, key: `check.${randomBytes(8).toString('hex')}`, traceOf: 'check' }, access, networks),
        understood: (message, body) => mappedIn(mapper, counterpart, message, body),
      }),
    mappingMistakes: (kind, mapping) => mappingMistakes(mapper, kind, mapping),
    async close() {
      await Promise.all([mapper.close(), networks.close()]);
    },
  };
}

async function sendOnce(call: SubscriberCall, { sealing, networks }: CounterpartsOptions): Promise<CallOutcome> {
  const { url, body, sealedSecrets, bound, timeoutMs } = call;
  try {
    const signing = sealedSecrets.map((sealed) => sealing.open(sealed, bound));
    const headers = headersFor(call, { signing, bearer: null });
    return outcomeOfAnswer(await exchange({ method: 'POST', url, headers, body, timeoutMs, dispatcher: networks.dispatcher }));
  } catch (error) {
    if (!(error instanceof UnsealableError)) return outcomeOfError(error, timeoutMs);
    return { kind: 'not_acted', status: null, error: error.message, retryAfterMs: null, ownFault: true };
  }
}

async function callOnce(
  counterpart: Counterpart,
  call: CounterpartCall,
  { credentials, networks }: { credentials: Credentials; networks: Networks },
): Promise<CallOutcome> {
  const notActed = (error: string, ownFault: boolean): CallOutcome => ({
    kind: 'not_acted',
    status: null,
    error,
    retryAfterMs: null,
    ownFault,
  });
  const access = await credentials.of(counterpart).catch((error: unknown) => error);
  if (access instanceof CredentialError) return notActed(access.message, access.ownFault);
  // Nothing has left: the ledger must not take it for a call that may have acted.
  if (access instanceof Error) return notActed(`its credentials could not be read (${access.name})`, true);
  const { bearer, hidden } = access as Access;
  const answer = await answerTo(counterpart, call, access as Access, networks).catch((error: unknown) =>
    outcomeOfError(error, counterpart.timeoutMs),
  );
  const outcome = 'kind' in answer ? answer : outcomeOfAnswer(answer);
  if (outcome.kind === 'answered') return outcome;
  const error = withoutSecrets(outcome.error, hidden);
  if (outcome.status !== 401 || bearer === null || counterpart.auth.type !== 'oauth2') return { ...outcome, error };
  credentials.drop(counterpart, bearer);
  return { kind: 'not_acted', status: 401, error: `the token was not accepted, the next try gets a new one: ${error}`, retryAfterMs: null };
}

/** @throws whatever kept the answer from coming */
function answerTo(counterpart: Counterpart, call: CounterpartCall, access: Access, networks: Networks): Promise<HttpAnswer> {
  const { timeoutMs, kind } = counterpart;
  const { method, body } = call;
  const request = {
    method,
    url: urlOf(counterpart, call, access),
    headers: headersFor(call, access),
    ...(body === undefined ? {} : { body }),
  };
  return exchange({ ...request, timeoutMs, dispatcher: kind === 'vendor' ? networks.single : networks.dispatcher });
}

function urlOf({ baseUrl, mapping }: Counterpart, call: CounterpartCall, { chat }: Access): string {
  if (chat !== null) return addressOfCall(chat, Date.now());
  return 'url' in call ? call.url : `${baseUrl ?? ''}${mappedPath(mapping?.paths, call.path)}`;
}

/** Standard Webhooks headers, the idempotency key, the trace (of what led to the call, else of the case) and the credential (docs/wire.md). */
function headersFor(
  { key, traceOf, body }: Pick<CounterpartCall, 'key' | 'traceOf' | 'body'>,
  { signing, bearer }: Pick<Access, 'signing' | 'bearer'>,
): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...signatureHeaders(key, body ?? '', signing),
    'idempotency-key': key,
    traceparent: nextTraceparent(callContext().traceparent, createHash('sha256').update(traceOf).digest('hex').slice(0, 32)),
    ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
  };
}

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): what is asked for once is done once, however often it is sent. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Transaction } from '../../db/database.js';
import {
  claimKey,
  ClaimLost,
  giveUpClaim,
  keepAnswer,
  releaseKey,
  requestHashOf,
  type AnswerStore,
  type Claim,
  type StoredAnswer,
} from '../../db/stored-answers.js';
import { senderOf } from '../authentication.js';
import { asProblem, validated } from '../errors.js';
import { Problem, PROBLEMS } from '../problems.js';

const HEADER = 'idempotency-key';
/** What an answer says beside its body, that a replay must say too. */
const KEPT_HEADERS = ['location', 'etag'];

export const EXAMPLE_KEY = '6b2f4a0e-6a1c-4c39-9d0b-1f3a54c7e0d2';

/** Bare; the draft's form, in quotes, is taken as well. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')
    .describe(
      'A fresh random value for each thing that is to be done, like a UUID, and the same for every try of it: a later one gets the answer of ' +
        'the first. Kept for 24 h.',
    )
    .meta({ examples: [EXAMPLE_KEY] }),
});

/** What is done under a key. */
export interface Once {
  /** Names what is done, the same in every try of it and never for anything else: for what can tell repetitions by a name. */
  id: string;
  /** Keeps the answer in the transaction that does what it says: so it is done exactly once, also when this process dies. */
  keep(tx: Transaction, answer: { status: number; body: unknown }): Promise<void>;
  /** Of a part it is not known whether it was done: the answer is not kept, and the same can be asked again under the same key. */
  leaveOpen(): void;
}

interface KindOfOperation {
  method: string;
  event?: true;
  reads?: true;
}

/** Whether an operation wants a key: every POST that changes something, unless it is an event, which has an ID of its own. */
export function takesKey({ method, event, reads }: KindOfOperation): boolean {
  return method === 'post' && event === undefined && reads === undefined;
}

/**
 * Does what is asked under a key, and keeps what was answered: the same request with the same key gets it again, with
 * `Idempotency-Replayed: true`. A refusal did nothing: it is not kept, and the next try is judged anew. An error may have done it: the same is
 * tried again under the same `Once.id`, another request is refused.
 * @param act answers by `response.json`, or `response.end` without a body
 */
export async function onceByKey(
  store: AnswerStore,
  { operation, key }: { operation: string; key: string },
  request: Request,
  response: Response,
  act: (once: Once) => Promise<void>,
): Promise<void> {
  const requestHash = requestHashOf({ path: request.originalUrl, body: (request.body as unknown) ?? null });
  const found = await claimKey(store, { sender: senderOf(response), operation, key, requestHash });
  if (found.kind === 'reused') {
    throw new Problem('IDEMPOTENCY_KEY_REUSED', 'The Idempotency-Key came before with another request. Send a new one with a new key.');
  }
  if (found.kind === 'in_use') throw inUse(response);
  if (found.kind === 'answered') return send(response.setHeader('Idempotency-Replayed', 'true'), found.answer);
  const { claim } = found;
  const keep: Once['keep'] = (tx, answer) => keepAnswer(tx, store.sealing, claim, { headers: {}, ...answer });
  let open = false;
  const leaveOpen = (): void => void (open = true);
  try {
    const answer = await answerOf(response, () => act({ id: claim.id, keep, leaveOpen }));
    await (open ? giveUpClaim(store.db, claim) : keepAnswer(store.db, store.sealing, claim, answer));
    send(response, answer);
  } catch (error) {
    if (error instanceof ClaimLost) throw inUse(response);
    await letGo(store, claim, error);
    throw error;
  }
}

/** Where this fails too, the claim ends by itself. */
async function letGo({ db }: AnswerStore, claim: Claim, error: unknown): Promise<void> {
  const isRefusal = PROBLEMS[asProblem(error).code].status < 500;
  await (isRefusal ? releaseKey(db, claim) : giveUpClaim(db, claim)).catch(() => undefined);
}

function inUse(response: Response): Problem {
  response.setHeader('Retry-After', '1');
  return new Problem(
    'IDEMPOTENCY_KEY_IN_USE',
    'The first request with this Idempotency-Key is still under way. Send the same again shortly.',
  );
}

/**
 * The key as it was sent; the draft's form, a string in quotes, is the same key as the bare one. What looks at the header later sees it bare.
 * @throws Problem IDEMPOTENCY_KEY_MISSING, VALIDATION_FAILED
 */
export function requireIdempotencyKey(request: Request): string {
  const given = request.get(HEADER);
  if (given === undefined || given === '') {
    const detail =
      'Nothing was done. Send the header "Idempotency-Key" with a fresh random value, like a UUID, and the same value in every try of this.';
    throw new Problem('IDEMPOTENCY_KEY_MISSING', detail);
  }
  const bare = /^"(.*)"$/.exec(given)?.[1] ?? given;
  request.headers[HEADER] = bare;
  return validated(idempotencyHeaders, { 'Idempotency-Key': bare })['Idempotency-Key'];
}

/** Lets something answer, and holds the answer back. */
async function answerOf(response: Response, act: () => Promise<void>): Promise<StoredAnswer> {
  const [json, end] = [response.json.bind(response), response.end.bind(response)];
  let body: unknown;
  response.json = (value: unknown) => {
    body = value;
    return response;
  };
  response.end = () => response;
  try {
    await act();
  } finally {
    Object.assign(response, { json, end });
  }
  const headers = KEPT_HEADERS.flatMap((name) => (response.hasHeader(name) ? [[name, String(response.getHeader(name))]] : []));
  return {
    status: response.statusCode,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(body === undefined ? {} : { body }),
  };
}

function send(response: Response, { status, headers, body }: StoredAnswer): void {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else response.json(body);
}

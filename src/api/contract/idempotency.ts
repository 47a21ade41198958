/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): what is asked for once is done once, however often it is sent. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { claimKey, keepAnswer, releaseKey, requestHashOf, type StoredAnswer } from '../../db/stored-answers.js';
import { senderOf } from '../authentication.js';
import { validated } from '../errors.js';
import { Problem } from '../problems.js';
import { idempotencyKeySchema } from './requests.js';

const HEADER = 'idempotency-key';
/** What an answer says beside its body, that a replay must say too. */
const KEPT_HEADERS = ['location', 'etag'];

export const idempotencyHeaders = z.object({
  'Idempotency-Key': idempotencyKeySchema.describe(
    'A fresh random value for each thing that is to be done, like a UUID, and the same for every try of it: a later one gets the answer of ' +
      'the first. Kept for 24 h.',
  ),
});

/**
 * Does what is asked under a key, and keeps what was answered: the same request with the same key gets it again, with
 * `Idempotency-Replayed: true`. A refusal or an error did nothing: it is not kept, and the next try is judged anew.
 * @param act answers by `response.json`, or `response.end` without a body
 */
export async function onceByKey(
  db: Database,
  { operation, key }: { operation: string; key: string },
  request: Request,
  response: Response,
  act: () => Promise<void>,
): Promise<void> {
  const requestHash = requestHashOf({ path: request.originalUrl, body: (request.body as unknown) ?? null });
  const claim = await claimKey(db, { sender: senderOf(response), operation, key, requestHash });
  if (claim.kind === 'reused') {
    throw new Problem('IDEMPOTENCY_KEY_REUSED', 'The Idempotency-Key came before with another request. Send a new one with a new key.');
  }
  if (claim.kind === 'in_use') {
    response.setHeader('Retry-After', '1');
    throw new Problem(
      'IDEMPOTENCY_KEY_IN_USE',
      'The first request with this Idempotency-Key is still under way. Send the same again shortly.',
    );
  }
  if (claim.kind === 'answered') return send(response.setHeader('Idempotency-Replayed', 'true'), claim.answer);
  const answer = await answerOf(response, act).catch(async (error: unknown) => {
    // Where this fails too, the claim ends by itself.
    await releaseKey(db, claim.claimId).catch(() => undefined);
    throw error;
  });
  await keepAnswer(db, claim.claimId, answer);
  send(response, answer);
}

/**
 * The key as it was sent; the draft's form, a string in quotes, is the same key as the bare one. What looks at the header later sees it bare.
 * @throws Problem IDEMPOTENCY_KEY_MISSING, VALIDATION_FAILED
 */
export function requireIdempotencyKey(request: Request): string {
  const given = request.get(HEADER);
  if (given === undefined || given === '') {
    throw new Problem('IDEMPOTENCY_KEY_MISSING', 'Send the header "Idempotency-Key" with a fresh random value, and the same in every try.');
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

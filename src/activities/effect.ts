/** Effects and the ledger: claim the row, write an attempt, call, record. Nothing is called that could not be claimed. */
import { ApplicationFailure } from '@temporalio/common';
import type { Database, JsonObject } from '../db/database.js';
import { claimMessage, finishAttempt, startAttempt, type MessageClaim, type StartedAttempt } from '../db/messages.js';

/** What the call brought, in the ledger's words. */
export type EffectOutcome =
  | { kind: 'delivered'; httpStatus: number | null; result: JsonObject }
  | { kind: 'refused'; httpStatus: number | null; error: string }
  | { kind: 'not_acted' | 'unknown'; httpStatus: number | null; error: string; retryAfterMs: number | null };

/** Failure types of effects, stable. */
export const EFFECT_FAILURES = {
  refused: 'COUNTERPART_REFUSED',
  settled: 'MESSAGE_SETTLED',
  unavailable: 'COUNTERPART_UNAVAILABLE',
  earlierPending: 'EARLIER_MESSAGE_PENDING',
  outcomeUnknown: 'OUTCOME_UNKNOWN',
} as const;

export interface EffectOptions {
  /** The receiver takes a repetition for another message: never sent again once it may have arrived. */
  once?: boolean;
}

/**
 * Performs one effect under its key. A retry that finds it sent returns what was recorded; one that finds it under way
 * sends again, the same text under the same key.
 * @param call gets the text exactly as first claimed, and whether an earlier attempt may have acted
 * @throws ApplicationFailure COUNTERPART_REFUSED (final), COUNTERPART_UNAVAILABLE (retried; `Retry-After` kept), MESSAGE_SETTLED (final);
 *   with `once` OUTCOME_UNKNOWN (final) when it may have arrived
 */
export async function performEffect(
  db: Database,
  claim: MessageClaim,
  call: (body: string, mayHaveActed: boolean) => Promise<EffectOutcome>,
  { once = false }: EffectOptions = {},
): Promise<JsonObject> {
  const message = await claimMessage(db, claim);
  const attempt: StartedAttempt = message.state === 'sending' ? await startAttempt(db, claim.key, once) : { kind: 'settled' };
  if (attempt.kind === 'settled') return settledResult(db, claim);
  if (attempt.kind === 'may_have_acted') throw outcomeUnknown('an earlier attempt may have arrived');
  const outcome = await call(message.body, attempt.mayHaveActed);
  await finishAttempt(db, claim.key, attempt.number, outcome);
  if (outcome.kind === 'delivered') return outcome.result;
  if (outcome.kind === 'unknown' && once) throw outcomeUnknown(outcome.error);
  if (outcome.kind === 'refused') {
    throw ApplicationFailure.create({ type: EFFECT_FAILURES.refused, nonRetryable: true, message: outcome.error });
  }
  throw ApplicationFailure.create({
    type: EFFECT_FAILURES.unavailable,
    message: outcome.error,
    ...(outcome.retryAfterMs === null ? {} : { nextRetryDelay: outcome.retryAfterMs }),
  });
}

function outcomeUnknown(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: EFFECT_FAILURES.outcomeUnknown, nonRetryable: true, message });
}

/** What a message that is settled already came to. @throws ApplicationFailure MESSAGE_SETTLED when it was not sent */
async function settledResult(db: Database, claim: MessageClaim): Promise<JsonObject> {
  const { state, result } = await claimMessage(db, claim);
  if (state === 'sent' || state === 'shadow') return result;
  throw ApplicationFailure.create({ type: EFFECT_FAILURES.settled, nonRetryable: true, message: `message ${claim.key} is ${state}` });
}

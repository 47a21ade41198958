/** Effects and the ledger: claim the row, write an attempt, call, record. Nothing is called that could not be claimed. */
import { ApplicationFailure } from '@temporalio/common';
import type { Database, JsonObject } from '../db/database.js';
import { claimAndStart, finishAttempt, startClaimed } from '../db/attempts.js';
import { claimMessage, type ClaimedMessage, type MessageClaim } from '../db/messages.js';

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
} as const;

/**
 * Performs one effect under its key. A retry that finds it sent returns what was recorded; one that finds it under way
 * sends again, the same text under the same key.
 * @param call gets the text exactly as first claimed
 * @param claimed the row, when it has been claimed already
 * @throws ApplicationFailure COUNTERPART_REFUSED (final), COUNTERPART_UNAVAILABLE (retried; `Retry-After` kept), MESSAGE_SETTLED (final)
 */
export async function performEffect(
  db: Database,
  claim: MessageClaim,
  call: (body: string) => Promise<EffectOutcome>,
  claimed?: ClaimedMessage,
): Promise<JsonObject> {
  const { body, attempt } = await (claimed === undefined ? claimAndStart(db, claim) : startClaimed(db, claim.key, claimed));
  if (attempt === null) return settledResult(db, claim);
  const outcome = await call(body);
  await finishAttempt(db, claim.key, attempt, outcome);
  if (outcome.kind === 'delivered') return outcome.result;
  if (outcome.kind === 'refused') {
    throw ApplicationFailure.create({ type: EFFECT_FAILURES.refused, nonRetryable: true, message: outcome.error });
  }
  throw ApplicationFailure.create({
    type: EFFECT_FAILURES.unavailable,
    message: outcome.error,
    ...(outcome.retryAfterMs === null ? {} : { nextRetryDelay: outcome.retryAfterMs }),
  });
}

/** What a message that is settled already came to. @throws ApplicationFailure MESSAGE_SETTLED when it was not sent */
async function settledResult(db: Database, claim: MessageClaim): Promise<JsonObject> {
  const { state, result } = await claimMessage(db, claim);
  if (state === 'sent' || state === 'shadow') return result;
  throw ApplicationFailure.create({ type: EFFECT_FAILURES.settled, nonRetryable: true, message: `message ${claim.key} is ${state}` });
}

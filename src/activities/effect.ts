/** Effects and the ledger: wait for one's turn, claim the row, write an attempt, call, record. Nothing is called that could not be claimed. */
import { ApplicationFailure } from '@temporalio/common';
import type { Database, JsonObject } from '../db/database.js';
import { claimAndStart, finishAttempt, startCarefully, startClaimed, type StartedAttempt } from '../db/attempts.js';
import { claimMessage, EarlierMessagePending, type ClaimedMessage, type MessageClaim } from '../db/messages.js';
import { atCounterpart, type CallSettings } from './at-counterpart.js';

/** What the call brought, in the ledger's words. */
export type EffectOutcome =
  | { kind: 'delivered'; httpStatus: number | null; result: JsonObject }
  | { kind: 'refused'; httpStatus: number | null; error: string }
  | { kind: 'not_acted' | 'unknown'; httpStatus: number | null; error: string; retryAfterMs: number | null; ownFault?: boolean };

/** Failure types of effects, stable. */
export const EFFECT_FAILURES = {
  refused: 'COUNTERPART_REFUSED',
  settled: 'MESSAGE_SETTLED',
  unavailable: 'COUNTERPART_UNAVAILABLE',
  earlierPending: 'EARLIER_MESSAGE_PENDING',
  outcomeUnknown: 'OUTCOME_UNKNOWN',
} as const;

export interface EffectOptions {
  /** Whose turn is waited for, before anything is claimed. */
  counterpart: CallSettings['counterpart'];
  /** Which breaker, where it is not the counterpart's own. */
  breaker?: string;
  /** What it comes to when the call cannot begin; default `retry`. */
  whenNotBegun?: CallSettings['whenNotBegun'];
  /**
   * Given: the call is told whether an earlier attempt may have acted. True: the receiver takes a repetition for another message, and it
   * is never sent again once it may have arrived.
   */
  once?: boolean;
  /** The row, when it has been claimed already, or how it is claimed once one's turn has come. */
  claimed?: ClaimedMessage | (() => Promise<ClaimedMessage>);
}

/**
 * Performs one effect under its key. A retry that finds it sent returns what was recorded; one that finds it under way
 * sends again, the same text under the same key.
 * @param call gets the text exactly as first claimed, and whether an earlier attempt may have acted
 * @throws ApplicationFailure COUNTERPART_REFUSED (final), COUNTERPART_UNAVAILABLE (retried; `Retry-After` kept), MESSAGE_SETTLED (final);
 *   with `once` OUTCOME_UNKNOWN (final) when it may have arrived; COUNTERPART_PAUSED, COUNTERPART_BUSY when it did not begin
 */
export async function performEffect(
  db: Database,
  claim: MessageClaim,
  call: (body: string, mayHaveActed: boolean) => Promise<EffectOutcome>,
  options: EffectOptions,
): Promise<JsonObject> {
  const { counterpart, breaker, whenNotBegun = 'retry' } = options;
  const claimed = { ...claim, counterpartId: counterpart.id };
  // What is only recorded waits for nobody.
  if (claim.shadow !== undefined) return claimAndCall(db, claimed, call, options);
  const settings = { counterpart, orderId: claim.orderId, whenNotBegun, ...(breaker === undefined ? {} : { breaker }) };
  return atCounterpart(db, settings, (heard) =>
    claimAndCall(db, claimed, async (body, mayHaveActed) => heard(await call(body, mayHaveActed)), options),
  );
}

async function claimAndCall(
  db: Database,
  claim: MessageClaim,
  call: (body: string, mayHaveActed: boolean) => Promise<EffectOutcome>,
  options: EffectOptions,
): Promise<JsonObject> {
  const started = await startEffect(db, claim, options);
  if (started.kind === 'settled') return settledResult(db, claim);
  if (started.kind === 'may_have_acted') throw outcomeUnknown('an earlier attempt may have arrived');
  const { once = false } = options;
  const outcome = await call(started.body, started.mayHaveActed);
  await finishAttempt(db, claim.key, started.number, outcome);
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

/**
 * Makes a claim in an order's sequence.
 * @throws ApplicationFailure EARLIER_MESSAGE_PENDING (retried): an earlier message to the same receiver is still on its way
 */
export async function claimedInSequence(claim: () => Promise<ClaimedMessage>): Promise<ClaimedMessage> {
  try {
    return await claim();
  } catch (error) {
    throw error instanceof EarlierMessagePending ? earlierPending() : error;
  }
}

/** Looked at again after 2 s, whatever the retry policy says: the one before may go at any moment. */
export function earlierPending(): ApplicationFailure {
  return ApplicationFailure.create({
    type: EFFECT_FAILURES.earlierPending,
    message: 'an earlier message of this order is still on its way',
    nextRetryDelay: '2 seconds',
  });
}

/** Claims the row unless that was done, and starts an attempt. */
async function startEffect(db: Database, claim: MessageClaim, { once, claimed: given }: EffectOptions): Promise<StartedAttempt> {
  const claimed = typeof given === 'function' ? await given() : given;
  if (once === undefined) return claimed === undefined ? claimAndStart(db, claim) : startClaimed(db, claim.key, claimed);
  return startCarefully(db, claim.key, claimed ?? (await claimMessage(db, claim)), once);
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

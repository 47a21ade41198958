/** Subscriptions to the feed: when a delivery that failed is tried again, and when a subscription is given up; pure. */

/** Beside the counterparts of the table: the task queue of all calls to subscribers. No counterpart can have this id. */
export const SUBSCRIBERS = { id: '_subscribers', maxPerSecond: 500, maxConcurrent: 50 } as const;
/** Limit of one call, ms (Standard Webhooks: 15 to 30 s; a receiver that answers first and works later needs far less). */
export const SUBSCRIBER_TIMEOUT_MS = 10_000;

const S = 1000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
/** After the first, second … failure of an event (the schedule of Standard Webhooks): a little over three days in all. */
export const RETRY_AFTER_MS: readonly number[] = [5 * S, 5 * MIN, 30 * MIN, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
/** Of what people wanted once more: it must not hold up the others for days. */
const REPLAY_RETRY_AFTER_MS: readonly number[] = [5 * S, 1 * MIN];
/** Many that failed at the same time do not come back at the same time. */
const SPREAD = 0.2;

/** Why a subscription is disabled. */
export const DISABLED_REASONS = ['BY_PEOPLE', 'GONE', 'NO_SUCCESS'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

export interface FailedDelivery {
  /** This one counted in. */
  attempts: number;
  /** Of its answer; null: there was none. */
  status: number | null;
  /** What the receiver asked for, ms. */
  retryAfterMs: number | null;
  /** People wanted it once more. */
  replay: boolean;
}

/** `give_up`: of a replay alone; the subscription goes on. */
export type AfterFailure = { kind: 'retry'; ms: number } | { kind: 'disable'; reason: DisabledReason } | { kind: 'give_up' };

/** @param random 0 to 1 */
export function afterFailure({ attempts, status, retryAfterMs, replay }: FailedDelivery, random: number): AfterFailure {
  // Standard Webhooks: the receiver wants no more.
  if (status === 410) return { kind: 'disable', reason: 'GONE' };
  const delay = (replay ? REPLAY_RETRY_AFTER_MS : RETRY_AFTER_MS)[attempts - 1];
  if (delay === undefined) return replay ? { kind: 'give_up' } : { kind: 'disable', reason: 'NO_SUCCESS' };
  return { kind: 'retry', ms: Math.round(Math.max(delay * (1 + SPREAD * (random - 0.5)), retryAfterMs ?? 0)) };
}

/** The `webhook-id`: stable over all deliveries of an event to a subscription. */
export function webhookIdOf(eventId: string, subscriptionId: string): string {
  return `${eventId}_${subscriptionId}`;
}

export function subscriptionWorkflowIdOf(subscriptionId: string): string {
  return `subscription/${subscriptionId}`;
}

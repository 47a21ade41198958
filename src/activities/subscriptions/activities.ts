/** Delivering the feed to subscriptions: signed by Standard Webhooks, to addresses that may be called, in order. */
import { asyncLocalStorage } from '@temporalio/activity';
import type { Counterparts } from '../../counterparts/caller.js';
import type { Database } from '../../db/database.js';
import { beginNext, settleAttempt, type BegunDelivery, type DeliveryOutcome } from '../../db/subscription-deliveries.js';
import { boundTo } from '../../db/subscriptions.js';
import { SUBSCRIBER_TIMEOUT_MS, webhookIdOf } from '../../domain/subscription.js';
import type { DeliveryStep } from '../../workflows/subscription-delivery/contract.js';

/** Then the workflow hears how far it is. */
const WORK_MS = 20_000;
const HEARTBEAT_MS = 4000;

/** On the task queue of all subscribers. */
export function createSubscriptionActivities(db: Database, counterparts: Pick<Counterparts, 'send'>) {
  return {
    /** Delivers what is there for a subscription, one event after the other, until something fails, nothing is left, or its time is over. */
    async deliverEvents({ subscriptionId }: { subscriptionId: string }): Promise<DeliveryStep> {
      const context = asyncLocalStorage.getStore();
      const beating = setInterval(() => context?.heartbeat(), HEARTBEAT_MS);
      try {
        for (const until = Date.now() + WORK_MS; Date.now() < until && context?.cancellationSignal.aborted !== true;) {
          const begun = await beginNext(db, subscriptionId);
          if (begun.kind !== 'begun') return begun;
          const outcome = await deliver(counterparts, begun);
          const next = await settleAttempt(db, begun, outcome);
          if (next?.kind === 'retry') return { kind: 'wait', ms: next.ms, error: outcome.error ?? 'no answer' };
        }
        return { kind: 'more' };
      } finally {
        clearInterval(beating);
      }
    },
  };
}

async function deliver(
  counterparts: Pick<Counterparts, 'send'>,
  { subscription, secrets, event }: BegunDelivery,
): Promise<DeliveryOutcome> {
  const { id, url } = subscription;
  const body = JSON.stringify({ id: event.id, type: event.type, timestamp: event.at.toISOString(), data: event.data });
  const key = webhookIdOf(event.id, id);
  const call = {
    url,
    key,
    body,
    sealedSecrets: secrets,
    bound: boundTo(id),
    timeoutMs: SUBSCRIBER_TIMEOUT_MS,
    traceOf: event.orderId ?? event.id,
  };
  const outcome = await counterparts.send(call);
  if (outcome.kind === 'answered') return { delivered: true, status: outcome.status, error: null, retryAfterMs: null };
  const retryAfterMs = outcome.kind === 'refused' ? null : outcome.retryAfterMs;
  return { delivered: false, status: outcome.status, error: outcome.error, retryAfterMs };
}

/**
 * The job's shape and nothing more, as one would first write it on Temporal: what Holdpoint's figures are held against. No inbox, ledger, records,
 * rules or limits, and so none of their guarantees.
 */
import { condition, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { BarestActivities } from './activities.js';
import { orderFailed, type BarestInput } from './contract.js';

const { tellBuyer, mailLiaison, requestReview } = proxyActivities<BarestActivities>({ startToCloseTimeout: '15 seconds' });

/** Tells both sides at once, waits, asks for a review, and again until it succeeds. */
export async function barestCase({ order, waitMs }: BarestInput): Promise<void> {
  let reason: string | undefined;
  setHandler(orderFailed, (type) => void (reason = type));
  await condition(() => reason !== undefined);
  const told = Promise.all([tellBuyer(order), mailLiaison(order.orderId, reason ?? '')]);
  for (let attempt = 1; ; attempt += 1) {
    await sleep(waitMs);
    if ((await requestReview(order.orderId, attempt)) === 'succeeded') break;
  }
  await told;
}

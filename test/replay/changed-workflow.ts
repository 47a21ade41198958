/** The workflows with a pause put before them: what a careless edit does to running cases, placements and subscriptions. */
import { sleep } from '@temporalio/workflow';
import {
  orderPlacement as presentPlacement,
  reviewCase as presentCase,
  subscriptionDelivery as presentSubscription,
} from '../../src/workflows/index.js';
import type { OrderPlacementInput, OrderPlacementResult } from '../../src/workflows/order-placement/contract.js';
import type { ReviewCaseInput, ReviewCaseResult } from '../../src/workflows/review-case/contract.js';
import type { SubscriptionDeliveryInput } from '../../src/workflows/subscription-delivery/contract.js';

export async function reviewCase(input: ReviewCaseInput): Promise<ReviewCaseResult> {
  await sleep(1000);
  return presentCase(input);
}

export async function orderPlacement(input: OrderPlacementInput): Promise<OrderPlacementResult> {
  await sleep(1000);
  return presentPlacement(input);
}

export async function subscriptionDelivery(input: SubscriptionDeliveryInput): Promise<void> {
  await sleep(1000);
  return presentSubscription(input);
}

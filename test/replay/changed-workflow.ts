/** The workflows with a pause put before them: what a careless edit does to running cases and placements. */
import { sleep } from '@temporalio/workflow';
import { orderPlacement as presentPlacement, reviewCase as presentCase } from '../../src/workflows/index.js';
import type { OrderPlacementInput, OrderPlacementResult } from '../../src/workflows/order-placement/contract.js';
import type { ReviewCaseInput, ReviewCaseResult } from '../../src/workflows/review-case/contract.js';

export async function reviewCase(input: ReviewCaseInput): Promise<ReviewCaseResult> {
  await sleep(1000);
  return presentCase(input);
}

export async function orderPlacement(input: OrderPlacementInput): Promise<OrderPlacementResult> {
  await sleep(1000);
  return presentPlacement(input);
}

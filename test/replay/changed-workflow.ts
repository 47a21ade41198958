/** The review case with a pause put before it: what a careless edit does to running cases. */
import { sleep } from '@temporalio/workflow';
import { reviewCase as present } from '../../src/workflows/index.js';
import type { ReviewCaseInput, ReviewCaseResult } from '../../src/workflows/review-case/contract.js';

export async function reviewCase(input: ReviewCaseInput): Promise<ReviewCaseResult> {
  await sleep(1000);
  return present(input);
}

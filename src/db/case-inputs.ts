import type { ReasonDecision } from '../domain/failure-reason.js';
import type { ReviewInputs } from '../domain/review-rules.js';
import type { ReviewCase } from './generated/client.js';

/** What a case's policy was chosen by: the reason it was decided on, which later failures do not change. */
export function reviewInputsOf({ decision, reasonType, buyerId, totalValue, totalCurrency }: ReviewCase): ReviewInputs {
  const decided = decisionOf({ decision });
  return { reasonType: decided?.inputs.reasonType ?? reasonType, buyerId, amount: totalValue, currency: totalCurrency };
}

export function decisionOf({ decision }: Pick<ReviewCase, 'decision'>): ReasonDecision | null {
  return decision as unknown as ReasonDecision | null;
}

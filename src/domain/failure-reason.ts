import type { ReviewPolicy } from './review-policy.js';
import type { ReviewInputs } from './review-rules.js';

/** Why a review failed, in the review server's words (`type` decides, A3/A4; `code` and `text` are for people). */
export interface FailureReason {
  type: string;
  code: string | null;
  text: string | null;
}

/** Reason types Holdpoint gives itself to an attempt that brought no outcome. */
export const NO_ANSWER = 'NO_ANSWER';
export const REQUEST_REFUSED = 'REVIEW_REQUEST_REFUSED';

/** Why a decision fell as it did (D2): version and rule of the policy, and all that it looked at. */
export interface ReasonDecision {
  preset: boolean;
  /** `reasonTypes`: the type is listed; `unknownReasonType`: it is not, and the policy's fallback applied. */
  basis: 'reasonTypes' | 'unknownReasonType';
  policyVersion: number;
  /** The policy's rule that matched; null: its base alone. */
  matchedRule: string | null;
  inputs: ReviewInputs;
}

/** Decides whether a failure-reason type is one of the preset ones (A3) or not (A4), under the policy of its case. */
export function decideReason(
  inputs: ReviewInputs,
  policy: Pick<ReviewPolicy, 'version' | 'matchedRule' | 'reasonTypes' | 'unknownReasonType'>,
): ReasonDecision {
  const { reasonType } = inputs;
  const listed = Object.hasOwn(policy.reasonTypes, reasonType) ? policy.reasonTypes[reasonType] : undefined;
  return {
    preset: (listed ?? policy.unknownReasonType) === 'preset',
    basis: listed === undefined ? 'unknownReasonType' : 'reasonTypes',
    policyVersion: policy.version,
    matchedRule: policy.matchedRule ?? null,
    inputs,
  };
}

import type { ReviewPolicy } from './review-policy.js';

/** Why a review failed, in the review server's words (`type` decides, A3/A4; `code` and `text` are for people). */
export interface FailureReason {
  type: string;
  code: string | null;
  text: string | null;
}

/** Reason types Holdpoint gives itself to an attempt that brought no outcome. */
export const NO_ANSWER = 'NO_ANSWER';
export const REQUEST_REFUSED = 'REVIEW_REQUEST_REFUSED';

/** Why a decision fell as it did (D2): the rule that matched, and what it looked at. */
export interface ReasonDecision {
  preset: boolean;
  /** `reasonTypes`: the type is listed; `unknownReasonType`: it is not, and the policy's fallback applied. */
  matchedRule: 'reasonTypes' | 'unknownReasonType';
  policyVersion: number;
  inputs: { reasonType: string };
}

/** Decides whether a failure-reason type is one of the preset ones (A3) or not (A4). */
export function decideReason(reasonType: string, policy: ReviewPolicy): ReasonDecision {
  const listed = Object.hasOwn(policy.reasonTypes, reasonType) ? policy.reasonTypes[reasonType] : undefined;
  return {
    preset: (listed ?? policy.unknownReasonType) === 'preset',
    matchedRule: listed === undefined ? 'unknownReasonType' : 'reasonTypes',
    policyVersion: policy.version,
    inputs: { reasonType },
  };
}

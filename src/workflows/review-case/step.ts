/** What a case's decisions have in common: their draft, and what is known once it has been decided. */
import type { CaseStatus } from '../../domain/case-status.js';
import type { CaseLimits } from '../../domain/schedule.js';
import type { ReviewPolicy } from '../../domain/review-policy.js';
import type { Draft as DraftOf } from '../draft.js';
import type { CaseCommand, CaseState } from './state.js';

export { audit, dispose, isoInstant } from '../draft.js';

export type Draft = DraftOf<CaseStatus, CaseState, CaseCommand>;

export function policyOf(state: CaseState): ReviewPolicy {
  if (state.policy === null) throw new Error('the case has not been decided yet');
  return state.policy;
}

export function limitsOf(state: CaseState): CaseLimits {
  if (state.windowEndsAt === null || state.deadlineAt === null) throw new Error('the case has not been decided yet');
  return { windowEndsAt: state.windowEndsAt, deadlineAt: state.deadlineAt };
}

/** What a case's decisions have in common: their draft, and what is known once it has been decided. */
import type { CaseStatus } from '../../domain/case-status.js';
import type { NoticeStage, RecipientGroup } from '../../domain/notice.js';
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

/** Told once in a case; every other stage is numbered. */
const ONCE: readonly NoticeStage[] = ['first_failure', 'reopened'];

/**
 * Has someone told of the case as it is now.
 * @returns the stage as the ledger has it: each notice is a message of its own, like `reminder-2`
 */
export function notify(draft: Draft, stage: NoticeStage, to: RecipientGroup): string {
  const { state } = draft;
  const name = stage === 'escalation' ? `${stage}-${to}` : stage;
  const number = (state.notices[name] ?? 0) + 1;
  state.notices = { ...state.notices, [name]: number };
  const ledgerStage = ONCE.includes(stage) ? stage : `${name}-${number}`;
  draft.commands.push({ do: 'notify', stage, ledgerStage, to, liaisonId: state.liaisonId });
  return ledgerStage;
}

/** What our own calls to the review server came to, and how the case goes on from there (A6, A7, A8, D1, D10). */
import { hasEnded } from '../../domain/case-status.js';
import { NO_ANSWER, type FailureReason } from '../../domain/failure-reason.js';
import { nextQueryAt } from '../../domain/schedule.js';
import { clock } from './clock.js';
import { endApproved, endUnconfirmed, finishEnding, lastTold } from './endings.js';
import { currentAnswerDueAt, deleteRule, queryPaused, requestPaused, scheduleNext } from './requests.js';
import { audit, isoInstant, policyOf, type Draft } from './step.js';
import type { CaseEvent, CaseState, QueryOutcome, RequestAnswer } from './state.js';

/** Whether a failure is waited out (A3, A7); else it goes back to the buyer (A4), and only a word to be confirmed delays that. */
export function holdsOn({ decision, reopening }: CaseState): boolean {
  return decision?.preset === true || reopening !== null;
}

/** After a failed attempt: wait by the rule while the window lasts, else the order waits for people (A7). */
export function failedAttempt(draft: Draft, reason: FailureReason): void {
  if (!holdsOn(draft.state)) return endUnconfirmed(draft);
  draft.state.request = null;
  draft.state.reason = reason;
  scheduleNext(draft);
  clock(draft);
}

/** The answer that the request's own call brought. */
export function requestAnswered(draft: Draft, reviewRequestId: string, answer: RequestAnswer): void {
  const { state } = draft;
  const current = state.request?.reviewRequestId === reviewRequestId ? state.request : null;
  if (answer.kind === 'succeeded' || answer.kind === 'failed') return outcomeHeard(draft, reviewRequestId, answer);
  if (current === null || hasEnded(state.status)) return;
  if (answer.kind === 'accepted') {
    const due = currentAnswerDueAt(draft, current);
    state.request = { ...current, accepted: true, answerDueAt: due, nextQueryAt: nextQueryAt(policyOf(state), draft.now, 0, due) };
    return audit(draft, 'review_accepted', 'review-server', { reviewRequestId, answerDueAt: isoInstant(due) });
  }
  if (state.ending !== null) return;
  if (answer.kind === 'paused') {
    if (requestPaused(draft, current, answer.until)) return;
    return holdsOn(state) ? deleteRule(draft, 'RETRY_WINDOW_PASSED') : endUnconfirmed(draft);
  }
  audit(draft, 'review_unanswered', 'holdpoint', { reviewRequestId, reason: answer.reason });
  failedAttempt(draft, answer.reason);
}

export function resultQueried(draft: Draft, { reviewRequestId, outcome, last }: Extract<CaseEvent, { type: 'result_queried' }>): void {
  const { state } = draft;
  // While an ending waits for its last look, an ordinary query of before decides it only by a success.
  if (state.ending !== null) return last || outcome.kind === 'succeeded' ? lastLookDone(draft, reviewRequestId, outcome) : undefined;
  if (outcome.kind === 'succeeded' || outcome.kind === 'failed') return outcomeHeard(draft, reviewRequestId, outcome);
  const current = state.request;
  if (current?.reviewRequestId !== reviewRequestId || hasEnded(state.status)) return;
  if (outcome.kind === 'paused' && draft.now < current.answerDueAt) return queryPaused(draft, current, outcome.until);
  audit(draft, 'result_pending', 'review-server', { reviewRequestId, query: current.queries });
  if (draft.now >= current.answerDueAt) return unanswered(draft, reviewRequestId);
  const next = nextQueryAt(policyOf(state), draft.now, current.queries, current.answerDueAt);
  state.request = { ...current, querying: false, nextQueryAt: next };
}

function unanswered(draft: Draft, reviewRequestId: string): void {
  const reason = { type: NO_ANSWER, code: null, text: 'No outcome by the answer deadline' };
  audit(draft, 'review_unanswered', 'holdpoint', { reviewRequestId, reason });
  failedAttempt(draft, reason);
}

/** An outcome heard by our own call counts once, like one that a notice brings. */
function outcomeHeard(
  draft: Draft,
  reviewRequestId: string,
  answer: { kind: 'succeeded' } | { kind: 'failed'; reason: FailureReason },
): void {
  const { state } = draft;
  if (reviewRequestId in state.outcomes) return;
  if (hasEnded(state.status)) return outcomeTooLate(draft, reviewRequestId, answer.kind);
  state.outcomes = { ...state.outcomes, [reviewRequestId]: answer.kind };
  if (answer.kind === 'succeeded') {
    audit(draft, 'review_succeeded', 'review-server', { reviewRequestId });
    if (state.ending?.as === 'cancelled') return;
    return endApproved(draft, 'REVIEW_SUCCEEDED', 'review-server', null);
  }
  audit(draft, 'review_failed', 'review-server', { reviewRequestId, reason: answer.reason });
  if (state.request?.reviewRequestId === reviewRequestId && state.ending === null) failedAttempt(draft, answer.reason);
}

/** An outcome that our own call brought after the end: recorded, and said to contradict where the buyer was told otherwise (D5). */
function outcomeTooLate(draft: Draft, reviewRequestId: string, outcome: 'succeeded' | 'failed'): void {
  const told = lastTold(draft.state)?.kind;
  const contradicts = (outcome === 'succeeded' && told === 'review_failed') || (outcome === 'failed' && told === 'review_succeeded');
  draft.state.outcomes = { ...draft.state.outcomes, [reviewRequestId]: outcome };
  audit(draft, contradicts ? 'contradiction' : 'late_outcome', 'review-server', { reviewRequestId, outcome, told });
}

/** D1: before a correction the review server is asked once more; a success found there is the truth, unless the order was cancelled. */
function lastLookDone(draft: Draft, reviewRequestId: string, outcome: QueryOutcome): void {
  const { state } = draft;
  if (state.ending === null || hasEnded(state.status)) return;
  audit(draft, 'last_look', 'review-server', { reviewRequestId, outcome: outcome.kind });
  if (outcome.kind === 'succeeded' || outcome.kind === 'failed') state.outcomes = { [reviewRequestId]: outcome.kind, ...state.outcomes };
  if (outcome.kind === 'succeeded' && state.ending.as !== 'cancelled') {
    return endApproved(draft, 'SUCCEEDED_AT_LAST_LOOK', 'review-server', null);
  }
  finishEnding(draft);
}

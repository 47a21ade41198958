/** Asking the review server: planning the next request, and making it (A6, A7). */
import { reviewRequestIdOf } from '../../domain/identifiers.js';
import { answerDueAt, nextReviewAt } from '../../domain/schedule.js';
import { audit, isoInstant, limitsOf, notify, policyOf, type Draft } from './step.js';
import type { OpenRequest } from './state.js';

/** Plans the next request by the rule, or deletes the rule: then the order waits for people. */
export function scheduleNext(draft: Draft): void {
  const { state } = draft;
  const limits = limitsOf(state);
  const next = nextReviewAt(policyOf(state), limits, draft.now, state.attempts, state.lastRequestAt, draft.random);
  if (next === null) return deleteRule(draft, draft.now > limits.windowEndsAt ? 'RETRY_WINDOW_PASSED' : 'NO_REQUEST_LEFT_IN_WINDOW');
  state.nextReviewAt = next;
  state.status = 'held';
  state.statusReason = null;
  audit(draft, 'review_planned', 'holdpoint', { at: isoInstant(next), attempt: state.attempts + 1 });
}

export function deleteRule(draft: Draft, reason: 'RETRY_WINDOW_PASSED' | 'NO_REQUEST_LEFT_IN_WINDOW'): void {
  const { state } = draft;
  // At its opening the first notice says so, and who knows it already is not told again.
  const isNews = state.ladder !== null && state.status !== 'awaiting_liaison';
  state.nextReviewAt = null;
  state.status = 'awaiting_liaison';
  state.statusReason = reason;
  audit(draft, 'rule_deleted', 'holdpoint', { reason });
  if (isNews) notify(draft, 'awaiting_liaison', 'liaison');
}

export function sendRequest(draft: Draft, actor: string): void {
  const { state } = draft;
  // An ending has begun, or must: no new request (D3).
  if (state.ending !== null || draft.now >= limitsOf(state).deadlineAt) return;
  const attempt = state.attempts + 1;
  state.attempts = attempt;
  state.lastRequestAt = draft.now;
  state.nextReviewAt = null;
  state.status = 'in_review';
  state.statusReason = null;
  state.request = {
    reviewRequestId: reviewRequestIdOf(state.caseId, attempt),
    attempt,
    requestedAt: draft.now,
    answerDueAt: answerDueAt(policyOf(state), limitsOf(state), draft.now),
    accepted: false,
    queries: 0,
    nextQueryAt: null,
    querying: false,
  };
  audit(draft, 'review_requested', actor, { reviewRequestId: state.request.reviewRequestId, attempt });
  draft.commands.push({ do: 'request_review', request: state.request });
}

/** By when a request must be answered under the policy as it is now: a change may bring that forward, never put it off. */
export function currentAnswerDueAt({ state, now }: Draft, { answerDueAt: dueAt, requestedAt }: OpenRequest): number {
  return Math.min(dueAt, Math.max(answerDueAt(policyOf(state), limitsOf(state), requestedAt), now));
}

/** Asks for the result of an accepted request. @param last whether nothing more is awaited after it */
export function askForResult(draft: Draft, request: OpenRequest, last: boolean): void {
  draft.state.request = { ...request, querying: true, queries: request.queries + 1, nextQueryAt: null };
  draft.commands.push({ do: 'query_result', reviewRequestId: request.reviewRequestId, attempt: request.attempt, last });
}

/** A policy may demand that the review server says so too (A8): it is asked, and its answer decides. */
export function confirmWord(draft: Draft, by: string): void {
  const { request } = draft.state;
  if (request === null) return sendRequest(draft, by);
  if (request.accepted && !request.querying) askForResult(draft, request, false);
}

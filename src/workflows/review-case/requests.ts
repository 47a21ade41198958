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
  state.nextAskedBy = null;
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
  const requestBefore = state.lastRequestAt;
  const dueAt = actor === 'holdpoint' ? state.nextReviewAt : null;
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
    requestBefore,
    askedBy: actor === 'holdpoint' ? null : actor,
  };
  state.nextAskedBy = null;
  const due = dueAt === null ? {} : { dueAt: isoInstant(dueAt) };
  audit(draft, 'review_requested', actor, { reviewRequestId: state.request.reviewRequestId, attempt, ...due });
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
  const { request, ending } = draft.state;
  // The last look before an ending asks already.
  if (ending !== null) return;
  if (request === null) return sendRequest(draft, by);
  if (request.accepted && !request.querying) askForResult(draft, request, false);
}

/** Planned again while the review server is not called (D10): the case says so. */
export const REVIEW_SERVER_AWAY = 'REVIEW_SERVER_AWAY';

/**
 * A request that never left, because the review server is not called for now, was no attempt (D10): it is made when calls go on, at the
 * window's end at the latest. One that people asked for beyond the window waits as well; none waits in silence past the deadline.
 * @returns false when there is no time left in which it could be made
 */
export function requestPaused(draft: Draft, request: OpenRequest, until: number): boolean {
  const { state } = draft;
  const { attempt, requestBefore, reviewRequestId, askedBy } = request;
  const { windowEndsAt, deadlineAt } = limitsOf(state);
  Object.assign(state, { request: null, attempts: attempt - 1, lastRequestAt: requestBefore });
  const later = Math.max(until, draft.now + 1000);
  const at = askedBy === null && draft.now < windowEndsAt ? Math.min(later, windowEndsAt) : later;
  audit(draft, 'review_request_waits', 'holdpoint', { reviewRequestId, at: isoInstant(at), why: REVIEW_SERVER_AWAY });
  if (at > (askedBy === null ? windowEndsAt : deadlineAt)) return false;
  Object.assign(state, { status: 'held', statusReason: REVIEW_SERVER_AWAY, nextReviewAt: at, nextAskedBy: askedBy });
  return true;
}

/** A question that could not be asked was none (D10): it is asked when calls go on, or when the answer is due. */
export function queryPaused(draft: Draft, request: OpenRequest, until: number): void {
  const { reviewRequestId, answerDueAt: dueAt, queries } = request;
  const at = Math.min(Math.max(until, draft.now + 1000), dueAt);
  audit(draft, 'query_waits', 'holdpoint', { reviewRequestId, at: isoInstant(at), why: REVIEW_SERVER_AWAY });
  draft.state.request = { ...request, querying: false, queries: queries - 1, nextQueryAt: at < dueAt ? at : null };
}

/**
 * The rules of a case's life, pure: (state, event, now, random) → (state, commands, audit, dispositions).
 * Rows A2–A8, D1, D3. Nothing here knows Temporal; every instant is given, in epoch ms.
 */
import { hasEnded } from '../../domain/case-status.js';
import { decideReason, NO_ANSWER, type FailureReason } from '../../domain/failure-reason.js';
import { attemptOf } from '../../domain/identifiers.js';
import { earlySuccessFor } from '../../domain/review-policy.js';
import { reviewInputs } from '../../domain/review-rules.js';
import { caseLimits, nextQueryAt } from '../../domain/schedule.js';
import {
  beginEnding,
  endApproved,
  endRejected,
  endSuperseded,
  endUnconfirmed,
  endUnknownOrder,
  finishEnding,
  lastTold,
  settleMessage,
  tellBuyer,
} from './endings.js';
import { hearOnce } from '../draft.js';
import { hearPeople, isFromPeople } from './people.js';
import {
  askForResult,
  confirmWord,
  currentAnswerDueAt,
  deleteRule,
  queryPaused,
  requestPaused,
  scheduleNext,
  sendRequest,
} from './requests.js';
import { audit, dispose, isoInstant, limitsOf, policyOf, type Draft } from './step.js';
import type { CaseEvent, CaseState, QueryOutcome, RequestAnswer, Step } from './state.js';

export function decide(state: CaseState, event: CaseEvent, now: number, random: number): Step {
  return hearOnce(state, event, now, random, hear);
}

function hear(draft: Draft, event: CaseEvent): void {
  if (isFromPeople(event)) {
    // What is due by now comes first: people act on the case as it is.
    clock(draft);
    return hearPeople(draft, event);
  }
  switch (event.type) {
    case 'review_failed':
      return reviewFailed(draft, event);
    case 'review_succeeded':
      return reviewSucceeded(draft, event);
    case 'round_superseded':
      return hasEnded(draft.state.status) ? undefined : endSuperseded(draft, event.reviewRound);
    case 'order_determined':
      return orderDetermined(draft, event);
    case 'order_missing':
      return draft.state.status === 'deciding' ? endUnknownOrder(draft, event.detail) : undefined;
    case 'request_answered':
      return requestAnswered(draft, event.reviewRequestId, event.answer);
    case 'result_queried':
      return resultQueried(draft, event);
    case 'message_settled':
      return settleMessage(draft, event.messageId, event.outcome);
    case 'notice_settled':
      return audit(draft, 'liaison_notice_settled', 'holdpoint', { outcome: event.outcome });
    case 'clock':
      return clock(draft);
    case 'case_reopened':
      return reopened(draft, event);
  }
}

type FailedEvent = Extract<CaseEvent, { type: 'review_failed' }>;
type SucceededEvent = Extract<CaseEvent, { type: 'review_succeeded' }>;

function reviewFailed(draft: Draft, event: FailedEvent): void {
  const { state } = draft;
  if (hasEnded(state.status)) return dispose(draft, event, 'late', { reason: event.reason });
  if (state.firstFailureAt === null) return firstFailure(draft, event);
  if (event.reviewRequestId !== null) return requestFailed(draft, event, event.reviewRequestId);
  // Without a request ID it can only be news where an outcome is awaited (wire.md).
  if (state.ending !== null || (state.status !== 'in_review' && state.status !== 'awaiting_liaison')) {
    return dispose(draft, event, 'recorded', { reason: event.reason });
  }
  dispose(draft, event, 'counted', { reason: event.reason });
  if (state.status === 'in_review') return failedAttempt(draft, event.reason);
  // A review that people asked for failed: the rule stays deleted, the order goes on waiting for them.
  state.reason = event.reason;
}

function firstFailure(draft: Draft, event: FailedEvent): void {
  draft.state.firstFailureAt = Math.min(event.receivedAt, draft.now);
  draft.state.firstInboundId = event.inboundId;
  draft.state.firstSender = event.sender;
  draft.state.reason = event.reason;
  dispose(draft, event, 'opened', { reason: event.reason });
}

/** Opened again by people after an ending: held under clocks of its own. */
function reopened(draft: Draft, event: Extract<CaseEvent, { type: 'case_reopened' }>): void {
  const { state } = draft;
  if (state.reopening === null || state.firstFailureAt !== null) return;
  state.firstFailureAt = Math.min(event.receivedAt, draft.now);
  state.firstInboundId = event.inboundId;
  state.reason = state.reopening.reason;
  dispose(draft, { ...event, sender: event.by }, 'opened', { note: event.note });
}

function requestFailed(draft: Draft, event: FailedEvent, reviewRequestId: string): void {
  const { state } = draft;
  if (!isOurs(state, reviewRequestId)) return dispose(draft, event, 'unknown_request', { reviewRequestId, reason: event.reason });
  if (reviewRequestId in state.outcomes) return dispose(draft, event, 'repeated', { reviewRequestId });
  state.outcomes = { ...state.outcomes, [reviewRequestId]: 'failed' };
  if (state.request?.reviewRequestId !== reviewRequestId || state.ending !== null) {
    return dispose(draft, event, 'recorded', { reviewRequestId, reason: event.reason });
  }
  dispose(draft, event, 'counted', { reviewRequestId, reason: event.reason });
  failedAttempt(draft, event.reason);
}

function reviewSucceeded(draft: Draft, event: SucceededEvent): void {
  const { state } = draft;
  if (hasEnded(state.status)) {
    const contradicts = lastTold(state)?.kind === 'review_failed';
    return dispose(
      draft,
      event,
      contradicts ? 'contradiction' : 'late',
      { by: event.by },
      contradicts ? 'SUCCESS_AFTER_FAILURE_TOLD' : null,
    );
  }
  const id = event.reviewRequestId;
  if (id !== null) {
    if (!isOurs(state, id)) return dispose(draft, event, 'unknown_request', { reviewRequestId: id }, 'UNKNOWN_REQUEST_SUCCEEDED');
    const before = state.outcomes[id];
    if (before === 'succeeded') return dispose(draft, event, 'repeated', { reviewRequestId: id });
    if (before === 'failed') return dispose(draft, event, 'contradiction', { reviewRequestId: id }, 'OUTCOME_CHANGED');
    state.outcomes = { ...state.outcomes, [id]: 'succeeded' };
  }
  if (state.ending?.as === 'cancelled') return dispose(draft, event, 'recorded', { by: event.by });
  if (state.status === 'deciding') {
    state.earlySuccesses = [...state.earlySuccesses, event];
    return dispose(draft, event, 'deferred', { by: event.by });
  }
  dispose(draft, event, 'counted', { by: event.by, reviewRequestId: id });
  if (event.by.kind === 'liaison' && policyOf(state).liaisonWord === 'confirmed') return confirmWord(draft, event.by.name);
  endApproved(draft, event.by.kind === 'liaison' ? 'LIAISON_WORD' : 'REVIEW_SUCCEEDED', event.by.name, event.by.note);
}

/** A3 or A4: what the first failure's reason means. */
function orderDetermined(draft: Draft, event: Extract<CaseEvent, { type: 'order_determined' }>): void {
  const { state } = draft;
  if (state.status !== 'deciding' || state.firstFailureAt === null || state.reason === null) return;
  Object.assign(state, { facts: event.facts, liaisonId: event.liaisonId, policy: event.policy, shadow: event.shadow ?? false });
  if (event.servers !== undefined) state.servers = event.servers;
  Object.assign(state, caseLimits(event.policy, state.firstFailureAt));
  state.decision = decideReason(reviewInputs(state.reason.type, event.facts), event.policy);
  audit(draft, 'decided', 'holdpoint', {
    ...state.decision,
    liaisonId: event.liaisonId,
    shadow: state.shadow,
    orderRevision: event.facts.revision,
  });
  // What the review server says goes before a liaison's word, which may need its confirmation.
  const success = state.earlySuccesses.find(({ by }) => by.kind === 'review_server') ?? state.earlySuccesses[0];
  const toConfirm = success?.by.kind === 'liaison' && event.policy.liaisonWord === 'confirmed';
  if (success && !toConfirm) {
    return endApproved(draft, success.by.kind === 'liaison' ? 'LIAISON_WORD' : 'REVIEW_SUCCEEDED', success.by.name, success.by.note);
  }
  const held = holdsOn(state);
  if (!held && !toConfirm) return endRejected(draft);
  // Known only after its time: there is nothing left to hope for, only the truth to tell.
  if (draft.now >= limitsOf(state).deadlineAt) return clock(draft);
  if (held) {
    scheduleNext(draft);
    tellAtOpening(draft, earlySuccessFor(event.policy, event.facts.buyerId) && event.earlySuccessStopped !== true);
  }
  if (success) confirmWord(draft, success.by.name);
  clock(draft);
}

/** Whether a failure is waited out (A3, A7); else it goes back to the buyer (A4), and only a word to be confirmed delays that. */
function holdsOn({ decision, reopening }: CaseState): boolean {
  return decision?.preset === true || reopening !== null;
}

/** The liaison's notice and, for a case opened by a failure, the early success (A3). */
function tellAtOpening(draft: Draft, early: boolean): void {
  const { reopening, liaisonId } = draft.state;
  const tellEarly = early && reopening === null;
  const buyerToldEarly = tellEarly || reopening?.lastTold?.kind === 'review_succeeded';
  draft.commands.push({ do: 'notify_liaison', stage: reopening === null ? 'first_failure' : 'reopened', liaisonId, buyerToldEarly });
  if (!tellEarly) return;
  tellBuyer(draft, { stage: 'early_success', kind: 'review_succeeded', provisional: true, supersedes: null, reason: null, ending: null });
}

/** After a failed attempt: wait by the rule while the window lasts, else the order waits for people (A7). */
function failedAttempt(draft: Draft, reason: FailureReason): void {
  if (!holdsOn(draft.state)) return endUnconfirmed(draft);
  draft.state.request = null;
  draft.state.reason = reason;
  scheduleNext(draft);
  clock(draft);
}

/** The answer that the request's own call brought. */
function requestAnswered(draft: Draft, reviewRequestId: string, answer: RequestAnswer): void {
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

function resultQueried(draft: Draft, { reviewRequestId, outcome, last }: Extract<CaseEvent, { type: 'result_queried' }>): void {
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

/** What is due now. The deadline comes before the rest; a request is made late rather than never, but not at the deadline. */
function clock(draft: Draft): void {
  const { state, now } = draft;
  if (hasEnded(state.status) || state.deadlineAt === null || state.ending !== null) return;
  if (now >= state.deadlineAt) {
    return beginEnding(draft, { as: 'expired', reason: 'RESOLUTION_DEADLINE_PASSED', actor: 'holdpoint', note: null });
  }
  if (state.nextReviewAt !== null && state.paused) {
    if (now > limitsOf(state).windowEndsAt) deleteRule(draft, 'RETRY_WINDOW_PASSED');
    return;
  }
  if (state.nextReviewAt !== null && now >= state.nextReviewAt) return sendRequest(draft, state.nextAskedBy ?? 'holdpoint');
  const request = state.request;
  if (request === null || !request.accepted || request.querying) return;
  const last = now >= request.answerDueAt;
  if (!last && (request.nextQueryAt === null || now < request.nextQueryAt)) return;
  askForResult(draft, request, last);
}

/** A request of this case that was really made. */
function isOurs(state: CaseState, reviewRequestId: string): boolean {
  const attempt = attemptOf(state.caseId, reviewRequestId);
  return attempt !== null && attempt <= state.attempts;
}

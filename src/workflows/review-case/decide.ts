/**
 * The rules of a case's life, pure: (state, event, now, random) → (state, commands, audit, dispositions).
 * Rows A2–A8, D1, D3. Nothing here knows Temporal; every instant is given, in epoch ms.
 */
import { hasEnded } from '../../domain/case-status.js';
import { decideReason } from '../../domain/failure-reason.js';
import { attemptOf } from '../../domain/identifiers.js';
import { earlySuccessFor } from '../../domain/review-policy.js';
import { reviewInputs } from '../../domain/review-rules.js';
import { caseLimits } from '../../domain/schedule.js';
import { failedAttempt, holdsOn, requestAnswered, resultQueried } from './answers.js';
import { clock } from './clock.js';
import { endApproved, endRejected, endSuperseded, endUnknownOrder, lastTold, settleMessage, tellBuyer } from './endings.js';
import { hearOnce } from '../draft.js';
import { startLadder } from './ladder.js';
import { hearPeople, isFromPeople, isStillOf } from './people.js';
import { confirmWord, scheduleNext } from './requests.js';
import { audit, dispose, limitsOf, notify, policyOf, type Draft } from './step.js';
import type { CaseEvent, CaseState, Step } from './state.js';

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
    case 'notice_without_recipient': {
      const { type, ...told } = event;
      return audit(draft, type, 'holdpoint', told);
    }
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
  if (!isStillOf(state, event.by.liaisonId)) return dispose(draft, event, 'not_theirs', { by: event.by, liaisonId: state.liaisonId });
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

/** The liaison's notice and, for a case opened by a failure, the early success (A3). */
function tellAtOpening(draft: Draft, early: boolean): void {
  const { reopening } = draft.state;
  notify(draft, reopening === null ? 'first_failure' : 'reopened', 'liaison');
  startLadder(draft);
  if (!early || reopening !== null) return;
  tellBuyer(draft, { stage: 'early_success', kind: 'review_succeeded', provisional: true, supersedes: null, reason: null, ending: null });
}

/** A request of this case that was really made. */
function isOurs(state: CaseState, reviewRequestId: string): boolean {
  const attempt = attemptOf(state.caseId, reviewRequestId);
  return attempt !== null && attempt <= state.attempts;
}

/** How a case ends, and how the buyer is told the truth (A4, A8, D1). */
import { numberBuyerMessage, type BuyerMessageDraft } from '../../domain/buyer-message.js';
import type { EndedStatus } from '../../domain/case-status.js';
import { reviewRequestIdOf } from '../../domain/identifiers.js';
import { audit, type Draft } from './step.js';
import type { CaseState, DeliveryOutcome, Ending } from './state.js';

type SentMessage = CaseState['messages'][number];

export function tellBuyer(draft: Draft, message: BuyerMessageDraft): void {
  const { state } = draft;
  const numbered = numberBuyerMessage(
    message,
    state.orderId,
    state.reviewRound,
    (state.reopening?.nextSequence ?? 1) + state.messages.length,
  );
  state.messages = [...state.messages, { ...numbered, outcome: null }];
  draft.commands.push({ do: 'send_buyer_message', message: numbered });
}

function earlyMessage(state: CaseState): SentMessage | undefined {
  return state.messages.find((message) => message.stage === 'early_success');
}

/** What the buyer server has been told last, or may have: here, or before the case was opened again. */
export function lastTold(state: CaseState): { messageId: string; kind: 'review_succeeded' | 'review_failed' } | null {
  const last = state.messages.findLast(({ outcome }) => outcome !== 'dropped' && outcome !== 'refused');
  return last ?? state.reopening?.lastTold ?? null;
}

function end(draft: Draft, status: EndedStatus, reason: string, actor: string, data: Record<string, unknown>): void {
  const { state } = draft;
  state.status = status;
  state.statusReason = reason;
  state.endedAt = draft.now;
  state.nextReviewAt = null;
  state.ending = null;
  audit(draft, status, actor, { reason, ...data });
}

/** A8. An approval after an early success tells the buyer nothing more. */
export function endApproved(draft: Draft, reason: string, actor: string, note: string | null): void {
  dropRequest(draft);
  end(draft, 'approved', reason, actor, { note });
  tellSuccess(draft);
}

function tellSuccess(draft: Draft): void {
  const told = lastTold(draft.state);
  if (told?.kind === 'review_succeeded') return;
  const supersedes = told?.messageId ?? null;
  tellBuyer(draft, { stage: 'outcome', kind: 'review_succeeded', provisional: false, supersedes, reason: null, ending: 'approved' });
}

/** A4: not preset. */
export function endRejected(draft: Draft): void {
  end(draft, 'rejected', 'REASON_NOT_PRESET', 'holdpoint', { reasonType: draft.state.reason?.type });
  const { reason } = draft.state;
  tellBuyer(draft, { stage: 'rejection', kind: 'review_failed', provisional: false, supersedes: null, reason, ending: 'rejected' });
}

/** A4 after A8: a liaison's word for a reason that is not preset was not confirmed; what the first failure meant holds. */
export function endUnconfirmed(draft: Draft): void {
  withdrawOpenRequest(draft);
  endRejected(draft);
}

/** A1: nobody is told anything; the notice stays in the inbox as a problem for operations. */
export function endUnknownOrder(draft: Draft, detail: string): void {
  end(draft, 'order_unknown', 'ORDER_UNKNOWN', 'holdpoint', { detail });
  // A success that came meanwhile closes the round, as one without a case does.
  const closings = draft.state.earlySuccesses.map(({ inboundId }) => ({ inboundId, disposition: 'closed_round' as const, problem: null }));
  draft.dispositions.push(...closings);
  const inboundId = draft.state.firstInboundId;
  if (inboundId !== null) draft.dispositions.push({ inboundId, disposition: 'opened', problem: 'ORDER_UNKNOWN' });
}

/** A higher round takes over: its first message supersedes the early success, so no correction of ours. */
export function endSuperseded(draft: Draft, reviewRound: number): void {
  withdrawOpenRequest(draft);
  end(draft, 'cancelled', 'SUPERSEDED_BY_ROUND', 'holdpoint', { reviewRound });
  const early = earlyMessage(draft.state);
  if (early !== undefined && early.outcome === null) draft.commands.push({ do: 'drop_buyer_message', messageId: early.messageId });
}

/** Starts an ending: with a last look at the review server where it may still hold the truth, at once where it cannot. */
export function beginEnding(draft: Draft, ending: Ending): void {
  const { state } = draft;
  state.ending = ending;
  state.paused = false;
  state.nextReviewAt = null;
  audit(draft, 'ending', ending.actor, { as: ending.as, reason: ending.reason, note: ending.note });
  const id = lastRequestId(state);
  if (id === null) return finishEnding(draft);
  draft.commands.push({ do: 'query_result', reviewRequestId: id.reviewRequestId, attempt: id.attempt, last: true });
}

/** The request a last look asks for: the open one, or the latest that never got an outcome of its own. */
function lastRequestId(state: CaseState): { reviewRequestId: string; attempt: number } | null {
  if (state.request !== null) return state.request;
  if (state.attempts === 0) return null;
  const attempt = state.attempts;
  const reviewRequestId = reviewRequestIdOf(state.caseId, attempt);
  return { reviewRequestId, attempt };
}

export function finishEnding(draft: Draft): void {
  const { ending } = draft.state;
  if (ending === null) return;
  withdrawOpenRequest(draft);
  end(draft, ending.as, ending.reason, ending.actor, { note: ending.note });
  const early = earlyMessage(draft.state);
  if (early === undefined || early.outcome !== null) return tellTruth(draft);
  // Still on its way: stop it, then tell by what is known of it.
  draft.state.truthOwed = true;
  draft.commands.push({ do: 'drop_buyer_message', messageId: early.messageId });
}

/** The call of an open request is not tried any more: its outcome is not wanted. */
function dropRequest(draft: Draft): void {
  const { request } = draft.state;
  if (request !== null) draft.commands.push({ do: 'drop_request', reviewRequestId: request.reviewRequestId });
  draft.state.request = null;
}

function withdrawOpenRequest(draft: Draft): void {
  const { state } = draft;
  const id = lastRequestId(state);
  dropRequest(draft);
  if (id === null || state.outcomes[id.reviewRequestId] === 'failed') return;
  draft.commands.push({ do: 'withdraw_review', reviewRequestId: id.reviewRequestId });
}

/** D1: a correction where the early success may have taken effect, the plain truth where it surely did not. */
function tellTruth(draft: Draft): void {
  const { state } = draft;
  const early = earlyMessage(state);
  const told =
    early === undefined ? (state.reopening?.lastTold ?? null) : early.outcome === 'delivered' || early.outcome === 'unknown' ? early : null;
  state.truthOwed = false;
  if (told?.kind === 'review_failed') return;
  tellBuyer(draft, {
    stage: told === null ? 'outcome' : 'correction',
    kind: 'review_failed',
    provisional: false,
    supersedes: told?.messageId ?? null,
    reason: state.reason,
    ending: state.status,
  });
}

export function settleMessage(draft: Draft, messageId: string, outcome: DeliveryOutcome): void {
  const { state } = draft;
  const message = state.messages.find((candidate) => candidate.messageId === messageId);
  if (message === undefined || message.outcome !== null) return;
  state.messages = state.messages.map((candidate) => (candidate === message ? { ...candidate, outcome } : candidate));
  audit(draft, 'buyer_message_settled', 'buyer-server', { messageId, kind: message.kind, outcome });
  if (message.stage !== 'early_success') return;
  if (state.truthOwed) return tellTruth(draft);
  // It never took effect, and it has come true since.
  if (state.status === 'approved' && (outcome === 'dropped' || outcome === 'refused')) tellSuccess(draft);
}

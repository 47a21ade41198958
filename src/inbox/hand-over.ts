/**
 * Where an inbound event goes: to its order's case, to a new case, or nowhere (A1, A2, A8, D5).
 * Runs in the transaction that holds the event; what it returns is written to the event.
 */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import { EVERYTHING } from '../domain/access.js';
import { hasEnded, type CaseStatus } from '../domain/case-status.js';
import { caseIdOf, openingOf, workflowIdOf } from '../domain/identifiers.js';
import type { Transaction } from '../db/database.js';
import { handOverPlacementEvent } from './hand-over-placement.js';
import { runs, signalled, type HandedOver, type HandOverContext } from './handed-over.js';
import type { InboundEvent, ReviewCase } from '../db/generated/client.js';
import { handedOverFailures, occurredAtOf, roundClosedAt, type InboundKind } from '../db/inbound-events.js';
import { newestCase, openCaseRow } from '../db/review-cases.js';
import { toldInRound } from '../db/messages.js';
import { caseStatusKey, orderIdKey, reasonTypeKey } from '../temporal/search-attributes.js';
import {
  caseReopened,
  MAX_FAILURE_NOTICES,
  REVIEW_CASE_TYPE,
  reviewFailed,
  reviewSucceeded,
  roundSuperseded,
  type ReviewCaseInput,
  type ReviewFailedSignal,
  type ReviewSucceededSignal,
} from '../workflows/review-case/contract.js';

export async function handOver(context: HandOverContext, event: InboundEvent): Promise<HandedOver> {
  // Handed over before, and heard: only the commit was lost.
  if (event.disposition !== null) return { state: 'handed_over', caseId: event.caseId };
  switch (event.kind as InboundKind) {
    case 'review_failure':
      return handOverFailure(context, event);
    case 'review_success':
    case 'liaison_success':
      return handOverSuccess(context, event);
    case 'reopening':
      return handOverReopening(context, event);
    case 'placement':
    case 'payment':
    case 'placement_result':
    case 'placement_word':
      return handOverPlacementEvent(context, event);
    case 'own_call':
      return { state: 'settled', caseId: event.caseId, disposition: 'contradiction' };
  }
}

async function handOverFailure(context: HandOverContext, event: InboundEvent): Promise<HandedOver> {
  const { tx } = context;
  const newest = await newestCase(tx, EVERYTHING, event.orderId);
  const mayBeOlder = newest !== null && newest.reviewRound !== event.reviewRound;
  const inRound = mayBeOlder ? await newestCase(tx, EVERYTHING, event.orderId, event.reviewRound) : newest;
  if (inRound !== null && inRound.status !== 'order_unknown') return anotherFailure(context, event, inRound);
  if (newest !== null && newest.reviewRound > event.reviewRound) return { state: 'settled', caseId: newest.caseId, disposition: 'late' };
  const closedAt = await roundClosedAt(tx, event.orderId, event.reviewRound);
  const occurredAt = occurredAtOf(event.payload) ?? event.receivedAt.getTime();
  if (closedAt !== null && occurredAt < closedAt) return { state: 'settled', caseId: null, disposition: 'overtaken' };
  return openCase(context, event, newest, inRound);
}

/** A later failure of a round that has its case (A7). */
async function anotherFailure(context: HandOverContext, event: InboundEvent, reviewCase: ReviewCase): Promise<HandedOver> {
  const { caseId } = reviewCase;
  if (hasEnded(reviewCase.status as CaseStatus)) {
    const heard = await signalled(context, workflowIdOf(caseId), reviewFailed, failureSignal(event));
    return heard ? { state: 'handed_over', caseId } : { state: 'settled', caseId, disposition: 'late' };
  }
  if ((await handedOverFailures(context.tx, caseId)) >= MAX_FAILURE_NOTICES) {
    return { state: 'excess', caseId, problem: 'TOO_MANY_NOTICES' };
  }
  return signalFailure(context, event, { caseId, orderId: event.orderId, reviewRound: event.reviewRound, supersedesCaseId: null });
}

/** The first failure of a round opens its case; an open case of an earlier round is told that it is over. */
async function openCase(
  context: HandOverContext,
  event: InboundEvent,
  newest: ReviewCase | null,
  unknown: ReviewCase | null,
): Promise<HandedOver> {
  const caseId = caseIdOf(event.orderId, event.reviewRound, unknown === null ? 1 : openingOf(unknown.caseId) + 1);
  const earlier = newest !== null && newest.reviewRound < event.reviewRound ? newest : null;
  const earlierOpen = earlier !== null && !hasEnded(earlier.status as CaseStatus);
  if (earlierOpen) await supersede(context, event, earlier.caseId);
  // Also one that an earlier try of this hand-over has ended already.
  const superseded = earlierOpen || earlier?.statusReason === 'SUPERSEDED_BY_ROUND' ? earlier : null;
  const { reason } = event.payload as { reason: { type: string } };
  await openCaseRow(context.tx, {
    caseId,
    orderId: event.orderId,
    reviewRound: event.reviewRound,
    reasonType: reason.type,
    firstFailureAt: event.receivedAt,
  });
  return signalFailure(context, event, {
    caseId,
    orderId: event.orderId,
    reviewRound: event.reviewRound,
    supersedesCaseId: superseded?.caseId ?? null,
  });
}

async function supersede(context: HandOverContext, event: InboundEvent, caseId: string): Promise<void> {
  await signalled(context, workflowIdOf(caseId), roundSuperseded, { inboundId: `${event.id}/round`, reviewRound: event.reviewRound });
}

async function signalFailure(context: HandOverContext, event: InboundEvent, input: ReviewCaseInput): Promise<HandedOver> {
  const signal = failureSignal(event);
  return startCase(context, input, signal.reason.type, reviewFailed, signal);
}

/** Signal-with-start: the case is there afterwards, whichever of us was first, and whatever crashed in between. */
async function startCase<Signal>(
  { client, taskQueue }: HandOverContext,
  input: ReviewCaseInput,
  reasonType: string,
  signal: SignalDefinition<[Signal]>,
  signalArg: Signal,
): Promise<HandedOver> {
  try {
    await client.workflow.signalWithStart(REVIEW_CASE_TYPE, {
      workflowId: workflowIdOf(input.caseId),
      taskQueue,
      args: [input],
      signal,
      signalArgs: [signalArg],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `Order ${input.orderId}: review failed (${reasonType})`,
      typedSearchAttributes: [
        { key: orderIdKey, value: input.orderId },
        { key: caseStatusKey, value: 'deciding' },
        { key: reasonTypeKey, value: reasonType },
      ],
    });
    return { state: 'handed_over', caseId: input.caseId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { state: 'settled', caseId: input.caseId, disposition: 'late' };
  }
}

/** People open a case again after its ending: a new case of the same round, that knows what the buyer was told. */
async function handOverReopening(context: HandOverContext, event: InboundEvent): Promise<HandedOver> {
  const ended = await newestCase(context.tx, EVERYTHING, event.orderId, event.reviewRound);
  const possible = ended !== null && ended.closed && ended.statusReason !== 'SUPERSEDED_BY_ROUND';
  if (!possible) return { state: 'settled', caseId: ended?.caseId ?? null, disposition: 'late' };
  // The row may tell of an ending that a lost workflow task had written: the relay tries again while the run goes on.
  if (await runs(context, workflowIdOf(ended.caseId))) throw new Error('the case before has not ended yet');
  const { by, note } = event.payload as { by: string; note: string };
  const { orderId, reviewRound, reasonType, reasonCode, reasonText } = ended;
  const caseId = caseIdOf(orderId, reviewRound, openingOf(ended.caseId) + 1);
  const reason = { type: reasonType, code: reasonCode, text: reasonText };
  await openCaseRow(context.tx, { caseId, orderId, reviewRound, reasonType, firstFailureAt: event.receivedAt });
  const reopening = { reason, ...(await toldInRound(context.tx, orderId, reviewRound)) };
  const word = { inboundId: event.id, sender: event.sender, by, note, receivedAt: event.receivedAt.getTime() };
  return startCase(context, { caseId, orderId, reviewRound, supersedesCaseId: null, reopening }, reasonType, caseReopened, word);
}

/** A liaison speaks of the order's newest case, or by a link of the one that it was made for; the review server names the round. */
async function caseOfSuccess(tx: Transaction, event: InboundEvent): Promise<ReviewCase | null> {
  const { caseId } = event.payload as { caseId?: string };
  if (event.kind === 'liaison_success' && caseId !== undefined) return tx.reviewCase.findUnique({ where: { caseId } });
  const round = event.kind === 'liaison_success' ? undefined : event.reviewRound;
  return (await newestCase(tx, EVERYTHING, event.orderId, round)) ?? openCaseOfLowerRound(tx, event);
}

/** A higher round that passed at once: the open case of a lower one hears it, for the order has succeeded. */
async function openCaseOfLowerRound(tx: Transaction, event: InboundEvent): Promise<ReviewCase | null> {
  const newest = await newestCase(tx, EVERYTHING, event.orderId);
  const open = newest !== null && newest.reviewRound < event.reviewRound && !hasEnded(newest.status as CaseStatus);
  return open ? newest : null;
}

async function handOverSuccess(context: HandOverContext, event: InboundEvent): Promise<HandedOver> {
  const reviewCase = await caseOfSuccess(context.tx, event);
  if (reviewCase === null || reviewCase.status === 'order_unknown') return { state: 'settled', caseId: null, disposition: 'closed_round' };
  const { caseId } = reviewCase;
  if (await signalled(context, workflowIdOf(caseId), reviewSucceeded, successSignal(event, reviewCase.reviewRound))) {
    return { state: 'handed_over', caseId };
  }
  const { lastTold } = await toldInRound(context.tx, reviewCase.orderId, reviewCase.reviewRound);
  const contradicts = lastTold?.kind === 'review_failed';
  return contradicts
    ? { state: 'settled', caseId, disposition: 'contradiction', problem: 'SUCCESS_AFTER_FAILURE_TOLD' }
    : { state: 'settled', caseId, disposition: 'late' };
}

function failureSignal(event: InboundEvent): ReviewFailedSignal {
  const payload = event.payload as {
    reviewRequestId?: string | null;
    reason: { type: string; code?: string | null; text?: string | null };
  };
  const { type, code, text } = payload.reason;
  return {
    inboundId: event.id,
    sender: event.sender,
    reviewRequestId: payload.reviewRequestId ?? null,
    reason: { type, code: code ?? null, text: text ?? null },
    occurredAt: occurredAtOf(event.payload),
    receivedAt: event.receivedAt.getTime(),
  };
}

function successSignal(event: InboundEvent, caseRound: number): ReviewSucceededSignal {
  const payload = event.payload as {
    reviewRequestId?: string | null;
    reviewedBy?: string;
    by?: string;
    note?: string;
    liaisonId?: string | null;
  };
  const liaison = event.kind === 'liaison_success';
  return {
    inboundId: event.id,
    sender: event.sender,
    reviewRequestId: event.reviewRound > caseRound ? null : (payload.reviewRequestId ?? null),
    by: {
      kind: liaison ? 'liaison' : 'review_server',
      name: (liaison ? payload.by : payload.reviewedBy) ?? event.sender,
      note: payload.note ?? null,
      ...(liaison ? { liaisonId: payload.liaisonId ?? null } : {}),
    },
    occurredAt: occurredAtOf(event.payload),
  };
}

import { ApplicationFailure } from '@temporalio/common';
import type { FailureReason } from '../../domain/failure-reason.js';
import { hasAttempts } from '../../db/attempts.js';
import type { Database, JsonObject } from '../../db/database.js';
import { saveOrder } from '../../db/orders.js';
import { orderDocumentSchema } from '../../wire/order-document.js';
import { atCounterpart } from '../at-counterpart.js';
import { notDelivered } from '../delivery.js';
import { EFFECT_FAILURES, performEffect, type EffectOutcome } from '../effect.js';
import type { CounterpartCall, Counterparts } from '../../counterparts/caller.js';
import type { CallOutcome } from '../../counterparts/http.js';
import type { Counterpart } from '../../domain/counterpart.js';
import { asReason, requestAnswerSchema, resultSchema, type RequestAnswer } from './wire.js';

/** Which review server is asked. */
interface AtReviewServer {
  counterpartId: string;
}

export interface RequestReviewInput extends AtReviewServer {
  caseId: string;
  orderId: string;
  reviewRound: number;
  reviewRequestId: string;
  attempt: number;
  /** The workflow's clock, epoch ms. */
  requestedAt: number;
  shadow: boolean;
}

export interface ReviewRequestRef extends AtReviewServer {
  caseId: string;
  orderId: string;
  reviewRound: number;
  reviewRequestId: string;
  caseAt: number;
  shadow: boolean;
}

export type RequestReviewResult = { kind: 'succeeded' } | { kind: 'failed'; reason: FailureReason } | { kind: 'accepted' };
export type QueryReviewResult = RequestReviewResult | { kind: 'pending' } | { kind: 'unknown' };

/** The review server (A1, A6, A7, A8): asked for a review, for a result, for an order. */
export function createReviewServerActivities(db: Database, counterparts: Counterparts) {
  const serverOf = ({ counterpartId }: AtReviewServer): Promise<Counterpart> => counterparts.require(counterpartId);

  return {
    /** Asks for a review. One request per reviewRequestId, however often it has to be sent. */
    async requestReview(input: RequestReviewInput): Promise<RequestReviewResult> {
      const { caseId, orderId, reviewRound, reviewRequestId, attempt } = input;
      const server = await serverOf(input);
      const requestedAt = new Date(input.requestedAt).toISOString();
      const body = await counterparts.shape(server, 'review-request', { reviewRequestId, orderId, reviewRound, attempt, requestedAt });
      const claim = {
        ...ledgerKey(input, server, `review_request/${attempt}`, reviewRequestId),
        kind: 'review_request',
        body,
        caseAt: input.requestedAt,
        ...(input.shadow ? { shadow: { result: { kind: 'accepted' } } } : {}),
      };
      const call = {
        method: 'POST',
        path: '/review-requests',
        key: reviewRequestId,
        traceOf: caseId,
        answer: 'review-request-answer',
      } as const;
      const send = async (text: string): Promise<EffectOutcome> => requestOutcome(await counterparts.call(server, { ...call, body: text }));
      // One that never left is planned anew by the case (D10); one that may have left is sent again under its key.
      const whenNotBegun = async () => ((await hasAttempts(db, reviewRequestId)) ? 'retry' : 'tell');
      const result = await performEffect(db, claim, send, { counterpart: server, whenNotBegun });
      return result as unknown as RequestReviewResult;
    },

    /** Asks for the result of a request; `unknown` where the review server does not know it. A read: not in the ledger. */
    async queryReviewResult(ref: ReviewRequestRef): Promise<QueryReviewResult> {
      if (ref.shadow) return { kind: 'pending' };
      const path = `/review-requests/${encodeURIComponent(ref.reviewRequestId)}`;
      const call: CounterpartCall = { method: 'GET', path, key: ref.reviewRequestId, traceOf: ref.caseId, answer: 'review-result' };
      const counterpart = await serverOf(ref);
      const settings = { counterpart, orderId: ref.orderId, whenNotBegun: 'tell' } as const;
      const outcome = await atCounterpart(db, settings, async (heard) => heard(await counterparts.call(counterpart, call)));
      if (outcome.kind === 'refused' && outcome.status === 404) return { kind: 'unknown' };
      if (outcome.kind !== 'answered') throw unavailable(outcome);
      const parsed = resultSchema.safeParse(outcome.body);
      if (!parsed.success) throw ApplicationFailure.create({ type: EFFECT_FAILURES.unavailable, message: 'answer not understood' });
      const answer = parsed.data;
      return answer.outcome === 'failed' ? { kind: 'failed', reason: asReason(answer.reason) } : { kind: answer.outcome };
    },

    /** Tells the review server that an outcome of this request is no longer wanted (D1). */
    async withdrawReview(ref: ReviewRequestRef): Promise<void> {
      const key = `${ref.reviewRequestId}.withdraw`;
      const server = await serverOf(ref);
      const claim = {
        ...ledgerKey(ref, server, `withdraw/${ref.reviewRequestId}`, key),
        kind: 'withdraw',
        body: '{}',
        caseAt: ref.caseAt,
        ...(ref.shadow ? { shadow: { result: {} } } : {}),
      };
      const send = async (text: string): Promise<EffectOutcome> => {
        const path = `/review-requests/${encodeURIComponent(ref.reviewRequestId)}/withdraw`;
        const outcome = await counterparts.call(server, { method: 'POST', path, key, traceOf: ref.caseId, body: text });
        if (outcome.kind === 'answered') return { kind: 'delivered', httpStatus: outcome.status, result: {} };
        if (outcome.kind === 'refused') return { kind: 'refused', httpStatus: outcome.status, error: outcome.error };
        return notDelivered(outcome);
      };
      await performEffect(db, claim, send, { counterpart: server });
    },

    /**
     * Fetches an order that neither the notice nor the database has (A1) and keeps it.
     * @returns null when found; else why it counts as unknown
     */
    async fetchOrder(input: { caseId: string; orderId: string } & AtReviewServer): Promise<string | null> {
      const path = `/orders/${encodeURIComponent(input.orderId)}`;
      const call: CounterpartCall = { method: 'GET', path, key: `${input.orderId}.order`, traceOf: input.caseId, answer: 'order-document' };
      const counterpart = await serverOf(input);
      const settings = { counterpart, orderId: input.orderId, whenNotBegun: 'retry' } as const;
      const outcome = await atCounterpart(db, settings, async (heard) => heard(await counterparts.call(counterpart, call)));
      if (outcome.kind === 'refused' && outcome.status === 404) return 'the review server does not know the order';
      if (outcome.kind !== 'answered') throw unavailable(outcome);
      const parsed = orderDocumentSchema.safeParse(outcome.body);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return `the review server's order document is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
      }
      if (parsed.data.orderId !== input.orderId) return `the review server answered with another order: ${parsed.data.orderId}`;
      await saveOrder(db, parsed.data);
      return null;
    },
  };
}

function ledgerKey(ref: { caseId: string; orderId: string; reviewRound: number }, { id }: Counterpart, stage: string, key: string) {
  const { caseId, orderId, reviewRound } = ref;
  return { key, caseId, orderId, reviewRound, stage, counterpart: 'review' as const, counterpartId: id, recipient: 'review-server' };
}

function requestOutcome(outcome: CallOutcome): EffectOutcome {
  if (outcome.kind === 'refused') return { kind: 'refused', httpStatus: outcome.status, error: outcome.error };
  if (outcome.kind !== 'answered') return notDelivered(outcome);
  const parsed = requestAnswerSchema.safeParse(outcome.body);
  if (!parsed.success) return { kind: 'unknown', httpStatus: outcome.status, error: 'answer not understood', retryAfterMs: null };
  const result = answerOf(parsed.data);
  return { kind: 'delivered', httpStatus: outcome.status, result };
}

function answerOf(answer: RequestAnswer): JsonObject {
  if (!('outcome' in answer)) return { kind: 'accepted' };
  return answer.outcome === 'failed' ? { kind: 'failed', reason: { ...asReason(answer.reason) } } : { kind: 'succeeded' };
}

function unavailable(outcome: Exclude<CallOutcome, { kind: 'answered' }>): ApplicationFailure {
  const retryAfterMs = outcome.kind === 'refused' ? null : outcome.retryAfterMs;
  return ApplicationFailure.create({
    type: EFFECT_FAILURES.unavailable,
    message: outcome.error,
    ...(retryAfterMs === null ? {} : { nextRetryDelay: retryAfterMs }),
  });
}

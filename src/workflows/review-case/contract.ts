/** The review case's name, messages and shapes: all that a client needs of it. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CaseStatus } from '../../domain/case-status.js';
import type { FailureReason } from '../../domain/failure-reason.js';
import type { CaseState } from './state.js';

export const REVIEW_CASE_TYPE = 'reviewCase';

/** At most this many failure notices reach one run; the excess stays in the inbox (a run refuses all signals after 10,000). */
export const MAX_FAILURE_NOTICES = 200;

export interface ReviewCaseInput {
  caseId: string;
  orderId: string;
  reviewRound: number;
  /** The case of an earlier round that this one takes the place of, when that one was open. */
  supersedesCaseId: string | null;
  /** Set by continue-as-new alone: the state to go on from. */
  resume?: CaseState;
}

export interface ReviewCaseResult {
  caseId: string;
  status: CaseStatus;
  statusReason: string | null;
}

/** A notice as handed over by the inbox; `inboundId` makes a repeated hand-over harmless. Instants in epoch ms. */
export interface ReviewFailedSignal {
  inboundId: string;
  sender: string;
  reviewRequestId: string | null;
  reason: FailureReason;
  occurredAt: number | null;
  receivedAt: number;
}

export interface ReviewSucceededSignal {
  inboundId: string;
  sender: string;
  reviewRequestId: string | null;
  /** Who says so: the review server, or a liaison with a note (A8). */
  by: { kind: 'review_server' | 'liaison'; name: string; note: string | null };
  occurredAt: number | null;
}

export interface RoundSupersededSignal {
  inboundId: string;
  reviewRound: number;
}

/** What a person asks for: who, and why. */
export interface PersonRequest {
  by: string;
  note: string | null;
}

/** What an update answers: the state right after it. */
export interface CaseAnswer {
  caseId: string;
  status: CaseStatus;
  statusReason: string | null;
  /** Set while a last look at the review server comes before the ending. */
  ending: string | null;
}

export const reviewFailed = defineSignal<[ReviewFailedSignal]>('reviewFailed');
export const reviewSucceeded = defineSignal<[ReviewSucceededSignal]>('reviewSucceeded');
export const roundSuperseded = defineSignal<[RoundSupersededSignal]>('roundSuperseded');
export const requestReview = defineUpdate<CaseAnswer, [PersonRequest], string>('requestReview');
export const decline = defineUpdate<CaseAnswer, [PersonRequest], string>('decline');
export const cancel = defineUpdate<CaseAnswer, [PersonRequest], string>('cancel');
export const getState = defineQuery<CaseState>('getState');

/** The failure type with which an update that the state does not allow is refused; details: `{status, actions}`. */
export const ACTION_NOT_ALLOWED = 'ACTION_NOT_ALLOWED';

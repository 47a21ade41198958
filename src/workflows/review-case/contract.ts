/** The review case's name, messages and shapes: all that a client needs of it. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CaseStatus } from '../../domain/case-status.js';
import type { FailureReason } from '../../domain/failure-reason.js';
import type { ReviewPolicy } from '../../domain/review-policy.js';
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
  /** Set when people open the case again after an ending. */
  reopening?: Reopening;
  /** Set by continue-as-new alone: the state to go on from. */
  resume?: CaseState;
}

/** What a case that is opened again goes on from. */
export interface Reopening {
  /** The reason of the last failure before. */
  reason: FailureReason;
  /** The place of the order's next buyer message in its sequence. */
  nextSequence: number;
  /** What the buyer server was told last and may have taken. */
  lastTold: { messageId: string; kind: 'review_succeeded' | 'review_failed' } | null;
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
  /** Who says so: the review server, or a liaison with a note (A8); with `liaisonId` it counts only while the case is that liaison's. */
  by: { kind: 'review_server' | 'liaison'; name: string; note: string | null; liaisonId?: string | null };
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
  /** Given where the person acts in this liaison's place: refused once the case is somebody else's (D4). */
  asLiaison?: string | null;
}

/** A person's decision to open the case again, through the inbox. Instants in epoch ms. */
export interface CaseReopenedSignal {
  inboundId: string;
  sender: string;
  by: string;
  note: string;
  receivedAt: number;
}

/** When the next review request is to be made, epoch ms: within the window. */
export interface RescheduleRequest extends PersonRequest {
  at: number;
}

export interface ReassignRequest extends PersonRequest {
  liaisonId: string;
}

/** The whole policy, as the API read it: the workflow keeps its own copy. */
export interface ChangePolicyRequest extends PersonRequest {
  policy: ReviewPolicy;
}

/** One thing that an action has changed; instants are ISO 8601. */
export interface CaseChange {
  what: string;
  from: string | number | boolean | null;
  to: string | number | boolean | null;
}

/** What an update answers: the state right after it. */
export interface CaseAnswer {
  caseId: string;
  status: CaseStatus;
  statusReason: string | null;
  /** Set while a last look at the review server comes before the ending. */
  ending: string | null;
  paused: boolean;
  /** When the next review request is made by the rule, epoch ms. */
  nextReviewAt: number | null;
  /** What the action has changed, at once; a call that it leads to comes after. */
  changed: CaseChange[];
}

export const reviewFailed = defineSignal<[ReviewFailedSignal]>('reviewFailed');
export const reviewSucceeded = defineSignal<[ReviewSucceededSignal]>('reviewSucceeded');
export const roundSuperseded = defineSignal<[RoundSupersededSignal]>('roundSuperseded');
export const caseReopened = defineSignal<[CaseReopenedSignal]>('caseReopened');
export const requestReview = defineUpdate<CaseAnswer, [PersonRequest], string>('requestReview');
export const decline = defineUpdate<CaseAnswer, [PersonRequest], string>('decline');
export const cancel = defineUpdate<CaseAnswer, [PersonRequest], string>('cancel');
export const pause = defineUpdate<CaseAnswer, [PersonRequest], string>('pause');
export const resume = defineUpdate<CaseAnswer, [PersonRequest], string>('resume');
export const reschedule = defineUpdate<CaseAnswer, [RescheduleRequest], string>('reschedule');
export const reassign = defineUpdate<CaseAnswer, [ReassignRequest], string>('reassign');
export const acknowledge = defineUpdate<CaseAnswer, [PersonRequest], string>('acknowledge');
export const changePolicy = defineUpdate<CaseAnswer, [ChangePolicyRequest], string>('changePolicy');
export const getState = defineQuery<CaseState>('getState');

/** The failure type with which an update that the state does not allow is refused; details: `{status, actions}`. */
export const ACTION_NOT_ALLOWED = 'ACTION_NOT_ALLOWED';
/** … with which one is refused that acts for a liaison whose case it is no longer (D4). */
export const NOT_YOUR_CASE = 'NOT_YOUR_CASE';
/** … with which an instant outside the window is refused; details: `{earliest, latest}` in epoch ms. */
export const INSTANT_NOT_ALLOWED = 'INSTANT_NOT_ALLOWED';

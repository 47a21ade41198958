/** A review case's state, its events and what follows from them. JSON-safe: it travels through continue-as-new. */
import type { BuyerMessage } from '../../domain/buyer-message.js';
import type { AuditEntry, Disposition } from '../../domain/case-record.js';
import type { AWAITED_ENDINGS, CaseStatus } from '../../domain/case-status.js';
import type { FailureReason, ReasonDecision } from '../../domain/failure-reason.js';
import { DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import type { NoticeStage, RecipientGroup } from '../../domain/notice.js';
import type { OrderFacts } from '../../domain/order.js';
import type { ReviewPolicy } from '../../domain/review-policy.js';
import type {
  CaseReopenedSignal,
  ChangePolicyRequest,
  PersonRequest,
  ReassignRequest,
  Reopening,
  RescheduleRequest,
  ReviewCaseInput,
  ReviewFailedSignal,
  ReviewSucceededSignal,
  RoundSupersededSignal,
} from './contract.js';

/** How a message to the buyer server came out. `refused` and `dropped`: it surely never took effect there. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'dropped' | 'unknown';

export interface OpenRequest {
  reviewRequestId: string;
  attempt: number;
  requestedAt: number;
  answerDueAt: number;
  /** The review server took it and answers later (202). */
  accepted: boolean;
  queries: number;
  nextQueryAt: number | null;
  /** A query is under way. */
  querying: boolean;
  /** When the one before it was made. */
  requestBefore: number | null;
  /** The person who asked for it; null: the rule did. */
  askedBy: string | null;
}

/** An ending that has been decided and waits for the last look at the review server. */
export interface Ending {
  as: (typeof AWAITED_ENDINGS)[number];
  reason: string;
  actor: string;
  note: string | null;
}

/** What has been done of the policy's escalation (D6), and from when on the rest is counted. Instants in epoch ms. */
export interface Ladder {
  /** How many of the policy's steps to each group were taken or passed over; to the liaison: since the case is theirs. */
  taken: Record<RecipientGroup, number>;
  /** The latest steps taken. `stage`: as the ledger has it. */
  done: { to: RecipientGroup; stage: string; at: number }[];
  /** Steps to supervisors and operations are counted from here … */
  countedFrom: number;
  /** … and so much had been counted before. */
  countedMs: number;
  /** Steps to the liaison are counted from here: the first failure, or the latest assignment. */
  liaisonFrom: number;
}

export interface CaseState {
  caseId: string;
  orderId: string;
  reviewRound: number;
  supersedesCaseId: string | null;
  /** Set when people opened the case again after an ending. */
  reopening: Reopening | null;
  status: CaseStatus;
  statusReason: string | null;
  facts: OrderFacts | null;
  liaisonId: string | null;
  /** Which buyer server is told, and which review server is asked. */
  servers: { buyer: string; review: string };
  /** Whose key the notice came with that opened the case. */
  firstSender: string | null;
  policy: ReviewPolicy | null;
  decision: ReasonDecision | null;
  /** The latest failure's reason. */
  reason: FailureReason | null;
  openedAt: number;
  /** Inbox time of the first failure notice; never moves. */
  firstFailureAt: number | null;
  windowEndsAt: number | null;
  deadlineAt: number | null;
  /** When the automatic rule asks next (A6); null: the rule has been deleted or a request is under way. */
  nextReviewAt: number | null;
  /** Whose request it is that waits for the review server to be back; null: the rule's. */
  nextAskedBy: string | null;
  /** Decided and recorded, nothing sent: settled when the case is decided, for its whole life. */
  shadow: boolean;
  /** No requests are sent while it is paused; the clocks go on. */
  paused: boolean;
  attempts: number;
  lastRequestAt: number | null;
  request: OpenRequest | null;
  /** Outcomes heard, by reviewRequestId: each counts once. */
  outcomes: Record<string, 'succeeded' | 'failed'>;
  /** Successes that came before the order was determined. */
  earlySuccesses: ReviewSucceededSignal[];
  messages: (BuyerMessage & { outcome: DeliveryOutcome | null })[];
  ending: Ending | null;
  /** The truth still has to be told once the early message's outcome is known (D1). */
  truthOwed: boolean;
  /** Null until the liaison is told of the case. */
  ladder: Ladder | null;
  /** Somebody has the case in hand: nobody is told again. Epoch ms. */
  acknowledgement: { by: string; note: string | null; at: number } | null;
  /** Notices so far, by their stage: tells repetitions apart. */
  notices: Record<string, number>;
  endedAt: number | null;
  /** The inbound event that opened the case. */
  firstInboundId: string | null;
  /** Inbound events heard, so that a repeated hand-over changes nothing. */
  heard: string[];
  /** Rises with each change; the read model never goes back behind it. */
  version: number;
  auditCount: number;
  /** Events of the histories before continue-as-new. */
  historyBefore: number;
}

export function initialState(input: ReviewCaseInput, now: number): CaseState {
  return {
    caseId: input.caseId,
    orderId: input.orderId,
    reviewRound: input.reviewRound,
    supersedesCaseId: input.supersedesCaseId,
    reopening: input.reopening ?? null,
    status: 'deciding',
    statusReason: null,
    facts: null,
    liaisonId: null,
    servers: { buyer: DEFAULT_COUNTERPARTS.buyer, review: DEFAULT_COUNTERPARTS.review },
    firstSender: null,
    policy: null,
    decision: null,
    reason: null,
    openedAt: now,
    firstFailureAt: null,
    windowEndsAt: null,
    deadlineAt: null,
    nextReviewAt: null,
    nextAskedBy: null,
    shadow: false,
    paused: false,
    attempts: 0,
    lastRequestAt: null,
    request: null,
    outcomes: {},
    earlySuccesses: [],
    messages: [],
    ending: null,
    truthOwed: false,
    ladder: null,
    acknowledgement: null,
    notices: {},
    endedAt: null,
    firstInboundId: null,
    heard: [],
    version: 0,
    auditCount: 0,
    historyBefore: 0,
  };
}

/** How a review request was answered by the call itself. */
export type RequestAnswer =
  | { kind: 'succeeded' }
  | { kind: 'failed'; reason: FailureReason }
  | { kind: 'accepted' }
  | { kind: 'none'; reason: FailureReason }
  /** It never left: the review server is not called for now. */
  | { kind: 'paused'; until: number };

/** What asking for a result brought; `unknown`: the review server does not know the request, or could not be asked. */
export type QueryOutcome =
  | { kind: 'succeeded' }
  | { kind: 'failed'; reason: FailureReason }
  | { kind: 'pending' }
  | { kind: 'unknown' }
  | { kind: 'paused'; until: number };

export type CaseEvent =
  | ({ type: 'review_failed' } & ReviewFailedSignal)
  | ({ type: 'review_succeeded' } & ReviewSucceededSignal)
  | ({ type: 'round_superseded' } & RoundSupersededSignal)
  | ({ type: 'case_reopened' } & CaseReopenedSignal)
  | {
      type: 'order_determined';
      facts: OrderFacts;
      liaisonId: string | null;
      servers?: CaseState['servers'];
      policy: ReviewPolicy;
      shadow?: boolean;
      earlySuccessStopped?: boolean;
    }
  | { type: 'order_missing'; detail: string }
  | { type: 'request_answered'; reviewRequestId: string; answer: RequestAnswer }
  | { type: 'result_queried'; reviewRequestId: string; outcome: QueryOutcome; last: boolean }
  | { type: 'message_settled'; messageId: string; outcome: DeliveryOutcome }
  | { type: 'notice_settled'; stage: string; personId: string; onBehalfOf: string | null; channel: string; outcome: DeliveryOutcome }
  | { type: 'notice_without_recipient'; stage: string; to: RecipientGroup }
  | ({ type: 'request_review' } & PersonRequest)
  | ({ type: 'decline' } & PersonRequest)
  | ({ type: 'cancel' } & PersonRequest)
  | ({ type: 'pause' } & PersonRequest)
  | ({ type: 'resume' } & PersonRequest)
  | ({ type: 'reschedule' } & RescheduleRequest)
  | ({ type: 'reassign' } & ReassignRequest)
  | ({ type: 'acknowledge' } & PersonRequest)
  | ({ type: 'change_policy' } & ChangePolicyRequest)
  | { type: 'clock' };

export type CaseCommand =
  | { do: 'notify'; stage: NoticeStage; ledgerStage: string; to: RecipientGroup; liaisonId: string | null }
  | { do: 'drop_request'; reviewRequestId: string }
  | { do: 'send_buyer_message'; message: BuyerMessage }
  | { do: 'drop_buyer_message'; messageId: string }
  | { do: 'request_review'; request: OpenRequest }
  | { do: 'query_result'; reviewRequestId: string; attempt: number; last: boolean }
  | { do: 'withdraw_review'; reviewRequestId: string };

export interface Step {
  state: CaseState;
  commands: CaseCommand[];
  audit: AuditEntry[];
  dispositions: Disposition[];
}

/** A placement's state, its events and what follows from them. JSON-safe: it travels through continue-as-new. */
import { DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import type { CustomerChannel, CustomerMessage, OpenPlacementResult } from '../../domain/placement-effects.js';
import type { PlacementPolicy } from '../../domain/placement-policy.js';
import type { PlacementAudit, PlacementCarry } from '../../domain/placement-record.js';
import type { PlacementStatus } from '../../domain/placement-status.js';
import type { VendorCancelResult, VendorQueryResult, VendorReport, VendorTerms } from '../../domain/vendor.js';
import type { Disposition } from '../../domain/case-record.js';
import type { PersonRequest } from '../review-case/contract.js';
import type { OrderPlacementInput, PaymentReceivedSignal, PlacementReopening, ResolveRequest, ResultReportedSignal } from './contract.js';

/** How a message came out. `refused` and `dropped`: it surely never took effect there. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'dropped' | 'unknown';

/** Asking whether the vendor has an order whose placement got no answer. */
export interface Verification {
  asked: number;
  /** Answers "not found" that count: to questions asked after the vendor has settled. */
  notFounds: number;
  settledAt: number;
  nextAt: number | null;
}

/** A question to the vendor under way. `by_hand`: a person asked; it is no poll of the rule. */
export interface OpenQuery {
  /** 1, 2, … over all questions of the run. */
  ask: number;
  purpose: 'verify' | 'poll' | 'by_hand' | 'last_look';
  askedAt: number;
}

/** A message to the customer by one channel. */
export interface ToldCustomer {
  sequence: number;
  channel: CustomerChannel;
  status: PlacementStatus;
  /** Null: on its way. */
  outcome: DeliveryOutcome | null;
}

export interface PlacementState {
  placementId: string;
  orderId: string;
  opening: number;
  vendorId: string;
  campaign: string | null;
  inboundId: string;
  /** Set when people opened it again after it failed. */
  reopening: PlacementReopening | null;
  status: PlacementStatus;
  /** Why it is in this status (B7): never empty. */
  statusReason: string;
  description: string | null;
  /** The description as the customer may read it. */
  customerText: string | null;
  vendorStatus: string | null;
  unmapped: boolean;
  /** Null until policy, vendor and payment have been found. */
  policy: PlacementPolicy | null;
  vendor: VendorTerms | null;
  channels: CustomerChannel[];
  /** Which buyer server is told of a refund. */
  buyerServer: string;
  /** Why it went the way it did when it was opened (D2). */
  decision: Record<string, unknown> | null;
  paid: boolean;
  openedAt: number;
  deadlineAt: number | null;
  paymentDueAt: number | null;
  /** Placement numbers used so far, over all openings. */
  numbers: number;
  /** What is known of the latest number at the vendor; `over`: it was there, and the vendor ended it. */
  existence: PlacementCarry['existence'];
  vendorOrderId: string | null;
  /** The vendor's own numbers of earlier placement numbers: reports about them no longer count. */
  pastVendorOrderIds: string[];
  /** The latest instant that a push told of, by the vendor's clock. */
  latestOccurredAt: number | null;
  /** The placement request is under way. */
  placing: boolean;
  /** … and waits until then, because the vendor is not called for now. */
  placingAt: number | null;
  verification: Verification | null;
  query: OpenQuery | null;
  asks: number;
  /** Polls made by the rule. */
  polls: number;
  nextPollAt: number | null;
  /** The vendor asks not to be asked before. */
  notBefore: number | null;
  /** A cancellation that people want; the vendor is asked, or its answer to the placement awaited. */
  ending: { by: string; note: string | null } | null;
  /** The vendor is being asked to cancel. */
  cancelling: boolean;
  /** People wanted it cancelled, also where the vendor did not: it is not sent again under a new number. */
  unwantedBy: { by: string; note: string | null } | null;
  /** Results that came before the opening was done. */
  early: ResultReportedSignal[];
  told: ToldCustomer[];
  customerSequence: number;
  /** What the customer was told last in this opening. */
  lastUpdate: { status: PlacementStatus; text: string | null } | null;
  lastToldFinal: PlacementCarry['lastToldFinal'];
  /** Paid, and it is known that nothing will be delivered. */
  refundDue: boolean;
  /** The platform is told of it once, over all openings. */
  refundTold: boolean;
  /** … and that message is on its way. */
  refundOnItsWay: boolean;
  review: 'none' | 'opening' | 'opened';
  endedAt: number | null;
  heard: string[];
  /** Rises with each change; the read model never goes back behind it. */
  version: number;
  auditCount: number;
  /** Events of the histories before continue-as-new. */
  historyBefore: number;
}

export function initialState(input: OrderPlacementInput, now: number): PlacementState {
  const carry = input.reopening?.carry;
  return {
    placementId: input.placementId,
    orderId: input.orderId,
    opening: input.opening,
    vendorId: input.vendorId,
    campaign: input.campaign,
    inboundId: input.inboundId,
    reopening: input.reopening ?? null,
    status: 'created',
    statusReason: 'OPENING',
    description: null,
    customerText: null,
    vendorStatus: null,
    unmapped: false,
    policy: null,
    vendor: null,
    channels: [],
    buyerServer: DEFAULT_COUNTERPARTS.buyer,
    decision: null,
    paid: carry?.paid ?? false,
    openedAt: now,
    deadlineAt: null,
    paymentDueAt: null,
    numbers: carry?.numbers ?? 0,
    existence: carry?.existence ?? 'none',
    vendorOrderId: carry?.vendorOrderId ?? null,
    pastVendorOrderIds: carry?.pastVendorOrderIds ?? [],
    latestOccurredAt: null,
    placing: false,
    placingAt: null,
    verification: null,
    query: null,
    asks: 0,
    polls: 0,
    nextPollAt: null,
    notBefore: null,
    ending: null,
    cancelling: false,
    unwantedBy: null,
    early: [],
    told: [],
    customerSequence: carry?.customerSequence ?? 0,
    lastUpdate: null,
    lastToldFinal: carry?.lastToldFinal ?? null,
    refundDue: false,
    refundTold: carry?.refundTold ?? false,
    refundOnItsWay: false,
    review: 'none',
    endedAt: null,
    heard: [],
    version: 0,
    auditCount: 0,
    historyBefore: 0,
  };
}

/**
 * How a placement request that brought no report came out, by what the ledger knows of its attempts: `dropped` it surely never
 * arrived, `delivered` it was taken and the answer is lost.
 */
export type NotPlacedOutcome = DeliveryOutcome;

export type PlacementEvent =
  | ({ type: 'opened' } & OpenPlacementResult)
  | ({ type: 'payment_received' } & PaymentReceivedSignal)
  | ({ type: 'result_reported' } & ResultReportedSignal)
  | { type: 'order_placed'; report: VendorReport }
  | { type: 'order_waits'; until: number; why: string }
  | { type: 'order_not_placed'; outcome: NotPlacedOutcome; error: string }
  | { type: 'vendor_queried'; ask: number; result: VendorQueryResult }
  | { type: 'vendor_cancelled'; result: VendorCancelResult }
  | { type: 'customer_settled'; sequence: number; channel: CustomerChannel; outcome: DeliveryOutcome }
  | { type: 'refund_settled'; outcome: DeliveryOutcome }
  | { type: 'review_opened' }
  | ({ type: 'poll' } & PersonRequest)
  | ({ type: 'resolve' } & ResolveRequest)
  | ({ type: 'cancel' } & PersonRequest)
  | { type: 'clock' };

export type PlacementCommand =
  | { do: 'place_order'; placementNumber: string; once: boolean }
  | { do: 'drop_order'; placementNumber: string }
  | { do: 'query_vendor'; placementNumber: string; query: OpenQuery }
  | { do: 'cancel_at_vendor'; placementNumber: string }
  | { do: 'tell_customer'; message: Omit<CustomerMessage, 'caseAt'> }
  | { do: 'tell_refund_due'; placementNumber: string | null; reason: string }
  | { do: 'open_review_case'; reasonType: string; reason: string; text: string | null };

export interface Step {
  state: PlacementState;
  commands: PlacementCommand[];
  audit: PlacementAudit[];
  dispositions: Disposition[];
}

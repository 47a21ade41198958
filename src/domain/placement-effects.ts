/** What a placement does at other sides and in our own database, as its workflow calls it; the activities implement it. */
import type { PlacementPolicy } from './placement-policy.js';
import type { PlacementRecord } from './placement-record.js';
import type { PlacementStatus } from './placement-status.js';
import type { VendorCancelResult, VendorQueryResult, VendorReport, VendorTerms } from './vendor.js';

/** One placement number at its vendor. */
export interface VendorCall {
  placementId: string;
  orderId: string;
  /** `<orderId>/<n>`, as the vendor knows it. */
  placementNumber: string;
  vendorId: string;
  /** The workflow's clock, epoch ms. */
  caseAt: number;
}

export interface PlaceOrderInput extends VendorCall {
  /** Never sent again once it may have arrived: the vendor is not idempotent. */
  once: boolean;
}

/** On the vendor's own task queue. */
export interface VendorActivities {
  /**
   * Places the order under its number (B2, B3).
   * @throws ApplicationFailure COUNTERPART_REFUSED (final: the vendor said no), OUTCOME_UNKNOWN (final for this number: it may have
   * arrived and must not be sent again), COUNTERPART_UNAVAILABLE (tried again by the retry policy given; `Retry-After` kept)
   */
  placeOrder(input: PlaceOrderInput): Promise<VendorReport>;
  /** Asks for the result by our number (B4). Never throws for what the other side does. */
  queryVendor(input: VendorCall): Promise<VendorQueryResult>;
  /** Asks the vendor to cancel. */
  cancelAtVendor(input: VendorCall): Promise<VendorCancelResult>;
}

export type CustomerChannel = 'webhook' | 'email';

/** What the customer is told (B5). */
export interface CustomerMessage {
  placementId: string;
  orderId: string;
  placementNumber: string | null;
  /** 1, 2, … over all openings of the placement. */
  sequence: number;
  channel: CustomerChannel;
  status: PlacementStatus;
  reason: string | null;
  description: string | null;
  /** The workflow's clock, epoch ms. */
  caseAt: number;
}

export interface RefundDue {
  placementId: string;
  orderId: string;
  placementNumber: string | null;
  reason: string;
  /** The buyer server that is told. */
  counterpartId: string;
  caseAt: number;
}

/** On the task queue of the counterpart that is told; each through the ledger. */
export interface PlacementMessages {
  /** @throws ApplicationFailure as every effect does */
  tellCustomer(message: CustomerMessage): Promise<void>;
  /** Tells the platform (the buyer server) that a paid order failed for good. */
  tellRefundDue(refund: RefundDue): Promise<void>;
}

export interface OpenPlacementResult {
  policy: PlacementPolicy;
  /** Null: there is no such vendor. */
  vendor: VendorTerms | null;
  paid: boolean;
  /** Which buyer server is told of a refund. */
  buyerServer: string;
  /** How the customer can be told; empty when no address was given. */
  channels: CustomerChannel[];
}

/** A message that may not have been claimed yet: it is put down as dropped, so that a call still waiting for its turn does not send it. */
export interface UnclaimedMessage {
  caseId: string;
  orderId: string;
  stage: string;
  recipient: string;
  kind: string;
  caseAt: number;
}

/** Short work on our own database: run as local activities. */
export interface PlacementRecords {
  /** Keeps the order of the placement's event, and finds policy, vendor and payment. */
  openPlacement(input: {
    placementId: string;
    orderId: string;
    vendorId: string;
    campaign: string | null;
    inboundId: string;
  }): Promise<OpenPlacementResult>;
  recordPlacement(record: PlacementRecord): Promise<void>;
  /** Puts a review failure into the inbox: a case is opened by the relay like any other. */
  openReviewCase(input: { placementId: string; orderId: string; reasonType: string; reason: string; text: string | null }): Promise<void>;
  settleMessage(input: {
    key: string;
    as: 'dead' | 'dropped';
    unclaimed?: UnclaimedMessage;
  }): Promise<'delivered' | 'refused' | 'dropped' | 'unknown'>;
}

export type PlacementActivities = PlacementMessages & PlacementRecords;

/** The keys under which the ledger knows a placement's messages. */
export const placementKeys = {
  place: (placementNumber: string): string => `${placementNumber}/place`,
  cancel: (placementNumber: string): string => `${placementNumber}/cancel`,
  customer: (orderId: string, sequence: number, channel: CustomerChannel): string => `${orderId}/placement/customer/${sequence}/${channel}`,
  refund: (placementId: string): string => `${placementId}/refund`,
} as const;

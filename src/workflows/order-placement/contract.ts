/** The placement's name, messages and shapes: all that a client needs of it (rows B, D5). */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { PlacementCarry } from '../../domain/placement-record.js';
import type { PlacementStatus } from '../../domain/placement-status.js';
import type { VendorReport } from '../../domain/vendor.js';
import type { PersonRequest } from '../review-case/contract.js';
import type { PlacementState } from './state.js';

export const ORDER_PLACEMENT_TYPE = 'orderPlacement';

/** At most this many results reach one run; the excess stays in the inbox. */
export const MAX_RESULTS = 500;

export interface OrderPlacementInput {
  placementId: string;
  orderId: string;
  opening: number;
  vendorId: string;
  campaign: string | null;
  /** The inbound event that asked for it, or for its reopening. */
  inboundId: string;
  /** Set when people open it again after it failed. */
  reopening?: PlacementReopening;
  /** Set by continue-as-new alone: the state to go on from. */
  resume?: PlacementState;
}

/** A person's word after a failure (B7). */
export interface PlacementReopening {
  word: 'retry' | 'resolve';
  by: string;
  note: string | null;
  /** For `resolve`: what it came to. */
  outcome: 'succeeded' | 'failed' | null;
  reason: string | null;
  /** For `retry`: the person has made sure that the vendor does not have the order. */
  absenceConfirmed: boolean;
  carry: PlacementCarry;
}

export interface OrderPlacementResult {
  placementId: string;
  status: PlacementStatus;
  statusReason: string | null;
}

/** Instants in epoch ms; `inboundId` makes a repeated hand-over harmless. */
export interface PaymentReceivedSignal {
  inboundId: string;
  sender: string;
  reference: string | null;
}

/** A vendor's push (D5), its word already looked up in the vendor's mapping. */
export interface ResultReportedSignal {
  inboundId: string;
  sender: string;
  report: VendorReport;
  /** The placement number that the word names, if it does. */
  placementNumber?: string | null;
  occurredAt: number | null;
}

/** A person's word on a running placement: what it came to. */
export interface ResolveRequest extends PersonRequest {
  outcome: 'succeeded' | 'failed';
  /** An upper-case word, for `failed`. */
  reason: string | null;
}

/** What an update answers: the state right after it. */
export interface PlacementAnswer {
  placementId: string;
  status: PlacementStatus;
  statusReason: string | null;
  ending: string | null;
  nextPollAt: number | null;
}

export const paymentReceived = defineSignal<[PaymentReceivedSignal]>('paymentReceived');
export const resultReported = defineSignal<[ResultReportedSignal]>('resultReported');
export const pollNow = defineUpdate<PlacementAnswer, [PersonRequest], string>('pollNow');
export const resolve = defineUpdate<PlacementAnswer, [ResolveRequest], string>('resolve');
export const cancelPlacement = defineUpdate<PlacementAnswer, [PersonRequest], string>('cancelPlacement');
export const getPlacement = defineQuery<PlacementState>('getPlacement');

/** What a placement writes down: its row in the read model, its audit, and what came of inbound events. Instants in epoch ms. */
import type { Disposition } from './case-record.js';
import type { PlacementStatus } from './placement-status.js';

export interface PlacementAudit {
  number: number;
  type: string;
  actor: string;
  at: number;
  before: PlacementStatus;
  after: PlacementStatus;
  data: Record<string, unknown>;
}

export interface PlacementRecord {
  row: PlacementRow;
  /** Lines of the audit before these. */
  auditBefore: number;
  audit: PlacementAudit[];
  dispositions: Disposition[];
}

/** What a later opening of the same placement goes on from (B7). */
export interface PlacementCarry {
  /** Placement numbers used so far. */
  numbers: number;
  /** What is known of the latest number at the vendor. */
  existence: 'none' | 'unknown' | 'absent' | 'exists' | 'over';
  vendorOrderId: string | null;
  /** The vendor's own numbers of the placement numbers before the latest: their words count no more. */
  pastVendorOrderIds?: string[];
  paid: boolean;
  /** Messages to the customer so far. */
  customerSequence: number;
  /** The final status the customer was last told of, and why. */
  lastToldFinal: { status: PlacementStatus; reason: string | null } | null;
  /** The platform has been told that a refund is due: never twice. Not given: it has not. */
  refundTold?: boolean;
}

export interface PlacementRow {
  /** `<orderId>/placement`, `<orderId>/placement/r2` … */
  placementId: string;
  orderId: string;
  opening: number;
  vendorId: string;
  campaign: string | null;
  status: PlacementStatus;
  /** Why it is in this status (B7). */
  statusReason: string | null;
  /** In words: the vendor's description, or what went wrong. */
  description: string | null;
  /** The same for the customer's eyes. */
  customerText: string | null;
  /** The vendor's own latest word. */
  vendorStatus: string | null;
  /** Nobody has mapped the vendor's latest word. */
  unmapped: boolean;
  placementNumber: string | null;
  vendorOrderId: string | null;
  polls: number;
  policyVersion: number | null;
  decision: unknown;
  nextAction: string | null;
  nextActionAt: number | null;
  deadlineAt: number | null;
  openedAt: number;
  endedAt: number | null;
  /** An ending under way: `cancelled` while the vendor is asked. */
  ending: string | null;
  closed: boolean;
  refundDue: boolean;
  reviewCaseOpened: boolean;
  carry: PlacementCarry;
  historyLength: number;
  placementVersion: number;
  /** The workflow's clock. */
  caseAt: number;
}

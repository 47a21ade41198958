/** What a case writes down: its row in the read model, its audit, and what came of inbound events. */
import type { CaseStatus } from './case-status.js';
import type { RecipientGroup } from './notice.js';

/** One line of the audit: who did what, and what it changed. */
export interface AuditEntry {
  number: number;
  type: string;
  actor: string;
  at: number;
  before: CaseStatus;
  after: CaseStatus;
  data: Record<string, unknown>;
}

/** What can come of an inbound event (docs/wire.md). */
export const DISPOSITIONS = [
  'opened',
  'counted',
  'deferred',
  'recorded',
  'repeated',
  'not_theirs',
  'unknown_request',
  'late',
  'overtaken',
  'closed_round',
  'contradiction',
] as const;

/** What came of an inbound event, written back to the inbox. */
export interface Disposition {
  inboundId: string;
  disposition: (typeof DISPOSITIONS)[number];
  problem: string | null;
}

/** One write of a case: the row as it now is, and what is new since the last. Instants in epoch ms. */
export interface CaseRecord {
  row: CaseRow;
  /** Lines of the audit before these. */
  auditBefore: number;
  audit: AuditEntry[];
  dispositions: Disposition[];
}

export interface CaseRow {
  caseId: string;
  orderId: string;
  reviewRound: number;
  status: string;
  statusReason: string | null;
  reasonType: string;
  reasonCode: string | null;
  reasonText: string | null;
  buyerId: string | null;
  buyerName: string | null;
  buyerOrderNumber: string | null;
  totalValue: string | null;
  totalCurrency: string | null;
  liaisonId: string | null;
  policyVersion: number | null;
  decision: unknown;
  firstFailureAt: number;
  windowEndsAt: number | null;
  deadlineAt: number | null;
  nextAction: string | null;
  nextActionAt: number | null;
  planned: ShownInstant[];
  escalation: ShownEscalation | null;
  reviewAttempts: number;
  reviewRequestId: string | null;
  openedAt: number;
  endedAt: number | null;
  ending: string | null;
  paused: boolean;
  shadow: boolean;
  closed: boolean;
  /** Events of the workflow's history, over all its runs, when this was decided. */
  historyLength: number;
  caseVersion: number;
  caseAt: number;
}

/** An instant at which the clock alone does something, ISO 8601. */
export interface ShownInstant {
  what: string;
  at: string;
}

/** How a case stands on its ladder (D6), as it is shown; instants ISO 8601. */
export interface ShownEscalation {
  /** The latest ones taken, oldest first. `stage`: as the ledger has it. */
  done: { to: RecipientGroup; stage: string; at: string }[];
  /** By time; none while it is acknowledged. */
  toCome: { to: RecipientGroup; at: string }[];
  acknowledged: { by: string; note: string | null; at: string } | null;
}

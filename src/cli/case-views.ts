/** As much of what the API shows of cases as the command line reads. Instants are ISO 8601. */
import type { AuditLine } from '../demo/stack-calls.js';
import type { Page } from './paging.js';

export interface CaseView {
  caseId: string;
  orderId: string;
  reviewRound: number;
  status: string;
  statusReason: string | null;
  ending: string | null;
  reason: { type: string | null; code: string | null; text: string | null };
  buyer: { id: string | null; name: string | null; orderNumber: string | null };
  total: { value: string; currency: string | null } | null;
  liaisonId: string | null;
  reviewAttempts: number;
  nextAction: { what: string; at: string } | null;
  planned: { what: string; at: string }[];
  windowEndsAt: string | null;
  deadlineAt: string | null;
  openedAt: string;
  endedAt: string | null;
  policyVersion: number | null;
  paused: boolean;
  shadow: boolean;
  actions: string[];
  caseAt: string;
  asOf: string;
  links: { placement?: string; temporal?: string };
}

export interface CaseList extends Page<CaseView> {
  /** How many there are in each state, whatever state was asked for. */
  counts: Record<string, number>;
}

export interface CaseAudit extends Page<AuditLine> {
  caseId: string;
}

/** A message of the ledger. */
export interface MessageView {
  key: string;
  counterpart: string;
  counterpartId: string | null;
  recipient: string | null;
  kind: string;
  stage: string | null;
  provisional: boolean;
  supersedes: string | null;
  state: string;
  resends: number;
  caseAt: string;
  attempts: { number: number; outcome: string | null; httpStatus: number | null; error: string | null }[];
}

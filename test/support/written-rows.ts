/** Rows of the read model as workflows write them, without their workflows: for lists and figures over many. */
import type { CaseRecord, CaseRow } from '../../src/domain/case-record.js';
import type { PlacementRecord, PlacementRow } from '../../src/domain/placement-record.js';

/** The write of a case in a state of its own. @param at epoch ms: when it was opened, and what its other instants are by default */
export function caseRecord(orderId: string, at: number, row: Partial<CaseRow> = {}, audit: CaseRecord['audit'] = []): CaseRecord {
  const whole: CaseRow = {
    nextAction: (row.nextActionAt ?? null) === null ? null : 'review request 1',
    caseId: `${orderId}/1`,
    orderId,
    reviewRound: 1,
    status: 'held',
    statusReason: null,
    reasonType: 'STOCK_SHORT',
    reasonCode: null,
    reasonText: null,
    buyerId: 'b-1',
    buyerName: 'Johnssons byggvaror',
    buyerOrderNumber: '34',
    totalValue: '6225',
    totalCurrency: 'SEK',
    liaisonId: 'l-1',
    policyVersion: 1,
    decision: null,
    firstFailureAt: at,
    windowEndsAt: null,
    deadlineAt: null,
    nextActionAt: null,
    planned: [],
    escalation: null,
    reviewAttempts: 0,
    reviewRequestId: null,
    openedAt: at,
    endedAt: null,
    ending: null,
    paused: false,
    shadow: false,
    closed: false,
    historyLength: 10,
    caseVersion: 1,
    caseAt: at,
    ...row,
  };
  return { row: whole, auditBefore: 0, audit, dispositions: [] };
}

export function placementRecord(orderId: string, at: number, row: Partial<PlacementRow> = {}): PlacementRecord {
  const whole: PlacementRow = {
    nextAction: (row.nextActionAt ?? null) === null ? null : 'poll 1',
    placementId: `${orderId}/placement`,
    orderId,
    opening: 1,
    vendorId: 'swift-post',
    campaign: null,
    status: 'placed',
    statusReason: 'ACCEPTED',
    description: null,
    customerText: null,
    vendorStatus: 'ACCEPTED',
    unmapped: false,
    placementNumber: `${orderId}-1`,
    vendorOrderId: null,
    polls: 0,
    policyVersion: 1,
    decision: null,
    nextActionAt: null,
    deadlineAt: null,
    openedAt: at,
    endedAt: null,
    ending: null,
    closed: false,
    refundDue: false,
    reviewCaseOpened: false,
    carry: { numbers: 1, existence: 'exists', vendorOrderId: null, paid: true, customerSequence: 0, lastToldFinal: null },
    historyLength: 10,
    placementVersion: 1,
    caseAt: at,
    ...row,
  };
  return { row: whole, auditBefore: 0, audit: [], dispositions: [] };
}

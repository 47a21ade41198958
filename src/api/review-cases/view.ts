import { actionsFor, type CaseAction, type CaseStatus } from '../../domain/case-status.js';
import { workflowIdOf } from '../../domain/identifiers.js';
import type { ActionLink, Event, ReviewCase } from '../../db/generated/client.js';
import type { CaseAnswer } from '../../workflows/review-case/contract.js';

/**
 * A case as the API shows it: what it is, what comes next, what people may do now, and as of when.
 * @param placed with a vendor, too
 * @param newest of its order: what people do, they do to that one
 */
export function caseView(
  row: ReviewCase,
  temporal: { uiUrl: string | undefined; namespace: string },
  { placed = false, newest }: { placed?: boolean; newest: boolean },
) {
  const workflowId = workflowIdOf(row.caseId);
  const order = encodeURIComponent(row.orderId);
  return {
    caseId: row.caseId,
    orderId: row.orderId,
    reviewRound: row.reviewRound,
    status: row.status,
    statusReason: row.statusReason,
    ending: row.ending,
    reason: { type: row.reasonType, code: row.reasonCode, text: row.reasonText },
    buyer: { id: row.buyerId, name: row.buyerName, orderNumber: row.buyerOrderNumber },
    total: row.totalValue === null ? null : { value: row.totalValue, currency: row.totalCurrency },
    liaisonId: row.liaisonId,
    reviewAttempts: row.reviewAttempts,
    reviewRequestId: row.reviewRequestId,
    nextAction: row.nextActionAt === null ? null : { what: row.nextAction, at: row.nextActionAt },
    planned: row.planned ?? [],
    escalation: row.escalation,
    firstFailureAt: row.firstFailureAt,
    windowEndsAt: row.windowEndsAt,
    deadlineAt: row.deadlineAt,
    openedAt: row.openedAt,
    endedAt: row.endedAt,
    policyVersion: row.policyVersion,
    decision: row.decision,
    paused: row.paused,
    shadow: row.shadow,
    actions: newest ? actionsOf(row) : [],
    caseVersion: row.caseVersion,
    caseAt: row.caseAt,
    asOf: row.asOf,
    links: {
      self: `/v1/review-cases/${order}?round=${row.reviewRound}`,
      events: `/v1/review-cases/${order}/events?round=${row.reviewRound}`,
      messages: `/v1/messages?orderId=${order}`,
      ...(newest ? {} : { newest: `/v1/review-cases/${order}` }),
      ...(placed ? { placement: `/v1/placements/${order}` } : {}),
      ...(temporal.uiUrl === undefined
        ? {}
        : {
            temporal: `${temporal.uiUrl}/namespaces/${encodeURIComponent(temporal.namespace)}/workflows/${encodeURIComponent(workflowId)}`,
          }),
    },
  };
}

/** What people may do to a case, as the read model knows it. */
export function actionsOf(row: ReviewCase): readonly CaseAction[] {
  // Not while a message is still on its way, and not where a higher round took over.
  const reopenable = row.closed && row.statusReason !== 'SUPERSEDED_BY_ROUND';
  const actions = actionsFor({ status: row.status as CaseStatus, ending: row.ending !== null, paused: row.paused });
  return reopenable ? actions : actions.filter((action) => action !== 'reopen');
}

/** What the case answered an action. */
export function caseAnswerView({ nextReviewAt, ...answer }: CaseAnswer) {
  return { ...answer, nextReviewAt: nextReviewAt === null ? null : new Date(nextReviewAt) };
}

export function eventView({ number, type, actor, before, after, data, caseAt, wallAt }: Event) {
  return { number, type, actor, before, after, data, caseAt, wallAt };
}

/** A link in a notice, without what it is secret by. */
export function linkView({ tokenHash: _tokenHash, caseId: _case, orderId: _order, ...link }: ActionLink) {
  return link;
}

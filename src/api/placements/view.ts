import { placementWorkflowIdOf } from '../../domain/identifiers.js';
import { placementActionsFor, type PlacementAction, type PlacementStatus } from '../../domain/placement-status.js';
import type { Placement } from '../../db/generated/client.js';
import type { PlacementAnswer } from '../../workflows/order-placement/contract.js';

/** A placement as the API shows it: what it is, what comes next, what people may do now, and as of when. */
export function placementView(row: Placement, temporal: { uiUrl: string | undefined; namespace: string }, reviewRound: number | null) {
  const order = encodeURIComponent(row.orderId);
  const workflowId = placementWorkflowIdOf(row.orderId, row.opening);
  return {
    placementId: row.placementId,
    orderId: row.orderId,
    opening: row.opening,
    vendorId: row.vendorId,
    campaign: row.campaign,
    status: row.status,
    statusReason: row.statusReason,
    description: row.description,
    vendorStatus: row.vendorStatus,
    unmapped: row.unmapped,
    placementNumber: row.placementNumber,
    vendorOrderId: row.vendorOrderId,
    polls: row.polls,
    ending: row.ending,
    refundDue: row.refundDue,
    customer: row.customer,
    nextAction: row.nextActionAt === null ? null : { what: row.nextAction, at: row.nextActionAt },
    deadlineAt: row.deadlineAt,
    openedAt: row.openedAt,
    endedAt: row.endedAt,
    policyVersion: row.policyVersion,
    decision: row.decision,
    actions: placementActionsOf(row),
    caseAt: row.caseAt,
    asOf: row.asOf,
    links: {
      self: `/v1/placements/${order}`,
      events: `/v1/placements/${order}/events`,
      messages: `/v1/messages?orderId=${order}`,
      ...(reviewRound === null ? {} : { reviewCase: `/v1/review-cases/${order}?round=${reviewRound}` }),
      ...(temporal.uiUrl === undefined
        ? {}
        : {
            temporal: `${temporal.uiUrl}/namespaces/${encodeURIComponent(temporal.namespace)}/workflows/${encodeURIComponent(workflowId)}`,
          }),
    },
  };
}

/** What people may do to a placement, as the read model knows it; nothing while messages of a failed one are still on their way. */
export function placementActionsOf(row: Placement): readonly PlacementAction[] {
  const actions = placementActionsFor(row.status as PlacementStatus, row.ending !== null);
  return row.status === 'failed' && !row.closed ? [] : actions;
}

/** What the placement answered an action. */
export function placementAnswerView({ nextPollAt, ...answer }: PlacementAnswer) {
  return { ...answer, nextPollAt: nextPollAt === null ? null : new Date(nextPollAt) };
}

/** The states of a review case, and what people may do in each: the one table for validator, API and docs. */

export const OPEN_STATUSES = ['deciding', 'held', 'in_review', 'awaiting_liaison'] as const;
export const ENDED_STATUSES = ['order_unknown', 'rejected', 'approved', 'declined', 'expired', 'cancelled'] as const;
export const CASE_STATUSES = [...OPEN_STATUSES, ...ENDED_STATUSES] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];
export type EndedStatus = (typeof ENDED_STATUSES)[number];

export const CASE_ACTIONS = ['review-succeeded', 'request-review', 'decline', 'cancel'] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

const ACTIONS: Record<CaseStatus, readonly CaseAction[]> = {
  deciding: ['review-succeeded'],
  held: ['review-succeeded', 'request-review', 'decline', 'cancel'],
  in_review: ['review-succeeded', 'decline', 'cancel'],
  awaiting_liaison: ['review-succeeded', 'request-review', 'decline', 'cancel'],
  order_unknown: [],
  rejected: [],
  approved: [],
  declined: [],
  expired: [],
  cancelled: [],
};

export function hasEnded(status: CaseStatus): status is EndedStatus {
  return (ENDED_STATUSES as readonly string[]).includes(status);
}

/** @returns what people may do now; a case that is already on its way to an ending allows nothing more. */
export function actionsFor(status: CaseStatus, ending = false): readonly CaseAction[] {
  return ending ? [] : ACTIONS[status];
}

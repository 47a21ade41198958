/** The states of a review case, and what people may do in each: the one table for validator, API and docs. */

export const OPEN_STATUSES = ['deciding', 'held', 'in_review', 'awaiting_liaison'] as const;
export const ENDED_STATUSES = ['order_unknown', 'rejected', 'approved', 'declined', 'expired', 'cancelled'] as const;
export const CASE_STATUSES = [...OPEN_STATUSES, ...ENDED_STATUSES] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];
export type EndedStatus = (typeof ENDED_STATUSES)[number];
/** Endings that wait for a last look at the review server. */
export const AWAITED_ENDINGS = ['declined', 'expired', 'cancelled'] as const satisfies readonly EndedStatus[];

export const CASE_ACTIONS = [
  'review-succeeded',
  'request-review',
  'reschedule',
  'pause',
  'resume',
  'reassign',
  'acknowledge',
  'change-policy',
  'decline',
  'cancel',
  'reopen',
  'notes',
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

const ENDED: readonly CaseAction[] = ['reopen', 'notes'];
const ACTIONS: Record<CaseStatus, readonly CaseAction[]> = {
  deciding: ['review-succeeded', 'notes'],
  held: [
    'review-succeeded',
    'request-review',
    'reschedule',
    'pause',
    'reassign',
    'acknowledge',
    'change-policy',
    'decline',
    'cancel',
    'notes',
  ],
  in_review: ['review-succeeded', 'pause', 'reassign', 'acknowledge', 'change-policy', 'decline', 'cancel', 'notes'],
  awaiting_liaison: [
    'review-succeeded',
    'request-review',
    'pause',
    'reassign',
    'acknowledge',
    'change-policy',
    'decline',
    'cancel',
    'notes',
  ],
  order_unknown: ['notes'],
  rejected: ENDED,
  approved: ENDED,
  declined: ENDED,
  expired: ENDED,
  cancelled: ENDED,
};

export function hasEnded(status: CaseStatus): status is EndedStatus {
  return (ENDED_STATUSES as readonly string[]).includes(status);
}

/** What decides, beside the status, what people may do. */
export interface ActionContext {
  status: CaseStatus;
  /** On its way to an ending that has been decided: nothing more can be asked of it. */
  ending: boolean;
  paused: boolean;
}

/** @returns what people may do now; while a case is paused, nothing that would ask the review server. */
export function actionsFor({ status, ending, paused }: ActionContext): readonly CaseAction[] {
  if (ending) return ['notes'];
  if (!paused || hasEnded(status)) return ACTIONS[status];
  const withoutRequests = ACTIONS[status].filter((action) => action !== 'pause' && action !== 'request-review' && action !== 'reschedule');
  return ['resume', ...withoutRequests];
}

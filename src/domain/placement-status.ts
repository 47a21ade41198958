/** The states of a placement, why it can end, and what people may do in each: the one table for validator, API and docs (B1–B7). */

export const OPEN_PLACEMENT_STATUSES = ['created', 'sent', 'placed'] as const;
export const ENDED_PLACEMENT_STATUSES = ['succeeded', 'failed', 'cancelled'] as const;
export const PLACEMENT_STATUSES = [...OPEN_PLACEMENT_STATUSES, ...ENDED_PLACEMENT_STATUSES] as const;
export type PlacementStatus = (typeof PLACEMENT_STATUSES)[number];
export type EndedPlacementStatus = (typeof ENDED_PLACEMENT_STATUSES)[number];

/**
 * Why a placement failed, beside the reasons that a vendor's mapping names. `known`: it is known that nothing will be delivered;
 * otherwise the vendor may still deliver, and people have to find out.
 */
export const PLACEMENT_FAILURES = {
  NOT_PAID: { known: true, text: 'the order was not paid' },
  VENDOR_UNKNOWN: { known: true, text: 'there is no such vendor' },
  VENDOR_UNREACHABLE: { known: true, text: 'the vendor could not be reached; it surely got nothing' },
  VENDOR_REFUSED: { known: true, text: 'the vendor refused the order' },
  NOT_PLACED: { known: true, text: 'the vendor does not have the order' },
  OUTCOME_UNKNOWN: { known: false, text: 'nobody knows whether the vendor has the order' },
  MAX_POLLS_EXCEEDED: { known: false, text: 'exceeded the maximum number of polls' },
  DEADLINE_PASSED: { known: false, text: 'no result by the deadline' },
} as const;
export type PlacementFailure = keyof typeof PLACEMENT_FAILURES;

/** @returns whether it is known for a failed placement that nothing will be delivered; a vendor's own reason says so. */
export function surelyFailed(reason: string): boolean {
  return Object.hasOwn(PLACEMENT_FAILURES, reason) ? PLACEMENT_FAILURES[reason as PlacementFailure].known : true;
}

export const PLACEMENT_ACTIONS = ['payment', 'poll', 'resolve', 'retry', 'cancel'] as const;
export type PlacementAction = (typeof PLACEMENT_ACTIONS)[number];

const ACTIONS: Record<PlacementStatus, readonly PlacementAction[]> = {
  created: ['payment', 'cancel'],
  sent: ['resolve', 'cancel'],
  placed: ['poll', 'resolve', 'cancel'],
  succeeded: [],
  failed: ['retry', 'resolve'],
  cancelled: [],
};

export function placementHasEnded(status: PlacementStatus): status is EndedPlacementStatus {
  return (ENDED_PLACEMENT_STATUSES as readonly string[]).includes(status);
}

/** @param ending on its way to an ending that has been decided (a cancellation asked of the vendor): nothing more can be asked of it */
export function placementActionsFor(status: PlacementStatus, ending: boolean): readonly PlacementAction[] {
  return ending ? [] : ACTIONS[status];
}

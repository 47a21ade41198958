/** What a placement's decisions have in common: their draft, and what is known once the placement has been opened. */
import { placementNumberOf } from '../../domain/identifiers.js';
import type { PlacementPolicy } from '../../domain/placement-policy.js';
import type { PlacementStatus } from '../../domain/placement-status.js';
import type { VendorTerms } from '../../domain/vendor.js';
import type { Draft as DraftOf } from '../draft.js';
import type { PlacementCommand, PlacementState } from './state.js';

export { audit, dispose, isoInstant } from '../draft.js';

export type Draft = DraftOf<PlacementStatus, PlacementState, PlacementCommand>;

/** The actor of what follows from our own rules. */
export const OURSELVES = 'holdpoint';
/** … and of what the vendor answered to our call. */
export const VENDOR = 'vendor';

export function policyOf(state: PlacementState): PlacementPolicy {
  if (state.policy === null) throw new Error('the placement has not been opened yet');
  return state.policy;
}

export function vendorOf(state: PlacementState): VendorTerms {
  if (state.vendor === null) throw new Error('there is no vendor');
  return state.vendor;
}

export function deadlineOf(state: PlacementState): number {
  if (state.deadlineAt === null) throw new Error('the placement has not been opened yet');
  return state.deadlineAt;
}

/** The latest number under which the vendor may know the order; null: it has never been sent. */
export function placementNumber(state: PlacementState): string | null {
  return state.numbers === 0 ? null : placementNumberOf(state.orderId, state.numbers);
}

export function numberOf(state: PlacementState): string {
  const number = placementNumber(state);
  if (number === null) throw new Error('the order has never been sent');
  return number;
}

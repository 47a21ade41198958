/** A vendor's word that comes after the end of a placement (D5): a final state never moves, and people hear of what contradicts it. */
import type { Disposition } from './case-record.js';
import type { PlacementCarry } from './placement-record.js';
import { surelyFailed, type PlacementStatus } from './placement-status.js';
import type { StatusMeaning, VendorReport } from './vendor.js';

export interface EndedPlacement {
  status: PlacementStatus;
  statusReason: string;
  existence: PlacementCarry['existence'];
}

/** @param meaning null: nobody has mapped the word */
export function verdictAfterEnd(
  { status, statusReason, existence }: EndedPlacement,
  meaning: StatusMeaning | null,
): Pick<Disposition, 'disposition' | 'problem'> {
  const contradiction = { disposition: 'contradiction', problem: 'RESULT_CONTRADICTS' } as const;
  if (meaning?.means === 'succeeded') return status === 'succeeded' ? { disposition: 'repeated', problem: null } : contradiction;
  if (meaning?.means === 'failed') {
    if (status === 'succeeded') return contradiction;
    if (status === 'cancelled' || surelyFailed(statusReason)) return { disposition: 'repeated', problem: null };
    // It was not known, and now it is: people settle it, and with it a refund.
    return { disposition: 'late', problem: 'RESULT_AFTER_END' };
  }
  // Not final, but it proves an order that the vendor surely did not have.
  return existence === 'none' || existence === 'absent' ? contradiction : { disposition: 'late', problem: null };
}

/** What is known of the order at the vendor after a late word: a later opening goes on from it, and makes no second order. */
export function existenceAfter(existence: PlacementCarry['existence'], meaning: StatusMeaning | null): PlacementCarry['existence'] {
  if (existence === 'over') return 'over';
  return meaning?.means === 'failed' ? 'over' : 'exists';
}

/** The order that the latest placement number stands for, as far as it is known. */
export interface LatestOrder {
  placementNumber: string | null;
  vendorOrderId: string | null;
  pastVendorOrderIds: readonly string[];
}

/**
 * Whether a vendor's word is about an earlier placement number of ours, or about no order of ours at all.
 * @param placementNumber the number that the word itself names, if it does
 */
export function speaksOfAnother(latest: LatestOrder, report: VendorReport, placementNumber: string | null): boolean {
  if (placementNumber !== null && placementNumber !== latest.placementNumber) return true;
  if (report.vendorOrderId === null) return false;
  const other = latest.vendorOrderId !== null && report.vendorOrderId !== latest.vendorOrderId;
  return other || latest.pastVendorOrderIds.includes(report.vendorOrderId);
}

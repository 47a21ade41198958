/** What a vendor says about an order, by whichever way it comes: its answer to the placement, a poll, a push (B3, B4, D5). */
import { placementHasEnded, surelyFailed } from '../../domain/placement-status.js';
import type { VendorReport } from '../../domain/vendor.js';
import type { Disposition } from '../../domain/case-record.js';
import { end } from './endings.js';
import { dropOrder, planPoll, postpone } from './requests.js';
import { audit, dispose, type Draft } from './step.js';
import type { PlacementEvent, PlacementState } from './state.js';

type Push = Extract<PlacementEvent, { type: 'result_reported' }>;

export const RESULT_CONTRADICTS = 'RESULT_CONTRADICTS';

/** Hears a report about a placement that has not ended: it may end it, or prove that the vendor has the order. */
export function hearReport(draft: Draft, report: VendorReport, actor: string): void {
  const { state } = draft;
  const { meaning } = report;
  state.vendorStatus = report.status;
  state.unmapped = meaning === null;
  Object.assign(state, { description: report.description, customerText: report.description });
  state.vendorOrderId = report.vendorOrderId ?? state.vendorOrderId;
  state.existence = meaning?.means === 'failed' ? 'over' : 'exists';
  const data = { vendorStatus: report.status };
  if (meaning?.means === 'succeeded') return end(draft, { status: 'succeeded', reason: 'VENDOR_REPORTED', actor, data });
  if (meaning?.means === 'failed') return end(draft, { status: 'failed', reason: meaning.reason, actor, data });
  becomePlaced(draft, meaning === null ? 'STATUS_UNMAPPED' : 'IN_PROGRESS', report.notBefore, () =>
    audit(draft, 'vendor_reported', actor, { ...data, unmapped: meaning === null, description: report.description }),
  );
}

/** The vendor surely has the order: from now on it is asked for the result. @param tell writes the audit's line, after the change */
export function becomePlaced(draft: Draft, reason: string, notBefore: number | null, tell: () => void): void {
  const { state } = draft;
  const before = state.status;
  Object.assign(state, { status: 'placed', statusReason: reason, existence: 'exists', verification: null });
  tell();
  if (before === 'placed') return postpone(draft, notBefore);
  dropOrder(draft);
  state.notBefore = notBefore;
  planPoll(draft);
}

/** A vendor's push (D5): it races with polls, and whichever is first counts. */
export function hearPush(draft: Draft, event: Push): void {
  const { state } = draft;
  const { report, occurredAt } = event;
  const data = { vendorStatus: report.status, vendorOrderId: report.vendorOrderId };
  if (speaksOfAnother(state, report)) return dispose(draft, event, 'unknown_request', data, 'RESULT_OF_ANOTHER_ORDER');
  if (placementHasEnded(state.status)) {
    const { disposition, problem } = verdictAfterEnd(state, report);
    learnLate(state, report);
    return dispose(draft, event, disposition, data, problem);
  }
  if (state.status === 'created') {
    if (state.policy !== null || state.numbers === 0) return dispose(draft, event, 'unknown_request', data, 'RESULT_UNEXPECTED');
    const { type: _, ...early } = event;
    state.early = [...state.early, early];
    return dispose(draft, event, 'deferred', data);
  }
  const final = isFinal(report);
  const older = occurredAt !== null && state.latestOccurredAt !== null && occurredAt < state.latestOccurredAt;
  if (occurredAt !== null && !older) state.latestOccurredAt = occurredAt;
  if (!final && older) return dispose(draft, event, 'recorded', data);
  const known = state.status === 'placed' && state.vendorStatus === report.status && state.description === report.description;
  if (!final && known && report.notBefore === null) return dispose(draft, event, 'repeated', data);
  dispose(draft, event, 'counted', data);
  hearReport(draft, report, event.sender);
}

/** A report that our own call brought after the end: recorded, and never acted on. */
export function hearLateReport(draft: Draft, report: VendorReport, actor: string): void {
  const { disposition, problem } = verdictAfterEnd(draft.state, report);
  learnLate(draft.state, report);
  const contradicts = disposition === 'contradiction';
  audit(draft, contradicts ? 'contradiction' : 'late_result', actor, { vendorStatus: report.status, disposition, problem });
}

/** What a report means once the placement has ended (D5): a final state never moves, and people hear of what contradicts it. */
function verdictAfterEnd(
  { status, statusReason, existence }: PlacementState,
  { meaning }: VendorReport,
): Pick<Disposition, 'disposition' | 'problem'> {
  const contradiction = { disposition: 'contradiction', problem: RESULT_CONTRADICTS } as const;
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

/** A later opening goes on from what is known of the order at the vendor. */
function learnLate(state: PlacementState, { meaning, vendorOrderId }: VendorReport): void {
  if (state.numbers === 0) return;
  if (state.existence !== 'over') state.existence = meaning?.means === 'failed' ? 'over' : 'exists';
  state.vendorOrderId ??= vendorOrderId;
}

/** By the vendor's own number it is about an earlier placement number of ours, or about no order of ours at all. */
function speaksOfAnother({ vendorOrderId, pastVendorOrderIds }: PlacementState, report: VendorReport): boolean {
  if (report.vendorOrderId === null) return false;
  return (vendorOrderId !== null && report.vendorOrderId !== vendorOrderId) || pastVendorOrderIds.includes(report.vendorOrderId);
}

function isFinal({ meaning }: VendorReport): boolean {
  return meaning !== null && meaning.means !== 'in_progress';
}

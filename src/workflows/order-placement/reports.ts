/** What a vendor says about an order, by whichever way it comes: its answer to the placement, a poll, a push (B3, B4, D5). */
import { existenceAfter, speaksOfAnother, verdictAfterEnd } from '../../domain/late-result.js';
import { placementHasEnded } from '../../domain/placement-status.js';
import type { VendorReport } from '../../domain/vendor.js';
import { end } from './endings.js';
import { dropOrder, planPoll, postpone } from './requests.js';
import { audit, dispose, placementNumber, type Draft } from './step.js';
import type { PlacementEvent, PlacementState } from './state.js';

type Push = Extract<PlacementEvent, { type: 'result_reported' }>;

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
  if (speaksOfAnother(latestOrder(state), report, event.placementNumber ?? null))
    return dispose(draft, event, 'unknown_request', data, 'RESULT_OF_ANOTHER_ORDER');
  if (placementHasEnded(state.status)) {
    const { disposition, problem } = verdictAfterEnd(state, report.meaning);
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
  const { disposition, problem } = verdictAfterEnd(draft.state, report.meaning);
  learnLate(draft.state, report);
  const contradicts = disposition === 'contradiction';
  audit(draft, contradicts ? 'contradiction' : 'late_result', actor, { vendorStatus: report.status, disposition, problem });
}

/** A later opening goes on from what is known of the order at the vendor. */
function learnLate(state: PlacementState, { meaning, vendorOrderId }: VendorReport): void {
  if (state.numbers === 0) return;
  state.existence = existenceAfter(state.existence, meaning);
  state.vendorOrderId ??= vendorOrderId;
}

function latestOrder(state: PlacementState) {
  const { vendorOrderId, pastVendorOrderIds } = state;
  return { placementNumber: placementNumber(state), vendorOrderId, pastVendorOrderIds };
}

function isFinal({ meaning }: VendorReport): boolean {
  return meaning !== null && meaning.means !== 'in_progress';
}

/** What our own calls to the vendor came to, and how the placement goes on from there (B3, B4). */
import { NOT_FOUND_WANTED } from '../../domain/placement-schedule.js';
import { placementHasEnded } from '../../domain/placement-status.js';
import type { VendorQueryResult } from '../../domain/vendor.js';
import { end, fail } from './endings.js';
import { becomePlaced, hearLateReport, hearReport } from './reports.js';
import { ask, planPoll, planVerification, postpone, sendOrder } from './requests.js';
import { audit, deadlineOf, isoInstant, numberOf, OURSELVES, policyOf, vendorOf, VENDOR, type Draft } from './step.js';
import type { OpenQuery, PlacementEvent } from './state.js';

type Event<Type extends PlacementEvent['type']> = Extract<PlacementEvent, { type: Type }>;

/** The vendor took the order. */
export function orderPlaced(draft: Draft, { report }: Event<'order_placed'>): void {
  const { state } = draft;
  Object.assign(state, { placing: false, placingAt: null });
  if (placementHasEnded(state.status)) return hearLateReport(draft, report, VENDOR);
  hearReport(draft, report, VENDOR);
  goOn(draft);
}

/** The placement request brought no report; what its attempts may have done decides (B3). */
export function orderNotPlaced(draft: Draft, { outcome, error }: Event<'order_not_placed'>): void {
  const { state } = draft;
  Object.assign(state, { placing: false, placingAt: null });
  // A push has proved the order meanwhile, or it ends as `delivered`: the vendor has it, and only the answer is lost.
  const proved = state.existence === 'exists' || state.existence === 'over';
  if (!proved && (outcome === 'refused' || outcome === 'dropped')) state.existence = 'absent';
  if (!proved && outcome === 'delivered') state.existence = 'exists';
  audit(draft, 'order_unanswered', VENDOR, { placementNumber: numberOf(state), outcome, error });
  if (placementHasEnded(state.status)) return;
  if (proved) return goOn(draft);
  if (outcome === 'delivered') becomePlaced(draft, 'ACCEPTED', null, () => audit(draft, 'order_taken', VENDOR, {}));
  if (outcome === 'refused' || outcome === 'dropped') {
    if (state.ending !== null) return cancelled(draft, 'CANCELLED_NOT_PLACED');
    return fail(draft, outcome === 'refused' ? 'VENDOR_REFUSED' : 'VENDOR_UNREACHABLE', error);
  }
  if (outcome === 'unknown') beginVerification(draft);
  goOn(draft);
}

/** The placement request could not begin: the vendor is busy, or not called for now (D10). It goes on by itself. */
export function orderWaits(draft: Draft, { until, why }: Event<'order_waits'>): void {
  const { state } = draft;
  if (!state.placing || placementHasEnded(state.status)) return;
  state.placingAt = until;
  const statusReason = why === 'COUNTERPART_PAUSED' ? 'VENDOR_AWAY' : 'VENDOR_BUSY';
  if (state.status === 'sent') state.statusReason = statusReason;
  audit(draft, 'order_waits', OURSELVES, { placementNumber: numberOf(state), until: isoInstant(until), why: statusReason });
}

/** Nobody knows whether the vendor has the order: it is asked by our number, where it can be. */
export function beginVerification(draft: Draft): void {
  const { state } = draft;
  Object.assign(state, { status: 'sent', statusReason: 'VERIFYING', existence: 'unknown', notBefore: null });
  const { queryByOurNumber, settleMs } = vendorOf(state);
  state.verification = queryByOurNumber ? { asked: 0, notFounds: 0, settledAt: draft.now + settleMs, nextAt: null } : null;
}

/** What a question brought. After the end it is only recorded; a person's question moves no plan of the rule. */
export function vendorQueried(draft: Draft, { ask: asked, result }: Event<'vendor_queried'>): void {
  const { state } = draft;
  const { query } = state;
  if (query?.ask !== asked) return;
  state.query = null;
  if (placementHasEnded(state.status)) {
    if (result.kind === 'found') return hearLateReport(draft, result.report, VENDOR);
    return audit(draft, 'vendor_answered', VENDOR, { purpose: query.purpose, result: result.kind });
  }
  if (result.kind === 'found') hearReport(draft, result.report, VENDOR);
  else if (result.kind === 'not_asked') notAsked(draft, query, result);
  else unanswered(draft, query, result);
  if (placementHasEnded(state.status)) return;
  return query.purpose === 'last_look' ? nothingAtLast(draft) : goOn(draft);
}

/** Not found, or no answer: an unanswered poll counts like any other (B4). */
function unanswered(
  draft: Draft,
  { purpose, askedAt }: OpenQuery,
  result: Exclude<VendorQueryResult, { kind: 'found' | 'not_asked' }>,
): void {
  const { state } = draft;
  const { verification } = state;
  const notFound = result.kind === 'not_found';
  if (state.status === 'placed' && purpose !== 'verify') state.statusReason = notFound ? 'NOT_FOUND_AT_VENDOR' : 'NO_ANSWER';
  const counts = verification !== null && notFound && askedAt >= verification.settledAt;
  if (counts) state.verification = { ...verification, notFounds: verification.notFounds + 1 };
  const detail = notFound ? (verification === null ? {} : { counts }) : { error: result.error, retryAfterMs: result.retryAfterMs };
  audit(draft, 'vendor_answered', VENDOR, { purpose, result: result.kind, ...detail });
  postpone(draft, notFound || result.retryAfterMs === null ? null : draft.now + result.retryAfterMs);
}

/** The vendor is not called for now (D10): no question was asked, and none is used up; it is asked when calls go on. */
function notAsked(draft: Draft, { purpose }: OpenQuery, result: Extract<VendorQueryResult, { kind: 'not_asked' }>): void {
  const { state } = draft;
  const { verification } = state;
  const at = Math.min(draft.now + Math.max(result.retryAfterMs, 1000), deadlineOf(state));
  audit(draft, 'question_waits', OURSELVES, { purpose, until: isoInstant(at), why: 'VENDOR_AWAY' });
  if (purpose === 'poll') Object.assign(state, { polls: state.polls - 1, nextPollAt: at, statusReason: 'VENDOR_AWAY' });
  if (purpose === 'verify' && verification !== null) {
    state.verification = { ...verification, asked: verification.asked - 1, nextAt: at };
  }
}

/** The last look at the deadline brought nothing final (D3). */
function nothingAtLast(draft: Draft): void {
  const { state } = draft;
  if (state.status === 'placed') return fail(draft, 'DEADLINE_PASSED');
  if ((state.verification?.notFounds ?? 0) < NOT_FOUND_WANTED) return fail(draft, 'OUTCOME_UNKNOWN');
  state.existence = 'absent';
  fail(draft, 'NOT_PLACED');
}

/** What comes next, once nothing is under way at the vendor: plans it, or ends where nothing is left to do. */
export function goOn(draft: Draft): void {
  const { state } = draft;
  if (placementHasEnded(state.status) || state.placing || state.query !== null || state.cancelling) return;
  if (state.ending !== null) return askToCancel(draft);
  if (state.status === 'placed') {
    if (state.nextPollAt === null && !planPoll(draft)) fail(draft, 'MAX_POLLS_EXCEEDED');
    return;
  }
  if (state.status !== 'sent') return;
  const { verification } = state;
  if (verification === null) return fail(draft, 'OUTCOME_UNKNOWN');
  if (verification.notFounds >= NOT_FOUND_WANTED) return absent(draft);
  if (verification.nextAt === null && !planVerification(draft)) fail(draft, 'OUTCOME_UNKNOWN');
}

/** The vendor surely does not have the order: it may be sent under a new number (B3), unless people no longer want it. */
function absent(draft: Draft): void {
  const { state } = draft;
  state.existence = 'absent';
  audit(draft, 'absence_confirmed', VENDOR, { placementNumber: numberOf(state) });
  if (state.unwantedBy !== null) return cancelled(draft, 'CANCELLED_NOT_PLACED');
  if (state.numbers < policyOf(state).maxPlacementNumbers && draft.now < deadlineOf(state)) return sendOrder(draft, 'new');
  fail(draft, 'NOT_PLACED');
}

/** The deadline: one last look where the vendor may have the order, then it is over (D3). */
export function lastLook(draft: Draft): void {
  const { state } = draft;
  if (state.status === 'placed' && state.polls >= policyOf(state).poll.maximum) return fail(draft, 'MAX_POLLS_EXCEEDED');
  ask(draft, 'last_look');
}

/** Asks the vendor to cancel; one that takes no cancellations is not asked, and the placement goes on. */
function askToCancel(draft: Draft): void {
  const { state } = draft;
  if (!vendorOf(state).cancellable) return notCancelled(draft, 'NOT_CANCELLABLE');
  state.cancelling = true;
  audit(draft, 'cancellation_asked', state.ending?.by ?? OURSELVES, { placementNumber: numberOf(state) });
  draft.commands.push({ do: 'cancel_at_vendor', placementNumber: numberOf(state) });
}

export function vendorCancelled(draft: Draft, { result }: Event<'vendor_cancelled'>): void {
  const { state } = draft;
  state.cancelling = false;
  if (placementHasEnded(state.status)) {
    // Whoever was told that it succeeded has been told wrong, if the vendor says that it cancelled it.
    const contradicts = result.kind === 'cancelled' && state.status === 'succeeded';
    return audit(draft, contradicts ? 'contradiction' : 'cancellation_answered', VENDOR, { result: result.kind });
  }
  if (result.kind !== 'cancelled') return notCancelled(draft, result.kind === 'refused' ? 'REFUSED' : 'NO_ANSWER', result.error);
  state.existence = 'over';
  cancelled(draft, 'CANCELLED_AT_VENDOR');
}

/** The placement goes on as before, and people see why. */
function notCancelled(draft: Draft, why: string, error: string | null = null): void {
  draft.state.ending = null;
  audit(draft, 'not_cancelled', why === 'NOT_CANCELLABLE' ? OURSELVES : VENDOR, { why, error });
  goOn(draft);
}

/** Ends as people wanted; nothing was, or will be, delivered. */
export function cancelled(draft: Draft, reason: string): void {
  const { unwantedBy } = draft.state;
  end(draft, { status: 'cancelled', reason, actor: unwantedBy?.by ?? OURSELVES, data: { note: unwantedBy?.note ?? null } });
}

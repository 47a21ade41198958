/** Asking the vendor: placing the order, planning the next question, asking it, asking to cancel (B2, B4). */
import { nextPollAt, nextVerifyAt } from '../../domain/placement-schedule.js';
import { audit, deadlineOf, isoInstant, numberOf, OURSELVES, policyOf, vendorOf, type Draft } from './step.js';
import type { OpenQuery } from './state.js';

/**
 * Sends the order to its vendor. Under a new number only when the vendor surely does not have it under the one before.
 * @param number `same`: sent again under the number and key it had, at a vendor that takes repetitions
 */
export function sendOrder(draft: Draft, number: 'new' | 'same', actor = OURSELVES): void {
  const { state } = draft;
  if (number === 'new') {
    if (state.vendorOrderId !== null) state.pastVendorOrderIds = [...state.pastVendorOrderIds, state.vendorOrderId];
    Object.assign(state, { numbers: state.numbers + 1, vendorOrderId: null, latestOccurredAt: null });
  }
  Object.assign(state, { status: 'sent', statusReason: 'PLACING', existence: 'unknown', placing: true, verification: null });
  state.paymentDueAt = null;
  const placementNumber = numberOf(state);
  audit(draft, 'order_sent', actor, { placementNumber, vendorId: state.vendorId });
  draft.commands.push({ do: 'place_order', placementNumber, once: !vendorOf(state).idempotent });
}

/** The placement request is not tried any more. */
export function dropOrder(draft: Draft): void {
  if (draft.state.placing) draft.commands.push({ do: 'drop_order', placementNumber: numberOf(draft.state) });
}

/** Plans the next poll. @returns false when all have been made */
export function planPoll(draft: Draft): boolean {
  const { state } = draft;
  const next = nextPollAt(policyOf(state), draft.now, state.polls, deadlineOf(state), state.notBefore, draft.random);
  state.nextPollAt = next;
  if (next === null) return false;
  audit(draft, 'poll_planned', OURSELVES, { poll: state.polls + 1, at: isoInstant(next) });
  return true;
}

/** Plans the next question whether the vendor has the order. @returns false when all have been asked */
export function planVerification(draft: Draft): boolean {
  const { state } = draft;
  const { verification, notBefore } = state;
  if (verification === null) return false;
  const { asked, settledAt } = verification;
  const next = nextVerifyAt(policyOf(state), draft.now, asked, settledAt, deadlineOf(state), notBefore);
  state.verification = { ...verification, nextAt: next };
  if (next === null) return false;
  audit(draft, 'verification_planned', OURSELVES, { question: asked + 1, at: isoInstant(next) });
  return true;
}

/** The vendor asks not to be asked before: what is planned earlier is made then, at the deadline at the latest. */
export function postpone(draft: Draft, notBefore: number | null): void {
  const { state } = draft;
  state.notBefore = notBefore;
  if (notBefore === null || state.nextPollAt === null || notBefore <= state.nextPollAt) return;
  const to = Math.min(notBefore, deadlineOf(state));
  if (to === state.nextPollAt) return;
  audit(draft, 'poll_postponed', OURSELVES, { from: isoInstant(state.nextPollAt), to: isoInstant(to) });
  state.nextPollAt = to;
}

/** Asks the vendor for the result; polls of the rule and the last look of a placed order count towards the maximum. */
export function ask(draft: Draft, purpose: OpenQuery['purpose'], actor = OURSELVES): void {
  const { state } = draft;
  const dueAt = purpose === 'poll' && actor === OURSELVES ? state.nextPollAt : null;
  const counts = purpose === 'poll' || (purpose === 'last_look' && state.status === 'placed');
  if (counts) Object.assign(state, { polls: state.polls + 1, nextPollAt: null });
  if (purpose === 'last_look') state.nextPollAt = null;
  if (purpose === 'verify' && state.verification !== null) {
    state.verification = { ...state.verification, asked: state.verification.asked + 1, nextAt: null };
  }
  const query = { ask: state.asks + 1, purpose, askedAt: draft.now };
  Object.assign(state, { asks: query.ask, query });
  const due = dueAt === null ? {} : { dueAt: isoInstant(dueAt) };
  audit(draft, 'vendor_asked', actor, { purpose, ...(counts ? { poll: state.polls } : {}), ...due });
  draft.commands.push({ do: 'query_vendor', placementNumber: numberOf(state), query });
}

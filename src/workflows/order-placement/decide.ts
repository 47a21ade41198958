/**
 * The rules of a placement's life, pure: (state, event, now, random) → (state, commands, audit, dispositions).
 * Rows B1–B5, B7, D3, D5. Nothing here knows Temporal; every instant is given, in epoch ms.
 */
import { placementHasEnded } from '../../domain/placement-status.js';
import { hearOnce } from '../draft.js';
import { beginVerification, goOn, lastLook, orderNotPlaced, orderPlaced, orderWaits, vendorCancelled, vendorQueried } from './answers.js';
import { fail, tellCustomer } from './endings.js';
import { hearPeople, isFromPeople, resolve } from './people.js';
import { becomePlaced, hearPush } from './reports.js';
import { ask, sendOrder } from './requests.js';
import { audit, dispose, isoInstant, OURSELVES, policyOf, vendorOf, type Draft } from './step.js';
import type { PlacementEvent, PlacementState, Step } from './state.js';

export function decide(state: PlacementState, event: PlacementEvent, now: number, random: number): Step {
  return hearOnce(state, event, now, random, hear);
}

function hear(draft: Draft, event: PlacementEvent): void {
  if (isFromPeople(event)) {
    // What is due by now comes first: people act on the placement as it is.
    clock(draft);
    hearPeople(draft, event);
  } else {
    hearOthers(draft, event);
  }
  tellCustomer(draft);
}

function hearOthers(draft: Draft, event: Exclude<PlacementEvent, { type: 'poll' | 'resolve' | 'cancel' }>): void {
  switch (event.type) {
    case 'opened':
      return opened(draft, event);
    case 'payment_received':
      return paymentReceived(draft, event);
    case 'result_reported':
      return hearPush(draft, event);
    case 'order_placed':
      return orderPlaced(draft, event);
    case 'order_not_placed':
      return orderNotPlaced(draft, event);
    case 'order_waits':
      return orderWaits(draft, event);
    case 'vendor_queried':
      return vendorQueried(draft, event);
    case 'vendor_cancelled':
      return vendorCancelled(draft, event);
    case 'customer_settled':
      return customerSettled(draft, event);
    case 'refund_settled':
      draft.state.refundOnItsWay = false;
      return audit(draft, 'refund_told', OURSELVES, { outcome: event.outcome });
    case 'review_opened':
      draft.state.review = 'opened';
      return audit(draft, 'review_case_opened', OURSELVES, { reason: draft.state.statusReason });
    case 'clock':
      return clock(draft);
  }
}

type Event<Type extends PlacementEvent['type']> = Extract<PlacementEvent, { type: Type }>;

/** Policy, vendor and payment are known: it begins, or goes on from what an earlier opening left (B1, B2, B7). */
function opened(draft: Draft, { policy, vendor, paid, channels, buyerServer }: Event<'opened'>): void {
  const { state } = draft;
  if (state.policy !== null) return;
  state.paid ||= paid;
  Object.assign(state, { policy, vendor, channels, buyerServer, deadlineAt: state.openedAt + policy.deadlineMs });
  state.decision = {
    policyVersion: policy.version,
    matchedRule: policy.matchedRule ?? null,
    inputs: { vendor, paid: state.paid, campaign: state.campaign, numbers: state.numbers, existence: state.existence },
  };
  dispose(draft, { inboundId: state.inboundId, type: 'opened', sender: state.reopening?.by ?? OURSELVES }, 'opened', {
    word: state.reopening?.word ?? null,
    note: state.reopening?.note ?? null,
  });
  if (!placementHasEnded(state.status)) begin(draft);
  const { early } = state;
  state.early = [];
  for (const push of early) hearPush(draft, { type: 'result_reported', ...push });
}

function begin(draft: Draft): void {
  const { state } = draft;
  const { reopening } = state;
  if (reopening?.word === 'resolve') return resolve(draft, reopening);
  if (reopening?.absenceConfirmed) state.existence = state.numbers === 0 ? 'none' : 'absent';
  const mayBeThere = state.existence === 'exists' || state.existence === 'unknown';
  // Not "no such vendor": then a refund would be due for an order that the vendor may deliver.
  if (state.vendor === null)
    return mayBeThere ? fail(draft, 'OUTCOME_UNKNOWN', 'there is no such vendor any more') : fail(draft, 'VENDOR_UNKNOWN');
  if (mayBeThere) return takeUp(draft);
  if (state.paid) return sendOrder(draft, 'new', reopening?.by);
  awaitPayment(draft);
}

/** Goes on under the number that the vendor has, or may have: never a second order. */
function takeUp(draft: Draft): void {
  const { state } = draft;
  if (state.existence === 'exists') {
    return becomePlaced(draft, 'TAKEN_UP_AGAIN', null, () => audit(draft, 'taken_up_again', state.reopening?.by ?? OURSELVES, {}));
  }
  const { queryByOurNumber, idempotent } = vendorOf(state);
  if (!queryByOurNumber && idempotent) return sendOrder(draft, 'same', state.reopening?.by);
  beginVerification(draft);
  goOn(draft);
}

/** B2: an unpaid order waits for its payment as long as the policy says, then it fails. */
function awaitPayment(draft: Draft): void {
  const { state } = draft;
  const { paymentWaitMs, deadlineMs } = policyOf(state);
  state.paymentDueAt = state.openedAt + Math.min(paymentWaitMs, deadlineMs);
  state.statusReason = 'AWAITING_PAYMENT';
  if (draft.now >= state.paymentDueAt) return fail(draft, 'NOT_PAID');
  audit(draft, 'payment_awaited', OURSELVES, { until: isoInstant(state.paymentDueAt) });
}

function paymentReceived(draft: Draft, event: Event<'payment_received'>): void {
  const { state } = draft;
  const data = { reference: event.reference };
  const before = state.paid;
  state.paid = true;
  // People give it back, or open the placement again.
  if (placementHasEnded(state.status)) return dispose(draft, event, 'late', data, before ? null : 'PAYMENT_AFTER_END');
  if (before) return dispose(draft, event, 'repeated', data);
  dispose(draft, event, 'counted', data);
  if (state.status === 'created' && state.policy !== null) sendOrder(draft, 'new');
}

function customerSettled(draft: Draft, { sequence, channel, outcome }: Event<'customer_settled'>): void {
  const { state } = draft;
  const isIt = (told: { sequence: number; channel: string }): boolean => told.sequence === sequence && told.channel === channel;
  const told = state.told.find(isIt);
  if (told === undefined || told.outcome !== null) return;
  state.told = state.told.map((other) => (isIt(other) ? { ...other, outcome } : other));
  audit(draft, 'customer_told', OURSELVES, { sequence, channel, status: told.status, outcome });
}

/** What is due now; the deadline comes before the rest. */
function clock(draft: Draft): void {
  const { state, now } = draft;
  if (placementHasEnded(state.status) || state.deadlineAt === null) return;
  if (state.status === 'created') return state.paymentDueAt !== null && now >= state.paymentDueAt ? fail(draft, 'NOT_PAID') : undefined;
  if (state.placing || state.query !== null || state.cancelling) return;
  if (now >= state.deadlineAt) return lastLook(draft);
  const { verification, nextPollAt } = state;
  if (verification !== null && verification.nextAt !== null && now >= verification.nextAt) return ask(draft, 'verify');
  if (nextPollAt !== null && now >= nextPollAt) ask(draft, 'poll');
}

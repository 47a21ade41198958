/** How a placement ends, and who is told: the customer (B5), the platform of a refund, a review case. A final state never moves. */
import {
  PLACEMENT_FAILURES,
  placementHasEnded,
  surelyFailed,
  type EndedPlacementStatus,
  type PlacementFailure,
  type PlacementStatus,
} from '../../domain/placement-status.js';
import { audit, numberOf, OURSELVES, placementNumber, policyOf, type Draft } from './step.js';
import type { PlacementState } from './state.js';

interface Ending {
  status: EndedPlacementStatus;
  reason: string;
  actor: string;
  /** For people here; not given: what was known last. */
  description?: string | null;
  /** For the customer; not given: what was known last. */
  customerText?: string | null;
  /** What the audit says beside it. */
  data?: Record<string, unknown>;
}

/** Ends the placement, once; a placement request that is still tried is dropped, other calls under way come to their end. */
export function end(draft: Draft, ending: Ending): void {
  const { state } = draft;
  if (placementHasEnded(state.status)) return;
  const { status, reason, actor, description = state.description, customerText = state.customerText, data = {} } = ending;
  if (state.placing) draft.commands.push({ do: 'drop_order', placementNumber: numberOf(state) });
  Object.assign(state, { status, statusReason: reason, description, customerText, endedAt: draft.now });
  Object.assign(state, { nextPollAt: null, verification: null, paymentDueAt: null, ending: null });
  audit(draft, status, actor, { reason, ...data });
  refund(draft, reason);
  if (status === 'failed') openReview(draft, reason);
}

/** A failure by our own rules; its table says what it means and how it reads. @param detail what went wrong, for people here */
export function fail(draft: Draft, reason: PlacementFailure, detail: string | null = null): void {
  const { text } = PLACEMENT_FAILURES[reason];
  end(draft, { status: 'failed', reason, actor: OURSELVES, description: detail ?? text, customerText: text });
}

/** Paid, and it is known that nothing will be delivered: the platform hears once, over all openings, that a refund is due. */
function refund(draft: Draft, reason: string): void {
  const { state } = draft;
  const { status, paid, refundTold } = state;
  state.refundDue = paid && (status === 'cancelled' || (status === 'failed' && surelyFailed(reason)));
  if (!state.refundDue || refundTold) return;
  Object.assign(state, { refundTold: true, refundOnItsWay: true });
  draft.commands.push({ do: 'tell_refund_due', placementNumber: placementNumber(state), reason });
}

/** A policy may have a review case opened for a reason. */
function openReview(draft: Draft, reason: string): void {
  const { state } = draft;
  const reasons = state.policy?.reviewReasons ?? {};
  const reasonType = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  if (reasonType === undefined) return;
  state.review = 'opening';
  draft.commands.push({ do: 'open_review_case', reasonType, reason, text: state.description });
}

/** The customer hears of nothing that nobody knows: never a final "no" for an order that the vendor may have (OUTCOME_UNKNOWN). */
function mayBeTold({ status, statusReason }: PlacementState): boolean {
  return placementHasEnded(status) && !(status === 'failed' && statusReason === 'OUTCOME_UNKNOWN');
}

/** B5: told of the final outcome once, and by policy of each change of our status or of the vendor's description. */
export function tellCustomer(draft: Draft): void {
  const { state } = draft;
  if (state.policy === null || state.channels.length === 0) return;
  if (placementHasEnded(state.status)) {
    const reason = reasonFor(state.status, state.statusReason);
    const told = state.lastToldFinal;
    if (!mayBeTold(state) || (told?.status === state.status && told.reason === reason)) return;
    state.lastToldFinal = { status: state.status, reason };
    return tell(draft, reason);
  }
  if (policyOf(state).customerUpdates !== 'each_change' || state.status === 'created') return;
  if (state.lastUpdate?.status === state.status && state.lastUpdate.text === state.customerText) return;
  state.lastToldFinal = null;
  tell(draft, null);
}

/** Only an end that is no success has a reason that concerns the customer. */
function reasonFor(status: PlacementStatus, reason: string): string | null {
  return status === 'succeeded' ? null : reason;
}

function tell(draft: Draft, reason: string | null): void {
  const { state } = draft;
  const { placementId, orderId, status, customerText } = state;
  const sequence = state.customerSequence + 1;
  state.customerSequence = sequence;
  state.lastUpdate = { status, text: customerText };
  state.told = [...state.told, ...state.channels.map((channel) => ({ sequence, channel, status, outcome: null }))];
  for (const channel of state.channels) {
    const about = { placementId, orderId, placementNumber: placementNumber(state), sequence, channel };
    draft.commands.push({ do: 'tell_customer', message: { ...about, status, reason, description: customerText } });
  }
}

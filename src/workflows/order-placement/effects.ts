/** The effects of a placement: each command becomes an activity, and its outcome is heard as an event. */
import { ActivityFailure, CancellationScope, proxyActivities, proxyLocalActivities, rootCause, workflowInfo } from '@temporalio/workflow';
import {
  placementKeys,
  type CustomerChannel,
  type PlacementMessages,
  type PlacementRecords,
  type VendorActivities,
  type VendorCall,
} from '../../domain/placement-effects.js';
import { vendorTaskQueue, type VendorReport } from '../../domain/vendor.js';
import { deadlineOf, policyOf } from './step.js';
import type { DeliveryOutcome, PlacementCommand, PlacementEvent, PlacementState } from './state.js';

/** Delivery of a message outlives every other limit, but not for ever (D3). */
const DELIVERY_LIMIT = '72 hours';
/** One attempt of a call to a vendor: above every vendor's own limit, so that the activity hears of it first. */
const ONE_VENDOR_CALL = '2 minutes';
/** A question may wait for its turn at a busy vendor; then it counts as unanswered. */
const QUESTION_LIMIT_MS = 3_600_000;
/** The last look and a cancellation must not hold up the end. */
const SHORT_LIMIT_MS = 600_000;
const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' } as const;

const messages = proxyActivities<PlacementMessages>({
  startToCloseTimeout: '15 seconds',
  scheduleToCloseTimeout: DELIVERY_LIMIT,
  retry: RETRY,
});

/** Short database work: local, so that it costs one history event. */
export const { openPlacement, recordPlacement, openReviewCase, settleMessage } = proxyLocalActivities<PlacementRecords>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
  localRetryThreshold: '30 seconds',
});

type Command<Do extends PlacementCommand['do']> = Extract<PlacementCommand, { do: Do }>;

export interface Effects {
  perform(command: PlacementCommand): void;
  /** How many are under way. */
  count(): number;
  idle(): boolean;
}

/**
 * @param state the state at the time of asking
 * @param hear takes the outcome of an effect
 */
export function createEffects(state: () => PlacementState, hear: (event: PlacementEvent) => void): Effects {
  const { vendorId } = state();
  const taskQueue = vendorTaskQueue(workflowInfo().taskQueue, vendorId);
  const vendor = proxyActivities<VendorActivities>({ taskQueue, startToCloseTimeout: ONE_VENDOR_CALL, retry: RETRY });
  let underWay = 0;
  const requests = new Map<string, CancellationScope>();
  const channels = new Map<CustomerChannel, Promise<void>>();
  const start = (effect: () => Promise<void>): void => {
    underWay += 1;
    void effect().finally(() => (underWay -= 1));
  };
  const callOf = (placementNumber: string): VendorCall => {
    const { placementId, orderId } = state();
    return { placementId, orderId, placementNumber, vendorId, caseAt: Date.now() };
  };
  /** At most so long, and never past the deadline; a limit must be positive. */
  const untilDeadline = (most = Infinity): number => Math.max(Math.min(deadlineOf(state()) - Date.now(), most), 1000);

  const placeOrder = async ({ placementNumber, once }: Command<'place_order'>): Promise<void> => {
    const scope = new CancellationScope();
    requests.set(placementNumber, scope);
    const { initialMs, coefficient, maximum } = policyOf(state()).send;
    const options = {
      scheduleToCloseTimeout: untilDeadline(),
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      retry: { initialInterval: initialMs, backoffCoefficient: coefficient, maximumInterval: '1 hour', maximumAttempts: maximum },
      summary: `Place order ${placementNumber} with vendor ${vendorId}`,
    } as const;
    const input = { ...callOf(placementNumber), once };
    const place = (): Promise<VendorReport> => scope.run(() => vendor.placeOrder.executeWithOptions(options, [input]));
    hear(await placed(placementNumber, place, () => scope.consideredCancelled));
    requests.delete(placementNumber);
  };

  const queryVendor = async ({ placementNumber, query }: Command<'query_vendor'>): Promise<void> => {
    const { ask, purpose } = query;
    const last = purpose === 'last_look';
    const summary = `${QUESTIONS[purpose]} ${placementNumber} at vendor ${vendorId}`;
    const options = { scheduleToCloseTimeout: last ? SHORT_LIMIT_MS : untilDeadline(QUESTION_LIMIT_MS), summary };
    try {
      const result = await vendor.queryVendor.executeWithOptions(options, [callOf(placementNumber)]);
      hear({ type: 'vendor_queried', ask, result });
    } catch (error) {
      hear({ type: 'vendor_queried', ask, result: { kind: 'no_answer', error: wordsOf(error), retryAfterMs: null } });
    }
  };

  const cancelAtVendor = async ({ placementNumber }: Command<'cancel_at_vendor'>): Promise<void> => {
    const summary = `Cancel ${placementNumber} at vendor ${vendorId}`;
    const options = { scheduleToCloseTimeout: untilDeadline(SHORT_LIMIT_MS), summary };
    try {
      const result = await vendor.cancelAtVendor.executeWithOptions(options, [callOf(placementNumber)]);
      hear({ type: 'vendor_cancelled', result });
    } catch (error) {
      hear({ type: 'vendor_cancelled', result: { kind: 'no_answer', error: wordsOf(error) } });
    }
  };

  /** Strictly in sequence per channel: the next only after the one before was delivered or given up. */
  const tellAfter = async (before: Promise<void> | undefined, { message }: Command<'tell_customer'>): Promise<void> => {
    await before;
    const { orderId, sequence, channel, status } = message;
    const summary = `Tell the customer by ${channel}: ${status}, message ${sequence}`;
    const tell = (): Promise<void> => messages.tellCustomer.executeWithOptions({ summary }, [{ ...message, caseAt: Date.now() }]);
    hear({
      type: 'customer_settled',
      sequence,
      channel,
      outcome: await delivered(placementKeys.customer(orderId, sequence, channel), tell),
    });
  };

  /** Strictly in sequence per channel: the next only after the one before was delivered or given up. */
  const tellCustomer = async (command: Command<'tell_customer'>): Promise<void> => {
    const { channel } = command.message;
    const told = tellAfter(channels.get(channel), command);
    channels.set(channel, told);
    await told;
  };

  const tellRefundDue = async ({ placementNumber, reason }: Command<'tell_refund_due'>): Promise<void> => {
    const { placementId, orderId } = state();
    const refund = { placementId, orderId, placementNumber, reason, caseAt: Date.now() };
    const summary = `Tell the platform that a refund is due: ${reason}`;
    const tell = (): Promise<void> => messages.tellRefundDue.executeWithOptions({ summary }, [refund]);
    hear({ type: 'refund_settled', outcome: await delivered(placementKeys.refund(placementId), tell) });
  };

  const openReview = async ({ reasonType, reason, text }: Command<'open_review_case'>): Promise<void> => {
    const { placementId, orderId } = state();
    await openReviewCase({ placementId, orderId, reasonType, reason, text });
    hear({ type: 'review_opened' });
  };

  const perform = (command: PlacementCommand): void => {
    switch (command.do) {
      case 'place_order':
        return start(() => placeOrder(command));
      case 'drop_order':
        return requests.get(command.placementNumber)?.cancel();
      case 'query_vendor':
        return start(() => queryVendor(command));
      case 'cancel_at_vendor':
        return start(() => cancelAtVendor(command));
      case 'tell_customer':
        return start(() => tellCustomer(command));
      case 'tell_refund_due':
        return start(() => tellRefundDue(command));
      case 'open_review_case':
        return start(() => openReview(command));
    }
  };
  return { perform, count: () => underWay, idle: () => underWay === 0 };
}

const QUESTIONS = {
  verify: 'Ask whether there is',
  poll: 'Ask for the result of',
  by_hand: 'Ask, for a person, for the result of',
  last_look: 'Last look at',
} as const;

/** Places the order; what a request without a report may have done is read from the ledger. @param dropped whether it is no longer wanted */
async function placed(placementNumber: string, place: () => Promise<VendorReport>, dropped: () => boolean): Promise<PlacementEvent> {
  try {
    return { type: 'order_placed', report: await place() };
  } catch (error) {
    const settled = await settleMessage({ key: placementKeys.place(placementNumber), as: dropped() ? 'dropped' : 'dead' });
    return { type: 'order_not_placed', outcome: outcomeOf(failureType(error), settled), error: wordsOf(error) };
  }
}

/** What the vendor's last word and the ledger say together; of two accounts the one that claims less. */
function outcomeOf(type: string | null, settled: DeliveryOutcome): DeliveryOutcome {
  if (settled === 'delivered' || settled === 'unknown') return settled;
  if (type === 'OUTCOME_UNKNOWN') return 'unknown';
  return type === 'COUNTERPART_REFUSED' ? 'refused' : settled;
}

/** Runs a delivery to its end; what it came to is read from the ledger when it failed. */
async function delivered(key: string, send: () => Promise<void>): Promise<DeliveryOutcome> {
  try {
    await send();
    return 'delivered';
  } catch {
    return settleMessage({ key, as: 'dead' });
  }
}

function failureType(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause !== undefined && 'type' in cause && typeof cause.type === 'string' ? cause.type : null;
}

function wordsOf(error: unknown): string {
  return (rootCause(error) ?? 'no answer').slice(0, 300);
}

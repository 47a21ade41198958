/** The effects of a placement: each command becomes an activity, and its outcome is heard as an event. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import { counterpartTaskQueue, DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import { placementKeys, type CustomerChannel, type PlacementMessages, type PlacementRecords } from '../../domain/placement-effects.js';
import type { Records } from './records.js';
import { createVendorCalls } from './vendor-calls.js';
import type { DeliveryOutcome, PlacementCommand, PlacementEvent, PlacementState } from './state.js';

const messages = proxyActivities<PlacementMessages>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds',
  // Delivery of a message outlives every other limit, but not for ever (D3).
  scheduleToCloseTimeout: '72 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/** What it leads to reaches other sides: a normal activity, scheduled only with the decision itself. */
const { openReviewCase } = proxyActivities<Pick<PlacementRecords, 'openReviewCase'>>({
  startToCloseTimeout: '15 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** The task queue of a counterpart's calls. */
function at(counterpartId: string): { taskQueue: string } {
  return { taskQueue: counterpartTaskQueue(workflowInfo().taskQueue, counterpartId) };
}

const CHANNEL_COUNTERPARTS = { webhook: DEFAULT_COUNTERPARTS.customer, email: DEFAULT_COUNTERPARTS.mail } as const;

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
export function createEffects(state: () => PlacementState, hear: (event: PlacementEvent) => void, { settleMessage }: Records): Effects {
  const vendor = createVendorCalls(state, hear, settleMessage);
  const channels = new Map<CustomerChannel, Promise<void>>();
  let underWay = 0;
  const start = (effect: () => Promise<void>): void => {
    underWay += 1;
    void effect().finally(() => (underWay -= 1));
  };

  const tellAfter = async (before: Promise<void> | undefined, { message }: Command<'tell_customer'>): Promise<void> => {
    await before;
    const { orderId, sequence, channel, status } = message;
    const summary = `Tell the customer by ${channel}: ${status}, message ${sequence}`;
    const tell = (): Promise<void> =>
      messages.tellCustomer.executeWithOptions({ ...at(CHANNEL_COUNTERPARTS[channel]), summary }, [{ ...message, caseAt: Date.now() }]);
    hear({
      type: 'customer_settled',
      sequence,
      channel,
      outcome: await delivered(settleMessage, placementKeys.customer(orderId, sequence, channel), tell),
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
    const { placementId, orderId, buyerServer: counterpartId } = state();
    const refund = { placementId, orderId, placementNumber, reason, counterpartId, caseAt: Date.now() };
    const summary = `Tell the platform that a refund is due: ${reason}`;
    const tell = (): Promise<void> => messages.tellRefundDue.executeWithOptions({ ...at(counterpartId), summary }, [refund]);
    hear({ type: 'refund_settled', outcome: await delivered(settleMessage, placementKeys.refund(placementId), tell) });
  };

  const openReview = async ({ reasonType, reason, text }: Command<'open_review_case'>): Promise<void> => {
    const { placementId, orderId } = state();
    await openReviewCase({ placementId, orderId, reasonType, reason, text });
    hear({ type: 'review_opened' });
  };

  const perform = (command: PlacementCommand): void => {
    switch (command.do) {
      case 'place_order':
        return start(() => vendor.placeOrder(command));
      case 'drop_order':
        return vendor.dropOrder(command.placementNumber);
      case 'query_vendor':
        return start(() => vendor.queryVendor(command));
      case 'cancel_at_vendor':
        return start(() => vendor.cancelAtVendor(command));
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

/** Runs a delivery to its end; what it came to is read from the ledger when it failed. */
async function delivered(settleMessage: Records['settleMessage'], key: string, send: () => Promise<void>): Promise<DeliveryOutcome> {
  try {
    await send();
    return 'delivered';
  } catch {
    return settleMessage({ key, as: 'dead' });
  }
}

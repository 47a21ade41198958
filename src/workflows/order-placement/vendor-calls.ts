/** The calls to a vendor, on its own task queue (B6): placing, asking, cancelling. Each is heard as an event, whatever came of it. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  rootCause,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { placementKeys, type PlacementRecords, type VendorActivities, type VendorCall } from '../../domain/placement-effects.js';
import { counterpartTaskQueue } from '../../domain/counterpart.js';
import type { VendorReport } from '../../domain/vendor.js';
import { deadlineOf, policyOf } from './step.js';
import type { DeliveryOutcome, PlacementCommand, PlacementEvent, PlacementState } from './state.js';

/** One attempt: above every vendor's own limit, and a while to wait for a place there. */
const ONE_CALL = '2 minutes';
/** An attempt without a sign of life was lost with its worker: the next one need not wait for all of the time above. */
const SIGN_OF_LIFE = '20 seconds';
/** A question may wait for its turn at a busy vendor; then it counts as unanswered. */
const QUESTION_LIMIT_MS = 3_600_000;
/** The last look and a cancellation must not hold up the end. */
const SHORT_LIMIT_MS = 600_000;
const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' } as const;

/** Failures of a call that did not begin. */
const NOT_BEGUN: ReadonlySet<string> = new Set(['COUNTERPART_BUSY', 'COUNTERPART_PAUSED']);

const QUESTIONS = {
  verify: 'Ask whether there is',
  poll: 'Ask for the result of',
  by_hand: 'Ask, for a person, for the result of',
  last_look: 'Last look at',
} as const;

type Command<Do extends PlacementCommand['do']> = Extract<PlacementCommand, { do: Do }>;

export interface VendorCalls {
  placeOrder(command: Command<'place_order'>): Promise<void>;
  /** A placement request is not tried any more; an attempt under way comes to its end. */
  dropOrder(placementNumber: string): void;
  queryVendor(command: Command<'query_vendor'>): Promise<void>;
  cancelAtVendor(command: Command<'cancel_at_vendor'>): Promise<void>;
}

/** @param settleMessage tells from the ledger what a request that brought no report may have done */
export function createVendorCalls(
  state: () => PlacementState,
  hear: (event: PlacementEvent) => void,
  settleMessage: PlacementRecords['settleMessage'],
): VendorCalls {
  const { vendorId } = state();
  const taskQueue = counterpartTaskQueue(workflowInfo().taskQueue, vendorId);
  const limits = { startToCloseTimeout: ONE_CALL, heartbeatTimeout: SIGN_OF_LIFE } as const;
  const vendor = proxyActivities<VendorActivities>({ taskQueue, ...limits, retry: RETRY });
  const requests = new Map<string, CancellationScope>();
  const callOf = (placementNumber: string): VendorCall => {
    const { placementId, orderId } = state();
    return { placementId, orderId, placementNumber, vendorId, caseAt: Date.now() };
  };
  /** At most so long, and never past the deadline; a limit must be positive. */
  const untilDeadline = (most = Infinity): number => Math.max(Math.min(deadlineOf(state()) - Date.now(), most), 1000);

  const place = async ({ placementNumber, once }: Command<'place_order'>, attemptsUsed: number): Promise<VendorReport> => {
    const { initialMs, coefficient, maximum } = policyOf(state()).send;
    const maximumAttempts = Math.max(maximum - attemptsUsed, 1);
    const options = {
      scheduleToCloseTimeout: untilDeadline(),
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      retry: { initialInterval: initialMs, backoffCoefficient: coefficient, maximumInterval: '1 hour', maximumAttempts },
      summary: `Place order ${placementNumber} with vendor ${vendorId}`,
    } as const;
    return vendor.placeOrder.executeWithOptions(options, [{ ...callOf(placementNumber), once }]);
  };

  /** A call that could not begin, because the vendor is busy or not called for now, was no attempt (D10): it waits, to the deadline at most. */
  const placePatiently = async (command: Command<'place_order'>, attemptsBefore = 0): Promise<VendorReport> => {
    try {
      return await place(command, attemptsBefore);
    } catch (error) {
      const waiting = notBegun(error);
      const leftMs = deadlineOf(state()) - Date.now();
      if (waiting === null || leftMs <= 0) throw error;
      const waitMs = Math.min(waiting.retryAfterMs, leftMs);
      hear({ type: 'order_waits', until: Date.now() + waitMs, why: failureType(error) ?? '' });
      await sleep(waitMs, { summary: `Vendor ${vendorId} is not called for now` });
      if (waitMs === leftMs) throw error;
      return placePatiently(command, attemptsBefore + waiting.attemptsUsed);
    }
  };

  return {
    async placeOrder(command) {
      const { placementNumber } = command;
      const scope = new CancellationScope();
      requests.set(placementNumber, scope);
      try {
        hear({ type: 'order_placed', report: await scope.run(() => placePatiently(command)) });
      } catch (error) {
        // Never "dead": a dead letter can be sent again by hand, and this must not.
        const { placementId, orderId } = state();
        const stage = `place/${placementNumber}`;
        const unclaimed = { caseId: placementId, orderId, stage, recipient: vendorId, kind: 'placement', caseAt: Date.now() };
        const settled = await settleMessage({ key: placementKeys.place(placementNumber), as: 'dropped', unclaimed });
        hear({ type: 'order_not_placed', outcome: outcomeOf(failureType(error), settled), error: wordsOf(error) });
      }
      requests.delete(placementNumber);
    },

    dropOrder: (placementNumber) => requests.get(placementNumber)?.cancel(),

    async queryVendor({ placementNumber, query: { ask, purpose } }) {
      const scheduleToCloseTimeout = purpose === 'last_look' ? SHORT_LIMIT_MS : untilDeadline(QUESTION_LIMIT_MS);
      const summary = `${QUESTIONS[purpose]} ${placementNumber} at vendor ${vendorId}`;
      try {
        const result = await vendor.queryVendor.executeWithOptions({ scheduleToCloseTimeout, summary }, [callOf(placementNumber)]);
        hear({ type: 'vendor_queried', ask, result });
      } catch (error) {
        hear({ type: 'vendor_queried', ask, result: { kind: 'no_answer', error: wordsOf(error), retryAfterMs: null } });
      }
    },

    async cancelAtVendor({ placementNumber }) {
      const options = {
        scheduleToCloseTimeout: untilDeadline(SHORT_LIMIT_MS),
        summary: `Cancel ${placementNumber} at vendor ${vendorId}`,
      };
      try {
        hear({ type: 'vendor_cancelled', result: await vendor.cancelAtVendor.executeWithOptions(options, [callOf(placementNumber)]) });
      } catch (error) {
        hear({ type: 'vendor_cancelled', result: { kind: 'no_answer', error: wordsOf(error) } });
      }
    },
  };
}

/** What the vendor's last word and the ledger say together; of two accounts the one that claims less. */
function outcomeOf(type: string | null, settled: DeliveryOutcome): DeliveryOutcome {
  if (settled === 'delivered' || settled === 'unknown') return settled;
  if (type === 'OUTCOME_UNKNOWN') return 'unknown';
  return type === 'COUNTERPART_REFUSED' ? 'refused' : settled;
}

/** @returns what is known of a call that did not begin; null: it began, or failed for another reason */
function notBegun(error: unknown): { retryAfterMs: number; attemptsUsed: number } | null {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || !NOT_BEGUN.has(cause.type ?? '')) return null;
  const [details] = (cause.details ?? []) as [{ retryAfterMs: number; attemptsUsed: number }?];
  return details ?? { retryAfterMs: 1000, attemptsUsed: 0 };
}

function failureType(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause !== undefined && 'type' in cause && typeof cause.type === 'string' ? cause.type : null;
}

function wordsOf(error: unknown): string {
  return (rootCause(error) ?? 'no answer').slice(0, 300);
}

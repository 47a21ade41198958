/** The effects of a case: each command becomes an activity of its counterpart, and its outcome is heard as an event. */
import { ActivityFailure, ApplicationFailure, CancellationScope, proxyActivities, rootCause, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { counterpartTaskQueue } from '../../domain/counterpart.js';
import { NO_ANSWER, REQUEST_REFUSED } from '../../domain/failure-reason.js';
import { notifyPeople } from './notices.js';
import type { Records } from './records.js';
import type { CaseCommand, CaseEvent, CaseState, DeliveryOutcome, RequestAnswer } from './state.js';

/** Delivery of a message outlives every other limit, but not for ever (D3). */
const DELIVERY_LIMIT = '72 hours';
/** A last look must not hold up the truth. */
const QUERY_LIMIT_MS = 60_000;
/** One attempt: above every counterpart's own limit, and a while to wait for a place there. */
const ONE_CALL = '2 minutes';
/** An attempt without a sign of life was lost with its worker: the next one need not wait for all of the time above. */
const SIGN_OF_LIFE = '20 seconds';
const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' } as const;

const activities = proxyActivities<Activities>({ startToCloseTimeout: ONE_CALL, heartbeatTimeout: SIGN_OF_LIFE, retry: RETRY });

/** The task queue of a counterpart's calls. */
function at(counterpartId: string): { taskQueue: string } {
  return { taskQueue: counterpartTaskQueue(workflowInfo().taskQueue, counterpartId) };
}

type SettleMessage = Records['settleMessage'];
type Command<Do extends CaseCommand['do']> = Extract<CaseCommand, { do: Do }>;

export interface Effects {
  perform(command: CaseCommand): void;
  /** How many are under way. */
  count(): number;
  idle(): boolean;
}

/**
 * @param state the state at the time of asking
 * @param hear takes the outcome of an effect
 */
export function createEffects(state: () => CaseState, hear: (event: CaseEvent) => void, records: Records): Effects {
  const { settleMessage } = records;
  let underWay = 0;
  const deliveries = new Map<string, CancellationScope>();
  const requests = new Map<string, { scope: CancellationScope; ended: Promise<void> }>();
  const start = (effect: () => Promise<void>): void => {
    underWay += 1;
    void effect().finally(() => (underWay -= 1));
  };

  const sendBuyerMessage = async ({ message }: Command<'send_buyer_message'>): Promise<void> => {
    const scope = new CancellationScope();
    deliveries.set(message.messageId, scope);
    const { caseId, supersedesCaseId, shadow, servers } = state();
    const input = { caseId, message, supersedesCaseId, shadow, counterpartId: servers.buyer, caseAt: Date.now() };
    const summary = `Tell the buyer server: ${message.kind.replace('_', ' ')}${message.provisional ? ' (early)' : ''}, message ${message.sequence}`;
    const options = {
      ...at(servers.buyer),
      scheduleToCloseTimeout: DELIVERY_LIMIT,
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      summary,
    } as const;
    const send = (): Promise<void> => scope.run(() => activities.sendBuyerMessage.executeWithOptions(options, [input]));
    const outcome = await delivered(settleMessage, message.messageId, send, () => scope.consideredCancelled);
    deliveries.delete(message.messageId);
    hear({ type: 'message_settled', messageId: message.messageId, outcome });
  };

  const perform = (command: CaseCommand): void => {
    switch (command.do) {
      case 'send_buyer_message':
        return start(() => sendBuyerMessage(command));
      case 'drop_buyer_message':
        return deliveries.get(command.messageId)?.cancel();
      case 'drop_request':
        return requests.get(command.reviewRequestId)?.scope.cancel();
      case 'notify':
        return start(() => notifyPeople(command, { state, hear, records }));
      case 'request_review':
        return start(async () => {
          const { reviewRequestId } = command.request;
          const scope = new CancellationScope();
          const ended = askForReview(state(), command, { scope, hear, settleMessage });
          requests.set(reviewRequestId, { scope, ended });
          await ended;
          requests.delete(reviewRequestId);
        });
      case 'query_result':
        return start(async () => queryResult(state(), command, hear));
      case 'withdraw_review':
        // Not before the request's own call has ended: it must not arrive after its withdrawal.
        return start(async () => {
          const open = requests.get(command.reviewRequestId);
          if (open !== undefined) await open.ended;
          await withdraw(state(), command, settleMessage);
        });
    }
  };
  return { perform, count: () => underWay, idle: () => underWay === 0 };
}

/** Runs a delivery to its end; what it came to is read from the ledger when it failed. @param dropped whether it is no longer wanted */
async function delivered(
  settleMessage: SettleMessage,
  key: string,
  send: () => Promise<void>,
  dropped = (): boolean => false,
): Promise<DeliveryOutcome> {
  try {
    await send();
    return 'delivered';
  } catch {
    return settleMessage({ key, as: dropped() ? 'dropped' : 'dead' });
  }
}

async function askForReview(
  state: CaseState,
  { request }: Command<'request_review'>,
  { scope, hear, settleMessage }: { scope: CancellationScope; hear: (event: CaseEvent) => void; settleMessage: SettleMessage },
): Promise<void> {
  const { caseId, orderId, reviewRound, servers } = state;
  const { reviewRequestId, attempt, requestedAt } = request;
  const scheduleToCloseTimeout = Math.max(request.answerDueAt - Date.now(), 1000);
  let answer: RequestAnswer;
  try {
    const options = {
      ...at(servers.review),
      scheduleToCloseTimeout,
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      retry: { ...RETRY, maximumInterval: '1 minute' },
      summary: `Ask the review server, request ${attempt}`,
    } as const;
    const ref = { caseId, orderId, reviewRound, reviewRequestId, counterpartId: servers.review };
    const input = { ...ref, attempt, requestedAt, shadow: state.shadow };
    answer = await scope.run(() => activities.requestReview.executeWithOptions(options, [input]));
  } catch (error) {
    const retryAfterMs = scope.consideredCancelled ? null : pausedFor(error);
    if (retryAfterMs === null) await settleMessage({ key: reviewRequestId, as: scope.consideredCancelled ? 'dropped' : 'dead' });
    answer =
      retryAfterMs === null ? { kind: 'none', reason: unansweredReason(error) } : { kind: 'paused', until: Date.now() + retryAfterMs };
  }
  hear({ type: 'request_answered', reviewRequestId, answer });
}

/** @returns how long a call waits that did not begin, because its counterpart is not called for now (D10); null: that is not why it failed */
function pausedFor(error: unknown): number | null {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'COUNTERPART_PAUSED') return null;
  const [details] = (cause.details ?? []) as [{ retryAfterMs: number }?];
  return details?.retryAfterMs ?? 0;
}

function unansweredReason(error: unknown): { type: string; code: null; text: string } {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const refused = cause !== undefined && 'type' in cause && cause.type === 'COUNTERPART_REFUSED';
  return { type: refused ? REQUEST_REFUSED : NO_ANSWER, code: null, text: (rootCause(error) ?? 'no answer').slice(0, 300) };
}

async function queryResult(state: CaseState, command: Command<'query_result'>, hear: (event: CaseEvent) => void): Promise<void> {
  const { caseId, orderId, reviewRound, servers } = state;
  const { reviewRequestId, attempt, last } = command;
  const summary = `${last ? 'Last look at' : 'Ask for'} the result of request ${attempt}`;
  try {
    const outcome = await activities.queryReviewResult.executeWithOptions(
      {
        ...at(servers.review),
        scheduleToCloseTimeout: QUERY_LIMIT_MS,
        retry: { maximumAttempts: 3, initialInterval: '2 seconds' },
        summary,
      },
      [{ caseId, orderId, reviewRound, reviewRequestId, counterpartId: servers.review, caseAt: Date.now(), shadow: state.shadow }],
    );
    hear({ type: 'result_queried', reviewRequestId, last, outcome: outcome.kind === 'accepted' ? { kind: 'pending' } : outcome });
  } catch (error) {
    const retryAfterMs = pausedFor(error);
    const outcome =
      retryAfterMs === null ? ({ kind: 'unknown' } as const) : ({ kind: 'paused', until: Date.now() + retryAfterMs } as const);
    hear({ type: 'result_queried', reviewRequestId, last, outcome });
  }
}

/** Best effort: the review server may have ended it by itself. */
async function withdraw(
  { caseId, orderId, reviewRound, shadow, servers }: CaseState,
  { reviewRequestId }: Command<'withdraw_review'>,
  settleMessage: SettleMessage,
): Promise<void> {
  const ref = { caseId, orderId, reviewRound, reviewRequestId, counterpartId: servers.review, shadow, caseAt: Date.now() };
  const options = { ...at(servers.review), scheduleToCloseTimeout: '1 hour', summary: `Withdraw review ${reviewRequestId}` } as const;
  await delivered(settleMessage, `${reviewRequestId}.withdraw`, () => activities.withdrawReview.executeWithOptions(options, [ref]));
}

/**
 * Fetches the order from the review server (A1).
 * @returns null when it is now known, else why it is not
 */
export async function fetchOrder({ caseId, orderId }: CaseState, counterpartId: string, limitMs: number): Promise<string | null> {
  try {
    const options = { ...at(counterpartId), scheduleToCloseTimeout: limitMs, summary: `Fetch order ${orderId} from the review server` };
    return await activities.fetchOrder.executeWithOptions(options, [{ caseId, orderId, counterpartId }]);
  } catch (error) {
    return `the review server could not be asked for the order: ${(rootCause(error) ?? 'no answer').slice(0, 300)}`;
  }
}

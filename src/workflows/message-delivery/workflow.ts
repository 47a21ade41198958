/** The story of one message that is delivered outside its case: tried until it is delivered, refused, or given up (requirement D9). */
import {
  ActivityFailure,
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  rootCause,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { counterpartTaskQueue } from '../../domain/counterpart.js';
import { LOCAL_WORK } from '../local-work.js';
import type { MessageDeliveryInput, MessageDeliveryResult } from './contract.js';

type Outcome = MessageDeliveryResult['outcome'];

const { settleMessage } = proxyLocalActivities<Pick<Activities, 'settleMessage'>>(LOCAL_WORK);

const OUTCOME_WORDS: Record<Outcome, string> = {
  delivered: 'Delivered',
  refused: 'Refused by its receiver',
  dropped: 'Not delivered; it surely never arrived',
  unknown: 'Not known whether it arrived',
};

export async function messageDelivery(input: MessageDeliveryInput): Promise<MessageDeliveryResult> {
  const { key, resends, what } = input;
  const show = (status: string): void => setCurrentDetails(`### ${what}\n**${status}**\n\n- Counterpart: ${input.counterpartId}`);
  show('On its way');
  const outcome = await deliver(input).then(
    (): Outcome => 'delivered',
    // Also after a cancellation: the ledger must not say "on its way" for ever.
    async (error: unknown): Promise<Outcome> =>
      CancellationScope.nonCancellable(() => settleMessage({ key, resends, as: 'dead', detail: wordsOf(error) })),
  );
  show(OUTCOME_WORDS[outcome]);
  return { key, outcome };
}

async function deliver({ key, resends, counterpartId, what }: MessageDeliveryInput): Promise<void> {
  const { deliverMessage } = proxyActivities<Pick<Activities, 'deliverMessage'>>({
    taskQueue: counterpartTaskQueue(workflowInfo().taskQueue, counterpartId),
    // One attempt: above every counterpart's own limit, and a while to wait for a place there.
    startToCloseTimeout: '2 minutes',
    heartbeatTimeout: '20 seconds',
    // As any message: not for ever (D3).
    scheduleToCloseTimeout: '72 hours',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
  });
  await deliverMessage.executeWithOptions({ summary: `Deliver: ${what}` }, [{ key, resends }]);
}

function wordsOf(error: unknown): string {
  const words = error instanceof ActivityFailure ? rootCause(error) : String(error);
  return (words ?? 'no answer').slice(0, 300);
}

/** The story of a subscription as long as there is something to deliver to it: tried in order, again at growing intervals. */
import { condition, continueAsNew, defineSignal, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { counterpartTaskQueue } from '../../domain/counterpart.js';
import { SUBSCRIBERS } from '../../domain/subscription.js';
import { minuteOf } from '../minute.js';
import { NUDGED_SIGNAL, type Nudge, type SubscriptionDeliveryInput } from './contract.js';

const nudged = defineSignal<[Nudge]>(NUDGED_SIGNAL);

export async function subscriptionDelivery(input: SubscriptionDeliveryInput): Promise<void> {
  const { deliverEvents } = proxyActivities<Pick<Activities, 'deliverEvents'>>({
    taskQueue: counterpartTaskQueue(workflowInfo().taskQueue, SUBSCRIBERS.id),
    // A piece of work ends after 20 s and one call.
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '20 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
  let heard: boolean;
  let now: boolean;
  setHandler(nudged, (nudge) => {
    heard = true;
    now ||= nudge.now;
  });
  while (!workflowInfo().continueAsNewSuggested) {
    [heard, now] = [false, false];
    setCurrentDetails('**Delivering what is there**');
    const step = await deliverEvents(input);
    if (step.kind === 'wait') {
      setCurrentDetails(`**Not delivered: ${step.error}**\n\n- Tried again at ${minuteOf(Date.now() + step.ms)}, or when people change it`);
      await condition(() => now, step.ms);
    } else if (step.kind !== 'more') {
      setCurrentDetails(step.kind === 'stopped' ? '**Disabled or removed**' : '**Everything is delivered**');
      // What came meanwhile was not looked for by then.
      if (!heard) return;
    }
  }
  await continueAsNew<typeof subscriptionDelivery>(input);
}

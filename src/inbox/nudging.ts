/**
 * Has the feed delivered to subscriptions, beside the relay: where there is something for one and nobody at work, its workflow is started, or
 * told. A subscription without anything to do has none.
 */
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/database.js';
import { passBy, takeDue } from '../db/subscription-deliveries.js';
import { subscriptionWorkflowIdOf } from '../domain/subscription.js';
import {
  NUDGED_SIGNAL,
  SUBSCRIPTION_DELIVERY_TYPE,
  type Nudge,
  type SubscriptionDeliveryInput,
} from '../workflows/subscription-delivery/contract.js';
import { createBell } from './bell.js';

export interface Nudging {
  /** Ends after what is under way. */
  stop: () => Promise<void>;
}

export interface NudgingOptions {
  db: Database;
  client: Client;
  taskQueue: string;
  log: Logger;
}

const LOOK_EVERY_MS = 300;
const LONGEST_PAUSE_MS = 5000;
/** A start that Temporal does not answer. */
const START_LIMIT_MS = 5000;

export function startNudging(options: NudgingOptions): Nudging {
  const bell = createBell();
  let stopping = false;
  const work = async (): Promise<void> => {
    for (let trouble = 0; !stopping;) {
      const outcome = await nudgeNext(options);
      trouble = outcome === 'failed' ? trouble + 1 : 0;
      if (outcome !== 'nudged' && !stopping) await bell.pause(Math.min(LOOK_EVERY_MS * 2 ** Math.min(trouble, 10), LONGEST_PAUSE_MS));
    }
  };
  const working = work();
  return {
    async stop() {
      stopping = true;
      bell.ring(true);
      await working;
    },
  };
}

/** One in one transaction: where the commit is lost it is nudged again, which changes nothing. */
async function nudgeNext({ db, client, taskQueue, log }: NudgingOptions): Promise<'nudged' | 'nothing' | 'failed'> {
  try {
    await passBy(db);
    return await db.$transaction(async (tx) => {
      const due = await takeDue(tx);
      if (due === null) return 'nothing';
      await client.withDeadline(Date.now() + START_LIMIT_MS, () => nudge(client, taskQueue, due));
      return 'nudged';
    });
  } catch (error) {
    log.warn({ err: error }, 'a subscription is not nudged, tried again later');
    return 'failed';
  }
}

async function nudge(
  client: Client,
  taskQueue: string,
  { id, name, working }: { id: string; name: string; working: boolean },
): Promise<void> {
  const input: SubscriptionDeliveryInput = { subscriptionId: id };
  // One that should be at work is only told that it is wanted: it goes on by its own schedule.
  const how: Nudge = { now: !working };
  await client.workflow.signalWithStart(SUBSCRIPTION_DELIVERY_TYPE, {
    workflowId: subscriptionWorkflowIdOf(id),
    taskQueue,
    args: [input],
    signal: NUDGED_SIGNAL,
    signalArgs: [how],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `Events for the subscription ${name}`,
  });
}

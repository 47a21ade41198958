/**
 * Starts the deliveries that are queued in the ledger (D9), beside the relay in every API and worker process: messages that people have sent
 * again, and notices that belong to no case. Woken at once in its own process, and looking once a second for what others queued.
 *
 * A delivery is started in the transaction that hands its row over. Where the commit is lost, the row is found again, and the delivery has
 * been started: its workflow ID, made of the message's row and the number of its sending, never runs twice at once, and a run that finds its
 * message sent sends nothing.
 */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/database.js';
import { hasQueuedMessages, lockNextQueued, markSending } from '../db/deliveries.js';
import type { Message } from '../db/generated/client.js';
import { deliveryWorkflowIdOf, ORDER_ID } from '../domain/identifiers.js';
import { counterpartIdOf, type MessageCounterpart } from '../domain/ledger.js';
import { orderIdKey } from '../temporal/search-attributes.js';
import { MESSAGE_DELIVERY_TYPE, type MessageDeliveryInput } from '../workflows/message-delivery/contract.js';
import { createBell } from './bell.js';
import { isTemporalAway } from './handed-over.js';

export interface Deliveries {
  /** There is something to deliver. */
  wake: () => void;
  /** Ends after the starts under way. */
  stop: () => Promise<void>;
}

export interface DeliveriesOptions {
  db: Database;
  client: Client;
  taskQueue: string;
  log: Logger;
}

/** Starts at once in this process; each holds one database connection. */
const CONCURRENCY = 4;
const LOOK_EVERY_MS = 1000;
/** A start that Temporal does not answer. */
const START_LIMIT_MS = 5000;
const LONGEST_PAUSE_MS = 5000;
/** A message whose delivery cannot be started, for a reason of its own, lets others pass for so long. */
const PASS_MS = 30_000;

export function startDeliveries(options: DeliveriesOptions): Deliveries {
  const bell = createBell();
  const passed = new Map<string, number>();
  let stopping = false;
  let trouble = 0;
  const work = async (): Promise<void> => {
    while (!stopping) {
      const heard = bell.count();
      const outcome = await startNext(options, passed);
      trouble = outcome === 'failed' ? trouble + 1 : 0;
      if (stopping || outcome === 'started') continue;
      if (outcome === 'failed') await bell.pause(Math.min(250 * 2 ** Math.min(trouble, 10), LONGEST_PAUSE_MS), false);
      else if (heard === bell.count()) await bell.pause(LOOK_EVERY_MS);
    }
  };
  const workers = Array.from({ length: CONCURRENCY }, work);
  return {
    // Many may have been queued at once.
    wake: () => bell.ring(true),
    async stop() {
      stopping = true;
      bell.ring(true);
      await Promise.all(workers);
    },
  };
}

type Outcome = 'started' | 'nothing' | 'failed';

/** One start in one transaction: what fails leaves its row queued. @param passed keys that are not tried before an instant */
async function startNext({ db, client, taskQueue, log }: DeliveriesOptions, passed: Map<string, number>): Promise<Outcome> {
  const now = Date.now();
  for (const [key, until] of passed) if (until < now) passed.delete(key);
  let message: Message | null = null;
  try {
    if (!(await hasQueuedMessages(db))) return 'nothing';
    return await db.$transaction(async (tx) => {
      message = await lockNextQueued(tx, [...passed.keys()]);
      if (message === null) return 'nothing';
      const locked = message;
      await markSending(tx, locked.key);
      await client.withDeadline(Date.now() + START_LIMIT_MS, () => startDelivery(client, taskQueue, locked));
      return 'started';
    });
  } catch (error) {
    const { key = null } = (message as Message | null) ?? {};
    log.warn({ err: error, key }, 'delivery not started, tried again later');
    if (key !== null && !isTemporalAway(error)) passed.set(key, now + PASS_MS);
    return 'failed';
  }
}

async function startDelivery(client: Client, taskQueue: string, message: Message): Promise<void> {
  const { key, resends, orderId } = message;
  const what = wordsOf(message);
  const counterpartId = counterpartIdOf({ ...message, counterpart: message.counterpart as MessageCounterpart });
  const input: MessageDeliveryInput = { key, resends, counterpartId, what };
  try {
    await client.workflow.start(MESSAGE_DELIVERY_TYPE, {
      workflowId: deliveryWorkflowIdOf(message),
      taskQueue,
      args: [input],
      // What a row still needs is said by its state, not by runs that have ended: after a restore it may have to be sent anew.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: resends === 0 ? what : `${what}; sent again (${resends})`,
      typedSearchAttributes: ORDER_ID.test(orderId) ? [{ key: orderIdKey, value: orderId }] : [],
    });
  } catch (error) {
    // Started by an earlier try whose commit was lost.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** What a message is and to whom, without personal data. */
function wordsOf({ kind, counterpart, key }: Message): string {
  return `${kind.replaceAll('_', ' ')} to ${counterpart === 'operations' ? counterpart : `the ${counterpart}`}, message ${key}`;
}

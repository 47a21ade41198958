/**
 * The relay from the inbox to Temporal: in every API and worker process. Hands over each order's events singly and in order;
 * woken at once by a commit in its own process, and looking by itself once a second for what others left.
 */
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/database.js';
import type { InboundEvent } from '../db/generated/client.js';
import { lockNextEvent } from '../db/inbound-events.js';
import { handOver } from './hand-over.js';

export interface Relay {
  /** There is something to hand over. */
  wake: () => void;
  /** Ends after the hand-overs under way. */
  stop: () => Promise<void>;
}

export interface RelayOptions {
  db: Database;
  client: Client;
  taskQueue: string;
  log: Logger;
  /** Hand-overs at once in this process; each holds one database connection. */
  concurrency?: number;
}

const LOOK_EVERY_MS = 1000;
/** A hand-over that Temporal does not answer holds its order, not the process. */
const HAND_OVER_LIMIT_MS = 5000;
const LONGEST_RETRY_MS = 30_000;

export function startRelay(options: RelayOptions): Relay {
  const { concurrency = 4 } = options;
  let stopping = false;
  let wakers: (() => void)[] = [];
  let woken = 0;
  const wake = (): void => {
    woken += 1;
    const waiting = wakers;
    wakers = [];
    for (const resolve of waiting) resolve();
  };
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      wakers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  const work = async (): Promise<void> => {
    while (!stopping) {
      const seen = woken;
      const busy = await handOverNext(options);
      if (!busy && seen === woken && !stopping) await pause();
    }
  };
  const workers = Array.from({ length: concurrency }, work);
  return {
    wake,
    async stop() {
      stopping = true;
      wake();
      await Promise.all(workers);
    },
  };
}

/** @returns whether there was an event to hand over. */
async function handOverNext({ db, client, taskQueue, log }: RelayOptions): Promise<boolean> {
  try {
    return await db.$transaction(async (tx) => {
      const event = await lockNextEvent(tx);
      if (event === null) return false;
      try {
        const result = await client.withDeadline(Date.now() + HAND_OVER_LIMIT_MS, () => handOver({ tx, client, taskQueue }, event));
        await tx.inboundEvent.update({ where: { id: event.id }, data: { ...result, detail: null, notBefore: null } });
      } catch (error) {
        await postpone(tx, event, error);
        log.warn({ err: error, inboundId: event.id, orderId: event.orderId }, 'event not handed over, tried again later');
      }
      return true;
    });
  } catch (error) {
    log.warn({ err: error }, 'inbox not reached, tried again later');
    return false;
  }
}

/** The event stays pending, and its order's later ones behind it. */
async function postpone(tx: Parameters<Parameters<Database['$transaction']>[0]>[0], event: InboundEvent, error: unknown): Promise<void> {
  const delay = Math.min(250 * 2 ** Math.min(event.attempts, 10), LONGEST_RETRY_MS);
  await tx.inboundEvent.update({
    where: { id: event.id },
    data: { attempts: { increment: 1 }, notBefore: new Date(Date.now() + delay), detail: String(error).slice(0, 500) },
  });
}

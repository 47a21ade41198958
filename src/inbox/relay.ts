/**
 * The relay from the inbox to Temporal: in every API and worker process. Hands over each order's events singly and in order;
 * woken at once by a commit in its own process, and looking by itself once a second for what others left.
 */
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { inCallContext } from '../call-context.js';
import type { Database } from '../db/database.js';
import type { InboundEvent } from '../db/generated/client.js';
import { hasDueEvents, lockNextEvent } from '../db/inbound-events.js';
import { createBell } from './bell.js';
import { handOver } from './hand-over.js';
import { isTemporalAway } from './handed-over.js';

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
const LONGEST_PROBE_PAUSE_MS = 5000;
const LONGEST_AWAY_DELAY_MS = 2000;

export function startRelay(options: RelayOptions): Relay {
  const { concurrency = 4 } = options;
  const bell = createBell();
  let stopping = false;
  /** While this process cannot reach Temporal, one of its workers tries, at growing intervals; the others leave events to healthy processes. */
  let trouble = 0;
  const work = async (_: unknown, index: number): Promise<void> => {
    while (!stopping) {
      const heard = bell.count();
      if (trouble > 0 && index !== 0) {
        await bell.pause(LOOK_EVERY_MS);
        continue;
      }
      const outcome = await handOverNext(options);
      trouble = outcome === 'temporal_away' ? trouble + 1 : 0;
      if (stopping || outcome === 'handed_over') continue;
      if (outcome === 'temporal_away') await bell.pause(Math.min(250 * 2 ** trouble, LONGEST_PROBE_PAUSE_MS), false);
      else if (heard === bell.count()) await bell.pause(LOOK_EVERY_MS);
    }
  };
  const workers = Array.from({ length: concurrency }, work);
  return {
    wake: bell.ring,
    async stop() {
      stopping = true;
      bell.ring(true);
      await Promise.all(workers);
    },
  };
}

type Outcome = 'handed_over' | 'nothing' | 'temporal_away' | 'failed';

/** One hand-over in one transaction: what fails leaves no trace in the database but its reason. */
async function handOverNext({ db, client, taskQueue, log }: RelayOptions): Promise<Outcome> {
  let event: InboundEvent | null = null;
  try {
    if (!(await hasDueEvents(db))) return 'nothing';
    return await db.$transaction(async (tx) => {
      event = await lockNextEvent(tx);
      if (event === null) return 'nothing';
      const locked = event;
      const { traceparent } = locked;
      const result = await inCallContext(traceparent === null ? {} : { traceparent }, () =>
        client.withDeadline(Date.now() + HAND_OVER_LIMIT_MS, () => handOver({ tx, client, taskQueue }, locked)),
      );
      await tx.inboundEvent.updateMany({ where: { id: locked.id }, data: { ...result, detail: null, notBefore: null } });
      return 'handed_over';
    });
  } catch (error) {
    return failed(db, log, event, error);
  }
}

async function failed(db: Database, log: Logger, event: InboundEvent | null, error: unknown): Promise<Outcome> {
  if (event === null) {
    log.warn({ err: error }, 'inbox not reached, tried again later');
    return 'failed';
  }
  const away = isTemporalAway(error);
  log.warn({ err: error, inboundId: event.id, orderId: event.orderId }, 'event not handed over, tried again later');
  try {
    await postpone(db, event, error, away);
  } catch (problem) {
    log.warn({ err: problem, inboundId: event.id }, 'the reason could not be noted');
  }
  return away ? 'temporal_away' : 'failed';
}

/** The event stays pending, and its order's later ones behind it. Where only our way to Temporal failed, others may have it at once. */
async function postpone(db: Database, event: InboundEvent, error: unknown, away: boolean): Promise<void> {
  // A first failure of our way leaves the event to others at once; one that fails again lets other orders pass.
  const longest = away ? (event.attempts === 0 ? 0 : LONGEST_AWAY_DELAY_MS) : LONGEST_RETRY_MS;
  const delay = Math.min(250 * 2 ** Math.min(event.attempts, 10), longest);
  await db.inboundEvent.updateMany({
    where: { id: event.id, state: 'pending' },
    data: {
      attempts: { increment: 1 },
      detail: String(error).slice(0, 500),
      notBefore: new Date(Date.now() + delay),
    },
  });
}

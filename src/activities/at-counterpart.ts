/**
 * Calling a counterpart: not while its breaker is open (D10), and so many calls at once over all workers (B6). Who waits holds no
 * connection, and has begun nothing.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { noteAnswer, noteFailure, takeTurn, type Passage } from '../db/breakers.js';
import { findCounterpart } from '../db/counterparts.js';
import type { Database, Transaction } from '../db/database.js';
import type { Breaker } from '../db/generated/client.js';
import { freeSlot, makeSlots, takeSlot, type SlotWanted } from '../db/counterpart-slots.js';
import { queueOutageNotice } from '../db/operations-notices.js';
import { comeBackInMs } from '../domain/breaker.js';
import type { Counterpart } from '../domain/counterpart.js';

/** Between the call's own limit and the end of its hold: claiming, recording. */
const BESIDE_CALL_MS = 10_000;
/** Left of the activity's time when it stops waiting: the call, claiming, recording. */
const MARGIN_MS = 3000;
const LONGEST_WAIT_MS = 10 * 60_000;
/** Well within the time after which an attempt counts as lost with its worker. */
const HEARTBEAT_MS = 4000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;
const BUSY_PAUSE_MS = 1000;

/** Failures of a call that never began; details: `[{ retryAfterMs, attemptsUsed }]`. */
export const NOT_BEGUN = { busy: 'COUNTERPART_BUSY', paused: 'COUNTERPART_PAUSED' } as const;

/** What is known of a call, whoever made it; `not_acted` and `unknown` are failures of the counterpart, unless they are our own fault. */
export interface HeardOutcome {
  kind: 'answered' | 'delivered' | 'refused' | 'not_acted' | 'unknown';
  error?: string;
  retryAfterMs?: number | null;
  ownFault?: boolean;
}

export interface CallSettings {
  counterpart: Pick<Counterpart, 'id' | 'maxConcurrent' | 'timeoutMs'> & {
    /** Within a call, in ms: for so long others wait for a probe, whose call may take its `timeoutMs`. Default: the whole call. */
    silenceMs?: number;
  };
  orderId: string;
  /** Which breaker, where it is not the counterpart's: of customers' webhooks each host has its own. */
  breaker?: string;
  /**
   * What a call that cannot begin comes to. `retry`: the activity is tried again when it may; `tell`: it ends at once, and its workflow
   * decides. A function is asked when it happens.
   */
  whenNotBegun: 'retry' | 'tell' | (() => Promise<'retry' | 'tell'>);
}

/**
 * Does some work at a counterpart once it may be called and a place there is free. Waiting and at work, the activity heartbeats: so the
 * loss of its worker is noticed long before its time is over.
 * @param work is given `heard`, to pass every call's outcome through
 * @throws ApplicationFailure COUNTERPART_PAUSED while the breaker is open, COUNTERPART_BUSY when no place was free as long as there was time
 */
export async function atCounterpart<T>(
  db: Database,
  settings: CallSettings,
  work: (heard: <O extends HeardOutcome>(outcome: O) => O) => Promise<T>,
): Promise<T> {
  const context = asyncLocalStorage.getStore();
  const beating = setInterval(() => context?.heartbeat(), HEARTBEAT_MS);
  try {
    const wanted = slotFor(settings);
    const { passage, slot } = await pass(db, settings, wanted, context);
    return await inSlot(db, settings, wanted, slot, () => listening(db, settings, passage, work));
  } finally {
    clearInterval(beating);
  }
}

function slotFor(settings: CallSettings): SlotWanted {
  const { id, maxConcurrent, timeoutMs } = settings.counterpart;
  return { counterpartId: id, maxConcurrent, holder: randomUUID(), holdMs: timeoutMs + BESIDE_CALL_MS };
}

/** @returns also a place, if one was free at once */
async function pass(
  db: Database,
  settings: CallSettings,
  wanted: SlotWanted,
  context: Context | undefined,
): Promise<{ passage: Passage; slot: number | null }> {
  const { timeoutMs, silenceMs = timeoutMs } = settings.counterpart;
  const breaker = breakerOf(settings);
  const turn = await takeTurn(db, { id: breaker, timeoutMs: silenceMs }, wanted);
  const { passage } = turn;
  if (passage.kind !== 'paused') return turn;
  const message = `${breaker} is not called for now: ${passage.lastError}`;
  throw await notBegun(settings, context, NOT_BEGUN.paused, message, comeBackInMs(passage.untilProbeMs, passage.openForMs, Math.random()));
}

function breakerOf({ breaker, counterpart }: CallSettings): string {
  return breaker ?? counterpart.id;
}

/** Does the work, and writes down for all workers whether the counterpart answered. */
async function listening<T>(
  db: Database,
  settings: CallSettings,
  passage: Passage,
  work: (heard: <O extends HeardOutcome>(outcome: O) => O) => Promise<T>,
): Promise<T> {
  let last: HeardOutcome | undefined;
  try {
    return await work((outcome) => (last = outcome));
  } finally {
    // What could not be noted is found out again by the next call.
    if (last !== undefined) await note(db, settings, passage, last).catch(() => undefined);
  }
}

async function note(db: Database, settings: CallSettings, passage: Passage, outcome: HeardOutcome): Promise<void> {
  // It was not called: nothing is known of it, and a probe is left to whoever comes next.
  if (outcome.ownFault === true) return;
  const counterpartId = breakerOf(settings);
  const { orderId } = settings;
  const probe = passage.kind === 'probe';
  if (outcome.kind === 'not_acted' || outcome.kind === 'unknown') {
    const { error = 'it did not answer', retryAfterMs = null } = outcome;
    await noteFailure(db, { counterpartId, orderId, error, retryAfterMs, probe }, tellOperations);
  } else if (probe || (passage.kind === 'pass' && passage.failures > 0)) {
    await noteAnswer(db, counterpartId, probe);
  }
}

/** Once an outage, in the transaction that opens the breaker. */
async function tellOperations(tx: Transaction, { counterpartId, openings, openedAt, lastError }: Breaker): Promise<void> {
  const name = (await findCounterpart(tx, counterpartId))?.name ?? counterpartId;
  await queueOutageNotice(tx, { counterpartId, name, opening: openings, since: openedAt ?? new Date(), error: lastError ?? '' });
}

/** @param first a place taken already; null: one is waited for */
async function inSlot<T>(
  db: Database,
  settings: CallSettings,
  wanted: SlotWanted,
  first: number | null,
  work: () => Promise<T>,
): Promise<T> {
  const slot = first ?? (await waitForSlot(db, settings, wanted));
  try {
    return await work();
  } finally {
    // A place that cannot be given back is free again when its time is over.
    await freeSlot(db, wanted, slot).catch(() => undefined);
  }
}

async function waitForSlot(db: Database, settings: CallSettings, wanted: SlotWanted): Promise<number> {
  const context = asyncLocalStorage.getStore();
  const { id, timeoutMs } = settings.counterpart;
  const until = Date.now() + patienceMs(context, timeoutMs);
  await makeSlots(db, wanted);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const slot = await takeSlot(db, wanted);
    if (slot !== null) return slot;
    if (Date.now() >= until) break;
    await pause(context, pauseMs * (0.5 + Math.random()));
  }
  throw await notBegun(settings, context, NOT_BEGUN.busy, `as many calls as ${id} takes at once are under way`, BUSY_PAUSE_MS);
}

async function notBegun(
  { whenNotBegun }: CallSettings,
  context: Context | undefined,
  type: (typeof NOT_BEGUN)[keyof typeof NOT_BEGUN],
  message: string,
  retryAfterMs: number,
): Promise<ApplicationFailure> {
  const then = typeof whenNotBegun === 'function' ? await whenNotBegun() : whenNotBegun;
  const details = [{ retryAfterMs, attemptsUsed: (context?.info.attempt ?? 1) - 1 }];
  return ApplicationFailure.create({ type, message, details, nonRetryable: then === 'tell', nextRetryDelay: retryAfterMs });
}

function patienceMs(context: Context | undefined, timeoutMs: number): number {
  const limit = context?.info.startToCloseTimeoutMs ?? 0;
  return limit === 0 ? LONGEST_WAIT_MS : Math.min(Math.max(limit - timeoutMs - MARGIN_MS, 0), LONGEST_WAIT_MS);
}

/** @throws CancelledFailure when the activity is cancelled */
async function pause(context: Context | undefined, ms: number): Promise<void> {
  await (context === undefined ? setTimeout(ms) : context.sleep(ms));
}

/** A place at a vendor: so many calls at once over all workers. Who waits holds no connection, and has begun nothing. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Database } from '../../db/database.js';
import { freeSlot, makeSlots, takeSlot } from '../../db/counterpart-slots.js';
import type { Vendor } from '../../domain/vendor.js';

/** Between the call's own limit and the end of its hold: claiming, recording. */
const BESIDE_CALL_MS = 10_000;
/** Left of the activity's time when it stops waiting: the call, claiming, recording. */
const MARGIN_MS = 3000;
const LONGEST_WAIT_MS = 10 * 60_000;
/** Well within the time after which an attempt counts as lost with its worker. */
const HEARTBEAT_MS = 4000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/** The failure of a call that never began; not the vendor's doing. */
export const VENDOR_BUSY = 'VENDOR_BUSY';

/**
 * Does some work at a vendor once a place there is free. Waiting and at work, the activity heartbeats: so the loss of its worker is
 * noticed long before its time is over.
 * @throws ApplicationFailure VENDOR_BUSY (retried) when none was free as long as the activity had time
 */
export async function atVendor<T>(db: Database, vendor: Vendor, work: () => Promise<T>): Promise<T> {
  const context = asyncLocalStorage.getStore();
  const beating = setInterval(() => context?.heartbeat(), HEARTBEAT_MS);
  try {
    return await inSlot(db, vendor, work);
  } finally {
    clearInterval(beating);
  }
}

async function inSlot<T>(db: Database, vendor: Vendor, work: () => Promise<T>): Promise<T> {
  const holder = randomUUID();
  const slot = await waitForSlot(db, vendor, holder);
  try {
    return await work();
  } finally {
    // A place that cannot be given back is free again when its time is over.
    await freeSlot(db, vendor.id, slot, holder).catch(() => undefined);
  }
}

async function waitForSlot(db: Database, vendor: Vendor, holder: string): Promise<number> {
  const context = asyncLocalStorage.getStore();
  const until = Date.now() + patienceMs(context, vendor.timeoutMs);
  const take = () => takeSlot(db, vendor.id, vendor.maxConcurrent, holder, vendor.timeoutMs + BESIDE_CALL_MS);
  const first = await take();
  if (first !== null) return first;
  await makeSlots(db, vendor.id, vendor.maxConcurrent);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const slot = await take();
    if (slot !== null) return slot;
    if (Date.now() >= until) break;
    await pause(context, pauseMs * (0.5 + Math.random()));
  }
  throw ApplicationFailure.create({
    type: VENDOR_BUSY,
    message: `as many calls as ${vendor.id} takes at once are under way`,
    nextRetryDelay: '1 second',
  });
}

function patienceMs(context: Context | undefined, timeoutMs: number): number {
  const limit = context?.info.startToCloseTimeoutMs ?? 0;
  return limit === 0 ? LONGEST_WAIT_MS : Math.min(Math.max(limit - timeoutMs - MARGIN_MS, 0), LONGEST_WAIT_MS);
}

/** @throws CancelledFailure when the activity is cancelled */
async function pause(context: Context | undefined, ms: number): Promise<void> {
  await (context === undefined ? setTimeout(ms) : context.sleep(ms));
}

/** Skipping a wait on a stack that has a sandbox (D11): an order's case or placement is moved on to its next planned instant. */
import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.js';
import { newestPlacement } from '../../db/placements.js';
import { newestCase } from '../../db/review-cases.js';
import { reachFor, type Caller } from '../../domain/access.js';
import { placementWorkflowIdOf, workflowIdOf } from '../../domain/identifiers.js';
import { clockOf, fastForward, NoTimeSkippingError } from '../../temporal/fast-forward.js';
import { hasGrpcCode } from '../../temporal/grpc-code.js';
import { Problem } from '../problems.js';

export const WAITING = ['review-case', 'placement'] as const;

export interface Wait {
  db: Database;
  client: Client;
  /** How many answers and notices the sandbox still owes about an order. */
  owed: (orderId: string) => Promise<number>;
  caller: Caller;
  orderId: string;
  of: (typeof WAITING)[number];
}

/** Instants of the run's own clock, ISO 8601. */
export interface Skipped {
  from: string;
  to: string;
}

interface Standing {
  workflowId: string;
  endedAt: Date | null;
  nextActionAt: Date | null;
}

/** Lands just behind the instant, so that its timer has fired. */
const MARGIN_MS = 250;
/** Before it, and behind it. */
const REST_LIMIT_MS = 4000;
const SKIP_LIMIT_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Never while anything is under way: an answer of the sandbox that is a second of wall time late would find the case hours later.
 * @throws Problem CASE_NOT_FOUND, PLACEMENT_NOT_FOUND, CLOCK_NOT_MOVED, SANDBOX_UNAVAILABLE
 */
export async function skipWait(wait: Wait): Promise<Skipped> {
  const { client } = wait;
  const before = await within(REST_LIMIT_MS, async () => atRest(wait));
  if (before === undefined) {
    throw notMoved(
      'busy',
      'Something is still under way, or nothing is planned. Try again in a moment; a case that is paused has to be resumed.',
    );
  }
  const { workflowId, at } = before;
  try {
    return await client.withDeadline(Date.now() + SKIP_LIMIT_MS, async () => {
      const from = await clockOf(client, workflowId);
      const ms = at - from + MARGIN_MS;
      if (ms > 0) await fastForward(client, workflowId, Math.ceil(ms), SKIP_LIMIT_MS);
      const to = await clockOf(client, workflowId);
      await within(REST_LIMIT_MS, async () => ((await standing(wait)).nextActionAt?.getTime() === at ? undefined : true));
      return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    });
  } catch (error) {
    if (error instanceof NoTimeSkippingError)
      throw notMoved('unable', 'This Temporal server cannot skip time; the one that npm start brings can.');
    if (hasGrpcCode(error, () => true)) throw new Problem('SANDBOX_UNAVAILABLE', 'Temporal did not move the clock in time.');
    throw error;
  }
}

/** @returns undefined while it does not only wait for an instant */
async function atRest(wait: Wait): Promise<{ workflowId: string; at: number } | undefined> {
  const { db, owed, orderId } = wait;
  const underWay = { orderId, OR: [{ state: 'pending' }, { state: 'handed_over', disposition: null }] };
  if ((await owed(orderId)) > 0 || (await db.inboundEvent.count({ where: underWay })) > 0) return undefined;
  const { workflowId, endedAt, nextActionAt } = await standing(wait);
  if (endedAt !== null) throw notMoved('ended', 'It has ended: there is nothing to wait for.');
  return nextActionAt === null ? undefined : { workflowId, at: nextActionAt.getTime() };
}

async function standing({ db, caller, of, orderId }: Wait): Promise<Standing> {
  if (of === 'placement') {
    const placement = await newestPlacement(db, reachFor(caller, 'placements.read'), orderId);
    if (placement === null) throw new Problem('PLACEMENT_NOT_FOUND', `Order ${orderId} has not been placed.`);
    return { ...placement, workflowId: placementWorkflowIdOf(orderId, placement.opening) };
  }
  const reviewCase = await newestCase(db, reachFor(caller, 'cases.read'), orderId);
  if (reviewCase === null) throw new Problem('CASE_NOT_FOUND', `Order ${orderId} has no review case.`);
  return { ...reviewCase, workflowId: workflowIdOf(reviewCase.caseId) };
}

/** @returns undefined when there was no answer in time */
async function within<T>(limitMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const until = Date.now() + limitMs; ;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > until) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function notMoved(why: 'busy' | 'ended' | 'unable', detail: string): Problem {
  return new Problem('CLOCK_NOT_MOVED', detail, { why });
}

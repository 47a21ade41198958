/** A side of the comparison: something that takes failed orders and does the job, beside the other sides on the same servers. */
import type { Client } from '@temporalio/client';
import type { ArrivalWatch } from './arrivals.js';

export interface Side {
  name: string;
  client: Client;
  taskQueue: string;
  watch: ArrivalWatch;
  workflowIdOf: (orderId: string) => string;
  /** Scripts the other sides for these orders, and makes what `open` sends; outside of what is measured. */
  prepare: (orderIds: string[]) => Promise<void>;
  /** Hands one order in. @returns once it is taken; for Holdpoint, its 202 */
  open: (orderId: string) => Promise<void>;
  /** The pids of all that works for this side, by what they are. */
  processes: () => Record<string, number[]>;
  /** Statements that PostgreSQL has had from this side so far, those that begin and end transactions included. */
  statements: () => Promise<number>;
  /** Sees that every order so far came to its right end. @throws Error naming those that did not */
  verify: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Before each review request: as short as Holdpoint's policy allows, so that a run is short. Durable timers on both sides. */
export const WAIT_MS = 1000;
/** The first request fails, the second succeeds. */
export const REVIEW_REQUESTS = 2;
export const SCENARIO = { review: ['fail:STOCK_SHORT', 'pass'], answer: 'inline' };

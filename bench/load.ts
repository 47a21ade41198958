/** The two loads: as many orders as a side can take (closed loop), and orders at fixed instants whatever a side does (open model). */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './arrivals.js';
import { cpuSeconds, msPerOrder, type CpuSeconds } from './cpu.js';
import { quantile } from './statistics.js';
import type { Side } from './side.js';

export interface RoundResult {
  side: string;
  perSecond: number;
  /** What the rate is made of: orders done while the load was full, and the time it took. */
  orders: number;
  seconds: number;
  cpuMsPerOrder: CpuSeconds;
  statementsPerOrder: number;
  /** Calls that came more than once, over the whole round. */
  repeated: number;
}

const ROUND_LIMIT_MS = 180_000;
const POLL_MS = 100;
/** So that half a parallel load is measured at the least. */
const LEAST_ORDERS_PER_PARALLEL = 2.5;

export function newOrderIds(count: number): string[] {
  const run = randomBytes(4).toString('hex');
  return Array.from({ length: count }, (_, i) => `B-${run}-${i + 1}`);
}

/** Has as many orders done as are under way at once, without measuring. */
export async function warmUp(side: Side, parallel: number): Promise<void> {
  const orderIds = newOrderIds(parallel);
  await side.prepare(orderIds);
  await keepUnderWay(side, orderIds, parallel, { onDone: () => undefined, onLast: () => undefined });
}

/**
 * Keeps `parallel` orders under way until all are done. The rate is that of full load: from when as many orders are done as are
 * under way, until the last one is handed in. CPU and statements are those of the whole round, to the end of every workflow.
 * @throws Error when the orders are fewer than 2.5 times the parallel ones; when they are not done within three minutes
 */
export async function closedLoop(side: Side, orders: number, parallel: number): Promise<RoundResult> {
  if (orders < LEAST_ORDERS_PER_PARALLEL * parallel) throw new Error(`${orders} orders are too few to keep ${parallel} under way`);
  const orderIds = newOrderIds(orders);
  await side.prepare(orderIds);
  const spent = async () => ({ cpu: cpuSeconds(side.processes()), statements: await side.statements() });
  const reading = (done: number) => ({ at: performance.now(), done });
  let begin = reading(0);
  let end = begin;
  const before = await spent();
  await keepUnderWay(side, orderIds, parallel, {
    onDone: (done) => void (done === parallel && (begin = reading(done))),
    onLast: (done) => void (end = reading(done)),
  });
  const after = await spent();
  const measured = end.done - begin.done;
  const seconds = (end.at - begin.at) / 1000;
  return {
    side: side.name,
    perSecond: measured / seconds,
    orders: measured,
    seconds,
    cpuMsPerOrder: msPerOrder(before.cpu, after.cpu, orders),
    statementsPerOrder: (after.statements - before.statements) / orders,
    repeated: orderIds.reduce((sum, orderId) => sum + side.watch.progressOf(orderId).repeated, 0),
  };
}

/** @param on told of each order done and of the last one handed in, with how many are done */
async function keepUnderWay(
  side: Side,
  orderIds: string[],
  parallel: number,
  on: { onDone: (done: number) => void; onLast: (done: number) => void },
): Promise<void> {
  const queue = [...orderIds];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let orderId = queue.shift(); orderId !== undefined; orderId = queue.shift()) {
      if (queue.length === 0) on.onLast(done);
      await side.open(orderId);
      await side.watch.done(orderId);
      done += 1;
      on.onDone(done);
    }
  };
  await within(ROUND_LIMIT_MS, `${side.name}: ${orderIds.length} orders`, Promise.all(Array.from({ length: parallel }, work)));
  await allEnded(side);
}

/** Both told, in ms: from the 202, and from the instant at which the order should have been handed in. */
export interface LatencyResult {
  side: string;
  perSecond: number;
  orders: number;
  fromAccepted: { p50: number; p99: number; max: number };
  fromScheduled: { p50: number; p99: number; max: number };
  /** From the scheduled instant to the 202. */
  accepting: { p50: number; p99: number; max: number };
  orderIds: string[];
}

/** Hands orders in at a constant rate, each at its instant: a side that falls behind does not slow down what it is measured by. */
export async function openModel(side: Side, perSecond: number, seconds: number): Promise<LatencyResult> {
  const orderIds = newOrderIds(Math.max(Math.round(perSecond * seconds), 10));
  await side.prepare(orderIds);
  const begunAt = Date.now() + 100;
  const timesOf = async (orderId: string, i: number) => {
    const scheduledAt = begunAt + (i * 1000) / perSecond;
    await delay(scheduledAt - Date.now());
    await side.open(orderId);
    const acceptedAt = Date.now();
    const toldAt = lastOf(await side.watch.told(orderId));
    return { accepted: Math.max(toldAt - acceptedAt, 0), scheduled: toldAt - scheduledAt, accepting: acceptedAt - scheduledAt };
  };
  const limit = seconds * 1000 + ROUND_LIMIT_MS;
  const times = await within(limit, `${side.name}: ${orderIds.length} orders`, Promise.all(orderIds.map(timesOf)));
  await within(limit, `${side.name}: their end`, Promise.all(orderIds.map((orderId) => side.watch.done(orderId))));
  await allEnded(side);
  return {
    side: side.name,
    perSecond,
    orders: orderIds.length,
    fromAccepted: quantiles(times.map(({ accepted }) => accepted)),
    fromScheduled: quantiles(times.map(({ scheduled }) => scheduled)),
    accepting: quantiles(times.map(({ accepting }) => accepting)),
    orderIds,
  };
}

function lastOf({ buyerAt, mailAt }: Progress): number {
  return Math.max(buyerAt ?? Number.NaN, mailAt ?? Number.NaN);
}

function quantiles(values: number[]) {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), max: Math.max(...values) };
}

/** Waits until no workflow of this side runs: a round must not pay for the one before. */
async function allEnded({ client, taskQueue, name }: Side): Promise<void> {
  const until = Date.now() + ROUND_LIMIT_MS;
  for (;;) {
    const { count } = await client.workflow.count(`TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`);
    if (count === 0) return;
    if (Date.now() > until) throw new Error(`${name}: ${count} workflows still run`);
    await delay(POLL_MS);
  }
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const late = delay(ms, undefined, { signal: limit.signal }).then(() =>
    Promise.reject(new Error(`${what} not done within ${ms / 1000} s`)),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    limit.abort();
    late.catch(() => undefined);
  }
}

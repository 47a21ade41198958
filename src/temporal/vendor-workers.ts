/**
 * One activity-only worker for each vendor in this process (B6), on the vendor's own task queue: a vendor that hangs holds up nobody
 * else, and the server holds each one's rate over all workers. Vendors that are added, changed or taken away are followed.
 */
import { setTimeout } from 'node:timers/promises';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { VendorActivities } from '../domain/placement-effects.js';
import { vendorTaskQueue, type Vendor } from '../domain/vendor.js';

export type VendorLimits = Pick<Vendor, 'id' | 'maxPerSecond' | 'maxConcurrent'>;

export interface VendorWorkersOptions {
  /** A connection for each worker: two on one queue, the old and the new, cannot share one. */
  connect: () => Promise<NativeConnection>;
  namespace: string;
  /** The house's own; each vendor's is derived from it. */
  taskQueue: string;
  activities: VendorActivities;
  vendors: () => Promise<VendorLimits[]>;
  /** Told what could not be done now and is tried again. */
  onTrouble: (error: unknown, what: string) => void;
  /** Default 2 s: a change is followed within 5 s. */
  lookEveryMs?: number;
  shutdownGraceTime?: WorkerOptions['shutdownGraceTime'];
}

export interface VendorWorkers {
  /** Which vendors this process works for now. */
  running(): string[];
  /** Ends after the calls under way. */
  stop(): Promise<void>;
}

interface Running {
  /** What it was started with; another value: it is replaced. */
  limits: string;
  shutdown(): void;
}

/** More polls than this for one vendor's queue bring nothing: its rate is far below. */
const MAX_POLLS = 4;

/** Starts following the vendors; the first look is over when it returns. */
export async function startVendorWorkers(options: VendorWorkersOptions): Promise<VendorWorkers> {
  const workers = new Map<string, Running>();
  const ending = new Set<Promise<void>>();
  const stopping = new AbortController();

  const run = async (worker: Worker, connection: NativeConnection, vendorId: string, own: Running): Promise<void> => {
    try {
      await worker.run();
    } catch (error) {
      options.onTrouble(error, `the worker of vendor ${vendorId} failed`);
    }
    await connection.close().catch((error: unknown) => options.onTrouble(error, `the connection for vendor ${vendorId} was not closed`));
    // One that failed is started anew at the next look.
    if (workers.get(vendorId) === own) workers.delete(vendorId);
  };
  const start = async (vendor: VendorLimits): Promise<Running> => {
    const connection = await options.connect();
    const worker = await createVendorWorker(options, connection, vendor).catch(async (error: unknown) => {
      await connection.close();
      throw error;
    });
    const own: Running = { limits: limitsOf(vendor), shutdown: () => shutdown(worker) };
    const ended = run(worker, connection, vendor.id, own).finally(() => ending.delete(ended));
    ending.add(ended);
    return own;
  };
  /** The new one polls before the old one ends its calls. */
  const follow = async (vendor: VendorLimits): Promise<void> => {
    const old = workers.get(vendor.id);
    if (old?.limits === limitsOf(vendor) || stopping.signal.aborted) return;
    workers.set(vendor.id, await start(vendor));
    old?.shutdown();
  };
  const look = async (): Promise<void> => {
    const vendors = await options.vendors();
    for (const [id, worker] of workers) {
      if (vendors.some((vendor) => vendor.id === id)) continue;
      workers.delete(id);
      worker.shutdown();
    }
    for (const vendor of vendors) {
      await follow(vendor).catch((error: unknown) => options.onTrouble(error, `no worker for vendor ${vendor.id}`));
    }
  };
  const lookOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await setTimeout(options.lookEveryMs ?? 2000, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await look().catch((error: unknown) => options.onTrouble(error, 'the vendors could not be read'));
    }
  };

  await look().catch((error: unknown) => options.onTrouble(error, 'the vendors could not be read'));
  const looking = lookOn();
  return {
    running: () => [...workers.keys()],
    async stop() {
      stopping.abort();
      await looking;
      for (const worker of workers.values()) worker.shutdown();
      await Promise.all(ending);
    },
  };
}

function limitsOf({ maxPerSecond, maxConcurrent }: VendorLimits): string {
  return `${maxPerSecond}/${maxConcurrent}`;
}

function createVendorWorker(options: VendorWorkersOptions, connection: NativeConnection, vendor: VendorLimits): Promise<Worker> {
  const { namespace, taskQueue, activities, shutdownGraceTime = '30 seconds' } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: vendorTaskQueue(taskQueue, vendor.id),
    activities,
    maxConcurrentActivityTaskExecutions: vendor.maxConcurrent,
    maxConcurrentActivityTaskPolls: Math.min(vendor.maxConcurrent, MAX_POLLS),
    maxTaskQueueActivitiesPerSecond: vendor.maxPerSecond,
    shutdownGraceTime,
  });
}

function shutdown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

/**
 * One activity-only worker for each counterpart in this process (B6, D10), on the counterpart's own task queue: one that hangs holds up
 * nobody else, and the server holds each one's rate over all workers. Counterparts that are added, changed or taken away are followed.
 */
import { setTimeout } from 'node:timers/promises';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { counterpartTaskQueue, type Counterpart } from '../domain/counterpart.js';
import { tracedActivity } from './trace-interceptors.js';

export type WorkerLimits = Pick<Counterpart, 'id' | 'maxPerSecond' | 'maxConcurrent'>;

export interface CounterpartWorkersOptions {
  /** A connection for each worker: two on one queue, the old and the new, cannot share one. */
  connect: () => Promise<NativeConnection>;
  namespace: string;
  /** The house's own; each counterpart's is derived from it. */
  taskQueue: string;
  /** All that are calls to other sides. */
  activities: NonNullable<WorkerOptions['activities']>;
  counterparts: () => Promise<WorkerLimits[]>;
  /** Told what could not be done now and is tried again. */
  onTrouble: (error: unknown, what: string) => void;
  /** Default 2 s: a change is followed within 5 s. */
  lookEveryMs?: number;
  shutdownGraceTime?: WorkerOptions['shutdownGraceTime'];
}

export interface CounterpartWorkers {
  /** Which counterparts this process works for now. */
  running(): string[];
  /** Ends after the calls under way. */
  stop(): Promise<void>;
}

interface Running {
  /** What it was started with; another value: it is replaced. */
  limits: string;
  shutdown(): void;
}

/** More polls than this for one counterpart's queue bring nothing: its rate is far below. */
const MAX_POLLS = 4;

/** Starts following the counterparts; the first look is over when it returns. */
export async function startCounterpartWorkers(options: CounterpartWorkersOptions): Promise<CounterpartWorkers> {
  const workers = new Map<string, Running>();
  const ending = new Set<Promise<void>>();
  const stopping = new AbortController();

  const run = async (worker: Worker, connection: NativeConnection, counterpartId: string, own: Running): Promise<void> => {
    try {
      await worker.run();
    } catch (error) {
      options.onTrouble(error, `the worker of counterpart ${counterpartId} failed`);
    }
    await connection
      .close()
      .catch((error: unknown) => options.onTrouble(error, `the connection for counterpart ${counterpartId} was not closed`));
    // One that failed is started anew at the next look.
    if (workers.get(counterpartId) === own) workers.delete(counterpartId);
  };
  const start = async (counterpart: WorkerLimits): Promise<Running> => {
    const connection = await options.connect();
    const worker = await createCounterpartWorker(options, connection, counterpart).catch(async (error: unknown) => {
      await connection.close();
      throw error;
    });
    const own: Running = { limits: limitsOf(counterpart), shutdown: () => shutdown(worker) };
    const ended = run(worker, connection, counterpart.id, own).finally(() => ending.delete(ended));
    ending.add(ended);
    return own;
  };
  /** The new one polls before the old one ends its calls. */
  const follow = async (counterpart: WorkerLimits): Promise<void> => {
    const old = workers.get(counterpart.id);
    if (old?.limits === limitsOf(counterpart) || stopping.signal.aborted) return;
    workers.set(counterpart.id, await start(counterpart));
    old?.shutdown();
  };
  const look = async (): Promise<void> => {
    const counterparts = await options.counterparts();
    for (const [id, worker] of workers) {
      if (counterparts.some((counterpart) => counterpart.id === id)) continue;
      workers.delete(id);
      worker.shutdown();
    }
    for (const counterpart of counterparts) {
      await follow(counterpart).catch((error: unknown) => options.onTrouble(error, `no worker for counterpart ${counterpart.id}`));
    }
  };
  const lookOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await setTimeout(options.lookEveryMs ?? 2000, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await look().catch((error: unknown) => options.onTrouble(error, 'the counterparts could not be read'));
    }
  };

  await look().catch((error: unknown) => options.onTrouble(error, 'the counterparts could not be read'));
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

function limitsOf({ maxPerSecond, maxConcurrent }: WorkerLimits): string {
  return `${maxPerSecond}/${maxConcurrent}`;
}

function createCounterpartWorker(
  options: CounterpartWorkersOptions,
  connection: NativeConnection,
  counterpart: WorkerLimits,
): Promise<Worker> {
  const { namespace, taskQueue, activities, shutdownGraceTime = '30 seconds' } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: counterpartTaskQueue(taskQueue, counterpart.id),
    activities,
    interceptors: { activity: [tracedActivity] },
    maxConcurrentActivityTaskExecutions: counterpart.maxConcurrent,
    maxConcurrentActivityTaskPolls: Math.min(counterpart.maxConcurrent, MAX_POLLS),
    maxTaskQueueActivitiesPerSecond: counterpart.maxPerSecond,
    shutdownGraceTime,
  });
}

function shutdown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

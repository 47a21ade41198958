/** JSONata with limits of time and memory: one thread a process, one expression after the other. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { MAPPING_THREAD, type MappingJob, type MappingResult, type ThreadData } from './mapping-thread.js';

/** One expression over one document; far more than any needs. */
const MAPPING_LIMIT_MS = 250;
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };
/** A thread that has not begun by then never will. */
const START_LIMIT_MS = 15_000;

/** An expression that failed or gave no object; the words are for who wrote it. */
export class MappingError extends Error {}

export interface Mapper {
  /**
   * @param json the document; null: the expression is only parsed
   * @returns the object that the expression gives, as JSON
   * @throws MappingError
   */
  apply(expression: string, json: string | null): Promise<string>;
  close(): Promise<void>;
}

/** @param limitMs for one expression, counted from when its turn has come */
export function createMapper(limitMs = MAPPING_LIMIT_MS): Mapper {
  let thread: Promise<Worker> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const end = async (): Promise<void> => {
    const ending = thread;
    thread = undefined;
    await ending?.then((worker) => worker.terminate()).catch(() => undefined);
  };
  const run = async (expression: string, json: string | null): Promise<string> => {
    thread ??= startThread();
    const job = { expression, json, timeoutMs: limitMs };
    const result = await thread.then((worker) => resultOf(worker, job)).catch((error: unknown) => ({ lost: error }));
    if ('json' in result) return result.json;
    if ('mistake' in result) throw new MappingError(result.mistake);
    await end();
    throw result.lost instanceof MappingError ? result.lost : new MappingError(`could not be evaluated: ${String(result.lost)}`);
  };
  return {
    apply(expression, json) {
      const own = turn.then(() => run(expression, json));
      turn = own.catch(() => undefined);
      return own;
    },
    close: end,
  };
}

async function startThread(): Promise<Worker> {
  const jsonata = createRequire(import.meta.url).resolve('jsonata');
  const workerData: ThreadData = { jsonata, stack: 1000, sequence: 100_000, maxLength: 1024 * 1024 };
  const worker = new Worker(MAPPING_THREAD, { eval: true, workerData, resourceLimits: MEMORY, env: {}, execArgv: [] });
  // What it dies of is told to whom it works for; without a listener it would end the process.
  worker.on('error', () => undefined);
  await answerOf<null>(worker, START_LIMIT_MS, 'the thread for mappings did not start');
  worker.unref();
  return worker;
}

async function resultOf(worker: Worker, job: MappingJob): Promise<MappingResult> {
  worker.ref();
  const answer = answerOf<MappingResult>(worker, job.timeoutMs * 1.2, `takes longer than ${job.timeoutMs} ms`);
  worker.postMessage(job, []);
  try {
    return await answer;
  } finally {
    worker.unref();
  }
}

/** The thread's next message. @throws MappingError when it does not come in time, or the thread dies */
function answerOf<T>(worker: Worker, limitMs: number, late: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => () => {
      clearTimeout(timer);
      worker.off('message', answered).off('error', failed).off('exit', ended);
      settle();
    };
    const answered = (message: T): void => done(() => resolve(message))();
    const failed = (error: unknown): void => done(() => reject(new MappingError(`broke off: ${String(error)}`)))();
    const ended = (): void => done(() => reject(new MappingError('broke off')))();
    const timer = setTimeout(
      done(() => reject(new MappingError(late))),
      limitMs,
    );
    worker.on('message', answered).on('error', failed).on('exit', ended);
  });
}

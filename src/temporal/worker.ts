import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities/index.js';
import { tracedActivity } from './trace-interceptors.js';

export interface HoldpointWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  activities: Activities;
  workflowBundle: string;
  /** Tests shorten it; 30 s lets calls under way come to their end. */
  shutdownGraceTime?: WorkerOptions['shutdownGraceTime'];
  overrides?: Partial<WorkerOptions>;
}

/** The worker with the limits of the house: what runs at once in this process is bounded by its database connections. */
export async function createWorker(options: HoldpointWorkerOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, activities, workflowBundle, shutdownGraceTime = '30 seconds' } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    workflowBundle: { codePath: workflowBundle },
    interceptors: { activity: [tracedActivity] },
    maxConcurrentActivityTaskExecutions: 100,
    maxConcurrentLocalActivityExecutions: 20,
    maxCachedWorkflows: 1000,
    shutdownGraceTime,
    ...options.overrides,
  });
}

/** The barest workflow on the same Temporal server, with the same sandbox's other sides. */
import { randomBytes } from 'node:crypto';
import { fromRoot } from '../src/package-root.js';
import type { OwnServers } from '../test/faults/own-servers.js';
import type { Deployment } from '../test/support/deployment.js';
import { Program } from '../test/support/processes.js';
import { sampleOrder } from '../test/support/sample-order.js';
import type { ArrivalWatch } from './arrivals.js';
import { orderFailed } from './barest/contract.js';
import type { barestCase } from './barest/workflow.js';
import { scriptReviews } from './holdpoint-side.js';
import { WAIT_MS, type Side } from './side.js';

/** @param house whose sandbox plays the other sides; @param watch its arrivals */
export async function startBarest(servers: OwnServers, house: Deployment, watch: ArrivalWatch): Promise<Side> {
  const taskQueue = `barest-${randomBytes(6).toString('hex')}`;
  const { buyer, review, smtp } = house.otherSides;
  const env = {
    TEMPORAL_ADDRESS: servers.addresses.temporalAddress,
    TASK_QUEUE: taskQueue,
    BUYER_SERVER_URL: buyer,
    REVIEW_SERVER_URL: review,
    SMTP_URL: smtp,
  };
  const options = { script: fromRoot('bench', 'barest', 'worker.ts'), nodeArgs: ['--import', 'tsx'] };
  const worker = new Program('barest worker', env, options);
  await worker.ready(() => Promise.resolve(worker.output.includes('ready')));
  const { client } = house;
  const workflowIdOf = (orderId: string): string => `barest/${orderId}`;
  return {
    name: 'barest',
    client,
    taskQueue,
    watch,
    workflowIdOf,
    prepare: (orderIds) => scriptReviews(house, orderIds),
    open: async (orderId) => {
      const order = { ...sampleOrder(orderId), orderId };
      await client.workflow.signalWithStart<typeof barestCase, [string]>('barestCase', {
        workflowId: workflowIdOf(orderId),
        taskQueue,
        args: [{ order, waitMs: WAIT_MS }],
        signal: orderFailed,
        signalArgs: ['STOCK_SHORT'],
      });
    },
    processes: () => ({
      worker: [worker.pid],
      temporal: servers.temporal.pids,
      postgres: servers.postgres.pids,
      sandbox: house.programs.filter(({ name }) => name === 'sandbox').map(({ pid }) => pid),
    }),
    statements: () => Promise.resolve(0),
    verify: async () => {
      const { count } = await client.workflow.count(`TaskQueue = '${taskQueue}' AND ExecutionStatus NOT IN ('Running', 'Completed')`);
      if (count > 0) throw new Error(`${count} of the barest workflows did not complete`);
    },
    stop: async () => void (await worker.terminate()),
  };
}

/** Holdpoint as it runs in production, one API and one worker, of this checkout or of another. */
import pg from 'pg';
import { Pool } from 'undici';
import { workflowIdOf } from '../src/domain/identifiers.js';
import type { OwnServers } from '../test/faults/own-servers.js';
import { Deployment, type Api } from '../test/support/deployment.js';
import { REVIEW_KEY } from '../test/support/house.js';
import type { Program } from '../test/support/processes.js';
import { ArrivalWatch } from './arrivals.js';
import { SCENARIO, WAIT_MS, type Side } from './side.js';

const POLICY = { firstDelayMs: WAIT_MS, intervalMs: WAIT_MS, capMs: WAIT_MS, coefficient: 1, jitter: 0, retryWindowMs: 300_000 };
const SCRIPTED_AT_ONCE = 20;

export interface HoldpointSide extends Side {
  house: Deployment;
  /** Other programs in place of those that run, with arguments for Node; those that ran have ended. */
  restart: (nodeArgs: string[]) => Promise<void>;
}

/** @param root the checkout whose API and worker run; undefined: this one */
export async function startHoldpoint(name: string, servers: OwnServers, root?: string): Promise<HoldpointSide> {
  const house = await Deployment.start({ servers: servers.addresses, policy: POLICY, ...(root === undefined ? {} : { root }) });
  let programs = await startPrograms(house);
  const counter = await countStatements(house.databaseUrl);
  const watch = new ArrivalWatch(house.otherSides.arrivalsFile);
  const bodies = new Map<string, string>();
  return {
    name,
    house,
    client: house.client,
    taskQueue: house.taskQueue,
    watch,
    workflowIdOf: (orderId) => workflowIdOf(`${orderId}/1`),
    prepare: async (orderIds) => {
      await scriptReviews(house, orderIds);
      for (const orderId of orderIds) bodies.set(orderId, JSON.stringify(house.notice(orderId)));
    },
    open: async (orderId) => {
      const body = bodies.get(orderId);
      if (body === undefined) throw new Error(`${orderId} was not prepared`);
      bodies.delete(orderId);
      await post(programs.pool, body);
    },
    processes: () => ({
      api: [programs.api.program.pid],
      worker: [programs.worker.pid],
      temporal: servers.temporal.pids,
      postgres: servers.postgres.pids,
      sandbox: house.programs.filter((program) => program.name === 'sandbox').map(({ pid }) => pid),
    }),
    statements: counter.read,
    verify: async () => {
      const wrong = (await house.cases()).filter(({ status }) => status !== 'approved');
      if (wrong.length > 0) throw new Error(`${name}: ${wrong.length} cases not approved, ${JSON.stringify(wrong[0])}${house.report()}`);
    },
    restart: async (nodeArgs) => {
      await programs.end();
      programs = await startPrograms(house, nodeArgs);
    },
    stop: async () => {
      watch.stop();
      await counter.stop();
      await programs.end();
      await house.stop();
    },
  };
}

/** What the extension pg_stat_statements has counted for this database; the server was started with it. */
async function countStatements(databaseUrl: string): Promise<{ read: () => Promise<number>; stop: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const counted = `SELECT coalesce(sum(calls), 0) AS calls FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  return {
    read: async () => Number((await client.query<{ calls: string }>(counted)).rows[0]?.calls ?? 0),
    stop: () => client.end(),
  };
}

/** Tells the sandbox how these orders' reviews come out. */
export async function scriptReviews(house: Deployment, orderIds: string[]): Promise<void> {
  for (let done = 0; done < orderIds.length; done += SCRIPTED_AT_ONCE) {
    await Promise.all(orderIds.slice(done, done + SCRIPTED_AT_ONCE).map((orderId) => house.scenario(orderId, SCENARIO)));
  }
}

interface Programs {
  api: Api;
  worker: Program;
  pool: Pool;
  /** Asks both to end, so that they write what they have to write. */
  end: () => Promise<void>;
}

async function startPrograms(house: Deployment, nodeArgs: string[] = []): Promise<Programs> {
  const [api, worker] = await Promise.all([house.startApi({}, nodeArgs), house.startWorker({}, nodeArgs)]);
  const pool = new Pool(api.url, { connections: 64 });
  const end = async (): Promise<void> => {
    await pool.close();
    await Promise.all([api.program.terminate(), worker.terminate(60_000)]);
  };
  return { api, worker, pool, end };
}

async function post(pool: Pool, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${REVIEW_KEY}` };
  const answer = await pool.request({ method: 'POST', path: '/v1/review-failures', headers, body });
  const text = await answer.body.text();
  if (answer.statusCode !== 202) throw new Error(`not accepted: ${answer.statusCode} ${text}`);
}

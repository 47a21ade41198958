import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDatabase } from '../db/prepare.js';
import { buildConsole } from './console-build.js';
import { assertPortsFree } from './ports.js';
import { embeddedDatabaseUrl, isPostgresReady, preparePostgres } from './postgres.js';
import type { ChildSpec, Supervisor } from './processes.js';
import type { DevSettings } from './settings.js';
import { childEnvironment, portUses, temporalProfile, temporalProfileFile, type StackPlan } from './stack.js';
import { findTemporalBinary } from './temporal-binary.js';
import { isTemporalReady, prepareNamespace, temporalServer } from './temporal-server.js';

export type BringUpOptions = {
  plan: StackPlan;
  settings: DevSettings;
  env: NodeJS.ProcessEnv;
  supervisor: Supervisor;
  /** The command line that runs one of our programs, e.g. `api`. */
  program: (name: string) => string[];
  say: (line: string) => void;
  /** Ends downloads and preparations under way; children are ended by `supervisor.stopAll`. */
  abort: AbortController;
};

/**
 * Starts everything, at the same time where nothing stands in the way: Temporal | PostgreSQL, then its schema | the sandbox | the issuer | the console's files;
 * the API once the schema is there; the worker once Temporal is there too. Back when all answer.
 *
 * @throws the first failure, when everything under way has ended; the children that run are still to be stopped
 */
export async function bringUp(options: BringUpOptions): Promise<void> {
  const { plan, supervisor, settings, env, abort } = options;
  const leftovers = await supervisor.endLeftovers();
  if (leftovers.length > 0) options.say(`ended what an earlier start had left running: ${leftovers.join(', ')}`);
  await assertPortsFree(portUses(plan));

  const databaseUrl = plan.externalDatabaseUrl ?? embeddedDatabaseUrl(postgresOptions(options), 'holdpoint');
  const childEnv = childEnvironment(env, plan, settings, databaseUrl);
  const http = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
  const run = (name: string, title: string, healthUrl: string) =>
    timed(options, title, () => startProgram(options, name, childEnv, healthUrl));

  const temporal = startTemporal(options);
  const database = startDatabase(options, databaseUrl);
  const parts = [
    temporal,
    database,
    timed(options, 'Console', () => buildConsole(abort.signal)),
    run('sandbox', 'Sandbox', http(plan.ports.sandboxControl, '/healthz')),
    ...(plan.externalIssuer ? [] : [run('issuer', 'Issuer', http(plan.ports.issuer, '/healthz'))]),
    database.then(() => run('api', 'API', `${plan.apiUrl}/readyz`)),
    Promise.all([database, temporal]).then(() => run('worker', 'Worker', http(plan.ports.workerHealth, '/readyz'))),
  ];
  try {
    await Promise.all(parts);
  } catch (error) {
    abort.abort(error);
    const stopped = supervisor.stopAll();
    await Promise.allSettled([...parts, stopped]);
    throw error;
  }
}

async function startTemporal(options: BringUpOptions): Promise<void> {
  const { plan, env, supervisor, say, abort } = options;
  if (plan.externalTemporal) return say(line('Temporal', `yours, at ${plan.externalTemporal}`));
  const { temporal: port, temporalUi: uiPort } = plan.ports;
  writeFileSync(temporalProfileFile(plan), temporalProfile(plan));
  await timed(options, 'Temporal', async () => {
    const binary = await findTemporalBinary({ env, say, signal: abort.signal });
    const dbFile = join(plan.dataDir, 'temporal.db');
    await supervisor.start(temporalServer({ binary: binary.path, port, uiPort, dbFile, namespace: plan.namespace }), () =>
      isTemporalReady(port, plan.namespace),
    );
    await prepareNamespace(port, plan.namespace);
    const foundByPath = binary.source === 'PATH' || binary.source === 'TEMPORAL_CLI_PATH';
    return `dev server on 127.0.0.1:${port}, program from ${foundByPath ? binary.path : `the ${binary.source}`}`;
  });
}

async function startDatabase(options: BringUpOptions, databaseUrl: string): Promise<void> {
  const { plan, supervisor, say, abort } = options;
  if (plan.externalDatabaseUrl) say(line('PostgreSQL', `yours, at ${new URL(databaseUrl).host}`));
  else {
    const server = postgresOptions(options);
    await timed(options, 'PostgreSQL', async () => {
      await supervisor.start(await preparePostgres(server, abort.signal), () => isPostgresReady(server));
      return `on 127.0.0.1:${server.port}`;
    });
  }
  const samples = { vendorUrl: `http://127.0.0.1:${plan.ports.sandboxVendor}` };
  await timed(options, 'Schema', async () => {
    const applied = await prepareDatabase(databaseUrl, plan.externalDatabaseUrl === undefined ? samples : null);
    return applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date';
  });
}

function postgresOptions({ plan, settings }: BringUpOptions) {
  return { directory: join(plan.dataDir, 'postgres'), port: plan.ports.postgres, password: settings.postgresPassword };
}

async function startProgram(options: BringUpOptions, name: string, env: NodeJS.ProcessEnv, healthUrl: string): Promise<string> {
  const [command = '', ...args] = options.program(name);
  const spec: ChildSpec = { name, command, args, env };
  await options.supervisor.start(spec, () => answers(healthUrl));
  return new URL(healthUrl).origin;
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.body?.cancel();
  return response.ok;
}

/** Says one line with the time a part took, and what it came to. */
async function timed(options: BringUpOptions, title: string, work: () => Promise<string>): Promise<void> {
  const start = performance.now();
  const outcome = await work();
  options.say(line(title, `${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s   ${outcome}`));
}

function line(title: string, text: string): string {
  return `  ${title.padEnd(12)}${text}`;
}

/** A stack for the demo alone: on free ports, its data in a temporary directory; nothing of it is left. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringUp } from '../dev/bring-up.js';
import { Supervisor } from '../dev/processes.js';
import { program } from '../dev/program.js';
import { takeRunLock } from '../dev/run-lock.js';
import { sweepTemporaryStacks } from '../dev/sweep.js';
import { loadDevSettings } from '../dev/settings.js';
import { planStack, portUses } from '../dev/stack.js';
import { openStack, type OpenStack } from './running-stack.js';

const PREFIX = 'holdpoint-demo-';
/** What of the environment leads to servers of the user's own, or moves ports: not here. */
const NOT_HERE = /^(HOLDPOINT_(?!LOG_LEVEL|TEST_)|SANDBOX_|TEMPORAL_(?!CLI_PATH)|DATABASE_URL$)/;

export interface OwnStack {
  /** Back when everything answers. */
  start(say: (line: string) => void): Promise<OpenStack>;
  /** Ends all of it, also while it starts, and removes its data; may be called twice. */
  stop(): Promise<void>;
}

export function ownStack(env: NodeJS.ProcessEnv): OwnStack {
  const abort = new AbortController();
  const stops: (() => Promise<void> | void)[] = [];
  let starting: Promise<OpenStack> | undefined;
  let stopping: Promise<void> | undefined;

  const start = async (say: (line: string) => void): Promise<OpenStack> => {
    await sweepTemporaryStacks(PREFIX);
    const dataDir = mkdtempSync(join(tmpdir(), PREFIX));
    stops.push(() => rmSync(dataDir, { recursive: true, force: true }));
    chmodSync(dataDir, 0o755); // for PostgreSQL's own user, when we are root
    stops.push(takeRunLock(dataDir));
    const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_HERE.test(name)));
    const plan = planStack({ ...clean, ...(await freePorts(portUses(planStack(clean, dataDir)))) }, dataDir);
    const settings = loadDevSettings(dataDir);
    const supervisor = new Supervisor(dataDir, say);
    stops.push(() => supervisor.stopAll());
    await bringUp({ plan, settings, env: clean, supervisor, program, say, abort });
    const stack = openStack(plan, settings, clean);
    stops.push(() => stack.close());
    return stack;
  };

  const stop = async (): Promise<void> => {
    abort.abort(new Error('stopping'));
    await starting?.catch(() => {});
    for (const stopOne of stops.toReversed()) await stopOne();
  };

  return { start: (say) => (starting = start(say)), stop: () => (stopping ??= stop()) };
}

/** A free port for each use, by the variable that moves it: all held at the same time, so that no two are alike. */
async function freePorts(uses: { variable: string }[]): Promise<Record<string, string>> {
  const held = await Promise.all(uses.map(({ variable }) => hold(variable)));
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(held.map(({ variable, port }) => [variable, String(port)]));
}

async function hold(variable: string): Promise<{ variable: string; port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return { variable, port: (server.address() as AddressInfo).port, server };
}

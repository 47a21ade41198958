// `npm start`: the whole stack on this machine, with nothing else running.
import { setTimeout as delay } from 'node:timers/promises';
import { bringUp } from '../dev/bring-up.js';
import { Supervisor } from '../dev/processes.js';
import { program } from '../dev/program.js';
import { takeRunLock } from '../dev/run-lock.js';
import { loadDevSettings } from '../dev/settings.js';
import { planStack } from '../dev/stack.js';
import { welcome } from '../dev/welcome.js';
import { fromRoot } from '../package-root.js';

/** npm passes a Ctrl-C on that the terminal has delivered already: only one after this long means "at once". */
const SECOND_SIGNAL_AFTER_MS = 1000;
/** How long an interrupted start may take to tidy up. */
const TIDY_UP_MS = 3000;

const say = (line: string) => console.log(line);
const abort = new AbortController();
let supervisor: Supervisor | undefined;
let release: (() => void) | undefined;
let starting: Promise<void> | undefined;
let stoppingSince: number | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void onSignal());
for (const failure of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(failure, (error) => {
    console.error(error);
    void stop(1);
  });
}

try {
  const plan = planStack(process.env, fromRoot('.holdpoint'));
  release = takeRunLock(plan.dataDir);
  const settings = loadDevSettings(plan.dataDir);
  supervisor = new Supervisor(plan.dataDir, say);
  say(`Holdpoint starts; data in ${plan.dataDir}`);
  starting = bringUp({ plan, settings, env: process.env, supervisor, program, say, abort });
  await starting;
  say(welcome(plan, settings, process.env['HOLDPOINT_API_KEYS'], performance.now() / 1000));
} catch (error) {
  if (stoppingSince === undefined) {
    console.error(`\nHoldpoint could not start:\n${error instanceof Error ? error.message : String(error)}`);
    await stop(1);
  }
}

async function onSignal(): Promise<void> {
  if (stoppingSince === undefined) {
    say('\nStopping ...');
    return stop(0);
  }
  if (Date.now() - stoppingSince < SECOND_SIGNAL_AFTER_MS) return;
  supervisor?.killAll();
  release?.();
  process.exit(130);
}

async function stop(exitCode: number): Promise<void> {
  if (stoppingSince !== undefined) return;
  stoppingSince = Date.now();
  abort.abort(new Error('stopping'));
  await supervisor?.stopAll();
  await Promise.race([starting?.catch(() => {}), delay(TIDY_UP_MS)]); // downloads under way remove what they had so far
  release?.();
  if (exitCode === 0) say('Stopped.');
  process.exit(exitCode);
}

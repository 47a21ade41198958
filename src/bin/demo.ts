// `npm run demo`: real orders through whole lives, on the stack that runs here or on one of its own.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readOrders, type OrderFile } from '../demo/orders.js';
import { ownStack, type OwnStack } from '../demo/own-stack.js';
import { runDemo, runOrders, type DemoOptions } from '../demo/run-demo.js';
import { findRunningStack, type OpenStack } from '../demo/running-stack.js';
import { styleFor } from '../demo/style.js';

const USAGE = `npm run demo                    walks orders through whole lives: held by a review, and at slow vendors
npm run demo -- --orders DIR    walks each order document of a folder through the first life`;

const startedAt = performance.now();
const say = (line: string): void => console.log(line);
let own: OwnStack | undefined;
let leaving = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(130));
for (const failure of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(failure, (error) => {
    console.error(error);
    void leave(1);
  });
}
process.exitCode = await main();

/** @returns the exit code: 0 all lives as they must be, 1 not so, 2 it could not be tried */
async function main(): Promise<number> {
  try {
    const files = ordersAsked();
    const stack = await openStack();
    const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
    const options: DemoOptions = { stack, say, style: styleFor(process.stdout.isTTY && !process.env['NO_COLOR']) };
    const { lives, good } = files === undefined ? await runDemo(options) : await runOrders(options, files);
    await stack.close();
    await own?.stop();
    if (leaving) return 130;
    if (own) say("\nThis stack was the demo's own and is gone. To follow the links, have `npm start` running and call the demo again.");
    say(`\n${good} of ${lives} ${files === undefined ? 'lives' : 'orders'} as they must be, ${seconds()} s`);
    return good === lives ? 0 : 1;
  } catch (error) {
    if (leaving) return 130;
    console.error(error instanceof Error ? error.message : String(error));
    await own?.stop();
    return 2;
  }
}

/** @throws Error for arguments and folders that cannot be used */
function ordersAsked(): OrderFile[] | undefined {
  let dir: string | undefined;
  try {
    dir = parseArgs({ options: { orders: { type: 'string' } } }).values.orders;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
  if (dir === undefined) return undefined;
  const files = readOrders(resolve(dir));
  if (files.length === 0) throw new Error(`there is no order document in ${resolve(dir)}`);
  return files;
}

async function openStack(): Promise<OpenStack> {
  const running = await findRunningStack(process.env);
  if (!('missing' in running)) {
    say(`On the running stack, ${running.apiUrl}`);
    return running;
  }
  say(`A stack of its own starts (${running.missing})`);
  own = ownStack(process.env);
  return own.start(say);
}

async function leave(code: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  say('\nStopping ...');
  await own?.stop();
  process.exit(code);
}

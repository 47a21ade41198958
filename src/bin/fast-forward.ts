// `npm run fast-forward -- <orderId> [duration]`: moves one case's clock ahead on the running stack.
import { CannotMoveError, caseClock } from '../demo/case-clock.js';
import { parseDuration } from '../demo/duration.js';
import { findRunningStack } from '../demo/running-stack.js';
import { callsOf, type DemoStack } from '../demo/stack-calls.js';

const USAGE = `npm run fast-forward -- <orderId>              to the next planned instant of the order's case
npm run fast-forward -- <orderId> <duration>   by 90m, 5h, 3d, 1d12h …`;

/** What the move set going is awaited this long before the state is shown. */
const SETTLE_LIMIT_MS = 5000;

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 moved, 1 it could not be moved, 2 it was not understood or nothing runs */
async function main([orderId, duration, ...more]: string[]): Promise<number> {
  if (orderId === undefined || orderId.startsWith('-') || more.length > 0) return complain(USAGE, 2);
  const ms = duration === undefined ? undefined : parseDuration(duration);
  if (ms === null) return complain(`"${duration}" is no duration; expected: 90m, 5h, 3d, 1d12h …, from 1s to 366d`, 2);
  try {
    const stack = await findRunningStack(process.env);
    if ('missing' in stack) return complain(`No stack runs here: ${stack.missing}. Start one with npm start.`, 2);
    try {
      await moveCase(stack, orderId, ms);
      return 0;
    } finally {
      await stack.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return complain(error instanceof CannotMoveError ? `Not moved: ${error.message}` : `Failed: ${error.message}`, 1);
  }
}

async function moveCase(stack: DemoStack, orderId: string, ms: number | undefined): Promise<void> {
  const calls = callsOf(stack);
  const clock = caseClock(stack, calls, encodeURIComponent(orderId));
  const from = await clock.now();
  const before = await calls.caseOf(orderId);
  await (ms === undefined ? clock.toNext() : clock.move(ms));
  const to = await clock.now();
  await clock.settle(SETTLE_LIMIT_MS);
  const after = await calls.caseOf(orderId);
  console.log(`${orderId}: ${shown(from)} → ${shown(to)}`);
  console.log(`${before?.status} → ${after?.status}${after?.statusReason ? ` (${after.statusReason})` : ''}`);
  console.log(after?.nextAction ? `next: ${after.nextAction.what} at ${after.nextAction.at}` : 'next: nothing is planned');
}

function complain(text: string, code: number): number {
  console.error(text);
  return code;
}

function shown(at: number): string {
  return new Date(at).toISOString();
}

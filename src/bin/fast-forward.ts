// `npm run fast-forward -- <orderId> [duration]`: moves the clock of an order's case, or of its placement, ahead on the running stack.
import { parseArgs } from 'node:util';
import { CannotMoveError } from '../demo/cannot-move.js';
import { caseClock } from '../demo/case-clock.js';
import { parseDuration } from '../demo/duration.js';
import { findRunningStack } from '../demo/running-stack.js';
import { callsOf, type DemoStack } from '../demo/stack-calls.js';
import { openStory, PLACEMENT, REVIEW_CASE, type Story } from '../demo/stories.js';

const USAGE = `npm run fast-forward -- <orderId>              to the next planned instant of the order's case or placement
npm run fast-forward -- <orderId> <duration>   by 90m, 5h, 3d, 1d12h …
                        --case, --placement    which of them, where both are open`;

/** What the move set going is awaited this long before the state is shown. */
const SETTLE_LIMIT_MS = 5000;

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 moved, 1 it could not be moved, 2 it was not understood or nothing runs */
async function main(args: string[]): Promise<number> {
  const asked = understood(args);
  if (asked === null) return complain(USAGE, 2);
  const { orderId, duration, story } = asked;
  const ms = duration === undefined ? undefined : parseDuration(duration);
  if (ms === null) return complain(`"${duration}" is no duration; expected: 90m, 5h, 3d, 1d12h …, from 1s to 366d`, 2);
  try {
    const stack = await findRunningStack(process.env);
    if ('missing' in stack) return complain(`No stack runs here: ${stack.missing}. Start one with npm start.`, 2);
    try {
      await moveOrder(stack, orderId, story, ms);
      return 0;
    } finally {
      await stack.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return complain(error instanceof CannotMoveError ? `Not moved: ${error.message}` : `Failed: ${error.message}`, 1);
  }
}

interface Asked {
  orderId: string;
  duration: string | undefined;
  /** Undefined: whichever of the order's is open. */
  story: Story | undefined;
}

/** @returns null when the arguments are not those of the usage */
function understood(args: string[]): Asked | null {
  try {
    const options = { case: { type: 'boolean' }, placement: { type: 'boolean' } } as const;
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options });
    const [orderId, duration, ...more] = positionals;
    if (orderId === undefined || more.length > 0 || (values.case && values.placement)) return null;
    return { orderId, duration, story: values.case ? REVIEW_CASE : values.placement ? PLACEMENT : undefined };
  } catch {
    return null;
  }
}

async function moveOrder(stack: DemoStack, orderId: string, asked: Story | undefined, ms: number | undefined): Promise<void> {
  const calls = callsOf(stack);
  const id = encodeURIComponent(orderId);
  const story = asked ?? (await openStory(calls, id));
  const clock = caseClock(stack, calls, id, story);
  const from = await clock.now();
  const before = await story.find(calls, id);
  await (ms === undefined ? clock.toNext() : clock.move(ms));
  const to = await clock.now();
  await clock.settle(SETTLE_LIMIT_MS);
  const after = await story.find(calls, id);
  console.log(`${story.name} of ${orderId}: ${shown(from)} → ${shown(to)}`);
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

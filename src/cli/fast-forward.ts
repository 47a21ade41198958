/** `holdpoint fast-forward`: moves the clock of an order's case, or of its placement, ahead on the stack of `npm start` (D11). */
import { CannotMoveError } from '../demo/cannot-move.js';
import { caseClock } from '../demo/case-clock.js';
import { parseDuration } from '../demo/duration.js';
import { findRunningStack } from '../demo/running-stack.js';
import { callsOf, type DemoStack } from '../demo/stack-calls.js';
import { openStory, PLACEMENT, REVIEW_CASE, type Clocked, type Story } from '../demo/stories.js';
import { Failure, FAILED, failureOf, usage } from './failure.js';
import { printJson, type Shell } from './shell.js';

export interface FastForwardOptions {
  case?: boolean;
  placement?: boolean;
  json?: boolean;
}

/** What a move has come to. Instants are ISO 8601, of the order's own clock. */
interface Moved {
  orderId: string;
  story: Story['name'];
  from: string;
  to: string;
  before: Standing | null;
  after: (Standing & Pick<Clocked, 'nextAction'>) | null;
}
type Standing = Pick<Clocked, 'status' | 'statusReason'>;

/** What the move set going is awaited this long before the state is shown. */
const SETTLE_LIMIT_MS = 5000;

/** @param duration undefined: to the next planned instant */
export async function fastForward(shell: Shell, orderId: string, duration: string | undefined, options: FastForwardOptions): Promise<void> {
  if (options.case && options.placement) throw usage('--case and --placement are two', 'say one of them, or none where one is open');
  const ms = duration === undefined ? undefined : parseDuration(duration);
  if (ms === null) throw usage(`"${duration}" is no duration`, 'expected: 90m, 5h, 3d, 1d12h …, from 1s to 366d');
  const stack = await findRunningStack(shell.env);
  if ('missing' in stack)
    throw new Failure({ code: 'NO_STACK', message: `no stack runs here: ${stack.missing}`, hints: ['start one: npm start'] });
  try {
    const story = options.case ? REVIEW_CASE : options.placement ? PLACEMENT : undefined;
    const moved = await moveOrder(stack, orderId, story, ms).catch((error: unknown) => Promise.reject(inWords(error)));
    if (options.json) printJson(shell, moved);
    else linesOf(moved).forEach((line) => shell.print(line));
  } finally {
    await stack.close();
  }
}

async function moveOrder(stack: DemoStack, orderId: string, asked: Story | undefined, ms: number | undefined): Promise<Moved> {
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
  return {
    orderId,
    story: story.name,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    before: before && { status: before.status, statusReason: before.statusReason },
    after: after && { status: after.status, statusReason: after.statusReason, nextAction: after.nextAction },
  };
}

function inWords(error: unknown): Error {
  if (!(error instanceof CannotMoveError)) return failureOf(error);
  return new Failure({ code: 'CANNOT_MOVE', message: `not moved: ${error.message}`, exitCode: FAILED });
}

function linesOf({ orderId, story, from, to, before, after }: Moved): string[] {
  return [
    `${story} of ${orderId}: ${from} → ${to}`,
    `${before?.status} → ${after?.status}${after?.statusReason ? ` (${after.statusReason})` : ''}`,
    after?.nextAction ? `next: ${after.nextAction.what} at ${after.nextAction.at}` : 'next: nothing is planned',
  ];
}

/** Moves a case's own clock ahead on a server that can skip time (D11), or a placement's, stopping wherever it has something to do. */
import { clockOf, fastForward, NoTimeSkippingError } from '../temporal/fast-forward.js';
import { CannotMoveError } from './cannot-move.js';
import { eventually, type DemoStack, type StackCalls } from './stack-calls.js';
import { REVIEW_CASE, type Clocked, type Story } from './stories.js';

/** Lands just behind an instant, so that its timer has fired. */
const MARGIN_MS = 250;

/** How far a case's clock is ahead of the wall's, from a wall instant on. */
export interface Skip {
  wallAt: number;
  aheadMs: number;
}

export interface CaseClock {
  /** The case's clock now, epoch ms. */
  now(): Promise<number>;
  /** To the next planned instant, once nothing is under way any more. @throws CannotMoveError */
  toNext(): Promise<void>;
  /** By `ms`, stopping at each instant that is planned on the way. @throws CannotMoveError */
  move(ms: number): Promise<void>;
  /** Waits until nothing is under way any more, at most so long. */
  settle(limitMs: number): Promise<void>;
  /** Each skip so far, oldest first. */
  readonly skips: readonly Skip[];
}

/** @param story whose clock it is: the order's newest case, or its newest placement */
export function caseClock(stack: DemoStack, calls: StackCalls, orderId: string, story: Story = REVIEW_CASE): CaseClock {
  const skips: Skip[] = [];
  const { name } = story;

  const now = async (workflowId?: string): Promise<number> => clockOf(stack.client, workflowId ?? (await required()).workflowId);

  const required = async (): Promise<Clocked> => {
    const found = await story.find(calls, orderId);
    if (found === null) throw new CannotMoveError(`order ${orderId} has no ${name}`);
    return found;
  };

  /** The story once it only waits, for an instant or for people; null once it has ended. */
  const atRest = async (limitMs?: number): Promise<Resting | null> => {
    const ask = async (): Promise<Resting | null | undefined> => {
      if ((await calls.owed(orderId)) > 0 || (await calls.inboundEvents(orderId)).some(isUnderWay)) return undefined;
      const found = await required();
      if (found.ended) return null;
      return found.nextAction === null ? undefined : { ...found, nextAction: found.nextAction };
    };
    return eventually(ask, async () => `the ${name} of ${orderId} comes to rest; ${await description()}`, limitMs);
  };

  const requireOpen = async (): Promise<Resting> => {
    const found = await atRest();
    if (found !== null) return found;
    throw new CannotMoveError(`the ${name} of ${orderId} has ended (${(await required()).status})`);
  };

  const description = async (): Promise<string> => {
    const [found, owed] = await Promise.all([story.find(calls, orderId), calls.owed(orderId)]);
    const state = found === null ? 'there is none' : `it is ${found.status}, next ${JSON.stringify(found.nextAction)}`;
    return `${state}; the sandbox owes ${owed}`;
  };

  const skip = async (workflowId: string, ms: number): Promise<void> => {
    const wallAt = Date.now();
    await skipped(stack, workflowId, Math.max(1, Math.ceil(ms)));
    skips.push({ wallAt, aheadMs: (await now(workflowId)) - Date.now() });
  };

  const toInstant = async ({ workflowId, nextAction: { at } }: Resting): Promise<void> => {
    const ms = Date.parse(at) - (await now(workflowId)) + MARGIN_MS;
    if (ms > 0) await skip(workflowId, ms);
    const isBehind = async () => ((await required()).nextAction?.at === at ? undefined : true);
    await eventually(isBehind, async () => `something happens to ${orderId} at ${at}; ${await description()}`);
  };

  const move = async (ms: number): Promise<void> => {
    let found: Resting | null = await requireOpen();
    for (const until = (await now()) + ms; found !== null; found = await atRest()) {
      const left = until - (await now(found.workflowId));
      if (left <= 0) return;
      if (Date.parse(found.nextAction.at) > until) return skip(found.workflowId, left);
      await toInstant(found);
    }
  };

  return {
    now,
    toNext: async () => toInstant(await requireOpen()),
    move,
    settle: async (limitMs) => void (await atRest(limitMs).catch(() => null)),
    skips,
  };
}

type Resting = Clocked & { nextAction: NonNullable<Clocked['nextAction']> };

/** What is not yet settled may still change the case. */
function isUnderWay({ state, disposition }: { state: string; disposition: string | null }): boolean {
  return state === 'pending' || (state === 'handed_over' && disposition === null);
}

async function skipped(stack: DemoStack, workflowId: string, ms: number): Promise<void> {
  try {
    await fastForward(stack.client, workflowId, ms);
  } catch (error) {
    if (!(error instanceof NoTimeSkippingError)) throw error;
    throw new CannotMoveError(`this Temporal server cannot skip time (${error.message}); the one that npm start brings can`);
  }
}

/** Moves a case's own clock ahead on a server that can skip time (D11), stopping wherever the case has something to do. */
import { hasEnded, type CaseStatus } from '../domain/case-status.js';
import { workflowIdOf } from '../domain/identifiers.js';
import { fastForward } from '../temporal/fast-forward.js';
import { eventually, type CaseView, type DemoStack, type StackCalls } from './stack-calls.js';

/** Lands just behind an instant, so that its timer has fired. */
const MARGIN_MS = 250;

/** What cannot be moved, in words for whoever asked for it. */
export class CannotMoveError extends Error {}

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
  /** Each skip so far, oldest first. */
  readonly skips: readonly Skip[];
}

export function caseClock(stack: DemoStack, calls: StackCalls, orderId: string): CaseClock {
  const skips: Skip[] = [];

  const now = async (caseId?: string): Promise<number> => {
    const workflowId = workflowIdOf(caseId ?? (await requireCase()).caseId);
    const { raw } = await stack.client.workflow.getHandle(workflowId).describe();
    const { currentTime } = raw.workflowExtendedInfo?.timeSkippingInfo ?? {};
    return currentTime ? Number(currentTime.seconds) * 1000 + (currentTime.nanos ?? 0) / 1e6 : Date.now();
  };

  const requireCase = async (): Promise<CaseView> => {
    const found = await calls.caseOf(orderId);
    if (found === null) throw new CannotMoveError(`order ${orderId} has no review case`);
    return found;
  };

  /** The case once it only waits: for an instant or for people. */
  const atRest = async (): Promise<CaseView & { nextAction: NonNullable<CaseView['nextAction']> }> =>
    eventually(
      async () => {
        if ((await calls.owed(orderId)) > 0 || (await calls.inboundEvents(orderId)).some(isUnderWay)) return undefined;
        const found = await requireCase();
        if (hasEnded(found.status as CaseStatus)) throw new CannotMoveError(`the case of ${orderId} has ended (${found.status})`);
        return found.nextAction === null ? undefined : { ...found, nextAction: found.nextAction };
      },
      async () => `the case of ${orderId} comes to rest; ${await describe(calls, orderId)}`,
    );

  const skip = async (caseId: string, ms: number): Promise<void> => {
    const wallAt = Date.now();
    await skipped(stack, caseId, Math.max(1, Math.ceil(ms)));
    skips.push({ wallAt, aheadMs: (await now(caseId)) - Date.now() });
  };

  const toInstant = async (found: Awaited<ReturnType<typeof atRest>>): Promise<void> => {
    const { at } = found.nextAction;
    const ms = Date.parse(at) - (await now(found.caseId)) + MARGIN_MS;
    if (ms > 0) await skip(found.caseId, ms);
    const isBehind = async () => ((await requireCase()).nextAction?.at === at ? undefined : true);
    await eventually(isBehind, async () => `something happens to ${orderId} at ${at}; ${await describe(calls, orderId)}`);
  };

  const move = async (ms: number): Promise<void> => {
    const until = (await now()) + ms;
    for (;;) {
      const found = await atRest();
      if (Date.parse(found.nextAction.at) > until) return skip(found.caseId, until - (await now(found.caseId)));
      await toInstant(found);
      const { status } = await requireCase();
      if (hasEnded(status as CaseStatus) || (await now(found.caseId)) >= until) return;
    }
  };

  return { now, toNext: async () => toInstant(await atRest()), move, skips };
}

/** What is not yet settled may still change the case. */
function isUnderWay({ state, disposition }: { state: string; disposition: string | null }): boolean {
  return state === 'pending' || (state === 'handed_over' && disposition === null);
}

async function skipped(stack: DemoStack, caseId: string, ms: number): Promise<void> {
  try {
    await fastForward(stack.client, workflowIdOf(caseId), ms);
  } catch (error) {
    const { code, details } = error as { code?: number; details?: string };
    const cannot = code === 12 || (code === 3 && /time.?skipping/i.test(details ?? ''));
    if (!cannot) throw error;
    throw new CannotMoveError(`this Temporal server cannot skip time (${details}); the one that npm start brings can`);
  }
}

async function describe(calls: StackCalls, orderId: string): Promise<string> {
  const [found, owed] = await Promise.all([calls.caseOf(orderId), calls.owed(orderId)]);
  const state = found === null ? 'there is no case' : `it is ${found.status}, next ${JSON.stringify(found.nextAction)}`;
  return `${state}; the sandbox owes ${owed}`;
}

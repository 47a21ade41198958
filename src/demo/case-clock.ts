/** Moves a case's own clock ahead on a server that can skip time (D11), stopping wherever the case has something to do. */
import { hasEnded, type CaseStatus } from '../domain/case-status.js';
import { workflowIdOf } from '../domain/identifiers.js';
import { fastForward } from '../temporal/fast-forward.js';
import { eventually, type CaseView, type DemoStack, type StackCalls } from './stack-calls.js';

/** Lands just behind an instant, so that its timer has fired. */
const MARGIN_MS = 250;

/** gRPC: what a server says that does not allow time skipping, or is too old for it. */
const UNIMPLEMENTED = 12;

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
  /** Waits until nothing is under way any more, at most so long. */
  settle(limitMs: number): Promise<void>;
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

  /** The case once it only waits, for an instant or for people; null once it has ended. */
  const atRest = async (limitMs?: number): Promise<RestingCase | null> => {
    const ask = async (): Promise<RestingCase | null | undefined> => {
      if ((await calls.owed(orderId)) > 0 || (await calls.inboundEvents(orderId)).some(isUnderWay)) return undefined;
      const found = await requireCase();
      if (hasEnded(found.status as CaseStatus)) return null;
      return found.nextAction === null ? undefined : { ...found, nextAction: found.nextAction };
    };
    return eventually(ask, async () => `the case of ${orderId} comes to rest; ${await describe(calls, orderId)}`, limitMs);
  };

  const requireOpen = async (): Promise<RestingCase> => {
    const found = await atRest();
    if (found !== null) return found;
    throw new CannotMoveError(`the case of ${orderId} has ended (${(await requireCase()).status})`);
  };

  const skip = async (caseId: string, ms: number): Promise<void> => {
    const wallAt = Date.now();
    await skipped(stack, caseId, Math.max(1, Math.ceil(ms)));
    skips.push({ wallAt, aheadMs: (await now(caseId)) - Date.now() });
  };

  const toInstant = async ({ caseId, nextAction: { at } }: RestingCase): Promise<void> => {
    const ms = Date.parse(at) - (await now(caseId)) + MARGIN_MS;
    if (ms > 0) await skip(caseId, ms);
    const isBehind = async () => ((await requireCase()).nextAction?.at === at ? undefined : true);
    await eventually(isBehind, async () => `something happens to ${orderId} at ${at}; ${await describe(calls, orderId)}`);
  };

  const move = async (ms: number): Promise<void> => {
    let found: RestingCase | null = await requireOpen();
    for (const until = (await now()) + ms; found !== null; found = await atRest()) {
      const left = until - (await now(found.caseId));
      if (left <= 0) return;
      if (Date.parse(found.nextAction.at) > until) return skip(found.caseId, left);
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

type RestingCase = CaseView & { nextAction: NonNullable<CaseView['nextAction']> };

/** What is not yet settled may still change the case. */
function isUnderWay({ state, disposition }: { state: string; disposition: string | null }): boolean {
  return state === 'pending' || (state === 'handed_over' && disposition === null);
}

async function skipped(stack: DemoStack, caseId: string, ms: number): Promise<void> {
  try {
    await fastForward(stack.client, workflowIdOf(caseId), ms);
  } catch (error) {
    const { code, details } = error as { code?: number; details?: string };
    if (code !== UNIMPLEMENTED) throw error;
    throw new CannotMoveError(`this Temporal server cannot skip time (${details}); the one that npm start brings can`);
  }
}

async function describe(calls: StackCalls, orderId: string): Promise<string> {
  const [found, owed] = await Promise.all([calls.caseOf(orderId), calls.owed(orderId)]);
  const state = found === null ? 'there is no case' : `it is ${found.status}, next ${JSON.stringify(found.nextAction)}`;
  return `${state}; the sandbox owes ${owed}`;
}

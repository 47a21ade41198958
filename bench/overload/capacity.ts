/** The highest rate that is taken whole and in time. */
import { breaches, type Step } from './step.js';

export interface Search {
  /** Calls a second to begin with. */
  from: number;
  limitMs: number;
  /** Makes so many calls a second for a while. */
  probe: (perSecond: number) => Promise<Step>;
}

const FACTOR = 1.6;
const HALVINGS = 2;
const LEAST = 1;
const MOST = 5000;

/** Sent away for a moment's sake: a garbage collection, or something else on the machine. */
const SHED_SHARE = 0.01;

/** Whether a rate is within capacity: of a hundred calls at most one is sent away, and p99 is within its limit. */
export function isTaken(step: Step, limitMs: number): boolean {
  return step.shed.events + step.shed.reads <= SHED_SHARE * step.sent && breaches(step, limitMs).length === 0;
}

/**
 * Goes up by a factor until a rate is not taken, then halves the distance to the last that was. A rate that is not taken gets a second
 * try: something else on the machine may have had its moment.
 * @returns calls a second
 * @throws Error when not even one a second is taken
 */
export async function findCapacity({ from, limitMs, probe }: Search): Promise<number> {
  const takes = async (perSecond: number): Promise<boolean> =>
    isTaken(await probe(perSecond), limitMs) || isTaken(await probe(perSecond), limitMs);
  let low = 0;
  let high = from;
  while (high <= MOST && (await takes(high))) {
    low = high;
    high *= FACTOR;
  }
  if (high > MOST) return low;
  while (low === 0) {
    const lower = high / 2;
    if (lower < LEAST) throw new Error(`not even ${high.toFixed(1)} calls a second are taken within ${limitMs} ms`);
    if (await takes(lower)) low = lower;
    else high = lower;
  }
  for (let done = 0; done < HALVINGS; done += 1) {
    const middle = (low + high) / 2;
    if (await takes(middle)) low = middle;
    else high = middle;
  }
  return low;
}

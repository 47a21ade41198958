/** What becomes of each order of a run, drawn by the seed: its script at the other sides, their faults, its notices' copies. */
import type { ReviewPolicy } from '../../src/domain/review-policy.js';

export interface RunOptions {
  seed: number;
  orders: number;
  /** How long is killed, s; the first notices of all orders come in the first third of it. */
  seconds: number;
  kills: number;
  /** Kills that must land between act and answer, else the run does not count. */
  killsInGap: number;
}

/** Small enough for every change: within 90 s. */
export const CI_RUN: RunOptions = { seed: 20_261_123, orders: 40, seconds: 36, kills: 10, killsInGap: 2 };

export type Kind = 'approved' | 'resolved' | 'declined' | 'expired' | 'rejected';

export interface PlannedOrder {
  orderId: string;
  kind: Kind;
  /** How the case must end. */
  status: string;
  scenario: object;
  /** The instants of the notice's copies, ms after the beginning. */
  copiesAt: number[];
  /** When a person acts, ms after the first 202. */
  actsAfterMs: number;
}

export type Random = () => number;

/** A shorter run waits for nobody's deadline, and its reviews fail less often. */
export const LONG_S = 120;
/** Cases go on after the last kill: under one every three seconds most tries are lost. */
const WINDOW_OF_RUN = 2.2;
/** Of ten orders. */
const KINDS: Kind[] = [...Array<Kind>(6).fill('approved'), 'resolved', 'declined', 'expired', 'rejected'];
const HTTP_FAULTS = ['drop-after-acting', '500', '429', 'hang'];
const MAIL_FAULTS = ['451', 'accept-no-reply', 'hang'];
/** Answers this late leave room for a kill between act and answer. */
export const SLOW_MS = 1500;
export const SLOW_CALLS = 1000;
/** A copy may come this long after the first, and so after what the first led to. */
const LATEST_COPY_MS = 15_000;

/** When everything has ended at the latest, ms from its beginning. */
export function deadlineMsOf(options: RunOptions): number {
  return Math.round(windowMsOf(options) * 1.1);
}

function windowMsOf({ seconds }: RunOptions): number {
  return Math.round(Math.max(seconds * WINDOW_OF_RUN, LONG_S) * 1000);
}

/** Delays of seconds and limits of minutes, so that every case ends within the run. */
export function policyFor(options: RunOptions): Partial<ReviewPolicy> {
  return {
    firstDelayMs: 2000,
    intervalMs: 2000,
    coefficient: 2,
    capMs: 30_000,
    jitter: 0.2,
    minGapMs: 1000,
    retryWindowMs: windowMsOf(options),
    resolutionDeadlineMs: deadlineMsOf(options),
    answerDeadlineMs: 30_000,
    answerQuery: { initialMs: 2000, coefficient: 2, maximum: 4 },
    // Its steps would come after the run.
    escalation: { steps: [], workingTime: false },
  };
}

export function planOrders({ orders, seconds }: RunOptions, random: Random, newOrderId: () => string): PlannedOrder[] {
  return Array.from({ length: orders }, (_, index) => planOrder(newOrderId(), kindOf(index, seconds), seconds, random));
}

function kindOf(index: number, seconds: number): Kind {
  const kind = KINDS[index % KINDS.length] ?? 'approved';
  return kind === 'expired' && seconds < LONG_S ? 'declined' : kind;
}

function planOrder(orderId: string, kind: Kind, seconds: number, random: Random): PlannedOrder {
  const firstAt = random() * (seconds / 3) * 1000;
  const copies = Math.floor(random() * 3);
  return {
    orderId,
    kind,
    status: kind === 'resolved' ? 'approved' : kind,
    scenario: scenarioOf(kind, seconds, random),
    copiesAt: [firstAt, ...Array.from({ length: copies }, () => firstAt + random() * LATEST_COPY_MS)],
    actsAfterMs: (0.1 + random() * 0.5) * seconds * 1000,
  };
}

/** Reviews that fail several times keep cases open; only those to be approved pass at last. */
function scenarioOf(kind: Kind, seconds: number, random: Random): object {
  const fails = seconds < LONG_S ? 1 + pick([0, 1], random) : 2 + pick([0, 1, 2], random);
  return {
    review: [...Array<string>(fails).fill('fail:STOCK_SHORT'), ...(kind === 'approved' ? ['pass'] : [])],
    answer: pick(['inline', 'notice', 'poll'], random),
    delayMs: Math.floor(random() * 1500),
    faults: faultsBy(random),
  };
}

/** On each side perhaps one fault among its first calls; all others are answered late. */
function faultsBy(random: Random): object[] {
  return (['buyer', 'review', 'inbox'] as const).flatMap((side) => {
    const drawn = pick(side === 'inbox' ? MAIL_FAULTS : HTTP_FAULTS, random);
    const call = pick([1, 2, 3], random);
    const slow = { side, call: 1, until: SLOW_CALLS, do: `slow:${SLOW_MS}` };
    return random() < 0.4 ? [{ side, call, do: drawn }, slow] : [slow];
  });
}

export function pick<T>(choices: readonly T[], random: Random): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}

import { pollSpanMs } from './placement-schedule.js';

/** The rules of placements as data (D2): versioned and dated in PostgreSQL, snapshotted into each placement. Durations in ms. */
export interface PlacementPolicy {
  version: number;
  /** The rule of the version that matched; null (or not given): its base alone. */
  matchedRule?: string | null;
  /** How long an unpaid order waits for its payment before it fails (B2); 0: not at all. */
  paymentWaitMs: number;
  /** The placement request, while the vendor surely did not act or takes repetitions under one key. */
  send: { initialMs: number; coefficient: number; maximum: number };
  /** Asking whether a vendor has an order whose placement got no answer. */
  verify: { initialMs: number; coefficient: number; maximum: number };
  /** Placement numbers an order may use up: a new one only after the vendor surely does not have the one before. */
  maxPlacementNumbers: number;
  /** Asking for the result (B4): the last query is number `maximum`. `jitter` is a share, 0–0.5. */
  poll: { initialMs: number; intervalMs: number; coefficient: number; capMs: number; jitter: number; maximum: number };
  /** The polls must span at least this: what the vendor promises to need. */
  promisedMs: number;
  /** The one absolute deadline (D3), from the creation. */
  deadlineMs: number;
  /** When the customer is told (B5). */
  customerUpdates: 'final' | 'each_change';
  /** Final failure reasons that open a review case, and the review reason they stand for there. */
  reviewReasons: Record<string, string>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The policy a new installation starts with: 14 polls over five days. */
export const SEED_PLACEMENT_POLICY: Omit<PlacementPolicy, 'version'> = {
  paymentWaitMs: 0,
  send: { initialMs: 10_000, coefficient: 2, maximum: 6 },
  verify: { initialMs: MINUTE, coefficient: 2, maximum: 8 },
  maxPlacementNumbers: 2,
  poll: { initialMs: 30 * MINUTE, intervalMs: HOUR, coefficient: 2, capMs: 12 * HOUR, jitter: 0.1, maximum: 14 },
  promisedMs: 5 * 24 * HOUR,
  deadlineMs: 7 * 24 * HOUR,
  customerUpdates: 'final',
  reviewReasons: {},
};

/** The most polls that a policy may ask for: the history of one run stays small. */
/** The longest wait between two tries of a placement request. */
const LONGEST_SEND_WAIT_MS = 3_600_000;
const LONGEST_DEADLINE_MS = 366 * 24 * 3_600_000;
const MOST_POLLS = 500;

/** @returns every mistake of a policy, each in words that say what would be right; empty when it is sound. */
export function placementPolicyMistakes(policy: PlacementPolicy): string[] {
  const { send, verify, poll } = policy;
  const mistakes: string[] = [];
  const require = (holds: boolean, mistake: string): void => void (holds || mistakes.push(mistake));
  const duration = (name: string, value: number, least = 1000): void =>
    require(Number.isSafeInteger(value) && value >= least, `${name} must be a whole number of ms, ${least} or more`);
  const within = (name: string, value: number, least: number, most: number): void =>
    require(value >= least && value <= most, `${name} must be between ${least} and ${most}`);
  const count = (name: string, value: number, least: number, most: number): void =>
    require(Number.isSafeInteger(value) && value >= least && value <= most, `${name} must be a whole number, ${least} to ${most}`);

  duration('paymentWaitMs', policy.paymentWaitMs, 0);
  duration('send.initialMs', send.initialMs);
  require(!(send.initialMs > LONGEST_SEND_WAIT_MS), 'send.initialMs must be at most one hour');
  within('send.coefficient', send.coefficient, 1, 10);
  count('send.maximum', send.maximum, 1, 100);
  duration('verify.initialMs', verify.initialMs);
  within('verify.coefficient', verify.coefficient, 1, 10);
  // Two answers "not found" are wanted before an order counts as absent.
  count('verify.maximum', verify.maximum, 2, 100);
  count('maxPlacementNumbers', policy.maxPlacementNumbers, 1, 10);
  duration('poll.initialMs', poll.initialMs);
  duration('poll.intervalMs', poll.intervalMs);
  within('poll.coefficient', poll.coefficient, 1, 10);
  duration('poll.capMs', poll.capMs);
  require(!(poll.capMs < poll.intervalMs), 'poll.capMs must not be shorter than poll.intervalMs');
  within('poll.jitter', poll.jitter, 0, 0.5);
  count('poll.maximum', poll.maximum, 1, MOST_POLLS);
  duration('promisedMs', policy.promisedMs, 0);
  duration('deadlineMs', policy.deadlineMs);
  require(!(policy.deadlineMs > LONGEST_DEADLINE_MS), 'deadlineMs must be at most 366 days');
  require(!(policy.paymentWaitMs > policy.deadlineMs), 'paymentWaitMs must not be longer than deadlineMs');
  require(['final', 'each_change'].includes(policy.customerUpdates), 'customerUpdates must be "final" or "each_change"');
  const words = Object.entries(policy.reviewReasons).flat();
  require(words.every((word) => /^[A-Z][A-Z0-9_]{0,63}$/.test(word)), 'reviewReasons must map upper-case words to upper-case words');
  const pollsAreSound = !mistakes.some((mistake) => mistake.startsWith('poll.'));
  return pollsAreSound ? [...mistakes, ...spanMistakes(policy)] : mistakes;
}

/** The polls must outlast what the vendor promises, within the deadline (B4). */
function spanMistakes(policy: PlacementPolicy): string[] {
  const span = pollSpanMs(policy);
  const { promisedMs, deadlineMs } = policy;
  return [
    ...(span < promisedMs ? [`the polls span ${span} ms: promisedMs (${promisedMs}) must not be longer`] : []),
    ...(span > deadlineMs ? [`the polls span ${span} ms: deadlineMs (${deadlineMs}) must not be shorter`] : []),
  ];
}

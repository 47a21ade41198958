/** The rules of placements as data (D2): versioned and dated in PostgreSQL, snapshotted into each placement. Durations in ms. */
export interface PlacementPolicy {
  version: number;
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

/** @returns every mistake of a policy, each in words that say what would be right; empty when it is sound. */
export function placementPolicyMistakes({ send, verify, poll, ...policy }: PlacementPolicy): string[] {
  const mistakes: string[] = [];
  const require = (holds: boolean, mistake: string): void => void (holds || mistakes.push(mistake));
  for (const [name, backoff] of Object.entries({ send, verify, poll })) {
    require(backoff.initialMs >= 1000, `${name}.initialMs must be at least 1000`);
    require(backoff.coefficient >= 1 && backoff.coefficient <= 10, `${name}.coefficient must be between 1 and 10`);
    require(Number.isSafeInteger(backoff.maximum) &&
      backoff.maximum >= 1 &&
      backoff.maximum <= 500, `${name}.maximum must be a whole number, 1 to 500`);
  }
  let span = poll.initialMs;
  for (let number = 2; number <= Math.min(poll.maximum, 500); number += 1) {
    span += Math.min(poll.intervalMs * poll.coefficient ** (number - 2), poll.capMs);
  }
  require(span >= policy.promisedMs, `the polls span ${span} ms, which is under the promised ${policy.promisedMs} ms`);
  require(policy.deadlineMs >= policy.promisedMs, 'deadlineMs must not be shorter than promisedMs');
  return mistakes;
}

/** The rules of review as data (D2): versioned and dated in PostgreSQL, snapshotted into each case. Durations in ms. */
export interface ReviewPolicy {
  version: number;
  /** What each failure-reason type means: `preset` is held (A3), `not_preset` goes back to the buyer (A4). */
  reasonTypes: Record<string, 'preset' | 'not_preset'>;
  unknownReasonType: 'preset' | 'not_preset';
  /** From the first failure to the first review request. */
  firstDelayMs: number;
  /** From the second failure to the second request; grows by `coefficient` up to `capMs`. */
  intervalMs: number;
  coefficient: number;
  capMs: number;
  /** A share, 0–0.5: each delay is spread evenly over ± this share. */
  jitter: number;
  /** The rule applies while now − first failure ≤ this (A7). */
  retryWindowMs: number;
  /** No request at the window's end when one was made this shortly before. */
  minGapMs: number;
  /** A request without an outcome after this is a failed attempt. */
  answerDeadlineMs: number;
  /** Asking for the result of an accepted request: after `initialMs`, growing, at most `maximum` times before the deadline. */
  answerQuery: { initialMs: number; coefficient: number; maximum: number };
  /** The one absolute deadline (D3), from the first failure. */
  resolutionDeadlineMs: number;
  /** Whether a liaison's word ends a case by itself, or the review server must say so too (A8). Not given: accepted. */
  liaisonWord?: 'accepted' | 'confirmed';
  /** Whether a buyer is told "succeeded" early (A3); off for buyers that ship on it or cannot take corrections. */
  earlySuccess: { default: boolean; buyers: Record<string, boolean> };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The policy a new installation starts with. */
export const SEED_REVIEW_POLICY: Omit<ReviewPolicy, 'version'> = {
  reasonTypes: {
    STOCK_SHORT: 'preset',
    DEDUCTION_ERROR: 'preset',
    INTERFACE_TIMEOUT: 'preset',
    PRICE_SYNC: 'preset',
    CONTENT_MISMATCH: 'not_preset',
    BUYER_NOT_AUTHORISED: 'not_preset',
    PROHIBITED_GOODS: 'not_preset',
  },
  unknownReasonType: 'not_preset',
  firstDelayMs: 10 * MINUTE,
  intervalMs: 30 * MINUTE,
  coefficient: 2,
  capMs: 4 * HOUR,
  jitter: 0.1,
  retryWindowMs: 24 * HOUR,
  minGapMs: 15 * MINUTE,
  answerDeadlineMs: 2 * HOUR,
  answerQuery: { initialMs: 5 * MINUTE, coefficient: 2, maximum: 4 },
  resolutionDeadlineMs: 72 * HOUR,
  liaisonWord: 'accepted',
  earlySuccess: { default: true, buyers: {} },
};

/** @returns whether this buyer may be told "succeeded" before it is true. */
export function earlySuccessFor(policy: ReviewPolicy, buyerId: string): boolean {
  return Object.hasOwn(policy.earlySuccess.buyers, buyerId) ? policy.earlySuccess.buyers[buyerId] === true : policy.earlySuccess.default;
}

/** @returns every mistake of a policy, each in words that say what would be right; empty when it is sound. */
export function policyMistakes(policy: ReviewPolicy): string[] {
  const mistakes: string[] = [];
  const require = (holds: boolean, mistake: string): void => void (holds || mistakes.push(mistake));
  const durations = ['firstDelayMs', 'intervalMs', 'capMs', 'retryWindowMs', 'answerDeadlineMs', 'resolutionDeadlineMs'] as const;
  for (const name of durations) {
    require(Number.isSafeInteger(policy[name]) && policy[name] >= 1000, `${name} must be a whole number of ms, at least 1000`);
  }
  require(Number.isSafeInteger(policy.minGapMs) && policy.minGapMs >= 0, 'minGapMs must be a whole number of ms, 0 or more');
  require(policy.coefficient >= 1 && policy.coefficient <= 10, 'coefficient must be between 1 and 10');
  require(policy.jitter >= 0 && policy.jitter <= 0.5, 'jitter must be between 0 and 0.5');
  require(policy.retryWindowMs >= policy.firstDelayMs, 'retryWindowMs must not be shorter than firstDelayMs');
  require(policy.resolutionDeadlineMs >= policy.retryWindowMs, 'resolutionDeadlineMs must not be shorter than retryWindowMs');
  require(policy.capMs >= policy.intervalMs, 'capMs must not be shorter than intervalMs');
  const { initialMs, coefficient, maximum } = policy.answerQuery;
  require(Number.isSafeInteger(initialMs) && initialMs >= 1000, 'answerQuery.initialMs must be a whole number of ms, at least 1000');
  require(coefficient >= 1 && coefficient <= 10, 'answerQuery.coefficient must be between 1 and 10');
  require(Number.isSafeInteger(maximum) && maximum >= 0 && maximum <= 100, 'answerQuery.maximum must be a whole number, 0 to 100');
  return mistakes;
}

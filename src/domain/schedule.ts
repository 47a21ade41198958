import type { ReviewPolicy } from './review-policy.js';

/** The absolute limits of a case, epoch ms. */
export interface CaseLimits {
  windowEndsAt: number;
  deadlineAt: number;
}

/** Window end (A7) and resolution deadline (D3), both counted from the first failure. */
export function caseLimits(policy: ReviewPolicy, firstFailureAt: number): CaseLimits {
  return { windowEndsAt: firstFailureAt + policy.retryWindowMs, deadlineAt: firstFailureAt + policy.resolutionDeadlineMs };
}

/** The wait before request number `attempt` (1-based), in ms, without jitter. */
export function reviewDelayMs(policy: ReviewPolicy, attempt: number): number {
  if (attempt <= 1) return policy.firstDelayMs;
  return Math.min(policy.intervalMs * policy.coefficient ** (attempt - 2), policy.capMs);
}

/**
 * When the next review request is due (A6, A7), or null when the rule has no request left to make.
 *
 * Never past the window's end or the deadline. What would fall beyond the window is made at its end, unless one was made
 * within `minGapMs` before.
 * @param now epoch ms of the failure that asks for it; beyond the window the rule no longer applies
 * @param random in [0, 1), spreads the delay over ± jitter
 */
export function nextReviewAt(
  policy: ReviewPolicy,
  limits: CaseLimits,
  now: number,
  attempts: number,
  lastRequestAt: number | null,
  random: number,
): number | null {
  const end = Math.min(limits.windowEndsAt, limits.deadlineAt);
  if (now > end) return null;
  const spread = 1 + policy.jitter * (2 * random - 1);
  const planned = now + Math.max(1000, Math.round(reviewDelayMs(policy, attempts + 1) * spread));
  if (planned < end) return planned;
  const madeShortlyBefore = lastRequestAt !== null && end - lastRequestAt <= policy.minGapMs;
  return madeShortlyBefore ? null : end;
}

/** By when a request made at `requestedAt` must be answered: never past the deadline. */
export function answerDueAt(policy: ReviewPolicy, limits: CaseLimits, requestedAt: number): number {
  return Math.min(requestedAt + policy.answerDeadlineMs, limits.deadlineAt);
}

/** When the result is asked for again after `queries` queries, or null when only the last look at `dueAt` is left. */
export function nextQueryAt(policy: ReviewPolicy, now: number, queries: number, dueAt: number): number | null {
  if (queries >= policy.answerQuery.maximum) return null;
  const planned = now + Math.round(policy.answerQuery.initialMs * policy.answerQuery.coefficient ** queries);
  return planned < dueAt ? planned : null;
}

import type { ReviewPolicy } from './review-policy.js';
import { shiftIntoWorkingTime } from './working-time.js';

/** What the schedule needs of a policy. */
export type SchedulePolicy = Pick<
  ReviewPolicy,
  | 'firstDelayMs'
  | 'intervalMs'
  | 'coefficient'
  | 'capMs'
  | 'jitter'
  | 'minGapMs'
  | 'retryWindowMs'
  | 'resolutionDeadlineMs'
  | 'workingIntervals'
>;

/** The absolute limits of a case, epoch ms. */
export interface CaseLimits {
  windowEndsAt: number;
  deadlineAt: number;
}

/** Window end (A7) and resolution deadline (D3), both counted from the first failure. */
export function caseLimits(policy: Pick<ReviewPolicy, 'retryWindowMs' | 'resolutionDeadlineMs'>, firstFailureAt: number): CaseLimits {
  return { windowEndsAt: firstFailureAt + policy.retryWindowMs, deadlineAt: firstFailureAt + policy.resolutionDeadlineMs };
}

/** The wait before request number `attempt` (1-based), in ms, without jitter. */
export function reviewDelayMs(policy: SchedulePolicy, attempt: number): number {
  if (attempt <= 1) return policy.firstDelayMs;
  return Math.min(policy.intervalMs * policy.coefficient ** (attempt - 2), policy.capMs);
}

/**
 * When the next review request is due (A6, A7), or null when the rule has no request left to make.
 *
 * Never past the window's end or the deadline. What would fall beyond the window is made at its end, unless one was made
 * within `minGapMs` before. What would fall outside working time waits for its next opening, spread over the width of the jitter; where
 * none comes before the end, it is made as planned.
 * @param now epoch ms of the failure that asks for it; beyond the window the rule no longer applies
 * @param random in [0, 1), spreads the delay over ± jitter
 */
export function nextReviewAt(
  policy: SchedulePolicy,
  limits: CaseLimits,
  now: number,
  attempts: number,
  lastRequestAt: number | null,
  random: number,
): number | null {
  const end = Math.min(limits.windowEndsAt, limits.deadlineAt);
  if (now > end) return null;
  const delayMs = reviewDelayMs(policy, attempts + 1);
  const planned = now + Math.max(1000, Math.round(delayMs * (1 + policy.jitter * (2 * random - 1))));
  const at = planned < end ? shiftIntoWorkingTime(policy.workingIntervals, planned, end, spreadMs(policy, delayMs, random)) : end;
  if (at < end) return at;
  const madeShortlyBefore = lastRequestAt !== null && end - lastRequestAt <= policy.minGapMs;
  return madeShortlyBefore ? null : end;
}

/** How long after an opening a request that waited for it is made. */
export function spreadMs(policy: Pick<ReviewPolicy, 'jitter'>, delayMs: number, random: number): number {
  return Math.round(2 * policy.jitter * delayMs * random);
}

/**
 * The most requests the rule can make: each delay as short as the jitter allows, each request failing at once.
 * @param limit counting stops above it
 */
export function mostReviewRequests(policy: SchedulePolicy, limits: CaseLimits, limit: number): number {
  let requests = 0;
  let now = limits.windowEndsAt - policy.retryWindowMs;
  let last: number | null = null;
  while (requests <= limit) {
    const next = nextReviewAt(policy, limits, now, requests, last, 0);
    if (next === null) break;
    requests += 1;
    now = next;
    last = next;
  }
  return requests;
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

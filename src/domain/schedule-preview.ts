/** All instants that a policy plans (D2): without jitter, the bounds with it, and one example. */
import type { PlacementPolicy } from './placement-policy.js';
import { nextPollAt, plannedPolls } from './placement-schedule.js';
import { caseLimits, nextReviewAt, reviewDelayMs, spreadMs, type CaseLimits, type SchedulePolicy } from './schedule.js';
import { openAtOrAfter } from './working-time.js';

/** One request or query by its number, epoch ms. Null: that course does not come to so many. */
export interface PlannedInstant {
  number: number;
  /** Without jitter. */
  at: number | null;
  earliest: number;
  latest: number;
  /** One course as it may come. */
  example: number | null;
}

/**
 * The review requests of a case (A6, A7), where each fails at once: an answer that takes its time moves what follows.
 * @param random draws in [0, 1), for the example
 */
export function previewReviews(policy: SchedulePolicy, firstFailureAt: number, random: () => number): PlannedInstant[] {
  const limits = caseLimits(policy, firstFailureAt);
  const end = Math.min(limits.windowEndsAt, limits.deadlineAt);
  const plain = reviewInstants({ ...policy, jitter: 0 }, limits, firstFailureAt, () => 0);
  const earliest = reviewInstants(policy, limits, firstFailureAt, () => 0);
  const latest = reviewInstants(
    policy,
    limits,
    firstFailureAt,
    () => 1,
    (at, number) => latestOf(policy, at, number, earliest[number - 1] ?? end, end),
  );
  const example = reviewInstants(policy, limits, firstFailureAt, random);
  const count = Math.max(plain.length, earliest.length, latest.length, example.length);
  // A course that is out of requests is so because of the end of the window: nothing comes later, and what is not there comes not before.
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    at: plain[index] ?? null,
    earliest: earliest[index] ?? end,
    latest: latest[index] ?? end,
    example: example[index] ?? null,
  }));
}

/** The requests of one course, epoch ms. @param adjust moves one before the next follows from it */
export function reviewInstants(
  policy: SchedulePolicy,
  limits: CaseLimits,
  firstFailureAt: number,
  random: () => number,
  adjust: (at: number, number: number) => number = (at) => at,
): number[] {
  const instants: number[] = [];
  for (let now = firstFailureAt; ;) {
    const next = nextReviewAt(policy, limits, now, instants.length, instants.at(-1) ?? null, random());
    if (next === null) return instants;
    now = adjust(next, instants.length + 1);
    instants.push(now);
  }
}

/** A request that waited for an opening may come later after it than one that was planned right behind it. */
function latestOf(policy: SchedulePolicy, at: number, number: number, earliest: number, end: number): number {
  const open = policy.workingIntervals === undefined ? null : openAtOrAfter(policy.workingIntervals, at);
  if (open === null || at >= end || at < open[0] || earliest > open[0]) return at;
  const waited = Math.min(open[0] + spreadMs(policy, reviewDelayMs(policy, number), 1), open[1] - 1, end - 1);
  return Math.max(at, waited);
}

/** The result queries of a placement (B4), where none is final; the last look comes at the deadline at the latest. @param placedAt epoch ms */
export function previewPolls(
  policy: Pick<PlacementPolicy, 'poll'>,
  placedAt: number,
  deadlineAt: number,
  random: () => number,
): (PlannedInstant & { lastLook: boolean })[] {
  const example: number[] = [];
  for (let next: number | null = placedAt; next !== null && next < deadlineAt;) {
    next = nextPollAt(policy, next, example.length, deadlineAt, null, random());
    if (next !== null) example.push(next);
  }
  return plannedPolls(policy, placedAt, deadlineAt).map(({ number, at, earliestAt, latestAt, lastLook }) => {
    return { number, at, earliest: earliestAt, latest: latestAt, example: example[number - 1] ?? null, lastLook };
  });
}

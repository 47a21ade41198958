import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SEED_PLACEMENT_POLICY } from '../../src/domain/placement-policy.js';
import { caseLimits, nextReviewAt } from '../../src/domain/schedule.js';
import { previewPolls, previewReviews } from '../../src/domain/schedule-preview.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import type { WorkingInterval } from '../../src/domain/working-time.js';
import { policies, START } from '../support/case-simulation.js';
import { seeded } from '../support/seeded.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('D2: the preview of a schedule', () => {
  it('D2: shows all instants without jitter', () => {
    const planned = previewReviews({ ...SEED_REVIEW_POLICY, jitter: 0 }, START, () => 0.5);
    const minutes = planned.map(({ at }) => ((at ?? 0) - START) / MINUTE);
    assert.deepEqual(minutes, [10, 40, 100, 220, 460, 700, 940, 1180, 1420, 1440]);
    for (const { at, earliest, latest, example } of planned) assert.deepEqual([earliest, latest, example], [at, at, at]);
  });

  it('D2: no course with jitter leaves the bounds that it shows, with and without a calendar', () => {
    const intervals: fc.Arbitrary<WorkingInterval[] | undefined> = fc.option(
      fc
        .integer({ min: 1, max: 10 })
        .map((open): WorkingInterval[] => [0, 1, 2, 3].map((day) => [START + day * DAY + 3 * HOUR, START + day * DAY + (3 + open) * HOUR])),
      { nil: undefined },
    );
    fc.assert(
      fc.property(policies, intervals, fc.integer(), (drawn, workingIntervals, seed) => {
        const policy = workingIntervals === undefined ? drawn : { ...drawn, workingIntervals };
        const random = seeded(seed);
        const planned = previewReviews(policy, START, random);
        const limits = caseLimits(policy, START);
        const course: number[] = [];
        for (let next = nextReviewAt(policy, limits, START, 0, null, random()); next !== null;) {
          course.push(next);
          next = nextReviewAt(policy, limits, next, course.length, next, random());
        }
        assert.ok(course.length <= planned.length, `${course.length} requests, ${planned.length} previewed`);
        course.forEach((at, index) => {
          const { earliest, latest } = planned[index]!;
          assert.ok(earliest <= at && at <= latest, `request ${index + 1} at ${at}, previewed ${earliest} to ${latest}`);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('D2: of the seed of placements shows 14 polls over five days and more, none past the deadline', () => {
    const deadlineAt = START + SEED_PLACEMENT_POLICY.deadlineMs;
    const polls = previewPolls(SEED_PLACEMENT_POLICY, START, deadlineAt, () => 0.9);
    assert.equal(polls.length, 14);
    assert.ok((polls.at(-1)?.at ?? 0) - START >= SEED_PLACEMENT_POLICY.promisedMs);
    assert.ok(polls.every(({ earliest, at, latest }) => earliest <= (at ?? 0) && (at ?? 0) <= latest && latest <= deadlineAt));
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { policyMistakes, SEED_REVIEW_POLICY, type ReviewPolicy } from '../../src/domain/review-policy.js';
import { answerDueAt, caseLimits, nextQueryAt, nextReviewAt, reviewDelayMs } from '../../src/domain/schedule.js';
import { policies } from '../support/case-simulation.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 0, 1, 8);
const policy: ReviewPolicy = { ...SEED_REVIEW_POLICY, version: 1, jitter: 0 };
const limits = caseLimits(policy, T0);
const share = fc.double({ min: 0, max: 0.999999, noNaN: true });

describe('the schedule of review requests', () => {
  it('waits the first delay, then grows by the coefficient up to the cap', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => reviewDelayMs(policy, attempt) / MINUTE);
    assert.deepEqual(delays, [10, 30, 60, 120, 240, 240, 240]);
  });

  it('A7: the window is inclusive: at its very end the rule still applies, a millisecond later it does not', () => {
    assert.equal(nextReviewAt(policy, limits, limits.windowEndsAt, 3, null, 0.5), limits.windowEndsAt);
    assert.equal(nextReviewAt(policy, limits, limits.windowEndsAt + 1, 3, null, 0.5), null);
  });

  it('A7: what would fall beyond the window is made at its end, unless one was made shortly before', () => {
    const now = limits.windowEndsAt - 20 * MINUTE;
    assert.equal(nextReviewAt(policy, limits, now, 5, now, 0.5), limits.windowEndsAt);
    const shortlyBefore = limits.windowEndsAt - policy.minGapMs;
    assert.equal(nextReviewAt(policy, limits, shortlyBefore, 5, shortlyBefore, 0.5), null);
    assert.equal(nextReviewAt(policy, limits, shortlyBefore, 5, shortlyBefore - 1, 0.5), limits.windowEndsAt);
  });

  it('spreads each delay within the jitter, never past window or deadline, never into the past', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 60 * HOUR }), fc.nat(20), share, (drawn, after, attempts, random) => {
        const own = caseLimits(drawn, T0);
        const now = T0 + after;
        const next = nextReviewAt(drawn, own, now, attempts, null, random);
        const end = Math.min(own.windowEndsAt, own.deadlineAt);
        if (now > end) return assert.equal(next, null);
        assert.ok(next !== null && next >= now && next <= end);
        const delay = reviewDelayMs(drawn, attempts + 1);
        if (next < end) assert.ok(Math.abs(next - now - delay) <= delay * drawn.jitter + 1, 'outside the jitter');
      }),
    );
  });

  it('D3: an answer is due at the latest at the deadline, queries before it', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 60 * HOUR }), fc.nat(10), (drawn, after, queries) => {
        const own = caseLimits(drawn, T0);
        const due = answerDueAt(drawn, own, T0 + after);
        assert.ok(due <= own.deadlineAt);
        const next = nextQueryAt(drawn, T0 + after, queries, due);
        if (next !== null) assert.ok(next < due && queries < drawn.answerQuery.maximum);
      }),
    );
  });
});

describe('a policy', () => {
  it('as shipped is sound', () => assert.deepEqual(policyMistakes(policy), []));

  it('is refused with all its mistakes', () => {
    const bad: ReviewPolicy = {
      ...policy,
      coefficient: 0.5,
      jitter: 0.9,
      retryWindowMs: MINUTE,
      firstDelayMs: 2 * MINUTE,
      resolutionDeadlineMs: 1000,
    };
    delete bad.escalation;
    assert.equal(policyMistakes(bad).length, 4, policyMistakes(bad).join('\n'));
  });

  it('drawn at random for these tests is sound', () => {
    fc.assert(fc.property(policies, (drawn) => assert.deepEqual(policyMistakes(drawn), [])));
  });
});

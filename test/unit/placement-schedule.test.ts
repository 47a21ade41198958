import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placementPolicyMistakes, SEED_PLACEMENT_POLICY, type PlacementPolicy } from '../../src/domain/placement-policy.js';
import {
  nextPollAt,
  nextVerifyAt,
  plannedPolls,
  plannedVerifications,
  pollDelayMs,
  pollSpanMs,
  verifyDelayMs,
} from '../../src/domain/placement-schedule.js';
import { placementPolicies } from '../support/placement-simulation.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 0, 1, 8);
const seed: PlacementPolicy = { ...SEED_PLACEMENT_POLICY, version: 1 };
const share = fc.double({ min: 0, max: 0.999999, noNaN: true });

describe('the schedule of polls', () => {
  it('B4: the seed policy asks 14 times in little more than five days: half an hour, then 1, 2, 4, 8 and ever 12 hours', () => {
    const hours = Array.from({ length: 14 }, (_, index) => pollDelayMs(seed, index + 1) / HOUR);
    assert.deepEqual(hours, [0.5, 1, 2, 4, 8, 12, 12, 12, 12, 12, 12, 12, 12, 12]);
    assert.ok(pollSpanMs(seed) >= 5 * DAY && pollSpanMs(seed) <= 7 * DAY);
  });

  it('B4: the waits after the first grow, each at least as long as the one before, up to the cap', () => {
    fc.assert(
      fc.property(placementPolicies, fc.integer({ min: 2, max: 500 }), (policy, poll) => {
        const [now, next] = [pollDelayMs(policy, poll), pollDelayMs(policy, poll + 1)];
        assert.ok(next >= now && next <= policy.poll.capMs);
        assert.ok(Number.isSafeInteger(next));
      }),
    );
  });

  it('B4: each poll lies within the jitter of its wait; number maximum is the last', () => {
    fc.assert(
      fc.property(placementPolicies, fc.nat(20), share, (policy, polls, random) => {
        const next = nextPollAt(policy, T0, polls, T0 + 1000 * DAY, null, random);
        if (polls >= policy.poll.maximum) return assert.equal(next, null);
        const delay = pollDelayMs(policy, polls + 1);
        assert.ok(next !== null && Math.abs(next - T0 - delay) <= delay * policy.poll.jitter + 1);
      }),
    );
  });

  it('B4: the jitter is used to its full width', () => {
    const wait = (random: number): number => (nextPollAt(seed, T0, 5, T0 + 7 * DAY, null, random) ?? 0) - T0;
    assert.deepEqual([wait(0), wait(0.5)], [12 * HOUR * 0.9, 12 * HOUR]);
    assert.ok(wait(0.999999) > 12 * HOUR * 1.0999);
  });

  it('D3: nothing is planned past the deadline, whatever the vendor asks; a vendor that asks for time gets it until then', () => {
    fc.assert(
      fc.property(
        placementPolicies,
        fc.nat(5 * DAY),
        fc.nat(10),
        fc.option(fc.nat(10 * DAY)),
        share,
        (policy, left, polls, after, random) => {
          const [deadlineAt, notBefore] = [T0 + left, after === null ? null : T0 + after];
          const poll = nextPollAt(policy, T0, polls, deadlineAt, notBefore, random);
          const verify = nextVerifyAt(policy, T0, polls, T0 + 3 * HOUR, deadlineAt, notBefore);
          for (const at of [poll, verify]) {
            if (at === null) continue;
            assert.ok(at <= deadlineAt && at >= Math.min(notBefore ?? 0, deadlineAt));
          }
        },
      ),
    );
  });

  it('B4: a preview shows what the rule does: each planned poll is where the rule puts it without jitter', () => {
    fc.assert(
      fc.property(placementPolicies, fc.integer({ min: 1, max: 5 * DAY }), (policy, left) => {
        const deadlineAt = T0 + left;
        const still = { ...policy, poll: { ...policy.poll, jitter: 0 } };
        let at = T0;
        for (const planned of plannedPolls(policy, T0, deadlineAt)) {
          at = nextPollAt(still, at, planned.number - 1, deadlineAt, null, 0.5) ?? Number.NaN;
          assert.equal(planned.at, at);
          assert.ok(planned.earliestAt <= at && at <= planned.latestAt && planned.latestAt <= deadlineAt);
          assert.equal(planned.lastLook, at === deadlineAt);
        }
        assert.ok(at === deadlineAt || nextPollAt(still, at, policy.poll.maximum, deadlineAt, null, 0.5) === null);
      }),
    );
  });

  it('B4: without a deadline in its way, a preview spans what the policy spans', () => {
    fc.assert(
      fc.property(placementPolicies, (policy) => {
        const planned = plannedPolls(policy, T0, T0 + 1000 * DAY);
        assert.equal(planned.length, policy.poll.maximum);
        assert.equal((planned.at(-1)?.at ?? 0) - T0, pollSpanMs(policy));
      }),
    );
  });
});

describe('the schedule of verifications', () => {
  it('B3: the last two questions come after the vendor has settled, so that two answers can count', () => {
    fc.assert(
      fc.property(placementPolicies, fc.nat(5 * DAY), (policy, settleMs) => {
        const planned = plannedVerifications(policy, settleMs, T0, T0 + 1000 * DAY);
        assert.equal(planned.length, policy.verify.maximum);
        assert.ok(planned.slice(-2).every(({ at }) => at >= T0 + settleMs));
        assert.deepEqual(
          planned.map(({ at }) => at),
          planned.map(({ at }) => at).toSorted((one, other) => one - other),
        );
        assert.equal(planned[0]?.number, 1);
      }),
    );
  });

  it('B3: the waits grow by the coefficient', () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((question) => verifyDelayMs(seed, question) / MINUTE),
      [1, 2, 4, 8],
    );
  });

  it('D3: at the deadline it ends, as the last look', () => {
    const planned = plannedVerifications(seed, 10 * MINUTE, T0, T0 + 20 * MINUTE);
    assert.deepEqual(
      planned.map(({ at, lastLook }) => [(at - T0) / MINUTE, lastLook]),
      [
        [1, false],
        [3, false],
        [7, false],
        [15, false],
        [20, true],
      ],
    );
  });
});

describe('a policy of placements', () => {
  it('as shipped is sound', () => assert.deepEqual(placementPolicyMistakes(seed), []));

  it('drawn at random for these tests is sound', () => {
    fc.assert(fc.property(placementPolicies, (policy) => assert.deepEqual(placementPolicyMistakes(policy), [])));
  });

  it('B4: whose polls do not span what the vendor promises, or outlast the deadline, is refused', () => {
    const span = pollSpanMs(seed);
    assert.deepEqual(placementPolicyMistakes({ ...seed, promisedMs: span }), []);
    assert.match(placementPolicyMistakes({ ...seed, promisedMs: span + 1 }).join(), /promisedMs/);
    assert.deepEqual(placementPolicyMistakes({ ...seed, deadlineMs: span }), []);
    assert.match(placementPolicyMistakes({ ...seed, deadlineMs: span - 1 }).join(), /deadlineMs/);
  });

  const wrong: [what: string, policy: PlacementPolicy][] = [
    ['paymentWaitMs', { ...seed, paymentWaitMs: -1 }],
    ['paymentWaitMs', { ...seed, paymentWaitMs: 8 * DAY }],
    ['send.initialMs', { ...seed, send: { ...seed.send, initialMs: 999 } }],
    ['send.coefficient', { ...seed, send: { ...seed.send, coefficient: 0.9 } }],
    ['send.maximum', { ...seed, send: { ...seed.send, maximum: 0 } }],
    ['verify.initialMs', { ...seed, verify: { ...seed.verify, initialMs: 1000.5 } }],
    ['verify.coefficient', { ...seed, verify: { ...seed.verify, coefficient: Number.NaN } }],
    ['verify.maximum', { ...seed, verify: { ...seed.verify, maximum: 1 } }],
    ['maxPlacementNumbers', { ...seed, maxPlacementNumbers: 0 }],
    ['poll.initialMs', { ...seed, poll: { ...seed.poll, initialMs: 0 } }],
    ['poll.intervalMs', { ...seed, poll: { ...seed.poll, intervalMs: Infinity } }],
    ['poll.coefficient', { ...seed, poll: { ...seed.poll, coefficient: 0.99 } }],
    ['poll.capMs', { ...seed, poll: { ...seed.poll, capMs: HOUR - 1 } }],
    ['poll.jitter', { ...seed, poll: { ...seed.poll, jitter: 0.51 } }],
    ['poll.maximum', { ...seed, poll: { ...seed.poll, maximum: 501 } }],
    ['promisedMs', { ...seed, promisedMs: -1 }],
    ['deadlineMs', { ...seed, deadlineMs: 1 }],
    ['customerUpdates', { ...seed, customerUpdates: 'never' as 'final' }],
    ['reviewReasons', { ...seed, reviewReasons: { 'out of stock': 'STOCK_SHORT' } }],
  ];
  for (const [what, policy] of wrong) {
    it(`is refused for its ${what}: ${JSON.stringify(what.split('.').reduce<any>((value, key) => value[key], policy))}`, () => {
      const mistakes = placementPolicyMistakes(policy);
      assert.ok(
        mistakes.some((mistake) => mistake.includes(what)),
        mistakes.join('\n'),
      );
    });
  }

  it('is refused with all its mistakes at once', () => {
    const policy = { ...seed, paymentWaitMs: -1, maxPlacementNumbers: 11, promisedMs: 6 * DAY, send: { ...seed.send, maximum: 101 } };
    assert.equal(placementPolicyMistakes(policy).length, 4, placementPolicyMistakes(policy).join('\n'));
  });
});

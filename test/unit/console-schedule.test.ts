import assert from 'node:assert/strict';
import { plannedQuestions, questionsOf, type Line, type Plan } from '../../src/console/placements/schedule.js';
import { SEED_PLACEMENT_POLICY as POLICY } from '../../src/domain/placement-policy.js';
import { previewPolls } from '../../src/domain/schedule-preview.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-05T08:00:00Z');
const iso = (at: number): string => new Date(at).toISOString();
const line = (type: string, hours: number, data: object = {}, actor = 'holdpoint', before = 'placed'): Line => {
  return { type, actor, before, data: { ...data }, caseAt: iso(START + hours * HOUR) };
};

describe("console: a placement's questions", () => {
  it('has each question with its answer, a push between them left out', () => {
    const questions = questionsOf([
      line('order_sent', 0, {}, 'holdpoint', 'created'),
      line('vendor_reported', 0, { vendorStatus: 'ACCEPTED' }, 'vendor', 'sent'),
      line('vendor_asked', 1, { purpose: 'poll', poll: 1 }),
      line('vendor_reported', 1.1, { vendorStatus: 'PUSHED' }, 'carrier'),
      line('vendor_reported', 1.2, { vendorStatus: 'PACKED' }, 'vendor'),
      line('vendor_asked', 2, { purpose: 'poll', poll: 2 }),
      line('vendor_answered', 2.1, { purpose: 'poll', result: 'no_answer', error: 'HTTP 503' }, 'vendor'),
      line('vendor_asked', 3, { purpose: 'by_hand' }, 'Kim'),
      line('succeeded', 3.1, { vendorStatus: 'DELIVERED' }, 'vendor'),
    ]);
    const seen = questions.map(({ number, by, answer, word, error }) => [number, by, answer, word, error]);
    assert.deepEqual(seen, [
      [1, 'holdpoint', 'found', 'PACKED', null],
      [2, 'holdpoint', 'no_answer', null, 'HTTP 503'],
      [null, 'Kim', 'final', 'DELIVERED', null],
    ]);
  });

  const deadline = START + POLICY.deadlineMs;
  const preview = {
    placedAt: iso(START),
    polls: previewPolls(POLICY, START, deadline, () => 0.5).map(({ number, at, earliest, latest }) => {
      return { number, at: at === null ? null : iso(at), earliest: iso(earliest), latest: iso(latest) };
    }),
  };
  const plan = (changes: Partial<Plan>): Plan => {
    return { status: 'placed', nextAction: null, deadlineAt: iso(deadline), polls: 0, caseAt: iso(START), endedAt: null, ...changes };
  };

  it('plans the rest from the next on, as the policy would from there', () => {
    const next = START + 10 * HOUR;
    const planned = plannedQuestions(plan({ polls: 2, nextAction: { what: 'poll 3', at: iso(next) } }), preview);
    assert.deepEqual(planned[0], { number: 3, what: 'poll', at: next, earliest: next, latest: next });
    // Before poll 4 four hours, before poll 5 eight, from then on twelve.
    assert.deepEqual(
      planned.slice(1, 5).map(({ number, at }) => [number, (at - next) / HOUR]),
      [
        [4, 4],
        [5, 12],
        [6, 24],
        [7, 36],
      ],
    );
    assert.deepEqual([planned.at(-1)?.number, planned.at(-1)?.what], [POLICY.poll.maximum, 'poll']);
    assert.ok(planned.slice(1).every(({ earliest, at, latest }) => earliest < at && at < latest));
  });

  it('ends with the last look, where the deadline comes before the last question', () => {
    const next = deadline - 20 * HOUR;
    const planned = plannedQuestions(plan({ polls: 5, nextAction: { what: 'poll 6', at: iso(next) } }), preview);
    assert.deepEqual(
      planned.map(({ number, what, at }) => [number, what, at]),
      [
        [6, 'poll', next],
        [7, 'poll', next + 12 * HOUR],
        [8, 'lastLook', deadline],
      ],
    );
  });

  it('knows only the next one without a preview, and nothing after the end', () => {
    const nextAction = { what: 'ask whether the vendor has the order, question 2', at: iso(START) };
    assert.deepEqual(
      plannedQuestions(plan({ status: 'sent', nextAction }), preview).map(({ what }) => what),
      ['verify'],
    );
    assert.deepEqual(plannedQuestions(plan({ status: 'created', nextAction: { what: 'payment due', at: iso(START) } }), preview), []);
    assert.equal(plannedQuestions(plan({ nextAction: { what: 'poll 1', at: iso(START) } }), null).length, 1);
    assert.deepEqual(plannedQuestions(plan({ status: 'failed', endedAt: iso(START) }), preview), []);
  });
});

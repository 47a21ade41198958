/** The console's policies: what differs between two documents, changing a member, and mistakes at their member. */
import assert from 'node:assert/strict';
import { comparedLines, mistakesAt, mistakesOf, withValue, type Draft } from '../../src/console/policies/document.js';
import { unitFor } from '../../src/console/policies/fields.js';
import { reviewDocumentMistakes } from '../../src/domain/review-rules.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';

const seed = SEED_REVIEW_POLICY as unknown as Record<string, unknown>;
const rule = { name: 'big', when: { amount: { currency: 'SEK', from: '100000' } }, then: { capMs: 60_000 } };

describe('a policy line by line', () => {
  it('says what differs, and only that', () => {
    const left: Draft = { base: seed, rules: [] };
    const right: Draft = { base: withValue(seed, 'answerQuery.initialMs', 60_000), rules: [rule] };
    const differing = comparedLines(left, right).filter(({ differs }) => differs);
    assert.deepEqual(
      differing.map(({ rule: name, part, path, right: value }) => [name, part, path, value]),
      [
        [null, 'base', 'answerQuery.initialMs', 60_000],
        ['big', 'position', '', 1],
        ['big', 'when', 'amount', { currency: 'SEK', from: '100000' }],
        ['big', 'then', 'capMs', 60_000],
      ],
    );
    assert.equal(comparedLines(right, structuredClone(right)).filter(({ differs }) => differs).length, 0);
  });

  it('changes a member without touching the document, and leaves nothing empty behind', () => {
    const then = withValue({}, 'poll.capMs', 5);
    assert.deepEqual(then, { poll: { capMs: 5 } });
    assert.deepEqual(withValue(then, 'poll.capMs', undefined), {});
    assert.deepEqual(then, { poll: { capMs: 5 } });
  });

  it('finds the member of every mistake that the domain names', () => {
    const base = {
      ...SEED_REVIEW_POLICY,
      capMs: 1000,
      jitter: 2,
      escalation: { steps: [{ afterMs: 1, to: 'liaison' as const }], workingTime: true },
    };
    const errors = reviewDocumentMistakes({ base, rules: [{ ...rule, then: { firstDelayMs: 1 } }] }).map(({ place, message }) => ({
      path: place,
      message,
    }));
    const mistakes = mistakesOf(errors);
    for (const path of ['capMs', 'jitter', 'escalation']) assert.ok(mistakesAt(mistakes, null, path).length > 0, path);
    assert.equal(mistakesAt(mistakes, 0, 'firstDelayMs').length, 1);
    assert.equal(mistakesAt(mistakes, null, 'escalation.steps[0]').length, 1);
    assert.equal(mistakesAt(mistakes, null, 'firstDelayMs').length, 0);
  });

  it('shows a length in the unit that people say', () => {
    const units = [0, 90_000, 600_000, 86_400_000, 3 * 86_400_000].map(unitFor);
    assert.deepEqual(units, ['minutes', 'seconds', 'minutes', 'hours', 'days']);
  });
});

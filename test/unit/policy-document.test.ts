import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareDecimals } from '../../src/domain/decimal.js';
import { explainPlacement, explainReview } from '../../src/domain/explanation.js';
import { decideReason } from '../../src/domain/failure-reason.js';
import { SEED_PLACEMENT_POLICY } from '../../src/domain/placement-policy.js';
import { mergePatch, type PolicyRule } from '../../src/domain/policy-document.js';
import { mistakesOfDocument, resolvePolicy } from '../../src/domain/policy-kinds.js';
import { SEED_REVIEW_POLICY, type ReviewRules } from '../../src/domain/review-policy.js';
import { reviewRuleMatches, type ReviewWhen } from '../../src/domain/review-rules.js';
import { readPolicyDocument } from '../../src/wire/policy-document.js';

const HOUR = 3_600_000;
const inputs = { reasonType: 'STOCK_SHORT', buyerId: 'b-1', amount: '6225.50', currency: 'SEK' };
const rule = (name: string, when: ReviewWhen, then: PolicyRule<ReviewRules, ReviewWhen>['then']) => ({ name, when, then });

describe('D2: amounts are compared as decimals', () => {
  const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.nat(8)).map(([digits, places]) => {
    const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
    const whole = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
    return { text: `${digits < 0n ? '-' : ''}${whole}`, scaled: digits * 10n ** BigInt(8 - places) };
  });

  it('D2: exactly, where binary floats would not tell them apart', () => {
    assert.ok(compareDecimals('100000000000000000.01', '100000000000000000.02') < 0);
    assert.equal(compareDecimals('10', '10.00'), 0);
    assert.ok(compareDecimals('-1.5', '-1.4') < 0);
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        assert.equal(Math.sign(compareDecimals(a.text, b.text)), a.scaled < b.scaled ? -1 : a.scaled > b.scaled ? 1 : 0);
      }),
    );
  });
});

describe('D2: a policy as a document', () => {
  it('D2: the first rule that matches changes the base; without one the base applies', () => {
    const rules = [
      rule('big orders', { amount: { currency: 'SEK', from: '5000' } }, { retryWindowMs: 48 * HOUR, answerQuery: { maximum: 9 } }),
      rule('this buyer', { buyerIds: ['b-1'] }, { earlySuccess: { default: false } }),
    ];
    const document = { base: SEED_REVIEW_POLICY, rules };
    const big = resolvePolicy('review', 7, document, inputs);
    assert.deepEqual([big.version, big.matchedRule, big.retryWindowMs, big.earlySuccess.default], [7, 'big orders', 48 * HOUR, true]);
    assert.deepEqual(big.answerQuery, { ...SEED_REVIEW_POLICY.answerQuery, maximum: 9 });
    const small = resolvePolicy('review', 7, document, { ...inputs, amount: '4999.99' });
    assert.deepEqual([small.matchedRule, small.retryWindowMs, small.earlySuccess.default], ['this buyer', 24 * HOUR, false]);
    const { version: _, matchedRule, ...base } = resolvePolicy('review', 7, document, { ...inputs, amount: '1', buyerId: 'b-2' });
    assert.deepEqual([matchedRule, base], [null, SEED_REVIEW_POLICY]);
  });

  it('D2: a band takes its lower bound in and leaves its upper bound out; another currency and what is not known match nothing', () => {
    const band = { amount: { currency: 'SEK', from: '6225.5', below: '7000' } };
    assert.equal(reviewRuleMatches(band, inputs), true);
    assert.equal(reviewRuleMatches(band, { ...inputs, amount: '7000.00' }), false);
    assert.equal(reviewRuleMatches(band, { ...inputs, currency: 'EUR' }), false);
    assert.equal(reviewRuleMatches(band, { ...inputs, amount: null, currency: null }), false);
    assert.equal(reviewRuleMatches({ buyerIds: ['b-1'] }, { ...inputs, buyerId: null }), false);
    assert.equal(reviewRuleMatches({ reasonTypes: ['STOCK_SHORT'], buyerIds: ['b-2'] }, inputs), false, 'all conditions must hold');
  });

  it('D2: placements go by vendor and campaign', () => {
    const rules = [
      { name: 'spring', when: { vendorIds: ['points'], campaigns: ['spring'] }, then: { customerUpdates: 'each_change' as const } },
    ];
    const document = { base: SEED_PLACEMENT_POLICY, rules };
    assert.equal(resolvePolicy('placement', 1, document, { vendorId: 'points', campaign: 'spring' }).customerUpdates, 'each_change');
    assert.equal(resolvePolicy('placement', 1, document, { vendorId: 'points', campaign: null }).matchedRule, null);
    assert.equal(resolvePolicy('placement', 1, document, { vendorId: 'other', campaign: 'spring' }).matchedRule, null);
  });

  it('merges as RFC 7396 says, its examples included, and takes no prototype from anyone', () => {
    assert.deepEqual(mergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } }), { a: 'z', c: { d: 'e' } });
    assert.deepEqual(mergePatch({ a: ['b'] }, { a: ['c'] }), { a: ['c'] });
    assert.deepEqual(mergePatch({}, { a: { bb: { ccc: null } } }), { a: { bb: {} } });
    const merged = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    assert.equal((merged as { polluted?: boolean }).polluted, undefined);
  });

  it('D2: the seeds are sound', () => {
    assert.deepEqual(mistakesOfDocument('review', { base: SEED_REVIEW_POLICY, rules: [] }), []);
    assert.deepEqual(mistakesOfDocument('placement', { base: SEED_PLACEMENT_POLICY, rules: [] }), []);
  });

  it('D2: a bad policy is refused with all its mistakes, each with its place', () => {
    const base = { ...SEED_REVIEW_POLICY, coefficient: 0.5, retryWindowMs: 60_000 };
    const rules = [
      rule('moons', { reasonTypes: ['MOON_PHASE'] }, {}),
      rule('moons', { amount: { currency: 'SEK', from: '10', below: '9' } }, { jitter: 0.9 }),
      rule('every second', {}, { firstDelayMs: 1000, intervalMs: 1000, capMs: 1000, coefficient: 1, retryWindowMs: HOUR }),
    ];
    assert.deepEqual(
      mistakesOfDocument('review', { base, rules }).map(({ place, message }) => `${place}: ${message}`),
      [
        'base: coefficient must be between 1 and 10',
        'base: retryWindowMs must not be shorter than firstDelayMs',
        'rules[0] "moons": "MOON_PHASE" is an unknown reason type: base.reasonTypes does not list it',
        'rules[1] "moons": another rule before has the same name',
        'rules[1] "moons": when.amount: from must be less than below',
        'rules[1] "moons": jitter must be between 0 and 0.5',
        'rules[2] "every second": when is empty: what holds for every case belongs into base',
        'rules[2] "every second": the delays make over 500 review requests within retryWindowMs',
      ],
    );
  });

  it('D2: mistakes of form stand beside those of sense, also where only one rule is malformed', () => {
    const { document, malformed, mistakes } = readPolicyDocument('review', {
      base: SEED_REVIEW_POLICY,
      rules: [
        { name: 'typo', when: { buyerIds: ['b'] }, then: { retryWindow: 1, jitter: 'much' } },
        { name: 'no when', then: {} },
      ],
    });
    assert.deepEqual(
      mistakes.map(({ place }) => place),
      ['rules[0] "typo"', 'rules[0] "typo"', 'rules[1] "no when"'],
    );
    assert.match(mistakes.map(({ message }) => message).join('\n'), /jitter: .*number[\s\S]*retryWindow[\s\S]*when/);
    assert.deepEqual(malformed, ['rules[0]', 'rules[1]']);
    assert.notEqual(document, null);
    assert.equal(readPolicyDocument('placement', { base: { poll: 3 } }).document, null);
    assert.equal(readPolicyDocument('review', 'nonsense').mistakes[0]?.place, 'content');
  });
});

describe('D2: an explanation', () => {
  const policy = { version: 3, effectiveFrom: '2026-01-01T00:00:00.000Z', createdBy: 'Anna', why: 'stock takes two days' };
  const limits = { windowEndsAt: '2026-01-02T08:00:00.000Z', deadlineAt: '2026-01-04T08:00:00.000Z' };
  const decision = decideReason(inputs, { ...SEED_REVIEW_POLICY, version: 3, matchedRule: 'big orders' });

  it('D2: says version, rule and all inputs, in English and Chinese', () => {
    const input = { orderId: 'P-1', decision, policy, versionNow: 4, limits };
    assert.equal(
      explainReview(input, 'en'),
      'Order P-1 is held and its review is asked for again, because its failure-reason type STOCK_SHORT is one of the preset ones in version 3 of ' +
        'the review policy, by its rule "big orders". Looked at: reason type STOCK_SHORT, buyer b-1, amount 6225.50 SEK. Version 3 is by Anna and ' +
        'dated 2026-01-01T00:00:00.000Z; why: stock takes two days. Requests are made until 2026-01-02T08:00:00.000Z; it must be resolved by ' +
        '2026-01-04T08:00:00.000Z. It has been moved since, and follows version 4 now.',
    );
    const chinese = explainReview(input, 'zh-CN');
    for (const part of ['P-1', '第 3 版', '“big orders”', 'STOCK_SHORT', '买方 b-1', '6225.50 SEK', 'Anna', '第 4 版', limits.deadlineAt]) {
      assert.ok(chinese.includes(part), `${part} is not in ${chinese}`);
    }
  });

  it('D2: tells a type that is not listed from one that is not preset', () => {
    const unlisted = decideReason({ ...inputs, reasonType: 'MOON_PHASE' }, { ...SEED_REVIEW_POLICY, version: 3 });
    const text = explainReview({ orderId: 'P-1', decision: unlisted, policy: null, versionNow: 3, limits: null }, 'en');
    assert.match(text, /MOON_PHASE is not listed, and what is not listed counts as not preset .* no rule matched/);
    assert.equal(
      explainReview({ orderId: 'P-1', decision: null, policy: null, versionNow: null, limits: null }, 'zh-CN'),
      '订单 P-1 尚未作出决定。',
    );
  });

  it('D2: of a placement says vendor, campaign and why it stands as it does', () => {
    const placed = { policyVersion: 2, matchedRule: null, inputs: { vendorId: 'points', campaign: null } };
    const input = {
      orderId: 'P-1',
      decision: placed,
      policy,
      status: 'failed',
      statusReason: 'MAX_POLLS_EXCEEDED',
      deadlineAt: limits.deadlineAt,
    };
    assert.match(
      explainPlacement(input, 'en'),
      /version 2 of the placement policy.*vendor points, campaign none.*failed: MAX_POLLS_EXCEEDED/,
    );
    assert.match(explainPlacement(input, 'zh-CN'), /第 2 版.*供应商 points.*failed（MAX_POLLS_EXCEEDED）/);
  });
});

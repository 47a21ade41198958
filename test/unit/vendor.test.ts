import assert from 'node:assert/strict';
import { asVendorAnswer, notBeforeOnCaseClock } from '../../src/activities/vendor/wire.js';
import { sampleVendors } from '../../src/db/sample-vendors.js';
import { meaningOf, unmappedWords, vendorMistakes, type Vendor } from '../../src/domain/vendor.js';

const SAMPLES = sampleVendors('http://127.0.0.1:9104');

describe('vendors', () => {
  it('B3: what a mapping leaves out of a vocabulary is named, in its order', () => {
    const statuses = { ACCEPTED: { means: 'in_progress' }, LOST: { means: 'failed', reason: 'LOST' } } as const;
    assert.deepEqual(unmappedWords({ statuses, vocabulary: ['SENT', 'ACCEPTED', 'toString', 'LOST'] }), ['SENT', 'toString']);
    assert.deepEqual(unmappedWords({ statuses, vocabulary: ['LOST'] }), []);
  });

  for (const vendor of SAMPLES) {
    it(`${vendor.id} is sound, its 30 and more words are mapped whole, and to all three meanings`, () => {
      assert.deepEqual(vendorMistakes(vendor), []);
      assert.deepEqual(unmappedWords(vendor), []);
      assert.ok(vendor.vocabulary.length >= 30, String(vendor.vocabulary.length));
      assert.equal(new Set(vendor.vocabulary).size, vendor.vocabulary.length);
      assert.deepEqual(Object.keys(vendor.statuses).toSorted(), vendor.vocabulary.toSorted());
      const meanings = vendor.vocabulary.map((word) => meaningOf(vendor.statuses, word)?.means);
      assert.equal(new Set(meanings).size, 3);
    });
  }

  it('B3: the words that the sandbox answers by itself are mapped at both', () => {
    for (const { statuses } of SAMPLES) {
      const means = ['ACCEPTED', 'IN_TRANSIT', 'DELIVERED', 'CANCELLED'].map((word) => meaningOf(statuses, word)?.means);
      assert.deepEqual(means, ['in_progress', 'in_progress', 'succeeded', 'failed']);
    }
  });

  it('every mistake of a vendor is named', () => {
    const [sample] = SAMPLES;
    assert.ok(sample);
    const wrong: Vendor = {
      ...sample,
      id: 'Points Mall',
      name: ' ',
      baseUrl: 'http://vendor.example/',
      settleMs: -1,
      maxPerSecond: 0,
      maxConcurrent: 1.5,
      timeoutMs: 60_000,
      statuses: { A: { means: 'failed', reason: 'lost' }, B: { means: 'failed', reason: 'NOT_PLACED' } },
    };
    const named = vendorMistakes(wrong).map((mistake) => mistake.split(' must')[0]);
    assert.deepEqual(named, [
      'id',
      'name',
      'baseUrl',
      'settleMs',
      'maxPerSecond',
      'maxConcurrent',
      'timeoutMs',
      'the reason of "A"',
      'the reason of "B" is one of the house\'s own: NOT_PLACED',
    ]);
  });

  it('an answer needs a word; what else cannot be understood counts as not said', () => {
    const empty = { vendorOrderId: null, description: null, notBefore: null };
    assert.deepEqual(asVendorAnswer({ status: ' OK ' }), { status: 'OK', ...empty });
    assert.deepEqual(asVendorAnswer({ status: 'OK', vendorOrderId: 17, description: {}, notBefore: 'soon' }), {
      ...empty,
      status: 'OK',
      vendorOrderId: '17',
    });
    for (const body of [null, 'OK', [], {}, { status: '' }, { status: 7 }, { status: 'x'.repeat(101) }]) {
      assert.equal(asVendorAnswer(body), null, JSON.stringify(body));
    }
  });

  it("B4: a vendor's notBefore is moved onto the case's clock, and bounded", () => {
    const now = Date.UTC(2026, 0, 1);
    const day = 86_400_000;
    const at = (ms: number): string => new Date(now + ms).toISOString();
    assert.equal(notBeforeOnCaseClock(at(5000), now, now), now + 5000);
    assert.equal(notBeforeOnCaseClock(at(5000), now - 60_000, now), now + 5000, 'a call that waited in the queue');
    assert.equal(notBeforeOnCaseClock(at(5000), now + 3 * day, now), now + 3 * day + 5000, 'where time was skipped');
    assert.equal(notBeforeOnCaseClock(at(400 * day), now, now), now + 30 * day);
    for (const past of [at(-1), at(0), null]) assert.equal(notBeforeOnCaseClock(past, now, now), null);
  });
});

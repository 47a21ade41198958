/** What the feed tells of an audit's lines, and when a delivery is tried again: pure. */
import assert from 'node:assert/strict';
import type { CaseRow } from '../../src/domain/case-record.js';
import { caseFeed, redone } from '../../src/domain/feed.js';
import { afterFailure, RETRY_AFTER_MS } from '../../src/domain/subscription.js';

const row = { caseId: 'P-1/1', orderId: 'P-1', reviewRound: 1, reasonType: 'STOCK_SHORT', buyerId: 'b-1', liaisonId: 'l-1' } as CaseRow;
const line = (number: number, type: string, before: string, after: string, data: Record<string, unknown> = {}) => ({
  number,
  type,
  at: 1000 + number,
  before,
  after,
  data,
});

describe('the feed of an audit', () => {
  it('E3: of several lines of one decision the change of status is told once', () => {
    const lines = [
      line(7, 'review_failed', 'in_review', 'held', { reviewRequestId: 'P-1.1.1', reason: { type: 'PRICE', text: 'asked Ingrid' } }),
      line(8, 'review_planned', 'in_review', 'held', { at: '2026-01-01T00:00:00Z' }),
      line(9, 'paused', 'held', 'held', { note: 'Ingrid is away' }),
    ];
    const told = caseFeed(lines, row);
    assert.deepEqual(
      told.map(({ type, number }) => [type, number]),
      [
        ['case.review_failed', 7],
        ['case.held', 7],
        ['case.paused', 9],
      ],
    );
    assert.deepEqual(told[0]?.data, {
      orderId: 'P-1',
      buyerId: 'b-1',
      caseId: 'P-1/1',
      reviewRound: 1,
      reasonType: 'STOCK_SHORT',
      liaisonId: 'l-1',
      status: 'held',
      reviewRequestId: 'P-1.1.1',
      reason: 'PRICE',
    });
    assert.doesNotMatch(JSON.stringify(told), /Ingrid/);
  });

  it('a decision that falls the same way again leaves everything as it was told', () => {
    const told = caseFeed([line(2, 'paused', 'held', 'held'), line(3, 'approved', 'held', 'approved', { reason: 'LIAISON' })], row);
    const written = told.map((entry, index) => ({ ...entry, id: String(index) }));
    assert.deepEqual(redone(written, told), { withdrawn: [], added: [] });
    const [paused] = written;
    assert.deepEqual(redone(written, [told[1]!]), { withdrawn: [paused], added: [] });
  });
});

describe('a delivery that failed', () => {
  const failed = { attempts: 1, status: 500, retryAfterMs: null, replay: false };

  it('is tried again for a little over three days, then its subscription is disabled', () => {
    const waits = RETRY_AFTER_MS.map((_, index) => afterFailure({ ...failed, attempts: index + 1 }, 0.5));
    assert.deepEqual(
      waits,
      RETRY_AFTER_MS.map((ms) => ({ kind: 'retry', ms })),
    );
    const sum = RETRY_AFTER_MS.reduce((total, ms) => total + ms, 0);
    assert.ok(sum > 72 * 3_600_000 && sum < 80 * 3_600_000);
    assert.deepEqual(afterFailure({ ...failed, attempts: RETRY_AFTER_MS.length + 1 }, 0), { kind: 'disable', reason: 'NO_SUCCESS' });
  });

  it('of a replay is given up after three tries, and disables nothing', () => {
    assert.equal(afterFailure({ ...failed, attempts: 2, replay: true }, 0).kind, 'retry');
    assert.deepEqual(afterFailure({ ...failed, attempts: 3, replay: true }, 0), { kind: 'give_up' });
  });
});

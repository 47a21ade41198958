/** The demo's judge of placements: what it lets pass, and that it sees each way in which a life at a vendor can be wrong. */
import assert from 'node:assert/strict';
import { judgePlacement, type PlacementExpectation } from '../../src/demo/judge-placement.js';
import type { OrderDocument } from '../../src/domain/order.js';
import type { Arrival } from '../../src/sandbox/arrival-log.js';
import { sampleOrder } from '../support/sample-order.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1, 8);
const EMAIL = 'c@customer.example';
const order = sampleOrder('P-1', { payment: { status: 'PAID', reference: 'pay-1' } }) as unknown as OrderDocument;
const iso = (ms: number): string => new Date(NOW + ms).toISOString();

/** The first request was lost; under the second number the vendor refused at the second poll. */
const REFUSED: PlacementExpectation = {
  order,
  accepted: { from: NOW - 100, to: NOW + 100 },
  email: EMAIL,
  vendorId: 'mall',
  sent: [1, 1],
  asked: [2, 2],
  told: [{ status: 'failed', reason: 'LOST', description: 'lost', mailSays: 'failed', after: { least: HOUR, most: 2 * HOUR } }],
  refund: 'LOST',
};

type Raw = Pick<Arrival, 'side' | 'method' | 'path' | 'body'> & Partial<Arrival>;

const sent = (number: number, key = `P-1/${number}/place`, more: object = {}): Raw => ({
  side: 'vendor',
  method: 'POST',
  path: '/mall/orders',
  headers: { 'idempotency-key': key },
  body: { placementNumber: `P-1/${number}`, order, customer: null, ...more },
});
const asked = (number: number): Raw => ({ side: 'vendor', method: 'GET', path: `/mall/orders/P-1%2F${number}`, body: null });
const FACTS = {
  messageId: 'P-1/placement/1',
  orderId: 'P-1',
  placementNumber: 'P-1/2',
  status: 'failed',
  reason: 'LOST',
  description: 'lost',
};
const webhook = (more: object = {}): Raw => ({
  side: 'customer',
  method: 'POST',
  path: '/webhook',
  body: { ...FACTS, at: iso(1.5 * HOUR), ...more },
});
const mail = (subject = 'Order P-1: failed', id = '<1@x>'): Raw => ({
  side: 'inbox',
  method: 'SMTP',
  path: EMAIL,
  body: '',
  headers: { subject, 'message-id': id },
});
const refund = (more: object = {}): Raw => ({
  side: 'buyer',
  method: 'POST',
  path: '/refunds-due',
  body: { amount: order.total.value, currency: order.total.currency, paymentReference: 'pay-1', reason: 'LOST', ...more },
});
const BEFORE = [sent(1), asked(1), asked(1), sent(2), asked(2), asked(2)];
const TOLD = [webhook(), mail(), refund()];

const judged = (raw: Raw[], expected = REFUSED): string[] =>
  judgePlacement(
    expected,
    raw.map((one, index) => ({ seq: index + 1, at: iso(index), headers: {}, orderId: 'P-1', call: null, signatureValid: true, ...one })),
  );

describe('the judge of placements in the demo', () => {
  it('B5: lets a life pass that is as it must be', () => {
    assert.deepEqual(judged([...BEFORE, ...TOLD]), []);
    assert.deepEqual(judged([...BEFORE, ...TOLD.toReversed()]), [], 'mail and webhook race');
  });

  const wrong: [string, Raw[], RegExp][] = [
    [
      'a second order under the same number',
      [sent(1), ...BEFORE, ...TOLD],
      /the vendor got P-1\/1, then P-1\/2; seen: P-1\/1, then P-1\/1/,
    ],
    ['a second number under the key of the first', replaced(sent(2, 'P-1/1/place')), /2 keys at the vendor/],
    [
      'a second number before the vendor said twice that it has none',
      [sent(1), asked(1), sent(2), asked(1), asked(2), asked(2), ...TOLD],
      /2 questions before number 2; seen: 1/,
    ],
    ['an order that was never sent', TOLD, /the vendor got P-1\/1, then P-1\/2; seen: nothing/],
    ['an order without its document', replaced(sent(2, 'P-1/2/place', { order: {} })), /whole order document at the vendor/],
    ['a poll too many', [...BEFORE, asked(2), ...TOLD], /2 questions for P-1\/2; seen: 3/],
    ['a question for a number that was never sent', [...BEFORE, asked(3), ...TOLD], /no question for another number; seen: P-1\/3/],
    ['a customer who is told nothing', [...BEFORE, mail(), refund()], /the customer is told .*; seen: nothing/],
    ['a customer who is told twice', [...BEFORE, webhook(), ...TOLD], /the customer is told/],
    ['a customer who is told of a success', [...BEFORE, webhook({ status: 'succeeded' }), mail(), refund()], /the customer is told/],
    ['a customer who is told too early', [...BEFORE, webhook({ at: iso(0.9 * HOUR) }), mail(), refund()], /told between/],
    ['a mail that says otherwise', [...BEFORE, webhook(), mail('Order P-1: completed'), refund()], /the mails Order P-1: failed; seen/],
    ['no mail', [...BEFORE, webhook(), refund()], /the mails Order P-1: failed; seen: nothing/],
    ['a mail twice', [...BEFORE, ...TOLD, mail()], /distinct Message-IDs/],
    ['a mail to somebody else', [...BEFORE, ...TOLD, { ...mail(), path: 'x@x.example' }], /nothing else on any side/],
    ['no refund', [...BEFORE, webhook(), mail()], /refunds due: .*; seen: nothing/],
    ['a refund twice', [...BEFORE, ...TOLD, refund()], /refunds due/],
    ['a refund of another amount', [...BEFORE, webhook(), mail(), refund({ amount: '1' })], /refunds due/],
    [
      'a cancellation',
      [...BEFORE, ...TOLD, { side: 'vendor', method: 'POST', path: '/mall/orders/P-1%2F2/cancel', body: {} }],
      /nothing else/,
    ],
    ['a call to another vendor', [...BEFORE, ...TOLD, { ...asked(2), path: '/post/orders/P-1%2F2' }], /nothing else/],
    ['a wrong signature', [...BEFORE, { ...webhook(), signatureValid: false }, mail(), refund()], /valid signatures/],
  ];
  for (const [what, raw, said] of wrong) {
    it(`B5: sees ${what}`, () => {
      const mistakes = judged(raw);
      assert.ok(
        mistakes.some((mistake) => said.test(mistake)),
        `not seen: ${JSON.stringify(mistakes)}`,
      );
    });
  }

  it('B5: what is not the placement’s is judged as the review case’s, where the order is handed over to one', () => {
    const noticed = REFUSED.accepted;
    const request: Raw = {
      side: 'review',
      method: 'POST',
      path: '/review-requests',
      body: { reviewRequestId: 'P-1.1.1', orderId: 'P-1', reviewRound: 1, attempt: 1, requestedAt: iso(600_000) },
    };
    const handedOver = { ...REFUSED, reviewCase: { noticed, buyer: [], mails: 0, requests: 1 } };
    assert.deepEqual(judged([...BEFORE, ...TOLD, request], handedOver), []);
    assert.deepEqual(judged([...BEFORE, ...TOLD], handedOver), ['expected: 1 review requests; seen: 0']);
    assert.deepEqual(judged([...BEFORE, ...TOLD, request]), [
      'expected: nothing else on any side; seen: POST /review-requests at the review side',
    ]);
  });

  it('B4: sees that somebody was told what nobody knew', () => {
    const said = ['expected: nobody told what nobody knows; seen: arrival 7 at the customer side'];
    assert.deepEqual(judged([...BEFORE, ...TOLD], { ...REFUSED, silentUpTo: 7 }), said);
  });
});

/** The good life with another second request. */
function replaced(second: Raw): Raw[] {
  return [sent(1), asked(1), asked(1), second, asked(2), asked(2), ...TOLD];
}

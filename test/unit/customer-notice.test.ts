import assert from 'node:assert/strict';
import { asCustomer, composeCustomerNotice } from '../../src/domain/customer-notice.js';
import type { OrderDocument } from '../../src/domain/order.js';
import type { CustomerMessage } from '../../src/domain/placement-effects.js';
import { PLACEMENT_FAILURES, PLACEMENT_STATUSES } from '../../src/domain/placement-status.js';
import { isTrackingToken, trackingToken, trackingUrl } from '../../src/wire/tracking-link.js';
import { sampleOrder } from '../support/sample-order.js';

const SECRET = 'a link key of tests, 32 characters';
const order = sampleOrder('P-1', { lines: [{ item: 'Paint <red>', quantity: '2', unitCode: 'LTR' }] }) as unknown as OrderDocument;
const message: CustomerMessage = {
  placementId: 'P-1/placement',
  orderId: 'P-1',
  placementNumber: 'P-1/1',
  sequence: 1,
  channel: 'email',
  status: 'succeeded',
  reason: null,
  description: null,
  caseAt: Date.UTC(2026, 0, 1, 8),
};

describe("the customer's notice", () => {
  for (const locale of ['en', 'zh-CN']) {
    it(`B5: ${locale}: says every status, every reason of the house in words, and carries the link in both parts`, () => {
      const customer = asCustomer({ name: 'Lin', email: 'lin@example.org', locale });
      assert.ok(customer);
      const url = trackingUrl('http://h.example', SECRET, 'P-1');
      const said = PLACEMENT_STATUSES.map((status) => composeCustomerNotice({ ...message, status }, customer, order, url));
      assert.equal(new Set(said.map(({ subject }) => subject)).size, PLACEMENT_STATUSES.length);
      for (const { text, html } of said) assert.ok(text.includes(url) && html.includes(`href="${url}"`));
      for (const reason of Object.keys(PLACEMENT_FAILURES)) {
        const { text } = composeCustomerNotice({ ...message, status: 'failed', reason }, customer, order, url);
        assert.ok(!text.includes(reason), text);
      }
      const text = (reason: string) => composeCustomerNotice({ ...message, status: 'failed', reason }, customer, order, url).text;
      assert.ok(text('ODD_REASON').includes('ODD_REASON'));
      assert.notEqual(text('DEADLINE_PASSED').split('\n\n')[1], text('OUT_OF_STOCK').split('\n\n')[1], 'what is not certain is not said');
    });
  }

  it('markup in an order or a description is no markup, and what is missing is left out', () => {
    const customer = asCustomer({ email: 'x@example.org', locale: 'fr' });
    assert.ok(customer);
    const { html, text } = composeCustomerNotice({ ...message, description: '<img src=x>' }, customer, order, 'http://h.example/track');
    assert.match(html, /2 LTR × Paint &lt;red&gt;/);
    assert.doesNotMatch(html, /<img/);
    assert.match(text, /^Dear customer,/);
    assert.doesNotMatch(text, /Reason|null|undefined/);
  });

  it('a customer is what is text of it', () => {
    assert.equal(asCustomer(null), null);
    assert.equal(asCustomer('Lin'), null);
    const empty = { id: null, name: null, email: null, phone: null, locale: null, webhook: null };
    assert.deepEqual(asCustomer({ id: 7, name: '', email: 'e@x' }), { ...empty, email: 'e@x' });
  });

  it("B5: a link's token is the order's own, and the secret's", () => {
    const token = trackingToken(SECRET, 'P-1');
    assert.match(token, /^[\w-]{43}$/);
    assert.ok(isTrackingToken(SECRET, 'P-1', token));
    for (const wrong of [trackingToken(SECRET, 'P-2'), trackingToken(`${SECRET}x`, 'P-1'), '', `${token}A`]) {
      assert.ok(!isTrackingToken(SECRET, 'P-1', wrong));
    }
  });
});

/** What the first failure means: which order, whom it concerns, who is told what (A1–A5). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, House, sampleOrder } from '../support/house.js';

const FIXTURES = new URL('../fixtures/orders/', import.meta.url);
const fixture = (name: string): any => JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));

describe('deciding', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  it('A1: the order is in the notice', async () => {
    const orderId = house.newOrderId();
    const order = sampleOrder(orderId, { colour: { of: ['the', 'box'] } });
    await house.fail(orderId, { order });
    await house.untilStatus(orderId, 'held');
    const [message] = await house.untilBuyerHeard(orderId, 1);
    assert.deepEqual(message.order, order, 'the order went through changed');
  });

  it('A1: the order is in the database, from an earlier round', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'PROHIBITED_GOODS' } });
    await house.untilStatus(orderId, 'rejected');
    await house.fail(orderId, { reviewRound: 2 });
    await house.untilStatus(orderId, 'held', 2);
    const fetched = (await house.arrivals(orderId, 'review')).filter(({ method, path }) => method === 'GET' && path.startsWith('/orders/'));
    assert.equal(fetched.length, 0, 'it was fetched though it was known');
  });

  it('A1: the order is fetched from the review server', async () => {
    const orderId = house.newOrderId();
    const order = sampleOrder(orderId);
    await house.scenario(orderId, { review: ['pass'], answer: 'inline', order });
    await house.fail(orderId);
    await house.untilStatus(orderId, 'held');
    const [message] = await house.untilBuyerHeard(orderId, 1);
    assert.deepEqual(message.order, order);
  });

  it('A1: an unknown order tells nobody, shows as a problem, and can be retried once it is known', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId);
    await house.untilStatus(orderId, 'order_unknown');
    await house.workflowEnded(orderId);
    const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=ORDER_UNKNOWN`)).body;
    assert.equal(items.length, 1);
    assert.deepEqual(items[0].actions, ['retry', 'settle']);
    assert.deepEqual(await house.buyerMessages(orderId), []);
    assert.deepEqual(await house.mails(orderId), []);

    await house.scenario(orderId, { review: ['pass'], answer: 'inline', order: sampleOrder(orderId) });
    assert.equal((await house.api('POST', `/v1/inbound-events/${items[0].id}/retry`)).status, 202);
    const held = await house.untilStatus(orderId, 'held');
    assert.equal(held.caseId, `${orderId}/1r2`);
    assert.equal(held.firstFailureAt, items[0].receivedAt, 'the first failure is still the first');
    await house.untilBuyerHeard(orderId, 1);
    const again = await house.api('POST', `/v1/inbound-events/${items[0].id}/retry`);
    assert.equal(again.body.code, 'ACTION_NOT_ALLOWED');
  });

  it('A1: an invalid order document from the review server counts as unknown, with the reason', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['pass'], answer: 'inline', order: { orderId, nothing: 'else' } }).catch(() => undefined);
    await house.fail(orderId);
    const found = await house.untilStatus(orderId, 'order_unknown');
    assert.equal(found.statusReason, 'ORDER_UNKNOWN');
  });

  it('A2: further notices of the open case are not first ones: one message, one mail, one case', async () => {
    const orderId = house.newOrderId();
    const notice = { eventId: `same-${orderId}`, order: sampleOrder(orderId) };
    const first = await house.fail(orderId, notice);
    const repeated = await Promise.all([1, 2, 3].map(() => house.fail(orderId, notice)));
    for (const answer of repeated) assert.deepEqual(answer.body, first.body, 'the same event is answered the same');
    await house.untilStatus(orderId, 'held');
    await Promise.all([1, 2, 3].map(() => house.fail(orderId)));
    await eventually(async () => {
      const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}`)).body;
      return items.length === 4 && items.every((item: any) => item.disposition !== null) ? items : undefined;
    }, 'all notices are disposed of');
    await house.untilMailed(orderId, 1);
    const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}`)).body;
    assert.deepEqual(items.map((item: any) => item.disposition).toSorted(), ['opened', 'recorded', 'recorded', 'recorded']);
    assert.equal((await house.buyerMessages(orderId)).length, 1);
    assert.equal((await house.mails(orderId)).length, 1);
    assert.equal((await house.api('GET', `/v1/review-cases?orderId=${orderId}`)).body.items.length, 1);
  });

  it('A3: a preset reason tells the liaison, and the buyer server "succeeded", early', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'DEDUCTION_ERROR' } });
    await house.untilStatus(orderId, 'held');
    const [message] = await house.untilBuyerHeard(orderId, 1);
    const { at, order, ...rest } = message;
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
    assert.equal(order.orderId, orderId);
    assert.deepEqual(rest, {
      messageId: `${orderId}/1/1`,
      orderId,
      buyerOrderNumber: '34',
      reviewRound: 1,
      sequence: 1,
      kind: 'review_succeeded',
      provisional: true,
      supersedes: null,
      reason: null,
    });
    const [arrival] = await house.arrivals(orderId, 'buyer');
    assert.equal(arrival?.headers['idempotency-key'], `${orderId}/1/1`);
    assert.equal(arrival?.headers['webhook-id'], `${orderId}/1/1`);
    assert.match(arrival?.headers['traceparent'] ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.equal((arrival as any).signatureValid, true);
    await house.untilMailed(orderId, 1);
  });

  it('A4: a reason that is not preset tells the buyer server "failed", and the case ends', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'CONTENT_MISMATCH', code: 'C-1', text: 'price differs' } });
    assert.equal((await house.workflowEnded(orderId)).status, 'rejected');
    const [message] = await house.buyerMessages(orderId);
    assert.equal(message.kind, 'review_failed');
    assert.equal(message.provisional, false);
    assert.deepEqual(message.reason, { type: 'CONTENT_MISMATCH', code: 'C-1', text: 'price differs' });
    assert.deepEqual(await house.mails(orderId), []);
    assert.deepEqual(await house.reviewRequests(orderId), []);
  });

  it('A4: an unknown reason type means what the policy says', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'MOON_PHASE' } });
    const found = await house.untilStatus(orderId, 'rejected');
    const { inputs, ...decision } = found.decision;
    assert.deepEqual(decision, { preset: false, basis: 'unknownReasonType', policyVersion: 1, matchedRule: null });
    assert.equal(inputs.reasonType, 'MOON_PHASE');
  });

  it('A5: the notice has order, reason, review status and ordering user, in the language of the liaison', async () => {
    const chinese = house.newOrderId();
    const english = house.newOrderId();
    await house.fail(chinese, { order: sampleOrder(chinese, { liaisonId: 'l-3' }) });
    await house.fail(english, { order: sampleOrder(english, { liaisonId: 'l-1', orderingUser: undefined }) });
    const [zh] = await house.untilMailed(chinese, 1);
    const [en] = await house.untilMailed(english, 1);
    assert.deepEqual(zh.to, ['wang.wei@liaison.example']);
    for (const part of [
      chinese,
      '库存不足',
      'WH-7',
      '12 of 120 in stock',
      'Falu Rödfärg',
      '6225 SEK',
      'Pelle Svensson',
      'pelle@johnsson.example',
      '已保留',
    ]) {
      assert.ok(zh.text.includes(part), `the text lacks ${part}`);
    }
    for (const part of [english, 'stock short', 'held, waiting', 'Next, by itself: review request 1', 'Ordering user', 'Name: not given']) {
      assert.ok(en.text.includes(part), `the text lacks ${part}`);
    }
    assert.ok(en.html.includes('Falu R'));
  });

  for (const name of ['UBL-Order-2.0-Example-International.json', 'UBL-Order-2.1-Example.json']) {
    it(`A3 A5: the real order ${name} goes through with nothing lost or changed`, async () => {
      const order = { ...fixture(name), orderId: house.newOrderId('UBL') };
      await house.fail(order.orderId, { order });
      const [message] = await house.untilBuyerHeard(order.orderId, 1);
      assert.deepEqual(message.order, order);
      const [mail] = await house.untilMailed(order.orderId, 1);
      for (const line of order.lines) assert.ok(mail.text.includes(line.item), `the mail lacks ${line.item}`);
      assert.ok(mail.text.includes(`${order.total.value} ${order.total.currency}`));
    });
  }
});

/** What customers and the platform are told, against the sandbox, without a workflow (B5). */
import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { createCustomerActivities } from '../../src/activities/customer/activities.js';
import type { Activities } from '../../src/activities/index.js';
import { createMailer } from '../../src/activities/liaison/mailer.js';
import { saveOrder } from '../../src/db/orders.js';
import type { OrderDocument } from '../../src/domain/order.js';
import type { CustomerMessage } from '../../src/domain/placement-effects.js';
import { isTrackingToken } from '../../src/wire/tracking-link.js';
import { House, LINK_KEY, sampleOrder } from '../support/house.js';

const NOW = Date.UTC(2026, 0, 1, 8);

describe('customers and the platform are told', function () {
  this.timeout(60_000);
  let house: House;
  let activities: Activities;
  before(async () => {
    house = await House.start({ worker: false, counterpartTimeoutMs: 500 });
    activities = house.activities();
  });
  after(async () => house.stop());

  const orderFor = async (customer: object | null, scenario: object = {}, more: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, scenario);
    await saveOrder(house.db, sampleOrder(orderId, more) as OrderDocument);
    const event = { sender: 'platform', eventId: `p-${orderId}`, kind: 'placement', orderId, reviewRound: 0, contentHash: '' };
    await house.db.inboundEvent.create({ data: { ...event, payload: { eventId: `p-${orderId}`, orderId, customer } } });
    return orderId;
  };
  const careful = (): ReturnType<typeof createCustomerActivities> => {
    const mailer = createMailer(house.sandbox.urls.smtp, 500);
    const settings = { mailer, from: 'h@test.example', publicUrl: 'http://h.example', linkKey: LINK_KEY };
    return createCustomerActivities(house.db, house.newCounterparts({ allowed: [] }), settings);
  };
  const webhook = () => `${house.sandbox.urls.customer}/webhook`;
  const messageFor = (orderId: string, more: Partial<CustomerMessage> = {}): CustomerMessage => ({
    placementId: `${orderId}/placement`,
    orderId,
    placementNumber: `${orderId}/1`,
    sequence: 1,
    channel: 'webhook',
    status: 'succeeded',
    reason: null,
    description: 'delivered',
    caseAt: NOW,
    ...more,
  });
  const failure = async (work: Promise<unknown>): Promise<ApplicationFailure> => {
    const error = await work.then(
      () => assert.fail('it should have failed'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ApplicationFailure, String(error));
    return error;
  };
  const effects = async (orderId: string) => (await house.control('GET', `/effects?orderId=${orderId}`)).body;

  it('B5: by webhook, signed, once under its key', async () => {
    const orderId = await orderFor(
      { name: 'Lin', webhook: webhook() },
      { faults: [{ side: 'customer', call: 1, do: 'drop-after-acting' }] },
    );
    assert.equal((await failure(activities.tellCustomer(messageFor(orderId)))).type, 'COUNTERPART_UNAVAILABLE');
    await activities.tellCustomer(messageFor(orderId));
    await activities.tellCustomer(messageFor(orderId));
    const [first, second, ...more] = await house.arrivals(orderId, 'customer');
    assert.deepEqual(more, []);
    assert.deepEqual(first?.body, second?.body);
    assert.deepEqual(first?.body, {
      messageId: `${orderId}/placement/1`,
      orderId,
      placementNumber: `${orderId}/1`,
      status: 'succeeded',
      reason: null,
      description: 'delivered',
      at: '2026-01-01T08:00:00.000Z',
    });
    assert.equal((first as any).signatureValid, true);
    assert.equal((await effects(orderId)).counts.customer, 1);
  });

  it("B5: by mail in the customer's language, with the private link", async () => {
    const orderId = await orderFor({ name: '李<b>', email: 'li@customer.example', locale: 'zh-CN' });
    const failed = { channel: 'email', status: 'failed', reason: 'OUT_OF_STOCK', description: '<script>' } as const;
    await activities.tellCustomer(messageFor(orderId, failed));
    const [mail] = await house.mails(orderId);
    assert.deepEqual([mail.to, mail.subject], [['li@customer.example'], `订单 ${orderId}：失败`]);
    assert.match(mail.text, /原因: 缺货/);
    assert.doesNotMatch(mail.html, /<script>|李<b>/);
    const [, token = ''] = new RegExp(`${house.apiUrl}/track/${orderId}/([\\w-]+)`).exec(mail.text) ?? [];
    assert.ok(isTrackingToken(LINK_KEY, orderId, token), mail.text);
    assert.ok(!isTrackingToken(LINK_KEY, 'another', token));
  });

  it('B5: a mail whose reply was lost keeps its Message-ID', async () => {
    const faults = [{ side: 'inbox', call: 1, do: 'accept-no-reply' }];
    const orderId = await orderFor({ name: 'Lin', email: 'lin@customer.example' }, { faults });
    const mail = messageFor(orderId, { channel: 'email' });
    await failure(activities.tellCustomer(mail));
    await activities.tellCustomer(mail);
    const ids = (await house.mails(orderId)).map(({ messageId }) => messageId);
    assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
  });

  it('B5 D9: a later message waits for an earlier one that people have had sent again, on its way alone', async () => {
    const orderId = await orderFor({ name: 'Lin', email: 'lin@customer.example', webhook: webhook() });
    await activities.tellCustomer(messageFor(orderId));
    const key = `${orderId}/placement/customer/1/webhook`;
    await house.db.message.update({ where: { key }, data: { state: 'sending', resends: 1 } });
    const second = messageFor(orderId, { sequence: 2 });
    assert.equal((await failure(activities.tellCustomer(second))).type, 'EARLIER_MESSAGE_PENDING');
    await activities.tellCustomer({ ...second, channel: 'email' });
    assert.equal((await house.arrivals(orderId, 'customer')).length, 1);
    await house.db.message.update({ where: { key }, data: { state: 'dead' } });
    await activities.tellCustomer(second);
    assert.equal((await house.arrivals(orderId, 'customer')).length, 2);
  });

  it('a customer without an address cannot be told', async () => {
    const orderId = await orderFor(null);
    const thrown = await failure(activities.tellCustomer(messageFor(orderId)));
    assert.deepEqual([thrown.type, thrown.nonRetryable], ['CUSTOMER_UNREACHABLE', true]);
  });

  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '10.0.0.7', '169.254.169.254']) {
    it(`a webhook at ${host} is not called where only public addresses are allowed`, async () => {
      const orderId = await orderFor({ webhook: webhook().replace('127.0.0.1', host) });
      const thrown = await failure(careful().tellCustomer(messageFor(orderId)));
      assert.equal(thrown.type, 'COUNTERPART_UNAVAILABLE');
      assert.match(thrown.message, /not called: .*neither a public address nor in HOLDPOINT_ALLOWED_NETWORKS/);
      assert.deepEqual(await house.arrivals(orderId), []);
      assert.equal(await activities.settleMessage({ key: `${orderId}/placement/customer/1/webhook`, as: 'dropped' }), 'dropped');
    });
  }

  it('the platform is told once of a refund that is due, with the payment as it was told', async () => {
    const faults = [{ side: 'buyer', call: 1, do: 'hang' }];
    const orderId = await orderFor(null, { faults }, { payment: { status: 'PAID', reference: 'pay-of-the-order' } });
    const common = { orderId, placementNumber: null, reason: 'OUT_OF_STOCK', counterpartId: 'buyer-server', caseAt: NOW };
    const refund = { placementId: `${orderId}/placement`, ...common };
    await failure(activities.tellRefundDue(refund));
    await activities.tellRefundDue(refund);
    await activities.tellRefundDue(refund);
    const [told, ...more] = (await effects(orderId)).refunds;
    assert.deepEqual(more, []);
    const { contentHash: _hash, at: _at, ...said } = told;
    assert.deepEqual(said, {
      messageId: `${orderId}/placement/refund`,
      orderId,
      placementNumber: null,
      amount: '6225',
      currency: 'SEK',
      paymentReference: 'pay-of-the-order',
      reason: 'OUT_OF_STOCK',
    });
    const payment = { sender: 'platform', eventId: `pay-${orderId}`, kind: 'payment', orderId, reviewRound: 0, contentHash: '' };
    await house.db.inboundEvent.create({ data: { ...payment, payload: { eventId: `pay-${orderId}`, reference: 'pay-2' } } });
    await activities.tellRefundDue({ ...refund, placementId: `${orderId}/placement/r2` });
    assert.equal((await effects(orderId)).refunds[1].paymentReference, 'pay-2');
  });
});

/** Placements where several speak at once, or nobody does (B1, B2, B5, D5): requests, payments, pushes and polls that cross. */
import assert from 'node:assert/strict';
import { findVendor, saveVendor } from '../../src/db/vendors.js';
import { House } from '../support/house.js';
import { Placing } from '../support/placing.js';

const HOUR = 3_600_000;

describe('placing: what crosses', () => {
  let house: House;
  let placing: Placing;
  before(async () => {
    house = await House.start();
    placing = new Placing(house);
  });
  after(async () => house.stop());

  const placed = async (scenario: object): Promise<string> => {
    const orderId = await placing.place(scenario);
    await placing.until(orderId, ({ status, nextAction }) => status === 'placed' && nextAction !== null, 'placed');
    return orderId;
  };
  const poll = async (orderId: string): Promise<void> => {
    const answer = await house.api('POST', `/v1/placements/${orderId}/poll`, { by: 'Kim', note: 'the customer asks' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  };

  it('B1: asked for again, it stays one placement; at another vendor it is shown to people', async () => {
    const orderId = await placed({});
    const { body: asked } = await house.api('GET', `/v1/inbound-events?orderId=${orderId}`);
    assert.equal(asked.items.length, 1);
    for (const [eventId, vendorId] of [
      ['again', 'swift-post'],
      ['elsewhere', 'points-mall'],
    ]) {
      const customer = { id: 'c-1', name: 'Lin' };
      const answer = await house.api('POST', '/v1/placements', { eventId: `${eventId}-${orderId}`, orderId, vendorId, customer });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
    }
    assert.deepEqual(await house.dispositions(orderId, 3), ['opened', 'repeated', 'repeated']);
    const shown = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=any`)).body.items;
    assert.deepEqual(
      shown.map(({ eventId, problem }: any) => [eventId, problem]),
      [[`elsewhere-${orderId}`, 'PLACED_ELSEWHERE']],
    );
    assert.equal((await placing.vendorOrders(orderId)).length, 1);
    assert.equal((await placing.of(orderId)).vendorId, 'swift-post');
  });

  it('B2: an unpaid order that may wait is sent once it is paid, and not before', async () => {
    await placing.usePolicy({ paymentWaitMs: HOUR });
    const orderId = await placing.place({}, {}, { payment: { status: 'OPEN' } });
    const waiting = await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'its payment is awaited');
    assert.deepEqual([waiting.status, waiting.statusReason], ['created', 'AWAITING_PAYMENT']);
    assert.deepEqual(await placing.vendorCalls(orderId), []);
    for (const eventId of ['pay-1', 'pay-2']) {
      const paid = await house.api('POST', `/v1/placements/${orderId}/payment`, { eventId: `${eventId}-${orderId}`, reference: 'p-17' });
      assert.equal(paid.status, 202, JSON.stringify(paid.body));
    }
    await placing.untilStatus(orderId, 'placed');
    assert.deepEqual(await house.dispositions(orderId, 3), ['opened', 'counted', 'repeated']);
    assert.equal((await placing.vendorOrders(orderId)).length, 1);
  });

  it('B3 B5: nobody knows whether the vendor has it, and it cannot be asked: the customer is told nothing, nothing is sent again', async () => {
    const sample = await findVendor(house.db, 'points-mall');
    assert.ok(sample);
    const baseUrl = `${house.sandbox.urls.vendor}/silent-shop`;
    await saveVendor(house.db, { ...sample, id: 'silent-shop', baseUrl, queryByOurNumber: false });
    const orderId = await placing.place(
      { vendorDoes: { idempotent: false }, faults: [{ side: 'vendor', call: 1, do: 'drop-after-acting' }] },
      { vendorId: 'silent-shop' },
    );
    await placing.untilStatus(orderId, 'failed', 'OUTCOME_UNKNOWN');
    await placing.ended(orderId);
    assert.equal((await placing.vendorCalls(orderId)).length, 1);
    assert.deepEqual([await placing.customerHeard(orderId), await house.mails(orderId)], [[], []]);
    assert.equal((await placing.of(orderId)).refundDue, false);
    assert.deepEqual(await house.arrivals(orderId, 'buyer'), []);
  });

  it('D5: a push older than what is known is recorded; one that says nothing new is a repetition', async () => {
    const orderId = await placed({ vendor: ['ACCEPTED', 'IN_TRANSIT'] });
    const late = { status: 'OUT_FOR_DELIVERY', description: 'on its last way' };
    await placing.push(orderId, { ...late, occurredAt: '2026-01-03T08:00:00Z' });
    await placing.push(orderId, { status: 'PICKED_UP', description: 'in our hands', occurredAt: '2026-01-02T08:00:00Z' });
    await placing.push(orderId, { ...late, occurredAt: '2026-01-03T08:00:00Z' });
    assert.deepEqual(await house.dispositions(orderId, 4), ['opened', 'counted', 'recorded', 'repeated']);
    const found = await placing.of(orderId);
    assert.deepEqual([found.status, found.vendorStatus, found.description], ['placed', 'OUT_FOR_DELIVERY', 'on its last way']);
  });

  for (const [answer, line] of [
    ['DELIVERED', 'late_result'],
    ['LOST', 'contradiction'],
  ] as const) {
    it(`D5: a push ends it while a poll is under way; the poll's "${answer}" is a ${line} of the audit, and moves nothing`, async () => {
      const orderId = await placed({ vendor: ['ACCEPTED', answer], faults: [{ side: 'vendor', call: 2, do: 'slow:2500' }] });
      await poll(orderId);
      await placing.push(orderId, { status: 'DELIVERED', description: 'signed by Li' });
      await placing.untilStatus(orderId, 'succeeded');
      await placing.ended(orderId);
      const lines = (await placing.audit(orderId)).filter(({ type }) => type === line);
      assert.deepEqual(
        lines.map(({ data }) => data.vendorStatus),
        [answer],
      );
      const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=any`)).body;
      assert.deepEqual(
        items.map(({ kind, problem }: any) => [kind, problem]),
        line === 'contradiction' ? [['own_call', 'RESULT_CONTRADICTS']] : [],
      );
      const found = await placing.of(orderId);
      assert.deepEqual([found.status, found.description, found.refundDue], ['succeeded', 'signed by Li', false]);
      assert.deepEqual(
        (await placing.customerHeard(orderId)).map(({ status }) => status),
        ['succeeded'],
      );
    });
  }
});

/** What a placement's policy decides, on the real server: waiting for a payment, telling each change, handing over to a review case (B2, B5, B7, D2). */
import assert from 'node:assert/strict';
import { House } from '../support/house.js';
import { Placing } from '../support/placing.js';

const HOUR = 3_600_000;

describe('placing by a policy', () => {
  let house: House;
  let placing: Placing;
  before(async () => {
    house = await House.start();
    placing = new Placing(house);
    const { body } = await house.api('GET', '/v1/policies/placement/1');
    const rules = [
      { name: 'waits', when: { campaigns: ['waits'] }, then: { paymentWaitMs: 2 * HOUR } },
      { name: 'tells', when: { campaigns: ['tells'] }, then: { customerUpdates: 'each_change' } },
      { name: 'reviews', when: { campaigns: ['reviews'] }, then: { reviewReasons: { OUT_OF_STOCK: 'STOCK_SHORT' } } },
    ];
    const content = { ...body.content, rules };
    const published = await house.api('POST', '/v1/policies/placement', { content, by: 'Kim', why: 'tests' });
    assert.equal(published.status, 201, JSON.stringify(published.body));
  });
  after(async () => house.stop());

  const unpaid = (campaign: string) => placing.place({ vendor: ['DELIVERED'] }, { campaign }, { payment: { status: 'OPEN' } });

  it('B2: an unpaid order waits as long as its policy says, and goes on once the payment is told', async () => {
    const orderId = await unpaid('waits');
    const found = await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'it waits');
    assert.deepEqual([found.status, found.nextAction.what, found.policyVersion], ['created', 'payment due', 2]);
    assert.deepEqual(await placing.vendorCalls(orderId), []);
    const paid = await house.api('POST', `/v1/placements/${orderId}/payment`, { eventId: `pay-${orderId}`, reference: 'R-1' });
    assert.equal(paid.status, 202, JSON.stringify(paid.body));
    await placing.untilStatus(orderId, 'succeeded');
  });

  it('B2: not paid in that time, it fails, and the vendor hears nothing', async () => {
    const orderId = await unpaid('waits');
    await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'it waits');
    await placing.toNext(orderId);
    await placing.untilStatus(orderId, 'failed', 'NOT_PAID');
    assert.deepEqual(await placing.vendorCalls(orderId), []);
  });

  it('B5: where the policy says so, the customer hears of each change, in order and once', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT', 'DELIVERED'] }, { campaign: 'tells' });
    let found = await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'placed');
    while (found.status === 'placed') found = await placing.toNext(orderId);
    await placing.ended(orderId);
    const heard = (await placing.customerHeard(orderId)).filter(({ status }) => status !== 'sent');
    assert.deepEqual(
      heard.map(({ status, description }) => [status, description]),
      [
        ['placed', 'accepted'],
        ['placed', 'in transit'],
        ['succeeded', 'delivered'],
      ],
    );
    assert.equal(new Set(heard.map(({ messageId }) => messageId)).size, heard.length);
  });

  it('B7 D2: a failure that its policy hands over opens a review case; the two show each other, and why is told in words', async () => {
    const orderId = await placing.place({ vendor: ['OUT_OF_STOCK'], review: ['pass'] }, { campaign: 'reviews', vendorId: 'points-mall' });
    await placing.untilStatus(orderId, 'failed', 'OUT_OF_STOCK');
    const reviewCase = await house.untilStatus(orderId, 'held');
    assert.equal(reviewCase.reason.type, 'STOCK_SHORT');
    assert.equal((await placing.of(orderId)).links.reviewCase, `/v1/review-cases/${orderId}?round=1`);
    assert.equal(reviewCase.links.placement, `/v1/placements/${orderId}`);
    const { body } = await house.api('GET', `/v1/placements/${orderId}/explanation?lang=en`);
    assert.match(body.text, /reviews/);
    await house.toNext(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
  });
});

/** Whole lives of cases on the real Temporal server, their days skipped; judged by what the counterparts received. */
import assert from 'node:assert/strict';
import { House, sampleOrder } from '../support/house.js';

describe('lives of a review case', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  it('A3 A6 A7 A8: held, asked twice, approved (answers at once)', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT', 'pass'], answer: 'inline' });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.toNext(orderId);
    await house.until(orderId, (found) => found.status === 'held' && found.reviewAttempts === 1, 'held again');
    await house.toNext(orderId);
    const result = await house.workflowEnded(orderId);
    assert.equal(result.status, 'approved');
    const messages = await house.buyerMessages(orderId);
    assert.deepEqual(messages.map(({ kind, provisional }) => [kind, provisional]), [['review_succeeded', true]]);
    assert.deepEqual((await house.reviewRequests(orderId)).map(({ attempt }) => attempt), [1, 2]);
  });
});

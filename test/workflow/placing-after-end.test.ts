/** What comes after the end of a placement, and what a later opening makes of it (B2, B5, B7, D5). */
import assert from 'node:assert/strict';
import { trackingUrl } from '../../src/wire/tracking-link.js';
import { House, LINK_KEY } from '../support/house.js';
import { Placing } from '../support/placing.js';

describe('after the end of a placement', () => {
  let house: House;
  let placing: Placing;
  before(async () => {
    house = await House.start();
    placing = new Placing(house);
  });
  after(async () => house.stop());

  const refused = async (): Promise<string> => {
    const orderId = await placing.place({ faults: [{ side: 'vendor', call: 1, do: '422' }] });
    await placing.untilStatus(orderId, 'failed', 'VENDOR_REFUSED');
    await placing.ended(orderId);
    return orderId;
  };
  const retry = async (orderId: string): Promise<any> => {
    const answer = await house.api('POST', `/v1/placements/${orderId}/retry`, { by: 'Kim', note: 'once more' });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return placing.until(orderId, ({ opening, status }) => opening === 2 && status === 'placed', 'placed by the second opening');
  };

  it('B2 B7: paid after it had failed for want of it: a retry goes on', async () => {
    const orderId = await placing.place({}, {}, { payment: { status: 'OPEN' } });
    await placing.untilStatus(orderId, 'failed', 'NOT_PAID');
    await placing.ended(orderId);
    const paid = await house.api('POST', `/v1/placements/${orderId}/payment`, { eventId: `pay-${orderId}`, reference: 'R-1' });
    assert.equal(paid.status, 202);
    assert.equal(await house.dispositionOf(orderId, `pay-${orderId}`), 'late');
    await retry(orderId);
  });

  it('D5: a word about an earlier number says nothing of the latest one', async () => {
    const orderId = await refused();
    const { placementNumber } = await retry(orderId);
    assert.equal(placementNumber, `${orderId}/2`);
    await placing.push(orderId, { status: 'LOST', placementNumber: `${orderId}/1` });
    await house.dispositions(orderId, 3);
    const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=RESULT_OF_ANOTHER_ORDER`)).body;
    assert.equal(items.length, 1);
    assert.equal((await placing.of(orderId)).status, 'placed');
  });

  it('B5: the private page shows the customer nothing that was written for people here', async () => {
    const orderId = await refused();
    const word = { by: 'Kim', note: 'suspected fraud', outcome: 'failed', reason: 'NOT_DELIVERED' };
    assert.equal((await house.api('POST', `/v1/placements/${orderId}/resolve`, word)).status, 202);
    await placing.until(orderId, ({ opening, status }) => opening === 2 && status === 'failed', 'resolved');
    const page = await (await fetch(trackingUrl(house.apiUrl, LINK_KEY, orderId))).text();
    assert.ok(page.includes(orderId) && !page.includes('fraud'), page);
  });

  it('B6: a request that was given up before it was sent is not sent any more', async () => {
    const orderId = await placing.place({});
    await placing.untilStatus(orderId, 'placed');
    const { caseId } = { caseId: `${orderId}/placement` };
    const unclaimed = { caseId, orderId, stage: 'place/later', recipient: 'swift-post', kind: 'placement', caseAt: Date.now() };
    const settled = await house.activities().settleMessage({ key: `${orderId}/2/place`, as: 'dropped', unclaimed });
    assert.equal(settled, 'dropped');
    const call = { placementId: caseId, orderId, placementNumber: `${orderId}/2`, vendorId: 'swift-post', caseAt: Date.now(), once: true };
    await assert.rejects(house.vendorActivities().placeOrder(call), /is dropped/);
    assert.equal((await placing.vendorCalls(orderId)).filter(({ method }) => method === 'POST').length, 1);
  });
});

/** The API of placements and vendors: what is accepted, refused and shown (B1, B5, B7, D5). */
import assert from 'node:assert/strict';
import { House, sampleOrder } from '../support/house.js';
import { PAID, Placing } from '../support/placing.js';

describe('placements at the API', () => {
  let house: House;
  let placing: Placing;
  before(async () => {
    house = await House.start({ worker: false });
    placing = new Placing(house);
  });
  after(async () => house.stop());

  const request = (orderId: string, changes: object = {}) => ({
    eventId: `pl-${orderId}`,
    orderId,
    vendorId: 'swift-post',
    order: sampleOrder(orderId, { payment: PAID }),
    customer: { name: 'Li Na' },
    ...changes,
  });
  const post = (body: unknown, path = '/v1/placements') => house.api('POST', path, body);

  it('B1: accepts a placement, answers the same for the same event, and shows it before any worker runs', async () => {
    const orderId = house.newOrderId();
    const first = await post(request(orderId));
    assert.equal(first.status, 202);
    assert.deepEqual((await post(request(orderId))).body, first.body);
    const shown = await placing.until(orderId, () => true, 'the placement is shown');
    assert.deepEqual([shown.status, shown.vendorId, shown.actions], ['created', 'swift-post', ['payment', 'cancel']]);
    const other = await post(request(orderId, { customer: { name: 'Wang Wei' } }));
    assert.deepEqual([other.status, other.body.code], [422, 'EVENT_ID_REUSED']);
  });

  it('B1: an order is placed once: another request for it changes nothing', async () => {
    const orderId = house.newOrderId();
    await post(request(orderId));
    await placing.until(orderId, () => true, 'the placement is shown');
    assert.equal((await post(request(orderId, { eventId: `again-${orderId}` }))).status, 202);
    assert.equal((await post(request(orderId, { eventId: `else-${orderId}`, vendorId: 'points-mall' }))).status, 202);
    await house.dispositionOf(orderId, `else-${orderId}`);
    assert.equal((await placing.of(orderId)).vendorId, 'swift-post');
    const { body } = await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=any`);
    assert.deepEqual(
      body.items.map(({ eventId, problem }: any) => [eventId, problem]),
      [[`else-${orderId}`, 'PLACED_ELSEWHERE']],
    );
  });

  it('refuses what it cannot place, in words, and keeps nothing of it', async () => {
    const orderId = house.newOrderId();
    const cases: [object, number, string, RegExp][] = [
      [request(orderId, { vendorId: 'nobody' }), 409, 'VENDOR_UNKNOWN', /"nobody"/],
      [request(orderId, { order: null }), 409, 'ORDER_UNKNOWN', /send its document/],
      [request(orderId, { customer: { email: 'no address' } }), 400, 'VALIDATION_FAILED', /customer\.email/],
      [request(orderId, { customer: { webhook: 'ftp://x' } }), 400, 'VALIDATION_FAILED', /http or https/],
      [request(orderId, { order: sampleOrder('Other-1') }), 400, 'VALIDATION_FAILED', /order\.orderId/],
      [request(orderId, { quantity: 3 }), 400, 'VALIDATION_FAILED', /quantity/],
    ];
    for (const [body, status, code, detail] of cases) {
      const answer = await post(body);
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
      assert.match(answer.body.detail, detail);
    }
    assert.equal((await house.api('GET', `/v1/inbound-events?orderId=${orderId}`)).body.items.length, 0);
    assert.equal((await house.api('GET', `/v1/placements/${orderId}`)).body.code, 'PLACEMENT_NOT_FOUND');
    assert.equal(
      (await post({ eventId: 'r-1', status: 'DELIVERED' }, `/v1/placements/${orderId}/result`)).body.code,
      'PLACEMENT_NOT_FOUND',
    );
  });

  it('B7: refuses an action in a wrong form, or that the state does not allow, with what it allows', async () => {
    const orderId = house.newOrderId();
    await post(request(orderId));
    await placing.until(orderId, () => true, 'the placement is shown');
    const noReason = await post({ by: 'Kim', note: 'n', outcome: 'failed' }, `/v1/placements/${orderId}/resolve`);
    assert.deepEqual([noReason.status, noReason.body.errors[0].path], [400, 'reason']);
    const retry = await post({ by: 'Kim', note: 'n' }, `/v1/placements/${orderId}/retry`);
    assert.deepEqual([retry.status, retry.body.code, retry.body.actions], [409, 'ACTION_NOT_ALLOWED', ['payment', 'cancel']]);
    assert.equal((await house.api('GET', `/v1/placements/${orderId}/retry`)).status, 405);
  });

  it('pages and filters the list, with counts', async () => {
    const orderIds = [1, 2, 3].map(() => house.newOrderId('L'));
    for (const orderId of orderIds) await post(request(orderId, { campaign: 'autumn' }));
    for (const orderId of orderIds) await placing.until(orderId, () => true, 'the placement is shown');
    const first = (await house.api('GET', '/v1/placements?campaign=autumn&limit=2')).body;
    assert.deepEqual([first.items.length, first.counts], [2, { created: 3 }]);
    const second = (await house.api('GET', `/v1/placements?campaign=autumn&limit=2&cursor=${first.nextCursor}`)).body;
    const seen = [...first.items, ...second.items].map(({ orderId }: any) => orderId);
    assert.deepEqual(seen.toSorted(), orderIds.toSorted());
    assert.equal((await house.api('GET', '/v1/placements?status=lost')).status, 400);
    const because = async (reasons: string) => (await house.api('GET', `/v1/placements?campaign=autumn&statusReason=${reasons}`)).body;
    assert.deepEqual((await because('OUTCOME_UNKNOWN,NOT_PAID')).counts, {});
    assert.equal((await because('no reason')).code, 'VALIDATION_FAILED');
  });

  it('shows vendors with the words that nobody has mapped, and takes a vendor or refuses it in words', async () => {
    const { body } = await house.api('GET', '/v1/vendors/points-mall');
    assert.ok(Object.keys(body.statuses).length >= 30);
    assert.deepEqual(body.unmapped, []);
    const vendor = { ...body, name: 'New', vocabulary: ['OK', 'ODD'], statuses: { OK: { means: 'succeeded' } } };
    for (const key of ['id', 'unmapped']) delete vendor[key];
    const taken = await house.api('PUT', '/v1/vendors/new-one', vendor);
    assert.deepEqual([taken.status, taken.body.unmapped], [200, ['ODD']], JSON.stringify(taken.body));
    const mapped = await house.api('PUT', '/v1/vendors/new-one/statuses/ODD', { means: 'failed', reason: 'ODD_THING' });
    assert.deepEqual([mapped.status, mapped.body.unmapped], [200, []]);
    const bad = await house.api('PUT', '/v1/vendors/new-one', { ...vendor, maxPerSecond: 0, statuses: { OK: { means: 'failed' } } });
    assert.deepEqual([bad.status, bad.body.code], [400, 'VALIDATION_FAILED']);
    assert.equal((await house.api('GET', '/v1/vendors/none')).body.code, 'VENDOR_NOT_FOUND');
  });
});

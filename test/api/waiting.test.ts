/** `Prefer: wait=N` on cases and placements of a running house. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, House, sampleOrder, type Answer } from '../support/house.js';
import { PAID, Placing } from '../support/placing.js';

describe('waiting for a case or a placement', function () {
  this.timeout(60_000);
  let house: House;
  let placing: Placing;
  before(async () => {
    house = await House.start();
    placing = new Placing(house);
  });
  after(async () => house.stop());

  interface Waited extends Answer {
    ms: number;
    applied: string | null;
  }
  const wait = async (path: string, seconds: number, headers: Record<string, string> = {}): Promise<Waited> => {
    const startedAt = performance.now();
    const answer = await house.api('GET', path, undefined, { prefer: `wait=${seconds}`, ...headers });
    return { ...answer, ms: performance.now() - startedAt, applied: answer.headers.get('preference-applied') };
  };
  const heldCase = async (): Promise<string> => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    // The buyer's answer is the last thing that changes by itself for now.
    await house.messageOf(orderId, 'buyer', 'sent');
    await house.untilStatus(orderId, 'held');
    return orderId;
  };
  const act = async (orderId: string, action: string): Promise<void> => {
    const { status, body } = await house.api('POST', `/v1/review-cases/${orderId}/${action}`, { by: 'Ingrid', note: 'a test' });
    assert.ok(status < 300, JSON.stringify(body));
  };
  /** Long enough for all looks before the first sleep: on a slower machine less is shown, and nothing fails. */
  const asleep = () => delay(1000);
  /** What a case is like once nothing of it changes by itself any more. */
  const stillEtag = async (orderId: string): Promise<string> => {
    let before = '';
    return eventually(async () => {
      const etag = (await house.api('GET', `/v1/review-cases/${orderId}`)).headers.get('etag') ?? '';
      if (etag === before && (await wait(`/v1/review-cases/${orderId}`, 1, { 'if-none-match': etag })).status === 304) return etag;
      before = etag;
      return undefined;
    }, `${orderId} stands still`);
  };

  it('Q6: who waits for a state gets it when the case comes to it, and changes before it do not end the wait', async () => {
    const orderId = await heldCase();
    const asked = wait(`/v1/review-cases/${orderId}?until=approved,declined`, 30);
    await asleep();
    await act(orderId, 'pause');
    await act(orderId, 'decline');
    const { status, body, ms, applied } = await asked;
    assert.deepEqual([status, body.status, applied], [200, 'declined', 'wait=30']);
    assert.ok(ms < 20_000, `${ms} ms`);
  });

  it('Q6: who has seen it gets the next as soon as it is otherwise; 304 when it stays as it is', async () => {
    const orderId = await heldCase();
    const etag = await stillEtag(orderId);
    const asked = wait(`/v1/review-cases/${orderId}`, 30, { 'if-none-match': etag });
    await asleep();
    await act(orderId, 'pause');
    const { status, body, headers, ms } = await asked;
    assert.deepEqual([status, body.paused], [200, true]);
    assert.notEqual(headers.get('etag'), etag);
    assert.ok(ms < 20_000, `${ms} ms`);
    const still = await wait(`/v1/review-cases/${orderId}`, 1, { 'if-none-match': await stillEtag(orderId) });
    assert.deepEqual([still.status, still.body, still.applied], [304, null, 'wait=1']);
    assert.ok(still.ms >= 950, `${still.ms} ms`);
  });

  it('Q6: at the end of its time it is answered as it is; no more than 30 s are waited', async () => {
    const orderId = await heldCase();
    const { status, body, ms, applied } = await wait(`/v1/review-cases/${orderId}?until=approved`, 1);
    assert.deepEqual([status, body.status, applied], [200, 'held', 'wait=1']);
    assert.ok(ms >= 950 && ms < 20_000, `${ms} ms`);
    const reached = await wait(`/v1/review-cases/${orderId}?until=held,approved`, 1000);
    assert.deepEqual([reached.status, reached.applied], [200, 'wait=30']);
    assert.equal((await house.api('GET', `/v1/review-cases/${orderId}?until=approved`)).body.status, 'held', 'without Prefer, at once');
    const wrong = await wait(`/v1/review-cases/${orderId}?until=done`, 1);
    assert.deepEqual([wrong.status, wrong.body.errors[0].path], [400, 'until.0']);
  });

  it('a case that is not there yet is waited for; one that never comes is not found at the end', async () => {
    const orderId = house.newOrderId();
    const path = `/v1/review-cases/${orderId}?until=held`;
    const asked = wait(path, 30);
    await house.fail(orderId, { order: sampleOrder(orderId) });
    const { status, body, ms } = await asked;
    assert.deepEqual([status, body.status], [200, 'held']);
    assert.ok(ms < 20_000, `${ms} ms`);
    const never = await wait('/v1/review-cases/P-nobody?until=held', 1);
    assert.deepEqual([never.status, never.body.code, never.applied], [404, 'CASE_NOT_FOUND', 'wait=1']);
    assert.ok(never.ms >= 950, `${never.ms} ms`);
    assert.equal((await wait('/v1/review-cases/P-nobody', 30, { 'if-none-match': '"x"' })).status, 404);
  });

  it('Q6: a placement is waited for likewise, also for what a vendor pushes', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT'] }, {}, { payment: PAID });
    const placed = await wait(`/v1/placements/${orderId}?until=placed`, 30);
    assert.deepEqual([placed.status, placed.body.status], [200, 'placed']);
    const asked = wait(`/v1/placements/${orderId}?until=succeeded,failed`, 30);
    await asleep();
    const pushed = { eventId: `vp-${orderId}`, status: 'DELIVERED', occurredAt: '2026-01-04T10:00:00Z' };
    assert.equal((await house.api('POST', `/v1/placements/${orderId}/result`, pushed)).status, 202);
    const { status, body, headers, ms } = await asked;
    assert.deepEqual([status, body.status], [200, 'succeeded']);
    assert.match(headers.get('etag') ?? '', /^"[\w-]{27}"$/);
    assert.ok(ms < 20_000, `${ms} ms`);
  });
});

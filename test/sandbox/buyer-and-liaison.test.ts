import assert from 'node:assert/strict';
import { call, until, World } from './support.js';

describe('sandbox buyer server', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  it('takes a message once: received, then already known', async () => {
    const first = await world.tellBuyer('P-1', {}, { 'idempotency-key': 'k-1' });
    assert.equal(first.status, 200);
    assert.deepEqual(first.body, { status: 'received' });
    const second = await world.tellBuyer('P-1', {}, { 'idempotency-key': 'k-1' });
    assert.equal(second.status, 409);
    assert.deepEqual(second.body, { status: 'already known' });
    assert.equal((await world.control('/arrivals?orderId=P-1')).length, 2);
    const effects = await world.control('/effects?orderId=P-1');
    assert.equal(effects.counts.buyer, 1);
    assert.equal(effects.buyer[0].messageId, 'P-1/1/1');
    assert.equal(effects.buyer[0].sequence, 1);
    assert.equal(effects.buyer[0].kind, 'review_succeeded');
  });

  it('refuses the same messageId or key with other content', async () => {
    await world.tellBuyer('P-1', {}, { 'idempotency-key': 'k-1' });
    assert.equal((await world.tellBuyer('P-1', { kind: 'review_failed' })).status, 422);
    const other = await world.tellBuyer('P-1', { messageId: 'P-1/1/2', sequence: 2 }, { 'idempotency-key': 'k-1' });
    assert.equal(other.status, 422);
    assert.equal((await world.control('/effects?orderId=P-1')).counts.buyer, 1);
  });

  it('takes the same content with its fields in another order as the same', async () => {
    await world.tellBuyer('P-1');
    const swapped = { order: { lines: [], total: { currency: 'SEK', value: '6225' }, buyer: { id: '7300070011115' } } };
    assert.equal((await world.tellBuyer('P-1', swapped)).status, 409);
  });

  it('refuses messages without sequence, kind or order', async () => {
    const answered = await world.tellBuyer('P-1', { sequence: undefined, kind: 'review_ok', order: null });
    assert.equal(answered.status, 400);
    assert.deepEqual(answered.body.errors.map((e: any) => e.path).toSorted(), ['kind', 'order', 'sequence']);
    assert.equal((await world.control('/effects?orderId=P-1')).counts.buyer, 0);
  });
});

describe('sandbox liaison server', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const ask = (orderId: string, body: unknown) => call('POST', `${world.sandbox.urls.liaison}/orders/${orderId}/review`, body);

  it('has the review server review the next attempt and notify, with no reviewRequestId', async () => {
    await world.scenario('P-1', { review: ['fail:STOCK_SHORT', 'pass'] });
    await world.requestReview('P-1', 1);
    const answered = await ask('P-1', { liaisonId: 'l-3' });
    assert.equal(answered.status, 202);
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
    const [notice] = world.receiver.noticed;
    assert.equal(notice?.path, '/v1/review-successes');
    assert.equal(notice?.headers.authorization, 'Bearer review-key');
    assert.equal(notice?.body.reviewRequestId, null);
    assert.equal(notice?.body.reviewRound, 1);
    const { review } = await world.control('/effects?orderId=P-1');
    assert.deepEqual(
      review.map((r: any) => [r.attempt, r.liaisonId, r.outcome]),
      [
        [1, null, 'failed'],
        [2, 'l-3', 'succeeded'],
      ],
    );
    const sides = (await world.control('/arrivals?orderId=P-1')).map((a: any) => a.side);
    assert.deepEqual(sides, ['review', 'liaison', 'review']);
  });

  it('notifies a failure too, in the newest round', async () => {
    await world.scenario('P-1', { review: ['fail:CREDIT_LIMIT'], answer: 'never' });
    await world.requestReview('P-1', 1, { reviewRound: 3 });
    await ask('P-1', { liaisonId: 'l-3' });
    await until('the notice', () => world.receiver.noticed.length === 1);
    assert.equal(world.receiver.noticed[0]?.path, '/v1/review-failures');
    assert.equal(world.receiver.noticed[0]?.body.reviewRound, 3);
    assert.equal(world.receiver.noticed[0]?.body.reason.type, 'CREDIT_LIMIT');
  });

  it('refuses malformed requests', async () => {
    const answered = await ask('P-1', { liaison: 'l-3' });
    assert.equal(answered.status, 400);
    assert.deepEqual(answered.body.errors.map((e: any) => e.path).toSorted(), ['liaison', 'liaisonId']);
  });

  it("says so when the review server did not take the liaison's request", async () => {
    await world.scenario('P-1', { faults: [{ side: 'review', call: 1, do: '503' }] });
    assert.equal((await ask('P-1', { liaisonId: 'l-3' })).status, 502);
    assert.equal((await ask('P-1', { liaisonId: 'l-3' })).status, 202);
  });

  it("passes the liaison's own word on to Holdpoint", async () => {
    const url = `${world.sandbox.urls.liaison}/orders/P-1/resolve`;
    assert.equal((await call('POST', url, { liaisonId: 'l-3', note: 'agreed by phone' })).status, 202);
    await until('the notice', () => world.receiver.noticed.length === 1);
    const [notice] = world.receiver.noticed;
    assert.equal(notice?.path, '/v1/review-cases/P-1/review-succeeded');
    assert.equal(notice?.headers.authorization, 'Bearer liaison-key');
    assert.equal(notice?.body.by, 'l-3');
    assert.equal(notice?.body.note, 'agreed by phone');
  });
});

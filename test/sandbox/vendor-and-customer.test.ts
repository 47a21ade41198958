import assert from 'node:assert/strict';
import { call, placement, until, World, type Answered } from './support.js';

describe('sandbox vendors', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const effects = async () => world.control('/effects?orderId=P-1');
  const broken = (answer: Promise<Answered>) => assert.rejects(answer, TypeError, 'the connection should have broken');

  it('answers the placement with the first word, each question with the next; the last repeats', async () => {
    await world.scenario('P-1', { vendor: ['ACCEPTED', 'IN_TRANSIT', 'DELIVERED'] });
    const placed = await world.place('P-1');
    assert.deepEqual([placed.status, placed.body.status, placed.body.description], [200, 'ACCEPTED', 'accepted']);
    const words = [];
    for (let i = 0; i < 3; i++) words.push((await world.askVendor('P-1')).body.status);
    assert.deepEqual(words, ['IN_TRANSIT', 'DELIVERED', 'DELIVERED']);
    assert.equal((await world.askVendor('P-1')).body.vendorOrderId, placed.body.vendorOrderId);
    const arrivals = await world.control('/arrivals?orderId=P-1&side=vendor');
    assert.deepEqual(arrivals.map(({ method, path, call: n }: any) => [method, path, n]).slice(0, 2), [
      ['POST', '/swift-post/orders', 1],
      ['GET', '/swift-post/orders/P-1%2F1', 2],
    ]);
  });

  it('an idempotent one takes the same request once, and refuses other content under its number', async () => {
    const first = await world.place('P-1', {}, { 'idempotency-key': 'k-1' });
    const second = await world.place('P-1', {}, { 'idempotency-key': 'k-1' });
    assert.equal(second.body.vendorOrderId, first.body.vendorOrderId);
    assert.equal((await world.place('P-1', { customer: null })).status, 422);
    const { counts, vendor } = await effects();
    assert.deepEqual([counts.vendor, vendor[0].placementNumber, vendor[0].idempotencyKey], [1, 'P-1/1', 'k-1']);
  });

  it('one that is not makes another order of every request that acts: as scripted, and points-mall by itself', async () => {
    await world.scenario('P-1', { vendorDoes: { idempotent: false } });
    await world.place('P-1', {}, { 'idempotency-key': 'k-1' });
    await world.place('P-1', {}, { 'idempotency-key': 'k-1' });
    assert.equal((await effects()).counts.vendor, 2);
    await world.place('P-2', {}, {}, 'points-mall');
    await world.place('P-2', {}, {}, 'points-mall');
    assert.equal((await world.control('/effects?orderId=P-2')).counts.vendor, 2);
  });

  it('several vendors know nothing of each other', async () => {
    await world.place('P-1');
    assert.equal((await world.askVendor('P-1', 'points-mall')).status, 404);
    assert.equal((await world.askVendor('P-1')).status, 200);
  });

  it('may not know an order for a while, or for ever', async () => {
    await world.scenario('P-1', { vendorDoes: { unknownForMs: null } });
    await world.place('P-1');
    assert.equal((await world.askVendor('P-1')).status, 404);
    assert.equal((await world.cancelAtVendor('P-1')).status, 404);
    await world.scenario('P-1', { vendorDoes: { unknownForMs: 300 } });
    await until('the vendor knows it', async () => (await world.askVendor('P-1')).status === 200);
    assert.equal((await effects()).counts.vendor, 1);
  });

  it('cancels, or refuses to', async () => {
    await world.scenario('P-1', { vendorDoes: { cancellable: false } });
    await world.place('P-1');
    assert.equal((await world.cancelAtVendor('P-1')).status, 422);
    await world.scenario('P-1', {});
    assert.equal((await world.cancelAtVendor('P-1')).body.status, 'CANCELLED');
    assert.equal((await world.cancelAtVendor('P-1')).status, 200);
    assert.equal((await world.askVendor('P-1')).body.status, 'CANCELLED');
    assert.notEqual((await effects()).vendor[0].cancelledAt, null);
  });

  it('says before when it does not want to be asked', async () => {
    await world.scenario('P-1', { vendorDoes: { notBeforeMs: 3_600_000 } });
    const { notBefore } = (await world.place('P-1')).body;
    assert.ok(Math.abs(Date.parse(notBefore) - Date.now() - 3_600_000) < 10_000, notBefore);
  });

  it('pushes statuses by itself, also out of order, and once however often it was asked', async () => {
    const pushes = [
      { afterMs: 0, status: 'DELIVERED', description: 'at the door', occurredAfterMs: 5000 },
      { afterMs: 100, status: 'IN_TRANSIT', occurredAfterMs: 1000 },
    ];
    await world.scenario('P-1', { vendorDoes: { pushes } });
    await world.place('P-1');
    await world.place('P-1');
    await until('nothing owed', async () => (await world.control('/owed?orderId=P-1')).owed === 0);
    assert.deepEqual(
      world.receiver.noticed.map(({ path, headers, body }) => [path, headers.authorization, body.status, body.description]),
      [
        ['/v1/placements/P-1/result', 'Bearer vendor-key', 'DELIVERED', 'at the door'],
        ['/v1/placements/P-1/result', 'Bearer vendor-key', 'IN_TRANSIT', null],
      ],
    );
    const [first, second] = world.receiver.noticed.map(({ body }) => Date.parse(body.occurredAt));
    assert.equal((first ?? 0) - (second ?? 0), 4000);
  });

  for (const [fault, orders] of [
    ['500', 0],
    ['429', 0],
    ['drop-before-acting', 0],
    ['drop-after-acting', 1],
    ['garbled', 1],
    ['slow:20', 1],
  ] as const) {
    it(`${fault}: ${orders === 0 ? 'does not act' : 'acts'}`, async () => {
      await world.scenario('P-1', { faults: [{ side: 'vendor', call: 1, do: fault }] });
      if (fault.startsWith('drop')) await broken(world.place('P-1'));
      else {
        const answered = await world.place('P-1');
        assert.equal(answered.status, /^\d+$/.test(fault) ? Number(fault) : 200);
        assert.equal(typeof answered.body === 'string', fault === 'garbled');
      }
      assert.equal((await effects()).counts.vendor, orders);
    });
  }

  it('refuses what is no placement request', async () => {
    assert.equal((await world.place('P-1', { placementNumber: 'P-1' })).status, 400);
    assert.equal((await world.place('P-1', { placementNumber: 'P-2/1' })).status, 422);
    assert.equal((await world.place('P-1', {}, {}, 'No%20Vendor')).status, 400);
  });

  it('finds its orders, their words and what it owes again after a restart', async () => {
    await world.scenario('P-1', { vendorDoes: { pushes: [{ afterMs: 60_000, status: 'DELIVERED' }] } });
    await world.place('P-1');
    await world.askVendor('P-1');
    const before = await effects();
    await world.sandbox.stop();
    await world.startSandbox();
    assert.deepEqual(await effects(), before);
    assert.equal((await world.askVendor('P-1')).body.status, 'DELIVERED');
    assert.equal((await world.control('/owed?orderId=P-1')).owed, 1);
  });
});

describe('sandbox customer and platform', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const told = {
    messageId: 'P-1/placement/1',
    orderId: 'P-1',
    placementNumber: 'P-1/1',
    status: 'succeeded',
    reason: null,
    description: 'delivered',
    at: '2026-01-01T08:00:01Z',
  };
  const refund = {
    messageId: 'P-1/placement/refund',
    orderId: 'P-1',
    placementNumber: null,
    amount: '6225.50',
    currency: 'SEK',
    paymentReference: 'pay-1',
    reason: 'OUT_OF_STOCK',
    at: '2026-01-01T08:00:01Z',
  };

  for (const [what, path, message, list] of [
    ['a message', 'customer:/webhook', told, 'customer'],
    ['a refund', 'buyer:/refunds-due', refund, 'refunds'],
  ] as const) {
    it(`takes ${what} once, and refuses other content under its id`, async () => {
      const [side, where] = path.split(':') as ['customer' | 'buyer', string];
      const send = (body: object) => call('POST', `${world.sandbox.urls[side]}${where}`, body);
      assert.equal((await send(message)).status, 200);
      assert.equal((await send(message)).status, 409);
      assert.equal((await send({ ...message, reason: 'LOST' })).status, 422);
      assert.equal((await send({ ...message, at: 'soon' })).status, 400);
      const effects = await world.control('/effects?orderId=P-1');
      assert.equal(effects.counts[list], 1);
      assert.equal(effects[list][0].messageId, message.messageId);
      assert.equal((await world.control(`/arrivals?orderId=P-1&side=${side}`)).length, 4);
    });
  }

  it('knows an order of a placement in every arrival', async () => {
    await call('POST', `${world.sandbox.urls.vendor}/swift-post/orders`, { ...placement('P-1'), order: 'none' });
    assert.equal((await world.control('/arrivals?orderId=P-1')).length, 1);
  });
});

import assert from 'node:assert/strict';
import { buyerMessage, call, until, World, type Answered } from './support.js';

describe('sandbox faults', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const fault = (side: string, what: string, call = 1, until?: number) =>
    world.scenario('P-1', { faults: [{ side, call, do: what, ...(until !== undefined && { until }) }] });
  const effects = async () => (await world.control('/effects?orderId=P-1')).counts;
  const broken = (answer: Promise<Answered>) => assert.rejects(answer, TypeError, 'the connection should have broken');

  for (const status of [500, 429, 503, 410, 422]) {
    it(`${status}: does not act, and the next call is as ever`, async () => {
      await fault('buyer', String(status));
      const refused = await world.tellBuyer('P-1');
      assert.equal(refused.status, status);
      assert.equal(refused.headers.get('retry-after'), status === 429 || status === 503 ? '1' : null);
      assert.equal((await effects()).buyer, 0);
      assert.equal((await world.tellBuyer('P-1')).status, 200);
      assert.equal((await effects()).buyer, 1);
    });
  }

  it('drop-after-acting: acts, breaks the connection, knows the message at the retry', async () => {
    await fault('buyer', 'drop-after-acting');
    await broken(world.tellBuyer('P-1'));
    assert.equal((await effects()).buyer, 1);
    assert.equal((await world.tellBuyer('P-1')).status, 409);
  });

  it('drop-before-acting: breaks the connection without acting', async () => {
    await fault('buyer', 'drop-before-acting');
    await broken(world.tellBuyer('P-1'));
    assert.equal((await effects()).buyer, 0);
    assert.equal((await world.tellBuyer('P-1')).status, 200);
    assert.equal((await world.control('/arrivals?orderId=P-1')).length, 2);
  });

  it('hang: acts, never answers, owes nothing', async () => {
    await fault('buyer', 'hang');
    let answered = false;
    const leave = new AbortController();
    const url = `${world.sandbox.urls.buyer}/order-review-messages`;
    const answer = call('POST', url, buyerMessage('P-1'), {}, leave.signal).then(
      () => (answered = true),
      () => 'left',
    );
    await until('the effect', async () => (await effects()).buyer === 1);
    assert.equal((await world.control('/owed')).owed, 0);
    assert.equal(answered, false);
    leave.abort();
    assert.equal(await answer, 'left');
  });

  it('drip: acts, and its answer comes a byte at a time and never to its end', async () => {
    await fault('buyer', 'drip');
    const leave = new AbortController();
    const response = await fetch(`${world.sandbox.urls.buyer}/order-review-messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(buyerMessage('P-1')),
      signal: leave.signal,
    });
    assert.equal((await effects()).buyer, 1);
    const reader = response.body?.getReader();
    for (let drops = 0; drops < 3; drops += 1) assert.equal((await reader?.read())?.value?.length, 1);
    leave.abort();
  });

  it('slow: acts first, and is owed until the caller goes', async () => {
    await fault('buyer', 'slow:60000');
    const leave = new AbortController();
    const url = `${world.sandbox.urls.buyer}/order-review-messages`;
    const answer = call('POST', url, buyerMessage('P-1'), {}, leave.signal).catch(() => 'left');
    await until('the effect before the answer', async () => (await effects()).buyer === 1);
    assert.equal((await world.control('/owed?orderId=P-1')).owed, 1);
    leave.abort();
    assert.equal(await answer, 'left');
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
  });

  it('slow: answers when its time has come', async () => {
    await fault('buyer', 'slow:200');
    const startedAt = Date.now();
    assert.equal((await world.tellBuyer('P-1')).status, 200);
    assert.ok(Date.now() - startedAt >= 195);
  });

  it('a range: calls n to m, counted per order and side, retries included', async () => {
    await fault('buyer', '500', 2, 3);
    await world.requestReview('P-1');
    await world.tellBuyer('P-2');
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await world.tellBuyer('P-1')).status);
    assert.deepEqual(statuses, [200, 500, 500, 409]);
    assert.deepEqual((await world.control('/scenarios/P-1')).counters.calls, {
      buyer: 4,
      review: 1,
      liaison: 0,
      inbox: 0,
      vendor: 0,
      customer: 0,
    });
  });

  it('on the review server: an outcome decided under drop-after-acting is there at the retry', async () => {
    await world.scenario('P-1', {
      review: ['fail:STOCK_SHORT'],
      faults: [{ side: 'review', call: 1, do: 'drop-after-acting' }],
    });
    await broken(world.requestReview('P-1'));
    assert.equal((await world.result('P-1')).body.outcome, 'failed');
    assert.equal((await world.requestReview('P-1')).body.outcome, 'failed');
    assert.equal((await effects()).review, 1);
  });

  it('on the review server: the calls for a result count too, known by their request', async () => {
    await world.scenario('P-1', { answer: 'poll', faults: [{ side: 'review', call: 2, do: '500' }] });
    await world.requestReview('P-1');
    assert.equal((await world.result('P-1')).status, 500);
    assert.equal((await world.result('P-1')).status, 200);
  });

  it('on the review server: a hanging request under notice is answered by the notice', async () => {
    await world.scenario('P-1', { answer: 'notice', faults: [{ side: 'review', call: 1, do: 'hang' }] });
    const answer = world.requestReview('P-1').catch(() => 'cut off');
    await until('the notice', () => world.receiver.noticed.length === 1);
    await world.sandbox.stop();
    assert.equal(await answer, 'cut off');
  });

  it('on the liaison server', async () => {
    await fault('liaison', '500');
    const url = `${world.sandbox.urls.liaison}/orders/P-1/review`;
    assert.equal((await call('POST', url, { liaisonId: 'l-3' })).status, 500);
    assert.equal((await effects()).review, 0);
    assert.equal((await call('POST', url, { liaisonId: 'l-3' })).status, 202);
    assert.equal((await effects()).review, 1);
  });
});

import assert from 'node:assert/strict';
import { call, until, World } from './support.js';

describe('sandbox review server: answers', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  it('passes at once without a scenario', async () => {
    const answered = await world.requestReview('P-1');
    assert.equal(answered.status, 200);
    assert.deepEqual(answered.body, { outcome: 'succeeded' });
  });

  it('answers attempt n with review[n-1], the last repeats', async () => {
    await world.scenario('P-1', { review: ['fail:STOCK_SHORT', 'fail:DEDUCTION_ERROR', 'pass'] });
    const outcomes = [];
    for (const attempt of [1, 2, 3, 4]) outcomes.push((await world.requestReview('P-1', attempt)).body);
    assert.equal(outcomes[0].outcome, 'failed');
    assert.deepEqual(outcomes[0].reason, { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' });
    assert.equal(outcomes[1].reason.type, 'DEDUCTION_ERROR');
    assert.deepEqual(outcomes.slice(2), [{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
  });

  it('inline: answers after delayMs, and a repetition of the request at once', async () => {
    await world.scenario('P-1', { review: ['fail:STOCK_SHORT'], delayMs: 200 });
    const startedAt = Date.now();
    assert.equal((await world.requestReview('P-1')).body.outcome, 'failed');
    assert.ok(Date.now() - startedAt >= 200);
    assert.equal((await world.requestReview('P-1')).body.outcome, 'failed');
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
  });

  it('inline: an answer whose caller has gone is not owed any more', async () => {
    await world.scenario('P-1', { delayMs: 60_000 });
    const leave = new AbortController();
    const url = `${world.sandbox.urls.review}/review-requests`;
    const body = {
      reviewRequestId: 'r',
      orderId: 'P-1',
      reviewRound: 1,
      attempt: 1,
      requestedAt: '2026-01-01T08:00:00Z',
    };
    const answer = call('POST', url, body, {}, leave.signal).catch(() => 'left');
    await until('an owed answer', async () => (await world.control('/owed')).owed === 1);
    leave.abort();
    assert.equal(await answer, 'left');
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
  });

  it('inline: a withdrawal ends the waiting with WITHDRAWN', async () => {
    await world.scenario('P-1', { delayMs: 60_000 });
    const answer = world.requestReview('P-1');
    await until('an owed answer', async () => (await world.control('/owed?orderId=P-1')).owed === 1);
    assert.equal((await world.control('/owed?orderId=P-2')).owed, 0);
    assert.deepEqual((await world.result('P-1')).body, { outcome: 'pending' });
    assert.deepEqual((await world.withdraw('P-1')).body, { status: 'withdrawn' });
    assert.equal((await answer).body.reason.type, 'WITHDRAWN');
  });

  it('notice: 202, then a failure notice with the echoed request, until it is taken', async () => {
    await world.scenario('P-1', {
      review: ['fail:STOCK_SHORT'],
      answer: 'notice',
      delayMs: 20,
      order: { orderId: 'P-1' },
    });
    world.receiver.statuses.push(503, 429);
    const answered = await world.requestReview('P-1');
    assert.equal(answered.status, 202);
    assert.deepEqual(answered.body, { status: 'accepted' });
    await until('nothing owed', async () => (await world.control('/owed?orderId=P-1')).owed === 0);
    assert.equal(world.receiver.noticed.length, 3);
    const [first, , last] = world.receiver.noticed;
    assert.equal(last?.path, '/v1/review-failures');
    assert.equal(last?.headers.authorization, 'Bearer review-key');
    assert.equal(last?.body.eventId, first?.body.eventId);
    const { eventId, occurredAt, ...rest } = last?.body ?? {};
    assert.match(eventId, /^rf-/);
    assert.ok(Date.parse(occurredAt) > 0);
    assert.deepEqual(rest, {
      orderId: 'P-1',
      reviewRound: 1,
      reviewRequestId: 'P-1/1/1',
      reason: { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' },
      order: { orderId: 'P-1' },
    });
  });

  it('notice: a success goes to review-successes; a repeated request brings no second notice', async () => {
    await world.scenario('P-1', { answer: 'notice' });
    await world.requestReview('P-1');
    assert.equal((await world.requestReview('P-1')).status, 202);
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
    assert.deepEqual(
      world.receiver.noticed.map(({ path }) => path),
      ['/v1/review-successes'],
    );
    assert.equal(world.receiver.noticed[0]?.body.reviewedBy, 'review-server');
  });

  it('notice: a final 4xx is not tried again and shows as refused', async () => {
    await world.scenario('P-1', { answer: 'notice' });
    world.receiver.statuses.push(422);
    await world.requestReview('P-1');
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
    const scenario = await world.control('/scenarios/P-1');
    assert.equal(scenario.noticesRefused.length, 1);
    assert.equal(scenario.noticesRefused[0].status, 422);
    assert.equal(scenario.noticesRefused[0].reviewRequestId, 'P-1/1/1');
    assert.equal(world.receiver.noticed.length, 1);
  });

  it('notice: waits for the address of Holdpoint and goes out once it is set', async () => {
    await call('PUT', `${world.sandbox.urls.control}/settings`, { holdpointUrl: null });
    await world.scenario('P-1', { answer: 'notice' });
    await world.requestReview('P-1');
    const pending = await until('a try', async () => (await world.control('/scenarios/P-1')).noticesPending.find((n: any) => n.tries > 0));
    assert.match(pending.lastProblem, /not set/);
    assert.equal((await world.control('/owed?orderId=P-1')).owed, 1);
    await call('PUT', `${world.sandbox.urls.control}/settings`, { holdpointUrl: `${world.receiver.url}/base` });
    await until('the notice', () => world.receiver.noticed.length === 1);
    assert.equal(world.receiver.noticed[0]?.path, '/base/v1/review-successes');
  });

  it('notice: a withdrawn one is not sent', async () => {
    await world.scenario('P-1', { answer: 'notice', delayMs: 60_000 });
    await world.requestReview('P-1');
    await world.withdraw('P-1');
    assert.equal((await world.control('/owed')).owed, 0);
    assert.equal((await world.result('P-1')).body.reason.type, 'WITHDRAWN');
    assert.equal(world.receiver.noticed.length, 0);
  });

  it('poll: pending until delayMs has passed, then the outcome; nothing owed', async () => {
    await world.scenario('P-1', { review: ['fail:INTERFACE_TIMEOUT'], answer: 'poll', delayMs: 200 });
    const startedAt = Date.now();
    assert.equal((await world.requestReview('P-1')).status, 202);
    assert.equal((await world.control('/owed')).owed, 0);
    const outcome = await until('an outcome', async () => {
      const { body } = await world.result('P-1');
      return body.outcome === 'pending' ? null : body;
    });
    assert.ok(Date.now() - startedAt >= 200);
    assert.equal(outcome.reason.type, 'INTERFACE_TIMEOUT');
    await world.scenario('P-2', { answer: 'poll', delayMs: 60_000 });
    await world.requestReview('P-2');
    assert.deepEqual((await world.result('P-2')).body, { outcome: 'pending' });
    assert.equal(world.receiver.noticed.length, 0);
  });

  it('a withdrawal after the outcome changes nothing', async () => {
    await world.requestReview('P-1');
    assert.deepEqual((await world.withdraw('P-1')).body, { status: 'withdrawn' });
    assert.deepEqual((await world.result('P-1')).body, { outcome: 'succeeded' });
  });

  it('never: 202 and pending for ever, nothing owed', async () => {
    await world.scenario('P-1', { answer: 'never' });
    assert.equal((await world.requestReview('P-1')).status, 202);
    assert.deepEqual((await world.result('P-1')).body, { outcome: 'pending' });
    assert.equal((await world.control('/owed')).owed, 0);
    await world.withdraw('P-1');
    assert.equal((await world.result('P-1')).body.outcome, 'failed');
  });

  it('decides a request once, even when the scenario changes in between', async () => {
    await world.scenario('P-1', { review: ['fail:STOCK_SHORT'] });
    const first = await world.requestReview('P-1');
    await world.scenario('P-1', { review: ['pass'] });
    assert.deepEqual((await world.requestReview('P-1')).body, first.body);
    assert.equal((await world.control('/effects?orderId=P-1')).counts.review, 1);
    assert.equal((await world.control('/arrivals?orderId=P-1&side=review')).length, 2);
  });

  it('refuses a reviewRequestId that comes with another order, round or attempt', async () => {
    await world.requestReview('P-1');
    assert.equal((await world.requestReview('P-1', 1, { attempt: 2 })).status, 422);
    assert.equal((await world.requestReview('P-2', 1, { reviewRequestId: 'P-1/1/1' })).status, 422);
  });

  it('refuses malformed requests, naming every mistake', async () => {
    const answered = await world.requestReview('P-1', 1, { attempt: 0, requestedAt: 'yesterday', reviewRound: '1' });
    assert.equal(answered.status, 400);
    assert.equal(answered.headers.get('content-type'), 'application/problem+json');
    assert.deepEqual(answered.body.errors.map((e: any) => e.path).toSorted(), ['attempt', 'requestedAt', 'reviewRound']);
  });

  it('knows nothing of unknown requests', async () => {
    assert.equal((await world.result('P-9')).status, 404);
    assert.equal((await world.withdraw('P-9')).status, 404);
  });

  it('gives the order document of the scenario, else 404', async () => {
    const order = { orderId: 'P-1', lines: [{ id: '1', quantity: '50' }], extra: { kept: true } };
    await world.scenario('P-1', { review: ['fail:STOCK_SHORT'], order });
    assert.deepEqual((await call('GET', `${world.sandbox.urls.review}/orders/P-1`)).body, order);
    assert.equal((await call('GET', `${world.sandbox.urls.review}/orders/P-2`)).status, 404);
    assert.equal((await world.requestReview('P-1')).body.reason.text, '5 of 50 in stock');
  });
});

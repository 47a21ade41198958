/** Temporal out of reach while notices come in: they are taken, cases are shown, and all is handed over, in order, once it is back. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import getPort from 'get-port';
import { Deployment } from '../support/deployment.js';
import { fromEnvironment } from '../support/servers.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { assertSound, audit, figures, type Accepted } from './audit.js';

const ORDERS = 20;
const AWAY_MS = 6000;
/** What a sender, or a person at a page, may wait meanwhile. */
const ANSWER_LIMIT_MS = 2000;

describe('Temporal out of reach', function () {
  this.timeout(300_000);
  let house: Deployment;
  let proxy: TcpProxy;
  before(async () => {
    proxy = await TcpProxy.start(fromEnvironment('TEST_TEMPORAL_ADDRESS'));
    house = await Deployment.start({ temporalAddress: proxy.address });
    await Promise.all([house.startApi(), house.startWorker()]);
  });
  after(async () => {
    await house?.stop();
    await proxy?.close();
  });

  it('A1 A8: notices are accepted, and their cases open in order when it is back', async () => {
    const known = house.newOrderId('KNOWN');
    const accepted: Accepted[] = [{ eventId: `rf-${known}`, orderId: known, reviewRound: 1 }];
    await house.fail(known);
    await house.untilStatus(known, 'held');

    await proxy.close();
    const awaySince = performance.now();
    const action = actOn(house, known);
    const orderIds = Array.from({ length: ORDERS }, () => house.newOrderId('AWAY'));
    const slowest = { notice: 0, page: 0 };
    for (const [index, orderId] of orderIds.entries()) {
      slowest.notice = Math.max(slowest.notice, await timed(() => house.fail(orderId)));
      if (resolved(index)) slowest.notice = Math.max(slowest.notice, await timed(() => succeed(house, orderId)));
      slowest.page = Math.max(slowest.page, await timed(() => shown(house, known)));
      accepted.push({ eventId: `rf-${orderId}`, orderId, reviewRound: 1 });
    }
    const { status, body, ms } = await action;
    assert.deepEqual([status, body.code], [503, 'OUTCOME_UNKNOWN'], JSON.stringify(body));
    assert.ok(ms < 8000, `the action was answered after ${ms} ms`);
    assert.ok(slowest.notice < ANSWER_LIMIT_MS && slowest.page < ANSWER_LIMIT_MS, `slowest answers, ms: ${JSON.stringify(slowest)}`);
    await delay(Math.max(0, AWAY_MS - (performance.now() - awaySince)));
    const others = (await house.cases()).filter(({ orderId }) => orderId !== known);
    assert.deepEqual(others, [], 'a hand-over that failed left a case behind');

    await proxy.open();
    const backAt = performance.now();
    for (const [index, orderId] of orderIds.entries()) await house.untilStatus(orderId, resolved(index) ? 'approved' : 'held', 60_000);
    const caughtUpMs = performance.now() - backAt;
    assert.equal((await actOn(house, known)).status, 200, 'the same action under the same key again');
    await house.settled();
    await heardInOrder(
      house,
      orderIds.filter((_, index) => resolved(index)),
    );
    const found = await audit(house, accepted);
    assertSound(found, house);
    assert.deepEqual(
      house.programs.filter(({ ending }) => ending !== undefined),
      [],
      'every program lived through it',
    );
    const waits = `slowest notice ${slowest.notice.toFixed(0)} ms, page ${slowest.page.toFixed(0)} ms`;
    console.log(`      ${figures(found)}; ${waits}; caught up after ${(caughtUpMs / 1000).toFixed(1)} s`);
  });

  it('A1: a process that is cut off from Temporal leaves its events to the others', async () => {
    const cutOff = await house.startApi({ TEMPORAL_ADDRESS: `127.0.0.1:${await getPort()}` });
    const orderIds = Array.from({ length: 10 }, () => house.newOrderId('CUT'));
    for (const orderId of orderIds) await house.fail(orderId);
    for (const orderId of orderIds) await house.untilStatus(orderId, 'held', 20_000);
    const events = (await house.inboundEvents()).filter(({ orderId }) => orderIds.includes(orderId));
    assert.deepEqual(new Set(events.map(({ state }) => state)), new Set(['handed_over']));
    assert.equal(cutOff.program.ending, undefined, 'it lives on');
  });
});

/** Every other order's success follows its failure, so that their order matters. */
function resolved(index: number): boolean {
  return index % 2 === 1;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begunAt = performance.now();
  await act();
  return performance.now() - begunAt;
}

async function succeed(house: Deployment, orderId: string): Promise<void> {
  const { status, body } = await house.api('POST', '/v1/review-successes', { eventId: `rs-${orderId}`, orderId });
  assert.equal(status, 202, JSON.stringify(body));
}

async function shown(house: Deployment, orderId: string): Promise<void> {
  const [one, list] = await Promise.all([house.api('GET', `/v1/review-cases/${orderId}`), house.api('GET', '/v1/review-cases')]);
  assert.deepEqual([one.status, one.body.status, list.status], [200, 'held', 200]);
}

async function actOn(house: Deployment, orderId: string): Promise<{ status: number; body: any; ms: number }> {
  const begunAt = performance.now();
  const request = { by: 'ingrid', note: 'stock is counted, ask again' };
  const { status, body } = await house.api('POST', `/v1/review-cases/${orderId}/request-review`, request, {
    headers: { 'idempotency-key': `ask-${orderId}` },
  });
  return { status, body, ms: performance.now() - begunAt };
}

/** The failure opened the case and the success was heard after it; the other way round it would have closed the round. */
async function heardInOrder(house: Deployment, orderIds: string[]): Promise<void> {
  const events = await house.inboundEvents();
  for (const orderId of orderIds) {
    const heard = events.filter((event) => event.orderId === orderId).map(({ kind, state, disposition }) => [kind, state, disposition]);
    const [success, failure] = heard;
    assert.deepEqual(failure, ['review_failure', 'handed_over', 'opened'], JSON.stringify(heard));
    assert.deepEqual(success?.slice(0, 2), ['review_success', 'handed_over'], JSON.stringify(heard));
    assert.match(String(success?.[2]), /^(counted|deferred)$/, JSON.stringify(heard));
  }
}

/** The breaker of a counterpart (D10) against the sandbox's outages, without a workflow: what is called, and what is told to wait. */
import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities/index.js';
import { addSecret } from '../../src/db/counterpart-secrets.js';
import { openDatabase, type Database } from '../../src/db/database.js';
import { saveOrder } from '../../src/db/orders.js';
import { comeBackInMs, pauseMs } from '../../src/domain/breaker.js';
import type { BuyerMessage } from '../../src/domain/buyer-message.js';
import type { OrderDocument } from '../../src/domain/order.js';
import { House, SEALING, sampleOrder } from '../support/house.js';
import { ScriptedServer } from '../support/scripted-server.js';

const NOW = Date.UTC(2026, 0, 1, 8);

describe('the breaker of a counterpart', () => {
  let house: House;
  let activities: Activities;
  before(async () => {
    house = await House.start({ worker: false, counterpartTimeoutMs: 500 });
    activities = house.activities();
  });
  after(async () => house.stop());
  beforeEach(async () => {
    await house.control('DELETE', '/outages/buyer').catch(() => undefined);
    await house.db.breaker.deleteMany();
  });

  const outage = (what: object) => house.control('PUT', '/outages/buyer', what);
  const newOrder = async (scenario: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, scenario);
    await saveOrder(house.db, sampleOrder(orderId) as OrderDocument);
    return orderId;
  };
  /** Tries once to tell the buyer server. @returns what it came to: `delivered`, or the failure's type */
  const tell = async (orderId: string, by: Activities = activities): Promise<string> => (await told(orderId, by))?.type ?? 'delivered';
  const told = async (orderId: string, by: Activities = activities): Promise<ApplicationFailure | null> => {
    const common = { orderId, reviewRound: 1, sequence: 1, provisional: true, supersedes: null, reason: null, ending: null };
    const message: BuyerMessage = { ...common, messageId: `${orderId}/1/1`, stage: 'early_success', kind: 'review_succeeded' };
    const input = { caseId: `${orderId}/1`, message, supersedesCaseId: null, counterpartId: 'buyer-server', shadow: false, caseAt: NOW };
    const error = await by.sendBuyerMessage(input).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error === null || error instanceof ApplicationFailure, String(error));
    return error;
  };
  const arrivals = async (orderIds: string[]): Promise<number> => {
    const counts = await Promise.all(orderIds.map(async (orderId) => (await house.arrivals(orderId, 'buyer')).length));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const breaker = (db: Database = house.db) => db.breaker.findUniqueOrThrow({ where: { counterpartId: 'buyer-server' } });
  const probeDueNow = () => house.db.breaker.updateMany({ data: { probeAt: new Date(Date.now() - 1000) } });
  /** However slow this machine is: no probe is due yet. */
  const probeLater = () => house.db.breaker.updateMany({ data: { probeAt: new Date(Date.now() + 60_000) } });
  const opened = async (): Promise<string[]> => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => newOrder()));
    for (const orderId of orders.slice(0, 5)) await tell(orderId);
    assert.equal((await breaker()).state, 'open');
    return orders;
  };

  it('D10: five failures in a row, of several orders, and nothing is called any more; every worker knows', async () => {
    await outage({ do: '500' });
    const orders = await opened();
    const elsewhere = openDatabase(house.databaseUrl, 2);
    const calls = await arrivals(orders);
    await probeLater();
    const failure = await told(orders[5] ?? '', house.activities(elsewhere));
    assert.deepEqual([failure?.type, failure?.nonRetryable], ['COUNTERPART_PAUSED', false]);
    assert.match(failure?.message ?? '', /buyer-server is not called for now: HTTP 500/);
    assert.ok(Number(failure?.nextRetryDelay) > 0, 'it is not told when to come back');
    assert.deepEqual([calls, await arrivals(orders)], [5, 5]);
    const attempts = await house.db.attempt.count({ where: { messageKey: `${orders[5]}/1/1` } });
    assert.equal(attempts, 0, 'waiting was written as an attempt');
    await elsewhere.$disconnect();
  });

  it('D10: an order that always fails does not hold up the others', async () => {
    const sick = await newOrder({ faults: [{ side: 'buyer', call: 1, until: 100, do: '500' }] });
    for (let call = 1; call <= 8; call += 1) assert.equal(await tell(sick), 'COUNTERPART_UNAVAILABLE');
    assert.deepEqual([(await breaker()).state, await tell(await newOrder())], ['closed', 'delivered']);
  });

  it('D10: an answer, also a refusal, begins the count anew', async () => {
    const failing = () => newOrder({ faults: [{ side: 'buyer', call: 1, do: '500' }] });
    for (let call = 1; call <= 4; call += 1) await tell(await failing());
    assert.equal(await tell(await newOrder({ faults: [{ side: 'buyer', call: 1, do: '422' }] })), 'COUNTERPART_REFUSED');
    for (let call = 1; call <= 4; call += 1) await tell(await failing());
    assert.deepEqual([(await breaker()).state, (await breaker()).failures], ['closed', 4]);
    await tell(await failing());
    assert.equal((await breaker()).state, 'open');
  });

  it('D10: a call that lacks a credential of ours is no failure of the counterpart, and closes no breaker either', async () => {
    const row = { where: { id: 'buyer-server' } };
    await house.db.counterpart.update({ ...row, data: { auth: { type: 'bearer' } } });
    const orders = await Promise.all(Array.from({ length: 6 }, () => newOrder()));
    for (const orderId of orders) {
      const failure = await told(orderId);
      assert.match(failure?.message ?? '', /no secret for bearer is kept of buyer-server/);
      assert.equal(failure?.type, 'COUNTERPART_UNAVAILABLE');
    }
    assert.deepEqual([await house.db.breaker.count(), await arrivals(orders)], [0, 0]);
    await house.db.counterpart.update({ ...row, data: { auth: { type: 'none' } } });
    for (const orderId of orders) assert.equal(await tell(orderId), 'delivered');
    await outage({ do: '500' });
    const [more = ''] = await opened();
    await house.db.counterpart.update({ ...row, data: { auth: { type: 'bearer' } } });
    await probeDueNow();
    assert.equal(await tell(more), 'COUNTERPART_UNAVAILABLE');
    assert.deepEqual([(await breaker()).state, (await breaker()).probes], ['open', 0]);
    await house.db.counterpart.update({ ...row, data: { auth: { type: 'none' } } });
  });

  it('D10: of OAuth 2 a "no" to our client is our own fault, a token server that is away is not', async () => {
    const server = await new ScriptedServer(() => ({ status: 401, body: { error: 'invalid_client' } })).start();
    const auth = { type: 'oauth2', tokenUrl: `${server.url}/token`, clientId: 'c', scope: null };
    await house.db.counterpart.update({ where: { id: 'buyer-server' }, data: { auth } });
    await addSecret(house.db, SEALING, { counterpartId: 'buyer-server', purpose: 'client_secret', secret: 's3cret', by: 'test' });
    try {
      const orders = await Promise.all(Array.from({ length: 5 }, () => newOrder()));
      for (const orderId of orders) assert.match((await told(orderId))?.message ?? '', /HTTP 401 invalid_client/);
      assert.equal(await house.db.breaker.count(), 0);
      server.answer = () => ({ status: 503 });
      for (const orderId of orders) assert.match((await told(orderId))?.message ?? '', /no token from .*HTTP 503/);
      assert.equal((await breaker()).state, 'open');
    } finally {
      await house.db.counterpart.update({ where: { id: 'buyer-server' }, data: { auth: { type: 'none' } } });
      await server.stop();
    }
  });

  it('D10: one probe at a time; one that fails lengthens the pause, one that is answered ends it', async () => {
    await outage({ do: '503' });
    const orders = await opened();
    await probeDueNow();
    const before = await arrivals(orders);
    const first = await Promise.all(orders.map((orderId) => tell(orderId)));
    assert.equal(first.filter((outcome) => outcome === 'COUNTERPART_UNAVAILABLE').length, 1, first.join());
    assert.equal((await arrivals(orders)) - before, 1);
    assert.equal((await breaker()).probes, 1);
    await house.control('DELETE', '/outages/buyer');
    await probeDueNow();
    const second = await Promise.all(orders.map((orderId) => tell(orderId)));
    assert.equal(second.filter((outcome) => outcome === 'COUNTERPART_PAUSED').length, 5, second.join());
    assert.deepEqual([(await breaker()).state, (await breaker()).openings], ['closed', 1]);
    for (const orderId of orders) assert.equal(await tell(orderId), 'delivered');
    for (const orderId of orders) assert.equal((await house.buyerEffects(orderId)).length, 1);
  });

  it('D10: a prober that dies lets the next one in when its time is over', async () => {
    await outage({ do: '500' });
    const [orderId = ''] = await opened();
    await house.control('DELETE', '/outages/buyer');
    // As a worker leaves it that was killed between its passage and its call.
    await house.db.breaker.updateMany({ data: { probeAt: new Date(Date.now() + 3500) } });
    assert.equal(await tell(orderId), 'COUNTERPART_PAUSED');
    await probeDueNow();
    assert.equal(await tell(orderId), 'delivered');
  });

  it('D10: Retry-After is heeded by the pause as by the message that heard it', async () => {
    await outage({ do: '503', retryAfterSeconds: 120 });
    const orders = await Promise.all(Array.from({ length: 5 }, () => newOrder()));
    for (const orderId of orders) assert.equal((await told(orderId))?.nextRetryDelay, 120_000);
    const { probeAt } = await breaker();
    assert.ok(Number(probeAt) - Date.now() > 110_000, String(probeAt));
  });

  it('D10: pauses grow to 30 s, what is asked for is bounded, and those who wait come back spread', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 20].map((probes) => pauseMs(probes, null)),
      [2000, 4000, 8000, 16_000, 30_000, 30_000],
    );
    assert.deepEqual([pauseMs(0, 60_000), pauseMs(0, 86_400_000), pauseMs(4, 1000)], [60_000, 600_000, 30_000]);
    assert.deepEqual([comeBackInMs(1000, 0, 0), comeBackInMs(1000, 0, 0.5), comeBackInMs(-50, 3_600_000, 0.5)], [1000, 2000, 150_000]);
  });
});

/**
 * An outage of each counterpart with many orders open, two workers (D10): how often it is called, what comes of the orders, how they
 * are let go. The whole of it: `HOLDPOINT_TEST_OUTAGE_ORDERS=300 npm test -- e2e/outages`.
 */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase, type Database } from '../../src/db/database.js';
import { Deployment } from '../support/deployment.js';
import { eventually, sampleOrder } from '../support/house.js';

const ORDERS = Number(process.env['HOLDPOINT_TEST_OUTAGE_ORDERS'] ?? 40);
/** Of them, those that fail when it is known already that the servers are away. */
const LATE = Math.ceil(ORDERS / 5);
const LIMIT_PER_SECOND = 60;
/** Of calls into an outage: those under way when the breaker opens, and its probes; without it each order would have made several. */
const MOST_CALLS = 100;
const PATIENCE_MS = 120_000;
const AT_ONCE = 20;

describe('outages of counterparts', function () {
  this.timeout(300_000);
  let house: Deployment;
  let db: Database;
  before(async () => {
    house = await Deployment.start({
      policy: { firstDelayMs: 2000, intervalMs: 2000, capMs: 2000, jitter: 0, minGapMs: 0, retryWindowMs: 600_000 },
      placements: {
        policy: {
          send: { initialMs: 1000, coefficient: 1, maximum: 2 },
          promisedMs: 1000,
          verify: { initialMs: 1000, coefficient: 1, maximum: 20 },
          poll: { initialMs: 2000, intervalMs: 2000, coefficient: 1, capMs: 2000, jitter: 0, maximum: 3 },
        },
        // Sure of an order's absence at once: two attempts of one order may be among the calls that open the breaker.
        vendors: { maxPerSecond: LIMIT_PER_SECOND, maxConcurrent: 10, timeoutMs: 1000, settleMs: 1000 },
      },
    });
    db = openDatabase(house.databaseUrl, 4);
    await house.startApi();
    const env = { HOLDPOINT_COUNTERPART_TIMEOUT_MS: '1000' };
    await Promise.all([house.startWorker(env), house.startWorker(env)]);
    await db.counterpart.updateMany({ data: { maxPerSecond: LIMIT_PER_SECOND } });
    // The workers look every 2 s for changed limits.
    await delay(5000);
  });
  after(async () => {
    await db?.$disconnect();
    await house?.stop();
  });

  const begin = (side: string, what: string) => house.control('PUT', `/outages/${side}`, { do: what });
  const end = async (side: string): Promise<number> => {
    await house.control('DELETE', `/outages/${side}`);
    return Date.now();
  };
  const untilProbed = (counterpartId: string, probes: number) =>
    eventually(
      async () => {
        const row = await db.breaker.findFirst({ where: { counterpartId: { startsWith: counterpartId } } });
        return row?.state === 'open' && row.probes >= probes ? row : undefined;
      },
      `the breaker of ${counterpartId} is open and was probed ${probes} times`,
      PATIENCE_MS,
    );
  const all = async (work: (orderId: string) => Promise<unknown>, number = ORDERS): Promise<string[]> => {
    const orderIds = Array.from({ length: number }, () => house.newOrderId());
    const waiting = [...orderIds];
    const take = async (): Promise<void> => {
      for (let orderId = waiting.pop(); orderId !== undefined; orderId = waiting.pop()) await work(orderId);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    return orderIds;
  };
  /** As real senders do: what was shed is sent again. */
  const taken = async (path: string, event: { orderId: string; eventId?: string; [field: string]: unknown }): Promise<void> => {
    await eventually(
      async () => {
        const { status, body } = await house.api('POST', path, event);
        assert.ok(status === 202 || status === 503, `${status} ${JSON.stringify(body)}`);
        return status === 202 ? true : undefined;
      },
      `the event of ${event.orderId} is taken`,
      PATIENCE_MS,
    );
  };
  /** Attempts by counterpart, before an instant or from it on. */
  const attempts = async (counterpartId: string, kinds: string[]): Promise<{ startedAt: number; delivered: boolean }[]> => {
    const rows = await db.attempt.findMany({
      where: { message: { counterpartId, kind: { in: kinds } } },
      select: { startedAt: true, outcome: true },
    });
    return rows.map(({ startedAt, outcome }) => ({ startedAt: startedAt.getTime(), delivered: outcome === 'delivered' }));
  };
  /** Prints what a side went through, and sees that it was spared while it was away and let go of within its rate. */
  const report = async (name: string, counterpartId: string, kinds: string[], endedAt: number): Promise<void> => {
    const made = await attempts(counterpartId, kinds);
    const during = made.filter(({ startedAt }) => startedAt < endedAt).length;
    const released = made
      .filter(({ startedAt, delivered }) => startedAt >= endedAt && delivered)
      .map(({ startedAt }) => startedAt - endedAt);
    const perSecond = Array.from({ length: Math.ceil(Math.max(...released, 1) / 1000) }, () => 0);
    for (const ms of released) perSecond[Math.floor(ms / 1000)] = (perSecond[Math.floor(ms / 1000)] ?? 0) + 1;
    const unknown = await db.attempt.count({ where: { outcome: 'unknown', message: { counterpartId, kind: { in: kinds } } } });
    console.log(
      `      ${name}: ${during} calls into the outage of ${ORDERS} orders, ${unknown} of unknown outcome; ` +
        `drained ${(Math.max(...released, 0) / 1000).toFixed(1)} s after it, per second ${perSecond.join(' ')} (limit ${LIMIT_PER_SECOND})`,
    );
    assert.ok(during > 0 && during <= MOST_CALLS, `${during} calls into the outage of ${name}`);
    // A bucket may give out two seconds' worth at the beginning, not more.
    assert.ok(Math.max(...perSecond) <= 2.2 * LIMIT_PER_SECOND, `${Math.max(...perSecond)} calls in a second to ${name}`);
  };

  it(`D10: buyer, review and mail server away with ${ORDERS} cases: nothing lost, nothing doubled, no attempt used up`, async () => {
    await Promise.all([begin('buyer', 'refuse'), begin('inbox', 'hang'), begin('review', '503')]);
    const fail = async (orderId: string): Promise<void> => {
      await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
      await taken('/v1/review-failures', house.notice(orderId));
    };
    const early = await all(fail, ORDERS - LATE);
    await Promise.all([untilProbed('buyer-server', 2), untilProbed('mail', 2), untilProbed('review-server', 2)]);
    // The early ones may all have asked before the breaker opened: what these ask for cannot begin.
    const orderIds = [...early, ...(await all(fail, LATE))];
    const away = await eventually(
      async () => {
        const cases = await db.reviewCase.groupBy({ by: ['statusReason'], _count: true, where: { status: 'held' } });
        return cases.find(({ statusReason }) => statusReason === 'REVIEW_SERVER_AWAY')?._count;
      },
      'cases say that the review server is away',
      PATIENCE_MS,
    );
    const ended = { buyer: await end('buyer'), inbox: await end('inbox'), review: await end('review') };
    await eventually(
      async () => ((await db.reviewCase.count({ where: { status: 'approved' } })) === ORDERS ? true : undefined),
      'every case is approved',
      PATIENCE_MS,
    );
    // What waits for the breaker stands in no ledger yet: only a closed case has told everyone.
    await eventually(
      async () => ((await db.reviewCase.count({ where: { closed: true } })) === ORDERS ? true : undefined),
      'every case is closed',
      PATIENCE_MS,
    );
    await house.settled(PATIENCE_MS);
    console.log(`      ${away} cases said at once that the review server is away`);
    await report('buyer server', 'buyer-server', ['review_succeeded'], ended.buyer);
    await report('mail server', 'mail', ['liaison_notice'], ended.inbox);
    await report('review server', 'review-server', ['review_request'], ended.review);

    const { buyer, inbox } = await house.effects();
    assert.deepEqual(countsOf(buyer, orderIds), { lost: 0, doubled: 0 });
    assert.deepEqual(countsOf(inbox, orderIds), { lost: 0, doubled: 0 });
    const attemptsUsed = await db.reviewCase.groupBy({ by: ['reviewAttempts'], _count: true });
    assert.deepEqual(attemptsUsed, [{ reviewAttempts: 1, _count: ORDERS }], 'an attempt was used up by waiting');
    const openings = await db.breaker.findMany({ select: { counterpartId: true, state: true } });
    assert.ok(
      openings.every(({ state }) => state === 'closed'),
      JSON.stringify(openings),
    );
  });

  it(`D10: the vendor away with ${ORDERS} placements, then the customers' server: no attempt and no poll used up`, async () => {
    await Promise.all([begin('vendor', 'drop-before-acting'), begin('customer', 'hang')]);
    const vendorId = 'swift-post';
    const orderIds = await all(async (orderId) => {
      await house.scenario(orderId, { vendor: ['ACCEPTED', 'DELIVERED'] });
      const order = sampleOrder(orderId, { payment: { status: 'PAID', paidAt: '2026-01-01T07:00:00Z', reference: 'p' } });
      const customer = { id: 'c-1', name: 'Li Na', locale: 'en', webhook: house.customerUrl };
      await taken('/v1/placements', { eventId: `pl-${orderId}`, orderId, vendorId, order, customer });
    });
    await untilProbed(vendorId, 2);
    const vendorBack = await end('vendor');
    await untilProbed('customers/', 2);
    const customerBack = await end('customer');
    await eventually(
      async () => ((await db.placement.count({ where: { status: 'succeeded', closed: true } })) === ORDERS ? true : undefined),
      async () =>
        `every placement succeeds: ${JSON.stringify(await db.placement.groupBy({ by: ['status', 'statusReason'], _count: true }))}`,
      PATIENCE_MS,
    );
    await report('vendor', vendorId, ['placement'], vendorBack);
    await report('customers', 'customers', ['placement_succeeded'], customerBack);
    const { vendor, customer } = await house.effects();
    assert.deepEqual(countsOf(vendor, orderIds), { lost: 0, doubled: 0 });
    assert.deepEqual(countsOf(customer, orderIds), { lost: 0, doubled: 0 });
  });
});

/** How many orders are missing among effects, and how many effects there are too many. */
function countsOf(effects: { orderId: string | null }[], orderIds: string[]): { lost: number; doubled: number } {
  const seen = effects.map(({ orderId }) => orderId).filter((orderId) => orderId !== null && orderIds.includes(orderId));
  const distinct = new Set(seen).size;
  return { lost: orderIds.length - distinct, doubled: seen.length - distinct };
}

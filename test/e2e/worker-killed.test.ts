/** A worker killed -9: during a wait, and in the gap after another side acted and before we heard. */
import assert from 'node:assert/strict';
import { Deployment } from '../support/deployment.js';
import type { Arrival, LedgerMessage } from '../support/deployment-wire.js';
import { eventually, sampleOrder } from '../support/house.js';
import type { Program } from '../support/processes.js';

/** The longest answer limit there is, so that a hanging call is still under way when the kill comes. */
const PATIENT = { HOLDPOINT_COUNTERPART_TIMEOUT_MS: '12000' };

describe('a worker killed -9', function () {
  this.timeout(300_000);
  let house: Deployment;
  let worker: Program;
  before(async () => {
    house = await Deployment.start({ placements: { policy: {}, vendors: {} } });
    [, worker] = await Promise.all([house.startApi(), house.startWorker(PATIENT)]);
  });
  after(async () => house?.stop());

  it('A6 A7 A8: during a wait, the cases go on where they were', async () => {
    const orderIds = Array.from({ length: 3 }, () => house.newOrderId('WAIT'));
    await Promise.all(orderIds.map((orderId) => holdOrder(house, orderId)));
    await worker.kill();
    worker = await house.startWorker(PATIENT);
    for (const attempt of [1, 2]) {
      const ended = attempt === 2;
      await Promise.all(orderIds.map((orderId) => house.toNext(orderId)));
      await Promise.all(
        orderIds.map((orderId) =>
          house.until(
            orderId,
            (found) => found.reviewAttempts === attempt && found.status === (ended ? 'approved' : 'held'),
            `attempt ${attempt} was answered`,
          ),
        ),
      );
    }
    for (const orderId of orderIds) {
      assert.equal((await house.workflowEnded(`${orderId}/1`)).status, 'approved');
      const arrivals = await house.arrivals(orderId);
      assert.deepEqual(
        reviewRequests(arrivals).map(({ body }) => body.attempt),
        [1, 2],
        'one request per attempt',
      );
      assert.deepEqual(
        deliveries(arrivals, 'buyer').map(({ body }) => [body.sequence, body.kind]),
        [[1, 'review_succeeded']],
      );
      assert.equal(deliveries(arrivals, 'inbox').length, 1);
    }
  });

  describe('in the gap after the other side acted', () => {
    const inBuyerGap: string[] = [];
    const inReviewGap: string[] = [];
    const inMailGap: string[] = [];
    let atTheKill: LedgerMessage[];
    before(async () => {
      await house.usePolicy({ firstDelayMs: 1500, intervalMs: 1500, capMs: 1500, jitter: 0, retryWindowMs: 300_000 });
      await openOrders(house, inReviewGap, { count: 5, prefix: 'REVIEW', side: 'review' });
      await eventually(
        async () =>
          (await house.arrivals()).some(({ side, orderId }) => side === 'review' && orderId === inReviewGap.at(-1)) ? true : undefined,
        'a review is asked for',
      );
      await Promise.all([
        openOrders(house, inBuyerGap, { count: 10, prefix: 'BUYER', side: 'buyer' }),
        openOrders(house, inMailGap, { count: 5, prefix: 'MAIL', side: 'inbox' }),
      ]);
      await allActed(house, { buyer: inBuyerGap, review: inReviewGap, inbox: inMailGap });
      await worker.kill();
      atTheKill = await house.ledger();
      worker = await house.startWorker(PATIENT);
    });

    it('the buyer server: acted once, delivered again under the same key', async () => {
      for (const orderId of inBuyerGap) {
        await checkGap(house, { atTheKill, orderId, counterpart: 'buyer', side: 'buyer' });
        const { buyer } = await house.effects(orderId);
        assert.deepEqual(
          buyer.map(({ sequence, kind }) => [sequence, kind]),
          [[1, 'review_succeeded']],
          `the buyer server acted once on ${orderId}`,
        );
      }
    });

    it('the review server: one request, decided once', async () => {
      for (const orderId of inReviewGap) {
        await checkGap(house, { atTheKill, orderId, counterpart: 'review', side: 'review' });
        const { review } = await house.effects(orderId);
        assert.deepEqual(
          review.map(({ attempt, reviewRequestId }) => [attempt, reviewRequestId]),
          [[1, `${orderId}.1.1`]],
          `${orderId} was reviewed once`,
        );
      }
    });

    it('the mail server: one Message-ID', async () => {
      for (const orderId of inMailGap) {
        await checkGap(house, { atTheKill, orderId, counterpart: 'liaison', side: 'inbox' });
        const { inbox } = await house.effects(orderId);
        assert.equal(new Set(inbox.map(({ messageId }) => messageId)).size, 1, `mails of ${orderId}: ${JSON.stringify(inbox)}`);
      }
    });
  });

  it('B3: in the gap after a vendor acted: noticed long before the call’s time is over, and never sent again', async () => {
    const orderId = house.newOrderId('VENDOR');
    await house.scenario(orderId, { vendorDoes: { idempotent: false }, faults: [{ side: 'vendor', call: 1, do: 'hang' }] });
    const order = sampleOrder(orderId, { payment: { status: 'PAID', paidAt: '2026-01-01T07:00:00Z', reference: 'pay-1' } });
    const request = { eventId: `pl-${orderId}`, orderId, vendorId: 'points-mall', order, customer: { id: 'c-1' } };
    const answer = await house.api('POST', '/v1/placements', request);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    const requests = async () => (await house.arrivals(orderId)).filter(({ side, method }) => side === 'vendor' && method === 'POST');
    await eventually(async () => ((await requests()).length > 0 ? true : undefined), 'the vendor got it');
    await worker.kill();
    const killedAt = Date.now();
    worker = await house.startWorker(PATIENT);
    const planned = async () => {
      const { body } = await house.api('GET', `/v1/placements/${orderId}`);
      return body.status === 'sent' && body.nextAction?.what.startsWith('ask whether the vendor has the order') ? body : undefined;
    };
    await eventually(
      planned,
      async () => `a question is planned: ${JSON.stringify((await house.api('GET', `/v1/placements/${orderId}`)).body)}`,
      90_000,
    );
    console.log(`      noticed after ${Math.round((Date.now() - killedAt) / 1000)} s`);
    assert.equal((await requests()).length, 1);
    assert.equal((await house.effects(orderId)).vendor.length, 1);
  });

  it('answers lost without a kill: one review, one Message-ID, no second effect', async () => {
    const orderId = house.newOrderId('LOST');
    const sides = [
      ['buyer', 'drop-after-acting'],
      ['review', 'drop-after-acting'],
      ['inbox', 'accept-no-reply'],
    ] as const;
    await house.scenario(orderId, { faults: sides.map(([side, fault]) => ({ side, call: 1, do: fault })) });
    await house.fail(orderId);
    await house.untilStatus(orderId, 'held');
    await house.toNext(orderId);
    await house.untilStatus(orderId, 'approved');
    await house.workflowEnded(`${orderId}/1`);
    const [arrivals, effects, ledger] = await Promise.all([house.arrivals(orderId), house.effects(orderId), house.ledger(orderId)]);
    for (const [side] of sides) assertSameDelivery(deliveries(arrivals, side), `${side} of ${orderId}`);
    assert.deepEqual([effects.counts.buyer, effects.counts.review], [1, 1], JSON.stringify(effects));
    assert.deepEqual(
      ledger.map(({ state, attempts }) => [state, attempts.map(({ outcome }) => outcome)]),
      sides.map(() => ['sent', ['unknown', 'delivered']]),
    );
  });
});

/** Opens a case that is held, and sees everything that goes out at first arrive and be recorded: from here on it only waits. */
async function holdOrder(house: Deployment, orderId: string): Promise<void> {
  await house.scenario(orderId, { review: ['fail:STOCK_SHORT', 'pass'] });
  await house.fail(orderId);
  const recorded = async () => {
    const { body } = await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`);
    const types = new Set<string>((body.items ?? []).map(({ type }: { type: string }) => type));
    return types.has('buyer_message_settled') && types.has('notice_settled') ? true : undefined;
  };
  await eventually(recorded, async () => `${orderId} only waits; ledger ${JSON.stringify(await house.ledger(orderId))}${house.report()}`);
}

interface OrdersInGap {
  count: number;
  prefix: string;
  /** Whose first call takes its effect and is never answered. */
  side: 'buyer' | 'review' | 'inbox';
}

async function openOrders(house: Deployment, orderIds: string[], { count, prefix, side }: OrdersInGap): Promise<void> {
  for (let n = 0; n < count; n += 1) orderIds.push(house.newOrderId(prefix));
  await Promise.all(
    orderIds.map(async (orderId) => {
      await house.scenario(orderId, { faults: [{ side, call: 1, do: 'hang' }] });
      await house.fail(orderId);
    }),
  );
}

/** Waits until each side acted on all of its orders. */
async function allActed(house: Deployment, orders: Record<'buyer' | 'review' | 'inbox', string[]>): Promise<void> {
  const missing = async () => {
    const effects = await house.effects();
    return (['buyer', 'review', 'inbox'] as const).flatMap((side) => {
      const acted = new Set(effects[side].map(({ orderId }) => orderId));
      return orders[side].filter((orderId) => !acted.has(orderId));
    });
  };
  await eventually(
    async () => ((await missing()).length === 0 ? true : undefined),
    async () => `all acted; missing ${(await missing()).join(', ')}${house.report()}`,
    11_000,
  );
}

interface Gap {
  atTheKill: LedgerMessage[];
  orderId: string;
  counterpart: LedgerMessage['counterpart'];
  side: string;
}

/** The kill landed in the gap of this order; afterwards the same was delivered again, once heard, and the case came to its end. */
async function checkGap(house: Deployment, { atTheKill, orderId, counterpart, side }: Gap): Promise<void> {
  const before = atTheKill.find((message) => message.orderId === orderId && message.counterpart === counterpart);
  assert.deepEqual(
    before?.attempts.map(({ outcome }) => outcome),
    [null],
    `no kill landed in the gap of ${orderId}: ${JSON.stringify(before)}`,
  );
  await house.untilStatus(orderId, 'approved');
  assert.equal((await house.workflowEnded(`${orderId}/1`)).status, 'approved');
  assertSameDelivery(deliveries(await house.arrivals(orderId), side), `${side} of ${orderId}`);
  const after = (await house.ledger(orderId)).find((message) => message.key === before?.key);
  const seen = `ledger ${JSON.stringify(after)}`;
  assert.equal(after?.state, 'sent', seen);
  assert.deepEqual([after?.attempts.at(0)?.outcome, after?.attempts.at(-1)?.outcome], [null, 'delivered'], seen);
}

/** Delivered at least twice, and each time the same text under the same key. */
function assertSameDelivery(arrivals: Arrival[], what: string): void {
  assert.ok(arrivals.length >= 2, `delivered again: ${what} arrived ${arrivals.length} times`);
  const keys = arrivals.map(({ headers, body }) =>
    headers['message-id'] === undefined ? JSON.stringify([headers['webhook-id'], headers['idempotency-key'], body]) : headers['message-id'],
  );
  assert.equal(new Set(keys).size, 1, `the same each time: ${what} arrived as ${keys.join('\n')}`);
}

function deliveries(arrivals: Arrival[], side: string): Arrival[] {
  return side === 'review' ? reviewRequests(arrivals) : arrivals.filter((arrival) => arrival.side === side);
}

function reviewRequests(arrivals: Arrival[]): Arrival[] {
  return arrivals.filter(({ side, method, path }) => side === 'review' && method === 'POST' && path === '/review-requests');
}

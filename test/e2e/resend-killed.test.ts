/** Programs killed -9 in the middle of a resend (D9): between its being asked for, started, and heard of. Each message acts once. */
import assert from 'node:assert/strict';
import { Deployment } from '../support/deployment.js';
import type { Arrival } from '../support/deployment-wire.js';
import { eventually } from '../support/house.js';
import { WHO } from '../support/ledger.js';
import type { Program } from '../support/processes.js';

const PATIENT = { HOLDPOINT_COUNTERPART_TIMEOUT_MS: '12000' };

describe('programs killed -9 in the middle of a resend', function () {
  this.timeout(300_000);
  let house: Deployment;
  let worker: Program;
  before(async () => {
    house = await Deployment.start();
    [, worker] = await Promise.all([house.startApi(), house.startWorker(PATIENT)]);
  });
  after(async () => house?.stop());

  /** Rejected cases whose message to the buyer server was refused. */
  const refused = async (count: number, faults: object[] = []): Promise<string[]> => {
    const orderIds = Array.from({ length: count }, () => house.newOrderId('AGAIN'));
    await Promise.all(
      orderIds.map(async (orderId) => {
        await house.scenario(orderId, { faults: [{ side: 'buyer', call: 1, do: '422' }, ...faults] });
        await house.fail(orderId, { reason: { type: 'PROHIBITED_GOODS' } });
      }),
    );
    await Promise.all(orderIds.map((orderId) => house.untilStatus(orderId, 'rejected')));
    await Promise.all(orderIds.map((orderId) => house.workflowEnded(`${orderId}/1`)));
    return orderIds;
  };
  const resend = async (orderIds: string[]): Promise<void> => {
    const { status, body } = await house.api('POST', '/v1/messages/resend', { ...WHO, keys: orderIds.map((orderId) => `${orderId}/1/1`) });
    assert.deepEqual([status, body.queued], [200, orderIds.length], JSON.stringify(body));
  };
  const buyerArrivals = async (orderId: string): Promise<Arrival[]> =>
    (await house.arrivals(orderId)).filter(({ side }) => side === 'buyer');
  const untilSent = async (orderIds: string[]): Promise<void> => {
    const left = async (): Promise<object[]> =>
      (await house.ledger()).filter(
        ({ orderId, counterpart, state }) => orderIds.includes(orderId) && counterpart === 'buyer' && state !== 'sent',
      );
    await eventually(
      async () => ((await left()).length === 0 ? true : undefined),
      async () => `all are sent: ${JSON.stringify(await left())}${house.report()}`,
      90_000,
    );
  };
  const checkActedOnce = async (orderIds: string[]): Promise<void> => {
    for (const orderId of orderIds) {
      const { buyer } = await house.effects(orderId);
      assert.deepEqual(
        buyer.map(({ sequence, kind }) => [sequence, kind]),
        [[1, 'review_failed']],
        `the buyer server acted once on ${orderId}`,
      );
      const texts = (await buyerArrivals(orderId)).map(({ headers, body }) => JSON.stringify([headers['idempotency-key'], body]));
      assert.equal(new Set(texts).size, 1, `the same bytes under the same key: ${texts.join('\n')}`);
    }
  };

  it('D9: a worker killed after the receiver acted, and before we heard', async () => {
    const orderIds = await refused(3, [{ side: 'buyer', call: 2, do: 'hang' }]);
    await resend(orderIds);
    for (const orderId of orderIds) {
      await eventually(async () => ((await buyerArrivals(orderId)).length === 2 ? true : undefined), `${orderId} hangs`);
    }
    await worker.kill();
    const atTheKill = (await house.ledger()).filter(({ orderId }) => orderIds.includes(orderId));
    for (const { attempts } of atTheKill) {
      assert.deepEqual(
        attempts.map(({ outcome }) => outcome),
        ['refused', null],
        'no kill landed in the gap',
      );
    }
    worker = await house.startWorker(PATIENT);
    await untilSent(orderIds);
    await checkActedOnce(orderIds);
  });

  it('D9: API and worker killed as soon as it was asked for: none is lost, none acts twice', async () => {
    const orderIds = await refused(30);
    await resend(orderIds);
    await Promise.all(
      house.programs.filter(({ ending, name }) => ending === undefined && name !== 'sandbox').map((program) => program.kill()),
    );
    [, worker] = await Promise.all([house.startApi(), house.startWorker(PATIENT)]);
    await untilSent(orderIds);
    await checkActedOnce(orderIds);
  });
});

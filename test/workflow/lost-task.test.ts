/** A worker that dies with a decision that Temporal never took: what it had written down gives way to what is decided in its place. */
import assert from 'node:assert/strict';
import { connectWorker } from '../../src/temporal/connection.js';
import { House, sampleOrder } from '../support/house.js';
import { fromEnvironment } from '../support/servers.js';
import { TcpProxy } from '../support/tcp-proxy.js';

describe('a lost workflow task', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false })));
  after(async () => house.stop());

  it('D8 D9: row and audit are those of the decision that Temporal took', async () => {
    const proxy = await TcpProxy.start(fromEnvironment('TEST_TEMPORAL_ADDRESS'));
    const connection = await connectWorker({ address: proxy.address, namespace: 'default' });
    const activities = house.activities();
    let doomed = false;
    let cut: (() => void) | undefined;
    const wasCut = new Promise<void>((resolve) => (cut = resolve));
    const worker = await house.newWorker(connection, {
      ...activities,
      // It dies right after it has written its decision down, and before Temporal hears of it.
      async recordCase(record) {
        await activities.recordCase(record);
        if (!doomed || !record.row.paused) return;
        await proxy.close();
        cut?.();
      },
    });
    const running = worker.run();
    const calls = await house.newCounterpartWorkers({ ...activities, ...house.vendorActivities() });

    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'] });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilMailed(orderId, 1);
    await house.messageOf(orderId, 'liaison', 'sent');
    await house.until(orderId, ({ nextAction }) => nextAction !== null, 'a request is planned');

    doomed = true;
    const paused = house.api('POST', `/v1/review-cases/${orderId}/pause`, { by: 'lost', note: 'never taken by Temporal' });
    await wasCut;
    assert.equal((await house.caseOf(orderId)).paused, true, 'the worker had written its decision down');
    const word = { eventId: `word-${orderId}`, by: 'Ingrid', note: 'stock has come' };
    assert.equal((await house.api('POST', `/v1/review-cases/${orderId}/review-succeeded`, word)).status, 202);
    worker.shutdown();
    await running.catch(() => undefined);
    await connection.close().catch(() => undefined);
    await Promise.all([paused, calls.stop()]);

    await house.startWorker();
    const found = await house.untilStatus(orderId, 'approved');
    assert.equal(found.paused, false);
    await house.workflowEnded(orderId);
    const { body } = await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`);
    const told = body.items.map(({ type }: any) => type);
    assert.ok(told.includes('review_succeeded') && told.includes('approved'), told.join());
    assert.ok(!told.includes('paused'), told.join());
    const numbers = body.items.map(({ number }: any) => number).toSorted((a: number, b: number) => a - b);
    assert.deepEqual(
      numbers,
      numbers.map((_: number, index: number) => index + 1),
    );
  });
});

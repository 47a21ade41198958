/** Programs killed -9 while the feed is delivered: every event arrives, in order, and one that comes twice has the same id. */
import assert from 'node:assert/strict';
import { Deployment } from '../support/deployment.js';
import { eventually } from '../support/house.js';
import type { Program } from '../support/processes.js';
import { ScriptedServer } from '../support/scripted-server.js';

describe('programs killed -9 while the feed is delivered', function () {
  this.timeout(300_000);
  let house: Deployment;
  let worker: Program;
  const server = new ScriptedServer();
  before(async () => {
    house = await Deployment.start();
    await server.start();
    [, worker] = await Promise.all([house.startApi(), house.startWorker()]);
  });
  after(async () => {
    await house?.stop();
    await server.stop();
  });

  const feed = async (): Promise<any[]> => (await house.api('GET', '/v1/events?types=case.opened,case.rejected&limit=200')).body.items;
  const deliveredIds = (): string[] => server.received.map(({ raw }) => (JSON.parse(raw) as { id: string }).id);
  /** Orders whose cases end at once. */
  const live = async (count: number): Promise<void> => {
    const before = (await feed()).length;
    const orderIds = Array.from({ length: count }, () => house.newOrderId('FEED'));
    await Promise.all(orderIds.map((orderId) => house.fail(orderId, { reason: { type: 'PROHIBITED_GOODS' } })));
    await eventually(
      async () => ((await feed()).length === before + 2 * count ? true : undefined),
      async () => `${2 * count} more events${house.report()}`,
      90_000,
    );
  };
  const untilAllDelivered = async (): Promise<void> => {
    const expected = (await feed()).map(({ id }) => id);
    await eventually(
      async () => (new Set(deliveredIds()).size === expected.length ? true : undefined),
      async () => `${expected.length} events; came: ${new Set(deliveredIds()).size}${house.report()}`,
      120_000,
    );
    const first = [...new Set(deliveredIds())];
    assert.deepEqual(first, expected, 'in the order of the feed');
    const byEvent = new Map(server.received.map(({ raw, headers }) => [`${JSON.parse(raw).id} ${String(headers['webhook-id'])}`, raw]));
    assert.equal(byEvent.size, expected.length, 'one webhook-id each');
  };

  it('E8: a worker killed after the subscriber acted, and before we heard', async () => {
    const asked = { name: 'ERP', url: server.url, types: ['case.opened', 'case.rejected'] };
    assert.equal((await house.api('POST', '/v1/subscriptions', asked)).status, 201);
    let hangs = true;
    server.answer = () => (hangs ? null : {});
    await live(2);
    await eventually(async () => (server.received.length === 1 ? true : undefined), 'the first one hangs', 60_000);
    await worker.kill();
    hangs = false;
    worker = await house.startWorker();
    await untilAllDelivered();
    assert.ok(server.received.length > 4, 'no kill landed in the gap');
  });

  it('E8: API and worker killed in the middle of many', async () => {
    const before = server.received.length;
    await live(15);
    await eventually(async () => (server.received.length > before + 2 ? true : undefined), 'some came', 60_000);
    await Promise.all(
      house.programs.filter(({ ending, name }) => ending === undefined && name !== 'sandbox').map((program) => program.kill()),
    );
    [, worker] = await Promise.all([house.startApi(), house.startWorker()]);
    await untilAllDelivered();
  });
});

/** The limits of vendors over two workers, each with connections of its own, as two processes have (B6). */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, Worker, type NativeConnection } from '@temporalio/worker';
import { createVendorActivities } from '../../src/activities/vendor/activities.js';
import { openDatabase, type Database } from '../../src/db/database.js';
import { saveOrder } from '../../src/db/orders.js';
import { takeSlot } from '../../src/db/counterpart-slots.js';
import { findVendor, saveVendor } from '../../src/db/vendors.js';
import { sampleVendors } from '../../src/db/sample-vendors.js';
import type { OrderDocument } from '../../src/domain/order.js';
import type { PlaceOrderInput } from '../../src/domain/placement-effects.js';
import { counterpartTaskQueue } from '../../src/domain/counterpart.js';
import type { Vendor } from '../../src/domain/vendor.js';
import { connectWorker } from '../../src/temporal/connection.js';
import type { CounterpartWorkers } from '../../src/temporal/counterpart-workers.js';
import { eventually, House, sampleOrder } from '../support/house.js';
import { fromEnvironment } from '../support/servers.js';
import type { placeAll } from './placing-workflow.js';

/** A vendor's server that sees how many calls are with it at once, and when each came. */
class VendorServer {
  readonly arrivedAt: number[] = [];
  readonly numbers: string[] = [];
  underWay = 0;
  mostAtOnce = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(readonly answerAfterMs: number | null) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.arrivedAt.push(Date.now());
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    response.once('close', () => (this.underWay -= 1));
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    this.numbers.push(JSON.parse(text).placementNumber);
    if (this.answerAfterMs === null) return;
    await sleep(this.answerAfterMs);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ACCEPTED"}');
  }
}

describe('limits of vendors over two workers', function () {
  this.timeout(120_000);
  let house: House;
  let connection: NativeConnection;
  let placing: Worker;
  let running: Promise<void>;
  /** As small as two processes may have them: who waits for a vendor must not hold one. */
  let pools: Database[];
  let workers: CounterpartWorkers[];
  const servers: VendorServer[] = [];

  before(async () => {
    house = await House.start({ worker: false });
    const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error };
    const workflowsPath = fileURLToPath(new URL('./placing-workflow.ts', import.meta.url));
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
    connection = await connectWorker({ address: fromEnvironment('TEST_TEMPORAL_ADDRESS'), namespace: 'default' });
    placing = await Worker.create({ connection, namespace: 'default', taskQueue: `${house.taskQueue}-placing`, workflowBundle: { code } });
    running = placing.run();
    pools = [1, 2].map(() => openDatabase(house.databaseUrl, 4));
    workers = await Promise.all(
      pools.map((db) => {
        const counterparts = house.newCounterparts({ db });
        return house.newCounterpartWorkers(createVendorActivities(db, counterparts));
      }),
    );
  });
  after(async () => {
    await Promise.all(workers.map((each) => each.stop()));
    placing.shutdown();
    await running;
    await connection.close();
    await Promise.all([...pools.map((db) => db.$disconnect()), ...servers.map((server) => server.stop())]);
    await house.stop();
  });

  const newServer = async (answerAfterMs: number | null): Promise<VendorServer> => {
    const server = await new VendorServer(answerAfterMs).start();
    servers.push(server);
    return server;
  };
  /** Adds or changes a vendor, and waits until both workers follow it. */
  const vendorWith = async (id: string, server: VendorServer, limits: Partial<Vendor>): Promise<void> => {
    const [sample] = sampleVendors('');
    assert.ok(sample);
    await saveVendor(house.db, { ...sample, id, baseUrl: server.url, ...limits });
    await eventually(
      async () => (workers.every((each) => each.running().includes(id)) ? true : undefined),
      `both workers follow ${id}`,
      5000,
    );
  };
  const place = async (vendorId: string, count: number): Promise<WorkflowHandle<typeof placeAll>> => {
    const ids = Array.from({ length: count }, () => house.newOrderId(vendorId));
    await Promise.all(ids.map((orderId) => saveOrder(house.db, sampleOrder(orderId) as OrderDocument)));
    const calls = ids.map((orderId): PlaceOrderInput => ({
      placementId: `${orderId}/placement`,
      orderId,
      placementNumber: `${orderId}/1`,
      vendorId,
      caseAt: Date.now(),
      once: true,
    }));
    return house.client.workflow.start<typeof placeAll>('placeAll', {
      taskQueue: `${house.taskQueue}-placing`,
      workflowId: `placing-${randomBytes(6).toString('hex')}`,
      args: [{ queue: counterpartTaskQueue(house.taskQueue, vendorId), calls }],
    });
  };

  it('B6: no more calls at once than the vendor takes, and each order once', async () => {
    const server = await newServer(100);
    await vendorWith('narrow', server, { maxConcurrent: 3, maxPerSecond: 1000 });
    const handle = await place('narrow', 30);
    assert.equal(await handle.result(), 30);
    assert.equal(server.mostAtOnce, 3, 'calls at once');
    assert.deepEqual([server.numbers.length, new Set(server.numbers).size], [30, 30]);
    const attempts = await house.db.attempt.groupBy({ by: ['messageKey'], where: { message: { recipient: 'narrow' } }, _count: true });
    assert.ok(
      attempts.every(({ _count }) => _count === 1),
      'waiting for a place was written as an attempt',
    );
  });

  it("B6: a place whose holder died is free when its time is over, and then no other's", async () => {
    const take = (holder: string, holdMs: number) => takeSlot(house.db, { counterpartId: 'narrow', maxConcurrent: 3, holder, holdMs });
    const taken = [await take('a', 60_000), await take('b', 60_000), await take('dead', 1)];
    assert.ok(!taken.includes(null), String(taken));
    const again = await eventually(async () => (await take('c', 60_000)) ?? undefined, 'the place of the dead');
    assert.deepEqual([again, await take('d', 60_000)], [taken[2], null]);
    await house.db.counterpartSlot.updateMany({ where: { counterpartId: 'narrow' }, data: { holder: null, heldUntil: null } });
  });

  it('B6: no more calls a second than the vendor takes, until its rate is changed', async () => {
    const server = await newServer(0);
    await vendorWith('slow', server, { maxConcurrent: 50, maxPerSecond: 5 });
    const handle = await place('slow', 40);
    await eventually(async () => (server.numbers.length >= 25 ? true : undefined), '25 calls');
    const [first = 0] = server.arrivedAt;
    const perSecond = 24 / (((server.arrivedAt[24] ?? 0) - first) / 1000);
    console.log(`      25 calls at ${perSecond.toFixed(1)} a second; limit 5 and a burst`);
    // A bucket may give out two seconds' worth at the beginning, not more.
    assert.ok(
      (server.arrivedAt[24] ?? 0) - first >= ((25 - 10) / 5) * 1000 - 500,
      `25 calls within ${(server.arrivedAt[24] ?? 0) - first} ms`,
    );
    await saveVendor(house.db, { ...(await vendorOf('slow')), maxPerSecond: 1000 });
    assert.equal(await handle.result(), 40);
    assert.equal(new Set(server.numbers).size, 40);
  });

  const vendorOf = async (id: string): Promise<Vendor> => {
    const vendor = await findVendor(house.db, id);
    assert.ok(vendor, id);
    return vendor;
  };

  it('B6: a vendor that hangs holds up only its own', async () => {
    const [dead, healthy] = [await newServer(null), await newServer(5)];
    await vendorWith('dead', dead, { maxConcurrent: 4, maxPerSecond: 1000, timeoutMs: 12_000 });
    await vendorWith('healthy', healthy, { maxConcurrent: 8, maxPerSecond: 1000 });
    const stuck = await place('dead', 100);
    await eventually(async () => (dead.underWay === 4 ? true : undefined), 'the dead vendor has as many calls as it takes');
    const startedAt = Date.now();
    const handle = await place('healthy', 200);
    assert.equal(await handle.result(), 200);
    console.log(`      200 placements at the healthy vendor in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    assert.equal(new Set(healthy.numbers).size, 200);
    const { pendingActivities } = (await stuck.describe()).raw;
    assert.ok((pendingActivities?.length ?? 0) > 0, 'the dead vendor was done with first: this shows nothing');
    assert.ok(dead.mostAtOnce <= 4, `${dead.mostAtOnce} calls at once at the dead vendor`);
    await stuck.terminate();
    await dead.stop();
  });

  it('a vendor that is taken away is left', async () => {
    const gone = { where: { id: { in: ['dead', 'healthy', 'slow', 'narrow'] } } };
    await house.db.vendor.deleteMany(gone);
    await house.db.counterpart.deleteMany(gone);
    await eventually(
      async () =>
        workers.every(
          (each) => each.running().toSorted().join() === '_subscribers,buyer-server,customers,mail,points-mall,review-server,swift-post',
        )
          ? true
          : undefined,
      'only the sample vendors are worked for',
      5000,
    );
  });
});

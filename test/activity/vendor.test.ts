/** Calls at vendors against the sandbox and its faults, without a workflow: never a second order (B2–B4). */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { settleMessage } from '../../src/db/messages.js';
import { saveOrder } from '../../src/db/orders.js';
import { findVendor, saveVendor } from '../../src/db/vendors.js';
import type { OrderDocument } from '../../src/domain/order.js';
import { placementKeys, type PlaceOrderInput, type VendorActivities } from '../../src/domain/placement-effects.js';
import type { Vendor } from '../../src/domain/vendor.js';
import { House, sampleOrder } from '../support/house.js';

const NOW = Date.UTC(2026, 0, 1, 8);
/** Takes repetitions for new orders; and one that knows them by their key. */
const ONCE = 'points-mall';
const KEYED = 'swift-post';

describe('placements at vendors against the sandbox', function () {
  this.timeout(60_000);
  let house: House;
  let vendor: VendorActivities;
  before(async () => {
    house = await House.start({ worker: false });
    vendor = house.vendorActivities();
    await change(ONCE, { timeoutMs: 500 });
    await change(KEYED, { timeoutMs: 500 });
  });
  after(async () => house.stop());

  const change = async (id: string, changes: Partial<Vendor>): Promise<void> => {
    const now = await findVendor(house.db, id);
    assert.ok(now, id);
    await saveVendor(house.db, { ...now, ...changes });
  };
  const orderWith = async (scenario: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, scenario);
    await saveOrder(house.db, sampleOrder(orderId) as OrderDocument);
    return orderId;
  };
  const faulty = (fault: string, until = 1) => orderWith({ faults: [{ side: 'vendor', call: 1, until, do: fault }] });
  const callFor = (orderId: string, vendorId: string, more: Partial<PlaceOrderInput> = {}): PlaceOrderInput => ({
    placementId: `${orderId}/placement`,
    orderId,
    placementNumber: `${orderId}/1`,
    vendorId,
    caseAt: NOW,
    once: vendorId === ONCE,
    ...more,
  });
  const failure = async (work: Promise<unknown>): Promise<ApplicationFailure> => {
    const error = await work.then(
      () => assert.fail('it should have failed'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ApplicationFailure, String(error));
    return error;
  };
  const requests = async (orderId: string) => (await house.arrivals(orderId, 'vendor')).filter(({ path }) => path.endsWith('/orders'));
  const orders = async (orderId: string): Promise<any[]> => (await house.control('GET', `/effects?orderId=${orderId}`)).body.vendor;
  const attempts = async (key: string) => {
    const row = await house.db.message.findUniqueOrThrow({ where: { key }, include: { attempts: { orderBy: { number: 'asc' } } } });
    return [row.state, ...row.attempts.map(({ outcome }) => outcome)];
  };
  /** A vendor of its own that answers everything the same. */
  const answering = async (status: number, body: string, headers: Record<string, string> = {}) => {
    const server = createServer((_request, response) => void response.writeHead(status, headers).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sample = await findVendor(house.db, KEYED);
    assert.ok(sample);
    const id = `odd-${(server.address() as AddressInfo).port}`;
    await saveVendor(house.db, { ...sample, id, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    return { id, close: () => new Promise((resolve) => server.close(resolve)) };
  };

  it('B2: places the whole order with its recipient, and takes the answer from the ledger when asked again', async () => {
    const orderId = await orderWith({ vendor: ['PICKING'] });
    const customer = { id: 'c-1', name: 'Lin', email: 'lin@example.org', phone: '1', locale: 'zh-CN', webhook: 'http://secret.example' };
    await house.db.placement.create({
      data: {
        placementId: `${orderId}/placement`,
        orderId,
        vendorId: ONCE,
        status: 'sent',
        openedAt: new Date(),
        caseAt: new Date(),
        customer,
      },
    });
    const report = await vendor.placeOrder(callFor(orderId, ONCE));
    assert.deepEqual(await vendor.placeOrder(callFor(orderId, ONCE)), report);
    assert.deepEqual([report.status, report.meaning, report.description], ['PICKING', { means: 'in_progress' }, 'picking']);
    const [request, ...more] = await requests(orderId);
    assert.deepEqual(more, []);
    assert.equal(request?.headers['idempotency-key'], `${orderId}/1/place`);
    const { webhook: _webhook, locale: _locale, ...recipient } = customer;
    assert.deepEqual(request?.body, { placementNumber: `${orderId}/1`, order: sampleOrder(orderId), customer: recipient });
    assert.equal((request as any).signatureValid, true);
    assert.equal((await orders(orderId))[0].vendorOrderId, report.vendorOrderId);
  });

  for (const [fault, made] of [
    ['hang', 1],
    ['slow:900', 1],
    ['drop-after-acting', 1],
    ['garbled', 1],
    ['drop-before-acting', 0],
    ['500', 0],
  ] as const) {
    it(`B2: once, "${fault}": of unknown outcome, and not sent again by any retry`, async () => {
      const orderId = await faulty(fault);
      for (let i = 0; i < 3; i += 1) {
        const thrown = await failure(vendor.placeOrder(callFor(orderId, ONCE)));
        assert.deepEqual([thrown.type, thrown.nonRetryable], ['OUTCOME_UNKNOWN', true], thrown.message);
      }
      assert.equal((await requests(orderId)).length, 1);
      assert.equal((await orders(orderId)).length, made);
      const asked = await vendor.queryVendor(callFor(orderId, ONCE));
      assert.equal(asked.kind, made === 1 ? 'found' : 'not_found');
      assert.equal(await settleMessage(house.db, placementKeys.place(`${orderId}/1`), 'dropped'), 'unknown');
      assert.equal((await failure(vendor.placeOrder(callFor(orderId, ONCE)))).type, 'MESSAGE_SETTLED');
      assert.equal((await requests(orderId)).length, 1);
    });
  }

  for (const fault of ['429', '503']) {
    it(`B2: once, "${fault}": surely not acted, sent again after what the vendor asks for`, async () => {
      const orderId = await faulty(fault);
      const thrown = await failure(vendor.placeOrder(callFor(orderId, ONCE)));
      assert.deepEqual([thrown.type, thrown.nonRetryable, thrown.nextRetryDelay], ['COUNTERPART_UNAVAILABLE', false, 1000]);
      await vendor.placeOrder(callFor(orderId, ONCE));
      assert.deepEqual(await attempts(`${orderId}/1/place`), ['sent', 'not_acted', 'delivered']);
      assert.equal((await orders(orderId)).length, 1);
    });
  }

  it('B2: once, a second attempt beside one whose worker is gone without a word does not send', async () => {
    const orderId = await faulty('hang');
    const silent = failure(vendor.placeOrder(callFor(orderId, ONCE)));
    while ((await requests(orderId)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(await attempts(`${orderId}/1/place`), ['sending', null]);
    assert.equal((await failure(vendor.placeOrder(callFor(orderId, ONCE)))).type, 'OUTCOME_UNKNOWN');
    assert.equal((await silent).type, 'OUTCOME_UNKNOWN');
    assert.equal((await requests(orderId)).length, 1);
  });

  it('B2: once, two attempts at the same instant: one sends', async () => {
    const orderId = await orderWith({ faults: [{ side: 'vendor', call: 1, do: 'slow:100' }] });
    const both = await Promise.allSettled([1, 2].map(() => vendor.placeOrder(callFor(orderId, ONCE))));
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal((await orders(orderId)).length, 1);
  });

  for (const fault of ['hang', 'slow:900', 'drop-after-acting', 'drop-before-acting', 'garbled', '500', '503']) {
    it(`B2: with keys, "${fault}": the same text under the same key, and one order`, async () => {
      const orderId = await faulty(fault);
      assert.equal((await failure(vendor.placeOrder(callFor(orderId, KEYED)))).type, 'COUNTERPART_UNAVAILABLE');
      await vendor.placeOrder(callFor(orderId, KEYED, { caseAt: NOW + 60_000 }));
      const [first, second] = await requests(orderId);
      assert.deepEqual(first?.body, second?.body);
      assert.equal(first?.headers['idempotency-key'], second?.headers['idempotency-key']);
      assert.equal((await orders(orderId)).length, 1);
    });
  }

  it('a "no" is final; to a repetition whose first may have arrived it is none', async () => {
    const orderId = await faulty('422');
    const thrown = await failure(vendor.placeOrder(callFor(orderId, ONCE)));
    assert.deepEqual([thrown.type, thrown.nonRetryable], ['COUNTERPART_REFUSED', true]);
    const faults = [
      { side: 'vendor', call: 1, do: 'drop-after-acting' },
      { side: 'vendor', call: 2, do: '422' },
    ];
    const other = await orderWith({ faults });
    await failure(vendor.placeOrder(callFor(other, KEYED)));
    assert.equal((await failure(vendor.placeOrder(callFor(other, KEYED)))).type, 'COUNTERPART_UNAVAILABLE');
    assert.deepEqual(await attempts(`${other}/1/place`), ['sending', 'unknown', 'unknown']);
  });

  for (const [what, status, headers, once, type] of [
    ['a redirect', 303, { location: '/elsewhere' }, true, 'OUTCOME_UNKNOWN'],
    ['a 409', 409, {}, true, 'OUTCOME_UNKNOWN'],
    ['a 503 that does not say when to come back, once', 503, {}, true, 'OUTCOME_UNKNOWN'],
    ['a 503 that does not say when to come back', 503, {}, false, 'COUNTERPART_UNAVAILABLE'],
    ['an answer without a status', 200, {}, true, 'OUTCOME_UNKNOWN'],
    ['a 404', 404, {}, true, 'COUNTERPART_REFUSED'],
  ] as const) {
    it(`${what}: ${type}`, async () => {
      const odd = await answering(status, '{"vendorOrderId":"V-1"}', headers);
      const orderId = await orderWith();
      assert.equal((await failure(vendor.placeOrder(callFor(orderId, odd.id, { once })))).type, type);
      await odd.close();
    });
  }

  it('a vendor that is not there surely got nothing; one that is not known is asked nothing', async () => {
    const orderId = await orderWith();
    const gone = await answering(200, '');
    await gone.close();
    assert.equal((await failure(vendor.placeOrder(callFor(orderId, gone.id, { once: true })))).type, 'COUNTERPART_UNAVAILABLE');
    assert.equal(await settleMessage(house.db, placementKeys.place(`${orderId}/1`), 'dead'), 'dropped');
    const nobody = await failure(vendor.placeOrder(callFor(await orderWith(), 'nobody')));
    assert.deepEqual([nobody.type, nobody.nonRetryable], ['VENDOR_UNKNOWN', true]);
  });

  it('B7: a later opening sends the same number again under its key; a retry of an earlier one never does', async () => {
    const orderId = await faulty('drop-after-acting');
    await failure(vendor.placeOrder(callFor(orderId, KEYED)));
    await settleMessage(house.db, placementKeys.place(`${orderId}/1`), 'dropped');
    assert.equal((await failure(vendor.placeOrder(callFor(orderId, KEYED)))).type, 'MESSAGE_SETTLED');
    const later = callFor(orderId, KEYED, { placementId: `${orderId}/placement/r2`, caseAt: NOW - 60_000 });
    assert.equal((await vendor.placeOrder(later)).status, 'ACCEPTED');
    assert.equal((await failure(vendor.placeOrder(callFor(orderId, KEYED)))).type, 'MESSAGE_KEY_TAKEN');
    assert.equal((await orders(orderId)).length, 1);
  });

  it('B4: asks by our number; a word means what the mapping says now, and nothing when nobody has mapped it', async () => {
    const orderId = await orderWith({ vendor: ['ACCEPTED', 'TELEPORTED', 'DELIVERED', 'LOST'], vendorDoes: { notBeforeMs: 3_600_000 } });
    await vendor.placeOrder(callFor(orderId, KEYED));
    const ask = async () => {
      const found = await vendor.queryVendor(callFor(orderId, KEYED, { caseAt: Date.now() + 86_400_000 }));
      assert.equal(found.kind, 'found');
      return found.kind === 'found' ? found.report : assert.fail();
    };
    const report = await ask();
    assert.deepEqual([report.status, report.meaning], ['TELEPORTED', null]);
    const wait = (report.notBefore ?? 0) - Date.now() - 86_400_000;
    assert.ok(wait > 3_500_000 && wait <= 3_600_000, `notBefore is not on the case's clock: ${wait}`);
    assert.deepEqual((await ask()).meaning, { means: 'succeeded' });
    const now = await findVendor(house.db, KEYED);
    await change(KEYED, { statuses: { ...now?.statuses, LOST: { means: 'failed', reason: 'LOST_AT_SEA' } } });
    assert.deepEqual((await ask()).meaning, { means: 'failed', reason: 'LOST_AT_SEA' });
  });

  it('B4: a question without an answer is told as such, and never throws', async () => {
    const orderId = await orderWith({
      faults: ['hang', '500', '429', 'drop-before-acting', 'garbled'].map((fault, i) => ({ side: 'vendor', call: i + 1, do: fault })),
    });
    const answers = [];
    for (let i = 0; i < 6; i += 1) answers.push(await vendor.queryVendor(callFor(orderId, KEYED)));
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['no_answer', 'no_answer', 'no_answer', 'no_answer', 'no_answer', 'not_found'],
    );
    assert.equal(answers[2]?.kind === 'no_answer' && answers[2].retryAfterMs, 1000);
  });

  it('a cancellation: granted, refused, without an answer; asked for anew it is sent anew', async () => {
    const orderId = await orderWith({ vendorDoes: { cancellable: false } });
    await vendor.placeOrder(callFor(orderId, KEYED));
    assert.equal((await vendor.cancelAtVendor(callFor(orderId, KEYED))).kind, 'refused');
    assert.equal((await vendor.cancelAtVendor(callFor(orderId, KEYED))).kind, 'refused');
    assert.equal((await house.arrivals(orderId, 'vendor')).filter(({ path }) => path.endsWith('/cancel')).length, 1);
    await house.scenario(orderId, { faults: [{ side: 'vendor', call: 3, do: 'hang' }] });
    const second = await vendor.cancelAtVendor(callFor(orderId, KEYED, { caseAt: NOW + 1 }));
    assert.equal(second.kind, 'no_answer', JSON.stringify(second));
    assert.equal((await vendor.cancelAtVendor(callFor(orderId, KEYED, { caseAt: NOW + 2 }))).kind, 'cancelled');
    assert.notEqual((await orders(orderId))[0].cancelledAt, null);
    assert.equal((await vendor.cancelAtVendor(callFor(await orderWith(), KEYED))).kind, 'refused', 'a vendor that has no such order');
  });

  for (const [word, kind] of [
    ['CANCELLED', 'cancelled'],
    ['IN_TRANSIT', 'no_answer'],
    ['DELIVERED', 'refused'],
  ] as const) {
    it(`a cancellation answered by "${word}": ${kind}`, async () => {
      const odd = await answering(200, JSON.stringify({ status: word }));
      assert.equal((await vendor.cancelAtVendor(callFor(await orderWith(), odd.id))).kind, kind);
      await odd.close();
    });
  }

  it('what cannot be claimed is not sent', async () => {
    const orderId = await orderWith();
    const broken = house.newOrderId();
    await house.db.message.create({
      data: {
        key: `${orderId}/1/place`,
        caseId: `${broken}/placement`,
        orderId: broken,
        reviewRound: 0,
        stage: 's',
        counterpart: 'vendor',
        recipient: ONCE,
        kind: 'placement',
        body: '{}',
        caseAt: new Date(NOW),
      },
    });
    assert.equal((await failure(vendor.placeOrder(callFor(orderId, ONCE)))).type, 'MESSAGE_KEY_TAKEN');
    assert.deepEqual(await requests(orderId), []);
  });
});

/** Messages that were not delivered are sent again by people (D9): each once, under its own key, with its own text. */
import assert from 'node:assert/strict';
import { composeBuyerMessage, numberBuyerMessage } from '../../src/domain/buyer-message.js';
import { deliveryWorkflowIdOf } from '../../src/domain/identifiers.js';
import type { OrderDocument } from '../../src/domain/order.js';
import { fastForward } from '../../src/temporal/fast-forward.js';
import { eventually, House, sampleOrder } from '../support/house.js';
import { keysOf, Ledger, WHO } from '../support/ledger.js';
import { Placing } from '../support/placing.js';
import { startReceiver } from '../support/answering-server.js';

const MANY = 100;

describe('messages sent again', function () {
  this.timeout(200_000);
  let house: House;
  let ledger: Ledger;
  let placing: Placing;
  before(async () => {
    house = await House.start();
    ledger = new Ledger(house);
    placing = new Placing(house);
  });
  after(async () => house.stop());

  const outcomesOf = (message: any): string[] => message.attempts.map(({ outcome }: any) => outcome);

  for (const status of ['422', '410'] as const) {
    it(`D9: refused by ${status}, and sent again once the receiver is mended: once, the same bytes under the same key`, async () => {
      const orderId = await ledger.rejected([{ side: 'buyer', call: 1, do: status }]);
      const key = `${orderId}/1/1`;
      const refused = await ledger.until(key, 'refused');
      assert.deepEqual(await ledger.resend([key]), ['queued']);
      const sent = await ledger.until(key, 'sent');
      const arrivals = await house.arrivals(orderId, 'buyer');
      assert.deepEqual(keysOf(arrivals), [key, key]);
      for (const { body } of arrivals) assert.equal(JSON.stringify(body), JSON.stringify(JSON.parse(refused.body)));
      assert.equal((await house.buyerEffects(orderId)).length, 1);
      assert.deepEqual([sent.body, sent.resends, sent.resentBy], [refused.body, 1, WHO.by]);
      assert.deepEqual(outcomesOf(sent), ['refused', 'delivered']);
      const [line] = await house.untilAudited(orderId, 'message_resent', 1);
      assert.deepEqual([line.actor, line.data.key, line.data.was, line.data.note], [WHO.by, key, 'refused', WHO.note]);
      const { told } = await house.caseOf(orderId);
      assert.deepEqual([told[0].key, told[0].state, told[0].resends], [key, 'sent', 1]);
      assert.deepEqual(await ledger.resend([key]), ['DELIVERED']);
    });
  }

  it('D9: a dead letter after 72 h, skipped on the run’s clock; sent again it arrives, the same bytes under the same key', async () => {
    let mended = false;
    const receiver = await startReceiver(() => (mended ? { status: 200 } : { status: 503, retryAfter: '3600' }));
    const orderId = await placing.place({}, { customer: { id: 'c-1', webhook: receiver.url } }, {});
    await placing.untilStatus(orderId, 'failed', 'NOT_PAID');
    await eventually(async () => (receiver.calls.length > 0 ? true : undefined), 'the customer is tried');
    const key = `${orderId}/placement/customer/1/webhook`;
    assert.deepEqual(await ledger.resend([key]), ['ON_ITS_WAY']);
    await fastForward(house.client, `order-placement/${orderId}`, 73 * 3_600_000, 150_000);
    await placing.ended(orderId);
    const dead = await ledger.until(key, 'dead');
    const tried = receiver.calls.length;
    assert.equal(dead.attempts.length, tried);
    assert.ok(tried > 60, `${tried} attempts in 72 h`);
    mended = true;
    assert.deepEqual(await ledger.resend([key]), ['queued']);
    await ledger.until(key, 'sent');
    assert.equal(receiver.calls.length, tried + 1);
    assert.deepEqual(
      new Set(receiver.calls.map(({ headers, body }) => `${String(headers['idempotency-key'])} ${body}`)),
      new Set([`${key} ${dead.body}`]),
    );
    await receiver.close();
  });

  it('D9: a delivery that dies again can be asked for again, as another run', async () => {
    const orderId = await ledger.rejected([
      { side: 'buyer', call: 1, do: '422' },
      { side: 'buyer', call: 2, until: 50, do: '503' },
    ]);
    const key = `${orderId}/1/1`;
    await ledger.until(key, 'refused');
    await ledger.resend([key]);
    await house.untilBuyerHeard(orderId, 2);
    assert.deepEqual(await ledger.resend([key]), ['ON_ITS_WAY']);
    const { wallAt } = await house.db.message.findUniqueOrThrow({ where: { key } });
    const runOf = (resends: number) => house.client.workflow.getHandle(deliveryWorkflowIdOf({ key, resends, wallAt }));
    await runOf(1).cancel();
    await ledger.until(key, 'dead');
    await house.scenario(orderId, {});
    assert.deepEqual(await ledger.resend([key]), ['queued']);
    const { resends } = await ledger.until(key, 'sent');
    assert.equal(resends, 2);
    const runs = await Promise.all([1, 2].map((n) => runOf(n).result()));
    assert.deepEqual(
      runs.map(({ outcome }) => outcome),
      ['dropped', 'delivered'],
    );
    assert.equal((await house.buyerEffects(orderId)).length, 1);
  });

  it('D9: a preview says what would be, and changes nothing', async () => {
    const orderId = await ledger.rejected([{ side: 'buyer', call: 1, do: '422' }]);
    const key = `${orderId}/1/1`;
    const before = await ledger.until(key, 'refused');
    const { body } = await ledger.ask({ keys: [key, `${orderId}/1/7`, key], preview: true });
    assert.deepEqual(
      body.items.map(({ result }: any) => result),
      ['would_be_queued', 'not_found'],
    );
    assert.equal(body.queued, 1);
    assert.deepEqual(await ledger.message(key), before);
    assert.equal((await house.arrivals(orderId, 'buyer')).length, 1);
    const { body: events } = await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`);
    assert.ok(!events.items.some(({ type }: any) => type === 'message_resent'));
  });

  it('D9: what may have arrived is sent again only where people say so', async () => {
    const orderId = await ledger.rejected([
      { side: 'buyer', call: 1, do: 'drop-after-acting' },
      { side: 'buyer', call: 2, do: '422' },
    ]);
    const key = `${orderId}/1/1`;
    await ledger.until(key, 'unknown');
    assert.deepEqual(await ledger.resend([key]), ['MAY_HAVE_ARRIVED']);
    assert.equal((await house.arrivals(orderId, 'buyer')).length, 2);
    assert.deepEqual(await ledger.resend([key], { alsoUnknown: true }), ['queued']);
    assert.deepEqual(outcomesOf(await ledger.until(key, 'sent')), ['unknown', 'refused', 'delivered']);
    assert.equal((await house.buyerEffects(orderId)).length, 1);
  });

  it('D9: what asks for something, and what is in shadow, is never sent again', async () => {
    const asked = house.newOrderId();
    await house.scenario(asked, { review: ['pass'], faults: [{ side: 'review', call: 1, do: '422' }] });
    await house.fail(asked, { order: sampleOrder(asked) });
    await house.untilStatus(asked, 'held');
    await house.toNext(asked);
    const request = await house.messageOf(asked, 'review', 'refused');
    const placed = await placing.place({ faults: [{ side: 'vendor', call: 1, do: '422' }] });
    const placement = await house.messageOf(placed, 'vendor', 'refused');
    await house.api('PUT', '/v1/switches/shadow', { on: true, buyerId: 'in-shadow', by: 'test', note: 'a test' });
    const hidden = house.newOrderId();
    const order = sampleOrder(hidden, { buyer: { id: 'in-shadow' } });
    await house.fail(hidden, { order, reason: { type: 'PROHIBITED_GOODS' } });
    const shadow = await house.messageOf(hidden, 'buyer', 'shadow');
    const keys = [request.key, placement.key, shadow.key];
    assert.deepEqual(await ledger.resend(keys, { alsoUnknown: true }), ['NOT_FOR_RESENDING', 'NOT_FOR_RESENDING', 'SHADOW']);
    assert.deepEqual([request.actions, placement.actions, shadow.actions], [[], [], []]);
  });

  it('D9: the same Idempotency-Key again: the same answer, and no second resend', async () => {
    const orderId = await ledger.rejected([{ side: 'buyer', call: 1, until: 2, do: '422' }]);
    const key = `${orderId}/1/1`;
    await ledger.until(key, 'refused');
    const headers = { 'idempotency-key': `again-${orderId}` };
    const [first, second] = await Promise.all([ledger.ask({ keys: [key] }, headers), ledger.ask({ keys: [key] }, headers)]);
    assert.deepEqual(first.body, second.body);
    assert.equal(first.body.queued, 1);
    await eventually(async () => ((await ledger.message(key)).attempts.length === 2 ? true : undefined), 'it is tried again');
    await ledger.until(key, 'refused');
    assert.deepEqual((await ledger.ask({ keys: [key] }, headers)).body, first.body);
    assert.equal((await ledger.message(key)).resends, 1);
    const other = await ledger.ask({ keys: [key, 'another'] }, headers);
    assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it(`D9: ${MANY} dead letters in one call: each delivered once`, async () => {
    const orderIds = Array.from({ length: MANY }, () => house.newOrderId('MANY'));
    await deadLetters(orderIds);
    const filter = {
      state: 'dead',
      counterpart: 'buyer',
      counterpartId: 'buyer-server',
      from: new Date(Date.now() - 3_600_000).toISOString(),
    };
    const states = async (): Promise<Record<string, number>> =>
      (await house.api('GET', '/v1/messages/counts?counterpart=buyer&counterpartId=buyer-server')).body.states;
    const before = await states();
    assert.equal(before['dead'], MANY);
    const startedAt = Date.now();
    const { body } = await ledger.ask({ filter });
    const askedMs = Date.now() - startedAt;
    assert.deepEqual([body.queued, body.items.length, body.nextCursor], [MANY, MANY, null]);
    const delivered = async (): Promise<true | undefined> =>
      (await house.db.message.count({ where: { orderId: { in: orderIds }, state: 'sent' } })) === MANY ? true : undefined;
    await eventually(delivered, `${MANY} messages are sent`, 160_000);
    console.log(`      ${MANY} queued in ${askedMs} ms, delivered after ${Date.now() - startedAt} ms`);
    const effects: any[] = (await house.control('GET', '/effects')).body.buyer;
    const ours = effects.filter(({ orderId }) => orderIds.includes(orderId));
    assert.deepEqual([ours.length, new Set(ours.map(({ messageId }) => messageId)).size], [MANY, MANY]);
    assert.equal(await house.db.attempt.count({ where: { message: { orderId: { in: orderIds } } } }), MANY, 'an attempt too many');
    const { dead: _dead, ...others } = before;
    assert.deepEqual(await states(), { ...others, sent: (before['sent'] ?? 0) + MANY });
  });

  /** Rejected cases whose message to the buyer was given up before it was ever tried, as the ledger would have them. */
  async function deadLetters(orderIds: string[]): Promise<void> {
    const at = new Date();
    await house.db.reviewCase.createMany({
      data: orderIds.map((orderId) => {
        const case_ = { caseId: `${orderId}/1`, orderId, reviewRound: 1, status: 'rejected', reasonType: 'PROHIBITED_GOODS' };
        return { ...case_, firstFailureAt: at, openedAt: at, endedAt: at, caseAt: at, closed: true };
      }),
    });
    const draft = {
      stage: 'rejection',
      kind: 'review_failed',
      provisional: false,
      supersedes: null,
      reason: null,
      ending: 'rejected',
    } as const;
    const messages = orderIds.map((orderId) => {
      const message = numberBuyerMessage(draft, orderId, 1, 1);
      const body = JSON.stringify(composeBuyerMessage(message, sampleOrder(orderId) as OrderDocument, at.getTime()));
      const { messageId: key, stage, kind, sequence } = message;
      const row = { key, caseId: `${orderId}/1`, orderId, reviewRound: 1, stage, kind, sequence, body, state: 'dead' };
      return { ...row, counterpart: 'buyer', counterpartId: 'buyer-server', recipient: 'b-1', caseAt: at, settledAt: at };
    });
    await house.db.message.createMany({ data: messages });
  }
});

/** D9: a signed call that somebody has seen is not done once more, and what the sandbox signs wrongly opens nothing. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { addSecret } from '../../src/db/counterpart-secrets.js';
import {
  eventually,
  House,
  LIAISON_KEY,
  PLATFORM_KEY,
  REVIEW_KEY,
  SEALING,
  sampleOrder,
  WEBHOOK_SECRET,
  type Answer,
} from '../support/house.js';

type Headers = Record<string, string>;
const PERSON = JSON.stringify({ by: 'Ingrid Larsson', note: 'as agreed' });

describe('replayed calls', () => {
  let house: House;
  before(async () => {
    house = await House.start();
    await house.db.counterpart.update({ where: { id: 'review-server' }, data: { sender: 'review-server' } });
    await house.db.counterpart.create({ data: { id: 'liaisons', kind: 'liaison', name: 'Liaison server', sender: 'liaison-server' } });
    for (const counterpartId of ['review-server', 'liaisons']) {
      await addSecret(house.db, SEALING, { counterpartId, purpose: 'verification', secret: WEBHOOK_SECRET, by: 'test' });
    }
  });
  after(async () => house.stop());

  const signed = (body: string, id = `msg-${randomUUID()}`, atMs = Date.now()): Headers => {
    const at = new Date(Math.floor(atMs / 1000) * 1000);
    const signature = new Webhook(WEBHOOK_SECRET).sign(id, at, body);
    return { 'webhook-id': id, 'webhook-timestamp': String(at.getTime() / 1000), 'webhook-signature': signature };
  };
  /** As the liaison server: the headers it signed, and what else is sent. */
  const say = (path: string, body: string, headers: Headers, key = LIAISON_KEY): Promise<Answer> =>
    house.call('POST', `${house.apiUrl}${path}`, body, { authorization: `Bearer ${key}`, ...headers });
  const byPlatform = (orderId: string, action: string): Promise<Answer> =>
    say(`/v1/review-cases/${orderId}/${action}`, PERSON, { 'idempotency-key': randomUUID() }, PLATFORM_KEY);
  const is = (answer: Answer, status: number, code: string): void =>
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));

  async function held(): Promise<string> {
    const orderId = house.newOrderId();
    const body = JSON.stringify({ eventId: randomUUID(), orderId, reason: { type: 'STOCK_SHORT' }, order: sampleOrder(orderId) });
    assert.equal((await say('/v1/review-failures', body, signed(body), REVIEW_KEY)).status, 202);
    await house.untilStatus(orderId, 'held');
    return orderId;
  }

  it("D9: a captured call of a person's action does nothing the second time, in whatever disguise", async () => {
    const orderId = await held();
    const path = `/v1/review-cases/${orderId}/pause`;
    const captured = signed(PERSON);
    assert.equal((await say(path, PERSON, captured)).body.paused, true);
    assert.equal((await byPlatform(orderId, 'resume')).body.paused, false);
    const disguises: Headers[] = [
      captured,
      { ...captured, 'webhook-timestamp': `00${captured['webhook-timestamp']}` },
      { ...captured, 'webhook-signature': `v1,AAAA ${captured['webhook-signature']}` },
      { ...captured, 'idempotency-key': randomUUID() },
    ];
    for (const headers of disguises) is(await say(path, PERSON, headers), 409, 'CALL_REPLAYED');
    assert.equal((await house.caseOf(orderId)).paused, false);
  });

  it('D9: bytes that are no UTF-8 do not make another call of it', async () => {
    const orderId = await held();
    const path = `/v1/review-cases/${orderId}/notes`;
    const body = JSON.stringify({ by: 'Ingrid', note: 'a \ufffd sign' });
    const captured = signed(body);
    assert.equal((await say(path, body, captured)).status, 201);
    const bytes = Buffer.from(body);
    const at = bytes.indexOf(Buffer.from('\ufffd'));
    const other = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]);
    const response = await fetch(`${house.apiUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${LIAISON_KEY}`, ...captured },
      body: other,
    });
    assert.equal(response.status, 409);
    assert.equal((await house.untilAudited(orderId, 'note', 1)).length, 1);
  });

  it('D9: a captured call does nothing at another path, which its signature does not cover', async () => {
    const [orderId, other] = [await held(), await held()];
    const captured = signed(PERSON);
    assert.equal((await say(`/v1/review-cases/${orderId}/pause`, PERSON, captured)).status, 200);
    for (const path of [`/v1/review-cases/${orderId}/cancel`, `/v1/review-cases/${other}/pause`]) {
      is(await say(path, PERSON, captured), 422, 'WEBHOOK_ID_REUSED');
    }
    assert.equal((await house.caseOf(orderId)).status, 'held');
    assert.equal((await house.caseOf(other)).paused, false);
  });

  it('D9: of the same call many times at once, one is done', async () => {
    const orderId = await held();
    const captured = signed(PERSON);
    const answers = await Promise.all(Array.from({ length: 12 }, () => say(`/v1/review-cases/${orderId}/notes`, PERSON, captured)));
    const counts = [201, 409].map((wanted) => answers.filter(({ status }) => status === wanted).length);
    assert.deepEqual(counts, [1, 11]);
    assert.equal((await house.untilAudited(orderId, 'note', 1)).length, 1);
  });

  it('D9: its sender may send it again, signed anew: the action is answered from the first call', async () => {
    const orderId = await held();
    const path = `/v1/review-cases/${orderId}/pause`;
    const id = `msg-${randomUUID()}`;
    const first = await say(path, PERSON, signed(PERSON, id));
    await byPlatform(orderId, 'resume');
    const again = await say(path, PERSON, signed(PERSON, id, Date.now() + 2000));
    assert.deepEqual([again.status, again.body], [200, first.body]);
    assert.equal((await house.caseOf(orderId)).paused, false);
    const other = JSON.stringify({ by: 'Ingrid Larsson', note: 'something else' });
    is(await say(path, other, signed(other, id)), 422, 'WEBHOOK_ID_REUSED');
  });

  it('D9: an event may come again, and is one event; at another path it is refused', async () => {
    const orderId = house.newOrderId();
    const body = JSON.stringify({ eventId: randomUUID(), orderId, reason: { type: 'STOCK_SHORT' } });
    const captured = signed(body);
    const answers = [await say('/v1/review-failures', body, captured), await say('/v1/review-failures', body, captured)];
    assert.deepEqual([answers[1]?.status, answers[1]?.body], [202, answers[0]?.body]);
    assert.equal(await house.db.inboundEvent.count({ where: { orderId } }), 1);
    await eventually(
      async () => (await house.db.inboundEvent.findFirst({ where: { orderId, problem: 'ORDER_UNKNOWN' } })) ?? undefined,
      'nobody knows the order',
    );
    is(await say(`${answers[0]?.body.links.event}/retry`, body, captured), 422, 'WEBHOOK_ID_REUSED');
    // Corrected content under the same webhook-id is the inbox's to judge.
    const other = body.replace('STOCK_SHORT', 'PRICE_SYNC');
    is(await say('/v1/review-failures', other, signed(other, captured['webhook-id'])), 422, 'EVENT_ID_REUSED');
  });

  it('D9: what is kept of a call is gone once its signature is not valid any more', async () => {
    const old = { sender: 'liaison-server', idHash: 'i', callHash: 'c', seenAt: new Date(Date.now() - 11.5 * 60_000) };
    const rows = Array.from({ length: 15 }, (_, index) => ({ ...old, signedHash: `old-${index}` }));
    const recent = { ...old, signedHash: 'recent', seenAt: new Date(Date.now() - 10 * 60_000) };
    await house.db.seenCall.createMany({ data: [...rows, recent] });
    const orderId = await held();
    assert.equal((await say(`/v1/review-cases/${orderId}/notes`, PERSON, signed(PERSON))).status, 201);
    const left = await house.db.seenCall.findMany({ where: { idHash: 'i' } });
    assert.deepEqual(
      left.map(({ signedHash }) => signedHash),
      ['recent'],
    );
  });

  describe('from the sandbox', () => {
    const review = async (orderId: string, notices: string[]): Promise<any> => {
      await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], order: sampleOrder(orderId), notices });
      await house.call('POST', `${house.sandbox.urls.liaison}/orders/${orderId}/review`, { liaisonId: 'l-1' });
      await house.settled(orderId);
      return (await house.control('GET', `/effects?orderId=${orderId}`)).body;
    };
    const cases = (orderId: string): Promise<number> => house.db.reviewCase.count({ where: { orderId } });

    for (const how of ['wrong-signature', 'old-timestamp', 'unsigned']) {
      it(`D9: a notice sent with ${how} first and then rightly opens exactly one case`, async () => {
        const orderId = house.newOrderId();
        const { notices } = await review(orderId, [how]);
        assert.deepEqual(notices[0].answers, [
          { how, status: 401 },
          { how: 'right', status: 202 },
        ]);
        await house.untilStatus(orderId, 'held');
        assert.deepEqual([await cases(orderId), await house.db.inboundEvent.count({ where: { orderId } })], [1, 1]);
        assert.equal((await house.untilBuyerHeard(orderId, 1)).length, 1);
      });
    }

    it('D9: a notice that is never rightly signed opens none', async () => {
      const orderId = house.newOrderId();
      await review(orderId, ['wrong-signature', 'old-timestamp', 'unsigned', 'give-up']);
      assert.deepEqual([await cases(orderId), await house.db.inboundEvent.count({ where: { orderId } })], [0, 0]);
    });

    it('D9: a replayed notice opens exactly one case, and a replayed word of a liaison counts once', async () => {
      const orderId = house.newOrderId();
      await review(orderId, ['replayed']);
      await house.untilStatus(orderId, 'held');
      await house.call('POST', `${house.sandbox.urls.liaison}/orders/${orderId}/resolve`, { liaisonId: 'l-1', note: 'stock came' });
      await house.untilStatus(orderId, 'approved');
      await house.settled(orderId);
      const { notices } = (await house.control('GET', `/effects?orderId=${orderId}`)).body;
      assert.deepEqual(
        notices.map(({ answers }: any) => answers.map(({ status }: any) => status)),
        [
          [202, 202],
          [202, 202],
        ],
      );
      assert.deepEqual([await cases(orderId), await house.db.inboundEvent.count({ where: { orderId } })], [1, 2]);
    });
  });
});

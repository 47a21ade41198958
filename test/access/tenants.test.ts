/** Over HTTP: what is beyond a caller's reach is answered, byte for byte but for its name, as what does not exist. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { asJson } from '../../src/db/database.js';
import { HandIssuer } from '../support/hand-issuer.js';
import { House, sampleOrder, type Answer } from '../support/house.js';

/** What an order has, with the place of its id. */
const OF_AN_ORDER = [
  '/review-cases/ID',
  '/review-cases/ID/events',
  '/review-cases/ID/links',
  '/review-cases/ID/explanation',
  '/placements/ID',
  '/placements/ID/events',
  '/placements/ID/explanation',
];
const INPUTS = { reasonType: 'STOCK_SHORT', buyerId: 'b-1', amount: null, currency: null };
const DECISION = { preset: true, basis: 'reasonTypes', policyVersion: 1, matchedRule: null, inputs: INPUTS };
/** What a liaison may ask of a case. */
const ACTIONS = ['request-review', 'decline', 'pause', 'resume', 'notes', 'acknowledge'];

describe('tenants and liaisons over HTTP', () => {
  let house: House;
  let issuer: HandIssuer;
  const tokens: Record<string, string> = {};
  before(async () => {
    issuer = await HandIssuer.start();
    house = await House.start({ worker: false, people: { config: issuer.config } });
    await seed('T-1', 'b-1', 'l-1');
    await seed('T-2', 'b-2', 'l-3');
    tokens['buyer'] = await issuer.token({ holdpoint_roles: 'supervisor', holdpoint_buyers: ['b-1'] });
    tokens['liaison'] = await issuer.token({ holdpoint_roles: 'liaison', holdpoint_person: 'l-1' });
    const scopes = ['cases.read', 'placements.read', 'messages.read', 'inbound-events.read'];
    const created = await house.api('POST', '/v1/keys', { name: 'shop', scopes, buyers: ['b-1'] }, { 'idempotency-key': randomUUID() });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    tokens['key'] = created.body.key;
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
  });

  async function seed(orderId: string, buyerId: string, liaisonId: string): Promise<void> {
    const { db } = house;
    const now = new Date();
    await db.order.create({ data: { orderId, revision: 1, document: asJson(sampleOrder(orderId, { buyer: { id: buyerId } })) } });
    const reviewCase = { caseId: `${orderId}/1`, orderId, reviewRound: 1, status: 'held', reasonType: 'STOCK_SHORT' };
    await db.reviewCase.create({ data: { ...reviewCase, buyerId, liaisonId, firstFailureAt: now, openedAt: now, caseAt: now } });
    const placement = { placementId: `${orderId}/p`, orderId, vendorId: 'swift-post', status: 'placed' };
    await db.placement.create({ data: { ...placement, openedAt: now, caseAt: now } });
    const message = { key: `${orderId}/1/1`, caseId: `${orderId}/1`, orderId, reviewRound: 1, stage: 'first', kind: 'review_succeeded' };
    await db.message.create({ data: { ...message, counterpart: 'buyer', recipient: 'x', body: '{}', state: 'sent', caseAt: now } });
    const event = { sender: 'test', eventId: orderId, kind: 'review_failure', orderId, reviewRound: 1, contentHash: '', payload: {} };
    await db.inboundEvent.create({ data: { ...event, state: 'handed_over' } });
  }
  const ask = async (token: string, method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, ...(method === 'POST' && { 'idempotency-key': randomUUID() }) };
    return house.call(method, `${house.apiUrl}/v1${path}`, body, headers);
  };

  for (const who of ['buyer', 'liaison', 'key']) {
    const get = (path: string): Promise<Answer> => ask(tokens[who] ?? '', 'GET', path);

    it(`W3: ${who}: lists, exports and counts have their own orders alone`, async () => {
      for (const path of ['/review-cases', '/placements', '/messages', '/inbound-events']) {
        const { status, body } = await get(path);
        assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
        assert.deepEqual(
          body.items.map(({ orderId }: any) => orderId),
          ['T-1'],
          path,
        );
        if (body.counts !== undefined)
          assert.equal(
            Object.values<number>(body.counts).reduce((one, other) => one + other, 0),
            1,
            path,
          );
        const filtered = await get(`${path}?orderId=T-2`);
        assert.deepEqual(filtered.body.items, [], `${path}, asked for by its number`);
      }
      assert.deepEqual((await get('/messages/counts')).body.states, { sent: 1 });
      const csv = await fetch(`${house.apiUrl}/v1/review-cases.csv`, { headers: { authorization: `Bearer ${tokens[who]}` } });
      const text = await csv.text();
      assert.ok(text.includes('T-1') && !text.includes('T-2'), text);
    });

    it(`W3: ${who}: an order beyond is answered as one that does not exist`, async () => {
      for (const path of OF_AN_ORDER) {
        const own = await get(path.replace('ID', 'T-1'));
        assert.equal(own.status, 200, `${path}: ${JSON.stringify(own.body)}`);
        const beyond = await get(path.replace('ID', 'T-2'));
        const none = await get(path.replace('ID', 'T-9'));
        assert.equal(beyond.status, 404, path);
        assert.deepEqual(asIfNamed(beyond, 'T-2'), asIfNamed(none, 'T-9'), path);
      }
    });

    it(`W3: ${who}: a message and an event beyond are answered as such that do not exist`, async () => {
      const message = (key: string): string => `/messages/${Buffer.from(key).toString('base64url')}`;
      assert.equal((await get(message('T-1/1/1'))).status, 200);
      const beyond = [await get(message('T-2/1/1')), await get(message('T-9/1/1'))];
      assert.deepEqual(
        beyond.map(({ status, body }) => [status, body.code]),
        [
          [404, 'NOT_FOUND'],
          [404, 'NOT_FOUND'],
        ],
      );
      const events = await house.db.inboundEvent.findMany({ where: { sender: 'test' }, orderBy: { orderId: 'asc' } });
      const statuses = [];
      for (const id of [...events.map(({ id: known }) => known), randomUUID()]) statuses.push((await get(`/inbound-events/${id}`)).status);
      assert.deepEqual(statuses, [200, 404, 404]);
    });
  }

  it('W3: a case beyond cannot be acted upon, and nothing tells that it is there', async () => {
    for (const who of ['buyer', 'liaison']) {
      for (const action of ACTIONS) {
        const act = (orderId: string): Promise<Answer> =>
          ask(tokens[who] ?? '', 'POST', `/review-cases/${orderId}/${action}`, { note: 'x' });
        const [beyond, none] = [await act('T-2'), await act('T-9')];
        assert.equal(beyond.status, 404, `${who} ${action}: ${JSON.stringify(beyond.body)}`);
        assert.deepEqual(asIfNamed(beyond, 'T-2'), asIfNamed(none, 'T-9'), action);
      }
    }
    assert.equal(await house.db.event.count({ where: { orderId: 'T-2' } }), 0, 'a note was written');
  });

  it('W3: an explanation tells who is bound to buyers neither why a version was published nor by whom', async () => {
    const { db } = house;
    await db.reviewCase.updateMany({ where: { orderId: 'T-1' }, data: { decision: DECISION, policyVersion: 1 } });
    await db.placement.updateMany({ where: { orderId: 'T-1' }, data: { policyVersion: 1 } });
    for (const path of ['/review-cases/T-1/explanation', '/placements/T-1/explanation']) {
      const [all, bound] = [(await house.api('GET', `/v1${path}`)).body, (await ask(tokens['buyer'] ?? '', 'GET', path)).body];
      assert.equal(all.policy?.why, 'first installation', JSON.stringify(all));
      assert.match(all.text, /first installation/);
      assert.equal(bound.policy, null);
      assert.doesNotMatch(bound.text, /first installation/);
      assert.match(bound.text, /version 1/);
    }
  });

  it('W5: the note of a person has their name', async () => {
    const { status, body } = await ask(tokens['liaison'] ?? '', 'POST', '/review-cases/T-1/notes', { note: 'called them' });
    assert.equal(status, 201, JSON.stringify(body));
    const [line] = await house.db.event.findMany({ where: { orderId: 'T-1', type: 'note' } });
    assert.equal(line?.actor, 'Ana Ruiz');
  });
});

/** Without what differs from request to request. */
function asIfNamed({ status, body }: Answer, orderId: string): unknown {
  const text = JSON.stringify({ ...body, requestId: undefined, instance: undefined });
  return [status, text.replaceAll(orderId, 'ID')];
}

/** D9: what comes in from those who have agreed on a secret is signed, and done once. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Webhook } from 'standardwebhooks';
import { authenticate } from '../../src/api/authentication.js';
import { keepRawBody, requireSignature, secretsOf } from '../../src/api/signatures.js';
import { addSecret, endSecret } from '../../src/db/counterpart-secrets.js';
import type { Database } from '../../src/db/database.js';
import { eventually, House, LIAISON_KEY, PLATFORM_KEY, REVIEW_KEY, SEALING, type Answer } from '../support/house.js';

type Headers = Record<string, string>;
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const json = JSON.stringify;

describe('signatures of inbound calls', () => {
  let house: House;
  let secret: string;
  let secretId: string;
  let liaisonSecret: string;
  before(async () => {
    house = await House.start({ worker: false });
    [secret, liaisonSecret] = [newSecret(), newSecret()];
    await house.db.counterpart.update({ where: { id: 'review-server' }, data: { sender: 'review-server' } });
    secretId = (await add('review-server', secret)).id;
    // As operations do it.
    const liaisons = { kind: 'liaison', name: 'Liaison server', baseUrl: house.sandbox.urls.liaison, sender: 'liaison-server' };
    const operations = { authorization: `Bearer ${PLATFORM_KEY}` };
    const saved = await house.call('PUT', `${house.apiUrl}/v1/counterparts/liaisons`, liaisons, operations);
    assert.equal(saved.status, 200, json(saved.body));
    const asked = { purpose: 'verification', secret: liaisonSecret };
    const added = await house.call('POST', `${house.apiUrl}/v1/counterparts/liaisons/secrets`, asked, {
      ...operations,
      'idempotency-key': randomUUID(),
    });
    assert.equal(added.status, 201, json(added.body));
  });
  after(async () => house.stop());

  const add = (counterpartId: string, added: string, overlapMs?: number) =>
    addSecret(house.db, SEALING, {
      counterpartId,
      purpose: 'verification',
      secret: added,
      by: 'test',
      ...(overlapMs !== undefined && { overlapMs }),
    });
  const signed = (body: string, more: { id?: string; secret?: string; atMs?: number } = {}): Headers => {
    const { id = `msg-${randomUUID()}`, atMs = Date.now() } = more;
    const at = new Date(Math.floor(atMs / 1000) * 1000);
    const signature = new Webhook(more.secret ?? secret).sign(id, at, body);
    return { 'webhook-id': id, 'webhook-timestamp': String(at.getTime() / 1000), 'webhook-signature': signature };
  };
  const notice = (more: object = {}): string =>
    json({ eventId: randomUUID(), orderId: house.newOrderId(), reason: { type: 'STOCK_SHORT' }, ...more });
  const post = (body: string, headers: Headers, path = '/v1/review-failures', key = REVIEW_KEY): Promise<Answer> =>
    house.call('POST', `${house.apiUrl}${path}`, body, { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID(), ...headers });
  const kept = (): Promise<number> => house.db.inboundEvent.count();
  /** Asked until what was cached of the secrets is over. */
  const soon = (what: string, ask: () => Promise<boolean>): Promise<true> =>
    eventually(async () => ((await ask()) ? true : undefined), what);

  /** Refused with this code, and nothing is kept of it. */
  async function refused(answer: () => Promise<Answer>, code: string, status = 401): Promise<any> {
    const [events, calls] = [await kept(), await house.db.seenCall.count()];
    const { status: given, body } = await answer();
    assert.deepEqual([given, body.code], [status, code], json(body));
    assert.equal(await kept(), events, 'an event was committed');
    if (status === 401) assert.equal(await house.db.seenCall.count(), calls, 'something was kept');
    return body;
  }

  it('D9: a rightly signed notice is accepted', async () => {
    const body = notice();
    assert.equal((await post(body, signed(body))).status, 202);
  });

  it('D9: a secret that was added over the API asks for signatures', async () => {
    const body = notice();
    await refused(() => post(body, {}, '/v1/review-failures', LIAISON_KEY), 'SIGNATURE_MISSING');
    assert.equal((await post(body, signed(body, { secret: liaisonSecret }), '/v1/review-failures', LIAISON_KEY)).status, 202);
  });

  it('D9: one without a signature is refused, and told what to send', async () => {
    const body = notice();
    const { detail } = await refused(() => post(body, {}), 'SIGNATURE_MISSING');
    assert.match(detail, /webhook-id, webhook-timestamp, webhook-signature is missing.*HMAC-SHA256/);
    const { 'webhook-signature': _signature, ...rest } = signed(body);
    assert.match((await refused(() => post(body, rest), 'SIGNATURE_MISSING')).detail, /and webhook-signature is missing/);
    await refused(() => post(body, { ...signed(body), 'webhook-id': '' }), 'SIGNATURE_MISSING');
  });

  it('D9: a signature that is wrong anywhere is refused', async () => {
    const body = notice();
    const right = signed(body);
    const given = right['webhook-signature'] ?? '';
    const wrong: [what: string, headers: Headers][] = [
      ['made with a secret of nobody', signed(body, { secret: newSecret() })],
      ["made with another sender's secret", signed(body, { secret: liaisonSecret })],
      ['of another id', { ...right, 'webhook-id': 'other' }],
      ['of another second', { ...right, 'webhook-timestamp': String(Number(right['webhook-timestamp']) - 1) }],
      ['of another version', { ...right, 'webhook-signature': given.replace('v1,', 'v2,') }],
      ['cut', { ...right, 'webhook-signature': given.slice(0, -1) }],
      ['no signature', { ...right, 'webhook-signature': 'v1' }],
      ['no time', { ...right, 'webhook-timestamp': 'now' }],
      ...[3, 20, given.length - 2].map((at): [string, Headers] => [
        `changed at ${at}`,
        { ...right, 'webhook-signature': given.slice(0, at) + (given[at] === 'A' ? 'B' : 'A') + given.slice(at + 1) },
      ]),
    ];
    for (const [what, headers] of wrong) {
      const { detail } = await refused(() => post(body, headers), 'SIGNATURE_WRONG');
      assert.match(detail, /byte for byte/, what);
    }
  });

  it('D9: a body that was changed by one byte after it was signed is refused', async () => {
    const body = notice();
    const headers = signed(body);
    for (const changed of [`${body} `, ` ${body}`, body.replace('STOCK_SHORT', 'STOCK_SHORU')]) {
      await refused(() => post(changed, headers), 'SIGNATURE_WRONG');
    }
    assert.equal((await post(body, headers)).status, 202);
  });

  it('D9: one of several signatures will do, as in a rotation of theirs', async () => {
    const body = notice();
    const headers = signed(body);
    const both = `${signed(body, { secret: newSecret() })['webhook-signature']} ${headers['webhook-signature']}`;
    assert.equal((await post(body, { ...headers, 'webhook-signature': both })).status, 202);
  });

  it('D9: a timestamp more than five minutes off is refused, with the clock here', async () => {
    const body = notice();
    const old = await refused(() => post(body, signed(body, { atMs: Date.now() - 310_000 })), 'SIGNATURE_EXPIRED');
    assert.match(old.detail, /is 3\d\d s behind the clock here, which shows \d{10} \(\d{4}-.*Z\); at most 300 s/);
    assert.ok(Math.abs(Date.parse(old.serverTime) - Date.now()) < 60_000);
    const ahead = await refused(() => post(body, signed(body, { atMs: Date.now() + 320_000 })), 'SIGNATURE_EXPIRED');
    assert.match(ahead.detail, /ahead of the clock here/);
    for (const atMs of [Date.now() - 200_000, Date.now() + 200_000]) {
      const other = notice();
      assert.equal((await post(other, signed(other, { atMs }))).status, 202);
    }
  });

  it('reads need no signature, and neither does a sender without a secret', async () => {
    assert.equal((await house.api('GET', '/v1/review-cases')).status, 200);
    const body = notice();
    const answer = await post(body, {}, '/v1/review-failures', PLATFORM_KEY);
    assert.equal(answer.status, 202);
  });

  it('D9: a verification secret alone asks for signatures: signing, bearer and client secrets do not', async () => {
    await house.db.counterpart.create({ data: { id: 'shop', kind: 'buyer', name: 'Shop', sender: 'platform' } });
    for (const purpose of ['signing', 'bearer', 'client_secret'] as const) {
      await addSecret(house.db, SEALING, { counterpartId: 'shop', purpose, secret: newSecret(), by: 'test' });
    }
    const asked = await secretsOf(house.db, SEALING, 'platform');
    assert.deepEqual(asked, []);
  });

  it('D9: in a rotation both secrets verify; the old one no more once it has ended', async () => {
    const next = newSecret();
    await add('review-server', next, 3_600_000);
    await soon('the new secret is known', async () => {
      const body = notice();
      return (await post(body, signed(body, { secret: next }))).status === 202;
    });
    const before = notice();
    assert.equal((await post(before, signed(before))).status, 202);
    await endSecret(house.db, 'review-server', secretId, 'test');
    await soon('the old secret is gone', async () => {
      const body = notice();
      return (await post(body, signed(body))).status === 401;
    });
    secret = next;
  });

  it('D9: secrets are looked up once in two seconds, by however many notices', async () => {
    let lookedUp = 0;
    const counted = house.db.$extends({
      query: {
        counterpartSecret: {
          findMany({ args, query }) {
            lookedUp += 1;
            return query(args);
          },
        },
      },
    });
    const app = express()
      .use(authenticate({ db: house.db, keys: [{ name: 'review-server', key: REVIEW_KEY }] }), express.json({ verify: keepRawBody }))
      .use(requireSignature({ db: counted as unknown as Database, sealing: SEALING }))
      .use((_request, response) => void response.json({}));
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const send = async (): Promise<number> => {
      const body = notice();
      return (await house.call('POST', url, body, { authorization: `Bearer ${REVIEW_KEY}`, ...signed(body) })).status;
    };
    try {
      const startedAt = performance.now();
      assert.deepEqual(new Set(await Promise.all(Array.from({ length: 20 }, send))), new Set([200]));
      const most = 1 + Math.floor((performance.now() - startedAt) / 2000);
      assert.ok(lookedUp <= most, `${lookedUp} look-ups, at most ${most} expected`);
      const sofar = lookedUp;
      await eventually(async () => ((await send()) === 200 && lookedUp > sofar ? true : undefined), 'looked up anew');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('D9: while the secrets cannot be found out nobody is let in by the key alone', async () => {
    const [row] = await house.db.counterpartSecret.findMany({ where: { counterpartId: 'liaisons' } });
    const spoiled = `${row?.sealed.slice(0, -4)}AAAA`;
    await house.db.counterpartSecret.updateMany({ where: { counterpartId: 'liaisons' }, data: { sealed: spoiled } });
    const before = await house.db.inboundEvent.count({ where: { sender: 'liaison-server' } });
    const body = notice();
    const say = (headers: Headers): Promise<Answer> => post(body, headers, '/v1/review-failures', LIAISON_KEY);
    await soon('the spoiled secret is noticed', async () => (await say({})).status === 500);
    const answer = await say(signed(body, { secret: liaisonSecret }));
    assert.deepEqual([answer.status, answer.body.code], [500, 'INTERNAL']);
    assert.equal(json(answer.body).includes('seal'), false);
    assert.equal(await house.db.inboundEvent.count({ where: { sender: 'liaison-server' } }), before);
  });
});

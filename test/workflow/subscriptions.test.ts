/** Subscriptions: delivered in order and signed, again at growing intervals, given up visibly, replayed; and nobody waits for another. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { verifySignature } from '../../src/counterparts/signature.js';
import { writeFeed } from '../../src/db/feed.js';
import type { FeedEntry } from '../../src/domain/feed.js';
import type { FeedType } from '../../src/domain/feed-types.js';
import { RETRY_AFTER_MS } from '../../src/domain/subscription.js';
import { fastForward } from '../../src/temporal/fast-forward.js';
import { eventually, House } from '../support/house.js';
import { ScriptedServer, type Scripted } from '../support/scripted-server.js';

describe('subscriptions', () => {
  let house: House;
  const servers: ScriptedServer[] = [];
  before(async () => void (house = await House.start()));
  after(async () => {
    await house.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const serverOf = async (answer?: () => Scripted): Promise<ScriptedServer> => {
    const server = await new ScriptedServer(answer).start();
    servers.push(server);
    return server;
  };
  const api = async (method: string, path: string, body?: unknown, status = 200, token?: string): Promise<any> => {
    const own: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await house.api(method, `/v1/subscriptions${path}`, body, own);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
  };
  const subscribe = (url: string, more: object = {}, token?: string): Promise<any> =>
    api('POST', '', { name: `test ${randomUUID()}`, url, ...more }, 201, token);
  const entry = (orderId: string, type: FeedType = 'case.held', more: object = {}): FeedEntry => ({
    type,
    at: Date.now(),
    number: null,
    data: { orderId, caseId: `${orderId}/1`, status: 'held', ...more },
  });
  const tell = (...orderIds: string[]): Promise<void> =>
    writeFeed(
      house.db,
      orderIds.map((orderId) => entry(orderId)),
    );
  const bodies = ({ received }: ScriptedServer): any[] => received.map(({ raw }) => JSON.parse(raw));
  const orders = (server: ScriptedServer): string[] => bodies(server).map(({ data }) => data.orderId);
  const idsOf = ({ received }: ScriptedServer): unknown[] => received.map(({ headers }) => headers['webhook-id']);
  const until = (server: ScriptedServer, count: number): Promise<unknown> =>
    eventually(
      async () => (server.received.length >= count ? true : undefined),
      async () => `${count} calls: ${JSON.stringify(orders(server))}; ${JSON.stringify(await api('GET', ''))}`,
    );
  const untilIs = (id: string, is: (subscription: any) => boolean): Promise<any> =>
    eventually(
      async () => {
        const found = await api('GET', `/${id}`);
        return is(found) ? found : undefined;
      },
      async () => JSON.stringify(await api('GET', `/${id}`)),
    );
  const skip = (id: string, ms: number): Promise<unknown> => fastForward(house.client, `subscription/${id}`, ms);
  const logOf = async (id: string): Promise<any[]> => (await api('GET', `/${id}/deliveries`)).items;
  const eventIdOf = async (orderId: string): Promise<string> =>
    eventually(async () => (await house.api('GET', `/v1/events?orderId=${orderId}`)).body.items[0]?.id, `the event of ${orderId}`);

  it('E5: events are delivered in the order of the feed, signed, those of its types alone', async () => {
    const [all, some] = [await serverOf(), await serverOf()];
    const { id, secret } = await subscribe(`${all.url}/all`);
    await subscribe(some.url, { types: ['case.approved'] });
    const names = Array.from({ length: 30 }, (_, n) => `D-${n}`);
    await tell(...names);
    await writeFeed(house.db, [entry('D-x', 'case.approved')]);
    await Promise.all([until(all, 31), until(some, 1)]);
    assert.deepEqual(orders(all), [...names, 'D-x']);
    assert.deepEqual(orders(some), ['D-x']);
    const [first] = all.received;
    assert.equal(first!.path, '/all');
    assert.equal(verifySignature(first!.raw, first!.headers, [secret]).valid, true);
    const { items } = (await house.api('GET', '/v1/events?orderId=D-0')).body;
    const { cursor: _, ...event } = items[0];
    assert.deepEqual(JSON.parse(first!.raw), event, 'the same as in the feed');
    assert.equal(first!.headers['webhook-id'], `${event.id}_${id}`);
    await untilIs(id, ({ failingSince }) => failingSince === null);
    const [latest] = await logOf(id);
    assert.deepEqual([latest.state, latest.attempts, latest.lastStatus], ['delivered', 1, 200]);
  });

  it('E5: what was not taken is sent again at growing intervals under the same id, and what comes after it waits', async () => {
    let answer: Scripted = { status: 500 };
    const server = await serverOf(() => answer);
    const { id } = await subscribe(server.url);
    await tell('F-1', 'F-2');
    await until(server, 1);
    const failing = await untilIs(id, ({ failingSince }) => failingSince !== null);
    assert.equal(failing.status, 'active');
    for (const [index, ms] of RETRY_AFTER_MS.slice(0, 3).entries()) {
      await skip(id, ms * 0.85);
      assert.equal(server.received.length, index + 1, 'too early');
      await skip(id, ms * 0.3);
      await until(server, index + 2);
    }
    const [trying] = await logOf(id);
    assert.deepEqual([trying.state, trying.attempts, trying.lastStatus], ['trying', 4, 500]);
    answer = {};
    await skip(id, RETRY_AFTER_MS[3]! * 1.15);
    await until(server, 6);
    assert.deepEqual(orders(server), ['F-1', 'F-1', 'F-1', 'F-1', 'F-1', 'F-2']);
    assert.equal(new Set(idsOf(server)).size, 2);
    const { failingSince } = await untilIs(id, (found) => found.failingSince === null);
    assert.equal(failingSince, null);
  });

  it('E5: Retry-After is heeded', async () => {
    let answer: Scripted = { status: 429, headers: { 'retry-after': '900' } };
    const server = await serverOf(() => answer);
    const { id } = await subscribe(server.url);
    await tell('A-1');
    await until(server, 1);
    await untilIs(id, ({ failingSince }) => failingSince !== null);
    answer = {};
    await skip(id, 800_000);
    assert.equal(server.received.length, 1, 'sooner than it asked');
    await skip(id, 120_000);
    await until(server, 2);
  });

  it('E6: what fails for three days disables it, with a reason that is seen; once enabled it goes on where it stood', async function () {
    this.timeout(120_000);
    let answer: Scripted = { status: 302, headers: { location: 'https://elsewhere.example/' } };
    const server = await serverOf(() => answer);
    const { id } = await subscribe(server.url, { types: ['case.held'] });
    await tell('N-1');
    for (const [index, ms] of RETRY_AFTER_MS.entries()) {
      await until(server, index + 1);
      await untilIs(id, ({ failingSince }) => failingSince !== null);
      await skip(id, ms * 1.15);
    }
    const { disabled } = await untilIs(id, ({ status }) => status === 'disabled');
    assert.equal(disabled.reason, 'NO_SUCCESS');
    assert.equal(server.received.length, RETRY_AFTER_MS.length + 1);
    const told = await eventually(
      async () =>
        (await house.api('GET', '/v1/events?types=subscription.disabled')).body.items.find(({ data }: any) => data.subscriptionId === id),
      'the feed tells',
    );
    assert.equal(told.data.reason, 'NO_SUCCESS');
    await tell('N-2');
    answer = {};
    await api('PATCH', `/${id}`, { status: 'active' });
    await until(server, RETRY_AFTER_MS.length + 3);
    assert.deepEqual(orders(server).slice(-2), ['N-1', 'N-2']);
  });

  it('E6: a receiver that is gone (410) gets nothing more', async () => {
    const server = await serverOf(() => ({ status: 410 }));
    const { id } = await subscribe(server.url, { types: ['case.held'] });
    await tell('G-1', 'G-2');
    const { disabled } = await untilIs(id, ({ status }) => status === 'disabled');
    assert.deepEqual([disabled.reason, orders(server)], ['GONE', ['G-1']]);
  });

  it('E6: one that hangs, one that refuses and one that must not be called hold up nobody else', async () => {
    const [hanging, refusing, healthy] = [await serverOf(() => null), await serverOf(() => ({ status: 400 })), await serverOf()];
    const held = { types: ['case.held'] };
    const urls = [hanging.url, refusing.url, 'http://10.1.2.3/inside'];
    const dead = [await subscribe(urls[0]!, held), await subscribe(urls[1]!, held), await subscribe(urls[2]!, held)];
    await subscribe(healthy.url, held);
    await tell('H-1');
    await Promise.all([until(hanging, 1), until(refusing, 1), until(healthy, 1)]);
    const names = Array.from({ length: 5 }, (_, n) => `H-${n + 2}`);
    for (const name of names) await tell(name);
    await until(healthy, 6);
    assert.deepEqual(orders(healthy), ['H-1', ...names]);
    assert.deepEqual([orders(hanging), orders(refusing)], [['H-1'], ['H-1']]);
    await untilIs(dead[2].id, ({ failingSince }) => failingSince !== null);
    assert.match((await logOf(dead[2].id))[0].lastError, /10\.1\.2\.3.*HOLDPOINT_ALLOWED_NETWORKS/);
    for (const { id } of dead) await api('DELETE', `/${id}`, undefined, 204);
  });

  it('E6: an address that was mended is tried at once', async () => {
    const [wrong, right] = [await serverOf(() => ({ status: 404 })), await serverOf()];
    const { id } = await subscribe(wrong.url);
    await tell('U-1');
    await untilIs(id, ({ failingSince }) => failingSince !== null);
    await api('PATCH', `/${id}`, { url: right.url });
    await until(right, 1);
    assert.deepEqual(orders(right), ['U-1']);
  });

  it('E7: one event is sent once more; everything since a cursor or an instant, in order, under the same ids', async () => {
    const server = await serverOf();
    const { id } = await subscribe(server.url);
    const { cursor } = (await house.api('GET', '/v1/events?after=end')).body;
    await tell('R-1', 'R-2', 'R-3');
    await until(server, 3);
    const eventId = await eventIdOf('R-2');
    await untilIs(id, (found) => found.failingSince === null);
    await eventually(
      async () => ((await api('GET', `/${id}/deliveries/${eventId}`)).state === 'delivered' ? true : undefined),
      'it is in the log',
    );
    await api('POST', `/${id}/deliveries/${eventId}/replay`, undefined, 202);
    await until(server, 4);
    await api('POST', `/${id}/replay`, { after: cursor }, 202);
    await until(server, 7);
    await api('POST', `/${id}/replay`, { since: new Date(Date.now() - 60_000).toISOString() }, 202);
    await until(server, 10);
    assert.deepEqual(orders(server).slice(0, 7), ['R-1', 'R-2', 'R-3', 'R-2', 'R-1', 'R-2', 'R-3']);
    const ids = idsOf(server);
    assert.deepEqual([ids[3], ids[5]], [ids[1], ids[1]]);
    const { tries } = await api('GET', `/${id}/deliveries/${eventId}`);
    assert.ok(tries.length >= 3);
    await api('POST', `/${id}/replay`, { after: cursor, since: '2026-01-01T00:00:00Z' }, 400);
  });

  it('E7: a secret is rotated with an overlap: both sign, and each is told once', async () => {
    const server = await serverOf();
    const { id, secret } = await subscribe(server.url);
    const rotated = await api('POST', `/${id}/rotate-secret`, { overlapMs: 60_000 });
    assert.equal((await api('GET', `/${id}`)).secrets.length, 2);
    await tell('K-1');
    await until(server, 1);
    const [{ raw, headers }] = server.received as [ScriptedServer['received'][number]];
    for (const one of [secret, rotated.secret]) assert.equal(verifySignature(raw, headers, [one]).valid, true);
    const last = await api('POST', `/${id}/rotate-secret`, { overlapMs: 0 });
    await tell('K-2');
    await until(server, 2);
    const second = server.received[1]!;
    assert.deepEqual(
      [secret, rotated.secret, last.secret].map((one) => verifySignature(second.raw, second.headers, [one]).valid),
      [false, false, true],
    );
    const rows = JSON.stringify(await house.db.subscriptionSecret.findMany());
    for (const one of [secret, rotated.secret, last.secret]) assert.ok(!rows.includes(one.slice(6)), 'kept in the clear');
  });

  it('E2: a tenant subscribes to its own events, and sees its own subscriptions alone', async () => {
    const [server, others] = [await serverOf(), await serverOf()];
    const scopes = ['events.read', 'subscriptions.read', 'subscriptions.write'];
    const { key } = (await house.api('POST', '/v1/keys', { name: 'shop', scopes, buyers: ['b-1'] })).body;
    const own = await subscribe(server.url, {}, key);
    assert.deepEqual(own.buyers, ['b-1']);
    const foreign = await subscribe(others.url, { buyers: ['b-2'] });
    for (const buyers of [null, ['b-2'], ['b-1', 'b-2']]) {
      assert.equal((await api('POST', '', { name: 'x', url: server.url, buyers }, 403, key)).code, 'FORBIDDEN');
      await api('PATCH', `/${own.id}`, { buyers }, 403, key);
    }
    assert.deepEqual(
      (await api('GET', '', undefined, 200, key)).items.map(({ id }: any) => id),
      [own.id],
    );
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { name: 'y' }],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['POST', '/replay', { after: 'end' }],
    ] as const)
      await api(method, `/${foreign.id}${path}`, body, 404, key);
    const { key: blind } = (await house.api('POST', '/v1/keys', { name: 'blind', scopes: ['subscriptions.write'] })).body;
    await api('POST', '', { name: 'x', url: server.url }, 403, blind);
    await writeFeed(house.db, [entry('T-1', 'case.held', { buyerId: 'b-2' }), entry('T-2', 'case.held', { buyerId: 'b-1' }), entry('T-3')]);
    await Promise.all([until(server, 1), until(others, 1)]);
    await writeFeed(house.db, [entry('T-4', 'case.held', { buyerId: 'b-1' })]);
    await until(server, 2);
    assert.deepEqual([orders(server), orders(others)], [['T-2', 'T-4'], ['T-1']]);
  });
});

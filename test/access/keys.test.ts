/** Keys of servers: created, limited, rotated, revoked. */
import assert from 'node:assert/strict';
import { PERMISSIONS } from '../../src/domain/access.js';
import { House, type Answer } from '../support/house.js';

const DAY_MS = 86_400_000;

describe('keys of servers', () => {
  let house: House;
  before(async () => {
    house = await House.start({ worker: false });
  });
  after(async () => house.stop());

  const withKey = (key: string, method: string, path: string, body?: unknown): Promise<Answer> =>
    house.api(method, path, body, { authorization: `Bearer ${key}` });
  const create = async (name: string, more: object = {}): Promise<string> => {
    const answer = await house.api('POST', '/v1/keys', { name, scopes: ['switches.read'], ...more });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.key;
  };
  const refused = async (key: string, code: string, path = '/v1/switches'): Promise<Answer> => {
    const answer = await withKey(key, 'GET', path);
    assert.equal(answer.body.code, code, JSON.stringify(answer.body));
    return answer;
  };
  const works = async (key: string): Promise<void> => assert.equal((await withKey(key, 'GET', '/v1/switches')).status, 200);

  it('W1: a key is told once, and kept as a hash', async () => {
    const key = await create('told-once');
    assert.match(key, /^hp_live_[0-9a-z]{12}_[\w-]{43}$/);
    await works(key);
    const [, secret = ''] = /_([\w-]{43})$/.exec(key) ?? [];
    const everything = JSON.stringify([
      await house.db.apiKey.findMany(),
      await house.db.apiKeySecret.findMany(),
      await house.db.apiKeyChange.findMany(),
    ]);
    assert.ok(!everything.includes(secret), 'the secret is kept');
    for (const path of ['/v1/keys', '/v1/keys/told-once']) {
      const { body } = await house.api('GET', path);
      assert.ok(!JSON.stringify(body).includes(secret), `${path} shows the secret`);
      assert.ok(JSON.stringify(body).includes(key.slice(0, 20)), `${path} does not show the prefix`);
    }
  });

  it('W1: what is not exactly a key is refused', async () => {
    const key = await create('exact');
    const other = await create('other');
    for (const wrong of [
      `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
      key.slice(0, 21) + other.slice(21),
      'hp_live_',
      `${key}A`,
    ]) {
      const answer = await refused(wrong, 'KEY_UNKNOWN');
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer realm="holdpoint", error="invalid_token"/);
    }
    const none = await house.call('GET', `${house.apiUrl}/v1/switches`);
    assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="holdpoint"');
  });

  it('W1: a key does what its scopes allow, and nothing else', async () => {
    const key = await create('reader', { scopes: ['switches.read'] });
    const answer = await withKey(key, 'PUT', '/v1/switches/shadow', { on: true, by: 'x', note: 'y' });
    assert.equal(answer.status, 403, JSON.stringify(answer.body));
    assert.equal(answer.body.code, 'FORBIDDEN');
    assert.match(answer.body.detail, /role operations, or a key with the scope switches\.write/);
    assert.match(answer.headers.get('www-authenticate') ?? '', /error="insufficient_scope", scope="switches\.write"/);
    assert.deepEqual((await house.api('GET', '/v1/switches')).body.items, []);
  });

  it('W1: a rotated key goes on until its overlap is over', async () => {
    const first = await create('rotated');
    const rotated = await house.api('POST', '/v1/keys/rotated/rotate', { overlapMs: DAY_MS });
    assert.equal(rotated.status, 200, JSON.stringify(rotated.body));
    assert.equal(rotated.headers.get('cache-control'), 'no-store');
    const second = rotated.body.key;
    await works(first);
    await works(second);
    // The overlap passes: as if it had been asked for with none.
    const third = (await house.api('POST', '/v1/keys/rotated/rotate', { overlapMs: 0 })).body.key;
    await refused(first, 'KEY_EXPIRED');
    await refused(second, 'KEY_EXPIRED');
    await works(third);
  });

  it('W1: a revoked key, and one that has expired, let nobody in', async () => {
    const revoked = await create('revoked');
    await works(revoked);
    for (const time of [1, 2]) {
      const answer = await house.api('POST', '/v1/keys/revoked/revoke', { note: `time ${time}` });
      assert.deepEqual([answer.status, answer.body.status], [200, 'revoked']);
      assert.deepEqual(
        answer.body.changes.map(({ type }: any) => type),
        ['created', 'revoked'],
      );
    }
    await refused(revoked, 'KEY_EXPIRED');
    assert.equal((await house.api('POST', '/v1/keys/revoked/rotate', {})).body.code, 'KEY_NOT_ROTATED');
    const expiring = await create('expiring', { expiresAt: new Date(Date.now() + DAY_MS).toISOString() });
    await works(expiring);
    await house.db.apiKey.update({ where: { name: 'expiring' }, data: { expiresAt: new Date(Date.now() - 1) } });
    await refused(expiring, 'KEY_EXPIRED');
  });

  it('W1: last use is written at most once a minute', async () => {
    const key = await create('used');
    const lastUse = async (): Promise<Date | null> =>
      (await house.db.apiKeySecret.findFirstOrThrow({ where: { key: { name: 'used' } } })).lastUsedAt;
    assert.equal(await lastUse(), null);
    await works(key);
    const first = await lastUse();
    await works(key);
    assert.deepEqual(await lastUse(), first);
    const longAgo = new Date(Date.now() - 61_000);
    await house.db.apiKeySecret.updateMany({ where: { key: { name: 'used' } }, data: { lastUsedAt: longAgo } });
    await works(key);
    assert.ok(((await lastUse())?.getTime() ?? 0) > longAgo.getTime());
  });

  it('W1: a name is the sender of what came with it, for ever', async () => {
    await create('once');
    await house.api('POST', '/v1/keys/once/revoke', { note: 'over' });
    for (const name of ['once', 'review-server', 'holdpoint']) {
      const answer = await house.api('POST', '/v1/keys', { name, scopes: ['cases.read'] });
      assert.deepEqual([answer.status, answer.body.code], [409, 'KEY_NAME_TAKEN']);
    }
  });

  it('W1: a key gives no more than it has, not by rotating another either', async () => {
    const giver = await create('giver', { scopes: ['keys.read', 'keys.write', 'cases.read'] });
    await create('mighty', { scopes: [...PERMISSIONS] });
    const attempts = [
      withKey(giver, 'POST', '/v1/keys', { name: 'risen', scopes: ['cases.read', 'policies.write'] }),
      withKey(giver, 'POST', '/v1/keys/mighty/rotate', {}),
    ];
    for (const attempt of attempts) assert.equal((await attempt).body.code, 'FORBIDDEN');
    const given = await withKey(giver, 'POST', '/v1/keys', { name: 'equal', scopes: ['cases.read'] });
    assert.equal(given.status, 201);
    assert.deepEqual(
      given.body.changes.map(({ type, by }: any) => [type, by]),
      [['created', 'giver']],
    );
  });

  it('W1: a key that is bound to buyers has only what belongs to a buyer', async () => {
    const answer = await house.api('POST', '/v1/keys', { name: 'bound', scopes: ['cases.read', 'policies.write'], buyers: ['B-1'] });
    assert.equal(answer.status, 400);
    assert.match(answer.body.detail, /bound to buyers: policies\.write/);
    // Also where it got there by another way.
    const key = await create('bound', { scopes: ['cases.read'], buyers: ['B-1'] });
    await house.db.apiKey.update({ where: { name: 'bound' }, data: { scopes: [...PERMISSIONS] } });
    await refused(key, 'FORBIDDEN');
  });
});

/** Idempotency-Key, by its IETF draft: on an operation made for it, over real HTTP and a real database. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { z } from 'zod';
import { operation, resource, serve } from '../../src/api/contract/operation.js';
import { problemHandler } from '../../src/api/errors.js';
import { Problem } from '../../src/api/problems.js';
import { openDatabase, type Database } from '../../src/db/database.js';
import { extentsOfScopes, PERMISSIONS, type Caller } from '../../src/domain/access.js';
import { createLogger } from '../../src/log.js';
import { SEALING } from '../support/house-settings.js';
import { createTestDatabase, dropTestDatabase } from '../support/servers.js';

/** As `authenticate` leaves it. */
const callerNamed = (sender: string): Caller => ({
  kind: 'key',
  sender,
  name: sender,
  extents: extentsOfScopes(PERMISSIONS),
  buyers: null,
  liaisonIds: [],
});

const done = z.object({ number: z.int(), what: z.string() });
const spec = (id: string, path: `/${string}`) =>
  operation({
    id,
    method: 'post',
    path,
    tag: 'Switches',
    summary: 'Do it',
    permission: 'switches.write',
    body: z.strictObject({ what: z.string(), more: z.int().optional() }),
    answers: { 201: { description: 'Done.', body: done }, 204: { description: 'Done, nothing to say.' } },
    example: {},
  });

describe('Idempotency-Key', () => {
  let databaseUrl: string;
  let db: Database;
  let server: Server;
  let url: string;
  let count = 0;
  /** What each try was called. */
  let ids: string[] = [];
  let letGo: () => void = () => undefined;

  before(async () => {
    databaseUrl = await createTestDatabase();
    db = openDatabase(databaseUrl, 10);
    const app = express();
    app.use(express.json(), (request, response, next) => {
      response.locals['caller'] = callerNamed(request.get('x-sender') ?? 'one');
      next();
    });
    const act = (id: string, path: `/${string}`) =>
      serve(spec(id, path), async ({ body: { what }, once }, response) => {
        count += 1;
        ids.push(once.id);
        const number = count;
        if (what === 'wait') await new Promise<void>((resolve) => void (letGo = resolve));
        if (what === 'refuse') throw new Problem('ORDER_UNKNOWN', `try ${number}`);
        if (what === 'break') throw new Error('broken');
        if (what === 'keep and break') {
          await db.$transaction(async (tx) => once.keep(tx, { status: 201, body: { number, what } }));
          throw new Error('broken after the commit');
        }
        if (what === 'break in between') {
          await db.$transaction(async (tx) => {
            await once.keep(tx, { status: 201, body: { number, what } });
            throw new Error('broken before the commit');
          });
        }
        if (what === 'leave open') once.leaveOpen();
        if (what === 'silent') return void response.status(204).end();
        response.status(201).location(`/things/${number}`).json({ number, what });
      });
    app.use(resource({ db, sealing: SEALING, checkAnswers: true }, [act('doIt', '/do'), act('doOther', '/other')]));
    app.use(problemHandler(createLogger('test', 'silent')));
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await db.$disconnect();
    await dropTestDatabase(databaseUrl);
  });

  const post = async (key: string | null, body: object, { path = '/do', sender = 'one' } = {}) => {
    const headers = { 'content-type': 'application/json', 'x-sender': sender, ...(key === null ? {} : { 'idempotency-key': key }) };
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    const replayed = response.headers.get('idempotency-replayed');
    return { status: response.status, body: text === '' ? null : JSON.parse(text), replayed, location: response.headers.get('location') };
  };

  it('Q4: without a key nothing is done; a key that is none is refused', async () => {
    const before = count;
    const missing = await post(null, { what: 'a' });
    assert.deepEqual([missing.status, missing.body.code], [400, 'IDEMPOTENCY_KEY_MISSING']);
    const unfit = await post('with a space', { what: 'a' });
    assert.deepEqual([unfit.status, unfit.body.code], [400, 'VALIDATION_FAILED']);
    assert.equal(count, before);
  });

  it('Q4: the same again is done once, and answered the same', async () => {
    const key = randomUUID();
    const first = await post(key, { what: 'a', more: 1 });
    assert.equal(first.status, 201);
    assert.equal(first.replayed, null);
    const before = count;
    const again = await post(key, { more: 1, what: 'a' });
    assert.deepEqual(again, { ...first, replayed: 'true' });
    assert.deepEqual(await post(`"${key}"`, { what: 'a', more: 1 }), again);
    assert.equal(count, before);
    assert.match(first.location ?? '', /^\/things\/\d+$/);
  });

  it('an answer without a body is kept as well', async () => {
    const key = randomUUID();
    assert.equal((await post(key, { what: 'silent' })).status, 204);
    const before = count;
    assert.deepEqual(await post(key, { what: 'silent' }), { status: 204, body: null, replayed: 'true', location: null });
    assert.equal(count, before);
  });

  it('Q4: another request under the key is 422; another sender and another operation have keys of their own', async () => {
    const key = randomUUID();
    const first = await post(key, { what: 'a' });
    const other = await post(key, { what: 'b' });
    assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
    const elsewhere = await post(key, { what: 'b' }, { path: '/other' });
    assert.deepEqual([elsewhere.status, elsewhere.replayed], [201, null]);
    const someoneElse = await post(key, { what: 'b' }, { sender: 'two' });
    assert.deepEqual([someoneElse.status, someoneElse.replayed], [201, null]);
    assert.equal((await post(key, { what: 'a' })).body.number, first.body.number);
  });

  it('Q4: of twenty at the same time one acts; the others are told that it is under way', async () => {
    const key = randomUUID();
    const before = count;
    const first = post(key, { what: 'wait' });
    while (count === before) await new Promise((resolve) => void setTimeout(resolve, 5));
    const others = await Promise.all(Array.from({ length: 20 }, () => post(key, { what: 'wait' })));
    assert.deepEqual(new Set(others.map(({ status, body }) => `${status} ${body.code}`)), new Set(['409 IDEMPOTENCY_KEY_IN_USE']));
    letGo();
    const { status, body } = await first;
    assert.equal(status, 201);
    assert.deepEqual((await post(key, { what: 'wait' })).body, body);
    assert.equal(count, before + 1);
  });

  it('a refusal did nothing: it is judged anew, and its key is free', async () => {
    const key = randomUUID();
    const [first, second] = [await post(key, { what: 'refuse' }), await post(key, { what: 'refuse' })];
    assert.deepEqual([first.status, second.status], [409, 409]);
    assert.notEqual(first.body.detail, second.body.detail);
    assert.equal((await post(key, { what: 'a' })).status, 201);
  });

  it('Q4: an error may have done it: the same is tried again under the same name, another request is refused', async () => {
    const key = randomUUID();
    ids = [];
    assert.equal((await post(key, { what: 'break' })).status, 500);
    assert.equal((await post(key, { what: 'break' })).status, 500);
    assert.equal(ids.length, 2);
    assert.match(ids[0]!, /^[0-9a-f]{32}$/);
    assert.equal(ids[0], ids[1]);
    const other = await post(key, { what: 'a' });
    assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
    assert.equal(ids.length, 2);
    // The name is this client's and this operation's.
    await post(key, { what: 'break' }, { sender: 'two' });
    await post(key, { what: 'break' }, { path: '/other' });
    assert.equal(new Set(ids).size, 3);
  });

  it('Q4: an answer that leaves something open is not kept: the same is tried again under the same name', async () => {
    const key = randomUUID();
    ids = [];
    const [first, again] = [await post(key, { what: 'leave open' }), await post(key, { what: 'leave open' })];
    assert.deepEqual([first.status, again.status, again.replayed, new Set(ids).size], [201, 201, null, 1]);
    assert.notEqual(first.body.number, again.body.number);
    assert.equal((await post(key, { what: 'a' })).body.code, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('Q4: an answer kept with what it tells of is told again, whatever broke after the commit', async () => {
    const key = randomUUID();
    assert.equal((await post(key, { what: 'keep and break' })).status, 500);
    const number = count;
    const again = await post(key, { what: 'keep and break' });
    assert.deepEqual([again.status, again.replayed, again.body], [201, 'true', { number, what: 'keep and break' }]);
    assert.equal(count, number);
    const undone = randomUUID();
    assert.equal((await post(undone, { what: 'break in between' })).status, 500);
    assert.equal((await post(undone, { what: 'break in between' })).replayed, null);
  });

  it('who has lost what was claimed to another does not keep an answer', async () => {
    const key = randomUUID();
    const before = count;
    const slow = post(key, { what: 'wait' });
    while (count === before) await new Promise((resolve) => void setTimeout(resolve, 5));
    await db.storedAnswer.updateMany({ where: { key }, data: { claimId: randomUUID() } });
    letGo();
    assert.deepEqual([(await slow).status, (await slow).body.code], [409, 'IDEMPOTENCY_KEY_IN_USE']);
    assert.equal((await db.storedAnswer.findFirstOrThrow({ where: { key } })).answer, null);
  });

  it('Q4: what was answered is sealed', async () => {
    const key = randomUUID();
    const { body } = await post(key, { what: 'something secret' });
    const { answer } = await db.storedAnswer.findFirstOrThrow({ where: { key } });
    assert.match(answer ?? '', /^v1\./);
    assert.ok(!`${answer}${Buffer.from(answer?.split('.').at(-1) ?? '', 'base64url').toString()}`.includes('secret'));
    assert.deepEqual((await post(key, { what: 'something secret' })).body, body);
    // An answer of another place does not pass for it.
    const other = randomUUID();
    await post(other, { what: 'a' });
    await db.storedAnswer.updateMany({ where: { key: other }, data: { answer } });
    assert.equal((await post(other, { what: 'a' })).status, 500);
  });

  it('what was answered a day ago is forgotten, and cleared away by later calls', async () => {
    const [key, old] = [randomUUID(), randomUUID()];
    const first = await post(key, { what: 'a' });
    await post(old, { what: 'a' });
    const age = (hours: number, of: string) =>
      db.storedAnswer.updateMany({ where: { key: of }, data: { createdAt: new Date(Date.now() - hours * 3_600_000) } });
    await age(23.9, key);
    assert.equal((await post(key, { what: 'a' })).replayed, 'true');
    await age(24.1, key);
    await age(24.1, old);
    const [name] = ids.slice(-2);
    const later = await post(key, { what: 'a' });
    assert.equal(later.replayed, null);
    assert.notEqual(later.body.number, first.body.number);
    assert.notEqual(ids.at(-1), name);
    assert.equal(await db.storedAnswer.count({ where: { key: old } }), 0);
  });

  it('one that died with its process gives way after a minute', async () => {
    const key = randomUUID();
    await post(key, { what: 'a' });
    const dead = (seconds: number) =>
      db.$executeRaw`UPDATE "stored_answer" SET "answer" = NULL, "claimedUntil" = now() + make_interval(secs => ${seconds}) WHERE "key" = ${key}`;
    await dead(5);
    assert.equal((await post(key, { what: 'a' })).status, 409);
    await dead(-1);
    const [name] = ids.slice(-1);
    assert.deepEqual([(await post(key, { what: 'a' })).status, (await post(key, { what: 'a' })).replayed], [201, 'true']);
    assert.equal(ids.at(-1), name);
  });
});

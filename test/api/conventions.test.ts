/** Waiting for a change, and operations that will be taken away: on operations made for it, over real HTTP. */
import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { z } from 'zod';
import { operation, resource, serve } from '../../src/api/contract/operation.js';
import { createWaiting } from '../../src/api/contract/waiting.js';
import { problemHandler } from '../../src/api/errors.js';
import { shedOverload } from '../../src/api/overload.js';
import type { Database } from '../../src/db/database.js';
import { extentsOfScopes, PERMISSIONS, type Caller } from '../../src/domain/access.js';
import { createLogger } from '../../src/log.js';
import { SEALING } from '../support/house-settings.js';

/** So many wait at the same time. */
const MOST = 20;

const thing = z.object({ version: z.int() });
const common = { tag: 'Switches', summary: 'A thing', permission: 'switches.read', example: {} } as const;
const query = z.strictObject({ until: z.coerce.number<string>().optional() });
const answers = { 200: { description: 'As it is.', body: thing } };

describe('waiting for a change, and deprecation', () => {
  let server: Server;
  let url: string;
  const state = { version: 1 };
  const counted = { reads: 0, looks: 0 };

  before(async () => {
    const app = express().disable('etag');
    const marks = async (): Promise<Map<string, string>> => {
      counted.looks += 1;
      return new Map([['thing', String(state.version)]]);
    };
    const waiting = createWaiting(marks, { maxWaiting: MOST, lookEveryMs: 20 });
    const awaited = operation({
      ...common,
      id: 'getThing',
      method: 'get',
      path: '/thing',
      conditional: 'read',
      waits: true,
      query,
      answers,
    });
    const deprecated = { since: '2027-01-01T00:00:00Z', sunset: '2027-07-01T00:00:00Z', link: 'https://holdpoint.example/changes' };
    const old = operation({ ...common, id: 'getOld', method: 'get', path: '/old', answers, deprecated });
    const look = async () => {
      counted.reads += 1;
      return { ...state };
    };
    app.use(shedOverload({ maxInFlight: 3, maxWaitMs: Infinity }, [], createLogger('test', 'silent')));
    // As `authenticate` leaves it.
    const caller: Caller = { kind: 'key', sender: 'a', name: 'a', extents: extentsOfScopes(PERMISSIONS), buyers: null, liaisonIds: [] };
    app.use((_request, response, next) => {
      response.locals['caller'] = caller;
      next();
    });
    app.use(
      resource({ db: null as unknown as Database, sealing: SEALING, checkAnswers: true }, [
        serve(awaited, async ({ query: { until } }, response) => {
          const isReached = until === undefined ? undefined : ({ version }: { version: number }) => version >= until;
          await waiting.send(response, { key: 'thing', look, isReached });
        }),
        serve(old, async (_call, response) => void response.json(await look())),
      ]),
    );
    app.use(problemHandler(createLogger('test', 'silent')));
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const get = async (headers: Record<string, string> = {}, signal?: AbortSignal, until = '') => {
    const startedAt = performance.now();
    const response = await fetch(`${url}/thing${until}`, { headers, ...(signal === undefined ? {} : { signal }) });
    const text = await response.text();
    return { response, body: text === '' ? null : JSON.parse(text), ms: performance.now() - startedAt };
  };
  /** So many have come, have read once more after the first look, and read again only when something changes. */
  const asleep = async (count: number, before: { reads: number }): Promise<void> => {
    while (counted.reads < before.reads + 2 * count) await new Promise((resolve) => void setTimeout(resolve, 5));
  };
  const looked = async (times: number): Promise<void> => {
    const { looks } = counted;
    while (counted.looks < looks + times) await new Promise((resolve) => void setTimeout(resolve, 5));
  };
  const etag = async (): Promise<string> => (await get()).response.headers.get('etag') ?? '';

  it('who knows what there is gets the next as soon as it is there', async () => {
    const known = await etag();
    const before = { ...counted };
    const asked = get({ 'if-none-match': known, prefer: 'respond-async, wait=10' });
    await asleep(1, before);
    state.version += 1;
    const { response, body, ms } = await asked;
    assert.deepEqual([response.status, body.version], [200, state.version]);
    assert.equal(response.headers.get('preference-applied'), 'wait=10');
    assert.notEqual(response.headers.get('etag'), known);
    assert.ok(ms < 5000, `${ms} ms`);
  });

  it('who waits for a state gets it, over changes to others; else what there is when the time is over', async () => {
    const goal = state.version + 2;
    const before = { ...counted };
    const [asked, late] = [
      get({ prefer: 'wait=10' }, undefined, `?until=${goal}`),
      get({ prefer: 'wait=1' }, undefined, `?until=${goal + 1}`),
    ];
    await asleep(2, before);
    state.version += 1;
    await looked(3);
    state.version += 1;
    assert.deepEqual((await asked).body, { version: goal });
    const { response, body, ms } = await late;
    assert.deepEqual([response.status, body.version], [200, goal]);
    assert.ok(ms >= 950, `${ms} ms`);
  });

  it('Q6: one look is for all who wait, nobody reads what has not changed, and they are no overload', async () => {
    const known = await etag();
    const start = { ...counted };
    const all = Array.from({ length: MOST }, async () => get({ 'if-none-match': known, prefer: 'wait=20' }));
    await asleep(MOST, start);
    const before = { ...counted };
    await looked(5);
    assert.equal(counted.reads, before.reads);
    assert.equal((await get({ prefer: 'wait=0' })).response.status, 200);
    state.version += 1;
    for (const { response } of await Promise.all(all)) assert.equal(response.status, 200);
    assert.equal(counted.reads, before.reads + 1 + MOST);
  });

  it('when nothing changed in the time, 304', async () => {
    const { response, ms } = await get({ 'if-none-match': await etag(), prefer: 'wait=1' });
    assert.equal(response.status, 304);
    assert.equal(response.headers.get('preference-applied'), 'wait=1');
    assert.ok(ms >= 950, `${ms} ms`);
  });

  it('who knows nothing, or an older one, is answered at once; so is a preference that cannot be read', async () => {
    const older: Record<string, string>[] = [{}, { 'if-none-match': '"older"' }];
    for (const known of older) {
      const { response, ms } = await get({ prefer: 'wait=30', ...known });
      assert.equal(response.status, 200);
      assert.ok(ms < 2000, `${ms} ms`);
    }
    const known = await etag();
    for (const prefer of ['wait=soon', 'await=30', 'return=minimal']) {
      const { response, ms } = await get({ prefer, 'if-none-match': known });
      assert.equal(response.status, 304);
      assert.equal(response.headers.get('preference-applied'), null);
      assert.ok(ms < 2000, `${ms} ms`);
    }
  });

  it('Q6: more than so many do not wait; who goes away makes room', async () => {
    const known = await etag();
    const headers = { 'if-none-match': known, prefer: 'wait=20' };
    const leaving = new AbortController();
    const gone = Array.from({ length: MOST }, async () => get(headers, leaving.signal).catch(() => undefined));
    let third = await get({ ...headers, prefer: 'wait=0' });
    while (third.response.headers.has('preference-applied')) third = await get({ ...headers, prefer: 'wait=0' });
    assert.equal(third.response.status, 304);
    leaving.abort();
    await Promise.all(gone);
    let later = await get({ ...headers, prefer: 'wait=0' });
    while (!later.response.headers.has('preference-applied')) later = await get({ ...headers, prefer: 'wait=0' });
    assert.equal(later.response.headers.get('preference-applied'), 'wait=0');
  });

  it('an operation that will be taken away says since when, from when, and where to read on', async () => {
    const { headers } = await fetch(`${url}/old`);
    assert.equal(headers.get('deprecation'), '@1798761600');
    assert.equal(headers.get('sunset'), 'Thu, 01 Jul 2027 00:00:00 GMT');
    assert.match(
      headers.get('link') ?? '',
      /^<https:\/\/holdpoint\.example\/changes>; rel="deprecation"; type="text\/html", .*rel="sunset"/,
    );
    assert.equal((await fetch(`${url}/thing`)).headers.get('deprecation'), null);
  });

  it('Q6: a server that is being stopped answers those who wait at once', async () => {
    const before = { ...counted };
    const known = await etag();
    const asked = [get({ prefer: 'wait=30', 'if-none-match': known }), get({ prefer: 'wait=30' }, undefined, '?until=1000000')];
    await asleep(2, before);
    const closed = new Promise((resolve) => server.close(resolve));
    for (const [n, { response, ms }] of (await Promise.all(asked)).entries()) {
      assert.equal(response.status, [304, 200][n]);
      assert.ok(ms < 10_000, `${ms} ms`);
    }
    server.closeIdleConnections();
    await closed;
  });
});

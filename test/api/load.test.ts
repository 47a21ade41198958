/** Callers that send too much, and more work than can be done in time. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { operations } from '../../src/api/contract/operations.js';
import { eventually, House, LIAISON_KEY, type Answer } from '../support/house.js';

describe('rate limits', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false, limits: { callsPerSecond: 2 } })));
  after(async () => house.stop());

  it('Q3: each answer says what is left; too many are 429 with when to come again; other keys go on', async () => {
    const answers = [];
    for (let n = 0; n < 21; n += 1) answers.push(await house.api('GET', '/v1/switches'));
    const [first, last] = [answers[0], answers[20]];
    assert.equal(first?.status, 200);
    assert.match(first?.headers.get('ratelimit-policy') ?? '', /^"per-key"; q=20; w=10; pk=:.+:$/);
    assert.match(first?.headers.get('ratelimit') ?? '', /^"per-key"; r=19; t=\d+$/);
    assert.deepEqual([last?.status, last?.body.code], [429, 'RATE_LIMITED']);
    assert.match(last?.headers.get('ratelimit') ?? '', /^"per-key"; r=0; t=\d+$/);
    const wait = Number(last?.headers.get('retry-after'));
    assert.ok(wait >= 1 && wait <= 10, `${wait} s`);
    assert.match(last?.body.detail, /More than 20 calls in 10 s/);
    assert.equal((await house.api('GET', '/v1/switches', undefined, { authorization: `Bearer ${LIAISON_KEY}` })).status, 200);
    assert.equal((await house.call('GET', `${house.apiUrl}/healthz`)).status, 200);
    await sleep(wait * 1000 + 100);
    assert.equal((await house.api('GET', '/v1/switches')).status, 200);
  }).timeout(20_000);
});

describe('overload', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false, limits: { maxInFlight: 5 } })));
  after(async () => house.stop());

  /** Nobody reads or writes these tables until it is ended. */
  const heldDatabase = async (): Promise<() => Promise<void>> => {
    const client = new pg.Client({ connectionString: house.databaseUrl });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE "switch_change", "inbound_event" IN ACCESS EXCLUSIVE MODE');
    return async () => {
      await client.query('ROLLBACK');
      await client.end();
    };
  };
  /** Asks, with what needs no database, until it is sent away. */
  const untilShed = (method: string, path: string) =>
    eventually(async () => ((await house.api(method, path)).status === 503 ? true : undefined), `${method} ${path} is shed`);
  /** As senders do; our own looks take a place for an instant too. */
  const untilTaken = async (method: string, path: string, body?: object, onShed?: () => void): Promise<Answer> => {
    for (;;) {
      const answer = await house.api(method, path, body);
      if (answer.status !== 503) return answer;
      onShed?.();
      await sleep(20);
    }
  };
  const notice = () => ({ eventId: randomBytes(6).toString('hex'), orderId: house.newOrderId(), reason: { type: 'STOCK_SHORT' } });

  it('Q3: while the database hangs, more than so many are sent away at once; events still come in, and health is answered', async () => {
    const letGo = await heldDatabase();
    try {
      const waiting = Array.from({ length: 5 }, () => untilTaken('GET', '/v1/switches'));
      await untilShed('OPTIONS', '/v1/switches');
      const startedAt = performance.now();
      const shed = await Promise.all(Array.from({ length: 10 }, () => house.api('GET', '/v1/switches')));
      assert.ok(performance.now() - startedAt < 2000);
      assert.deepEqual(
        shed.map(({ status, body }) => [status, body.code]),
        shed.map(() => [503, 'OVERLOADED']),
      );
      const waits = new Set(shed.map(({ headers }) => Number(headers.get('retry-after'))));
      assert.ok(
        waits.size > 1 && [...waits].every((wait) => [1, 2, 3, 4, 5].includes(wait)),
        `all come again at once: ${[...waits].join(', ')}`,
      );
      const sentAway = new Set<number>();
      const send = (_: unknown, n: number) => untilTaken('POST', '/v1/review-failures', notice(), () => void sentAway.add(n));
      const events = Array.from({ length: 15 }, send);
      await untilShed('GET', '/track/P-1/x');
      assert.ok(sentAway.size < 8, `${sentAway.size} of 15 events were sent away with the rest`);
      assert.equal((await house.call('GET', `${house.apiUrl}/healthz`)).status, 200);
      await letGo();
      assert.deepEqual([...new Set((await Promise.all(waiting)).map(({ status }) => status))], [200]);
      assert.deepEqual([...new Set((await Promise.all(events)).map(({ status }) => status))], [202]);
      assert.equal((await house.api('GET', '/v1/switches')).status, 200);
    } catch (error) {
      await letGo().catch(() => undefined);
      throw error;
    }
  });

  it('who went away without waiting for the answer counts no more', async () => {
    const letGo = await heldDatabase();
    try {
      const leaving = new AbortController();
      const headers = { authorization: `Bearer ${LIAISON_KEY}` };
      const read = () => fetch(`${house.apiUrl}/v1/switches`, { headers, signal: leaving.signal }).catch(() => undefined);
      const gone = Array.from({ length: 5 }, read);
      await eventually(async () => ((await house.api('OPTIONS', '/v1/switches')).status === 503 ? true : undefined), 'five are under way');
      leaving.abort();
      await Promise.all(gone);
      await eventually(async () => ((await house.api('OPTIONS', '/v1/switches')).status === 204 ? true : undefined), 'none is under way');
    } finally {
      await letGo();
    }
  });
});

describe('operations', () => {
  it('are events, and shed last, where a sender names what it sends by an eventId', () => {
    const named = operations.filter(({ example }) => Object.hasOwn(example.body ?? {}, 'eventId'));
    assert.ok(named.length >= 6);
    assert.deepEqual(
      operations.filter(({ event }) => event === true).map(({ id }) => id),
      named.map(({ id }) => id),
    );
  });
});

describe('an event loop that is late', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false, limits: { maxWaitMs: 100 } })));
  after(async () => house.stop());

  it('ordinary calls are sent away until it has caught up; events are taken', async () => {
    const block = (ms: number): void => {
      for (const until = performance.now() + ms; performance.now() < until;);
    };
    // Never idle for a tick of the measure: half of the time and more is spent in one go.
    const late = setInterval(() => block(300), 1);
    const statuses = new Set<number>();
    try {
      for (let n = 0; n < 12 && !statuses.has(503); n += 1) statuses.add((await house.api('GET', '/v1/switches')).status);
    } finally {
      clearInterval(late);
    }
    assert.ok(statuses.has(503), `answered ${[...statuses].join(', ')}`);
    await house.api('GET', '/v1/switches');
    await sleep(700);
    await house.api('GET', '/v1/switches');
    assert.equal((await house.api('GET', '/v1/switches')).status, 200);
  }).timeout(30_000);
});

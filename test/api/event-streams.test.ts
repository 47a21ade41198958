/** The feed as Server-Sent Events: resumed where it broke off, bounded, and ended when it has to be. */
import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { writeFeed } from '../../src/db/feed.js';
import type { FeedEntry } from '../../src/domain/feed.js';
import { eventually, House, REVIEW_KEY } from '../support/house.js';

interface Frame {
  id?: string;
  event?: string;
  data?: any;
  comment?: string;
}

/** A client of its own: what it reads, it reads by the standard. */
class Stream {
  readonly frames: Frame[] = [];
  ended = false;

  static async open(house: House, path: string, headers: Record<string, string> = {}): Promise<Stream> {
    const accept = { accept: 'text/event-stream', authorization: `Bearer ${REVIEW_KEY}` };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${house.apiUrl}${path}`, { headers: { ...accept, ...headers }, agent: false }, resolve)
        .on('error', reject)
        .end();
    });
    return new Stream(response);
  }

  constructor(readonly response: IncomingMessage) {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const parts = (rest + text).split('\n\n');
      rest = parts.pop() ?? '';
      this.frames.push(...parts.map(frameOf));
    });
    response.on('close', () => (this.ended = true));
    response.on('error', () => undefined);
  }

  get events(): Frame[] {
    return this.frames.filter(({ data }) => data !== undefined);
  }

  get orderIds(): string[] {
    return this.events.map(({ data }) => data.data.orderId);
  }

  /** As a client keeps it: of the last frame that had one. */
  get lastId(): string {
    return this.frames.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  async until(count: number): Promise<void> {
    await eventually(
      async () => (this.events.length >= count ? true : undefined),
      () => Promise.resolve(`${count} events: ${JSON.stringify(this.frames)}`),
    );
  }

  async untilEnded(): Promise<void> {
    await eventually(async () => (this.ended ? true : undefined), 'the stream ends');
  }

  close(): void {
    this.response.destroy();
  }
}

function frameOf(text: string): Frame {
  const lines = text.split('\n').map((line) => /^([a-z]*): ?(.*)$/.exec(line)?.slice(1) ?? []);
  const frame = Object.fromEntries(lines) as Record<string, string>;
  const { data, '': comment, ...rest } = frame;
  return { ...rest, ...(comment === undefined ? {} : { comment }), ...(data === undefined ? {} : { data: JSON.parse(data) }) };
}

describe('the feed as a stream', () => {
  let house: House;
  const open: Stream[] = [];
  before(
    async () =>
      void (house = await House.start({ worker: false, streams: { heartbeatMs: 300, maxOfCaller: 3, maxStreams: 5, slowMs: 500 } })),
  );
  afterEach(() => open.splice(0).forEach((stream) => stream.close()));
  after(async () => house.stop());

  const entry = (orderId: string, more: object = {}): FeedEntry => ({
    type: 'case.held',
    at: Date.now(),
    number: null,
    data: { orderId, caseId: `${orderId}/1`, status: 'held', ...more },
  });
  const stream = async (path = '/v1/events', headers: Record<string, string> = {}): Promise<Stream> => {
    const opened = await Stream.open(house, path, headers);
    open.push(opened);
    return opened;
  };
  const keyOf = async (name: string, more: object = {}): Promise<string> =>
    (await house.api('POST', '/v1/keys', { name, scopes: ['events.read'], ...more })).body.key;
  /** The server has noticed that its clients are gone. */
  const allClosed = (): Promise<unknown> =>
    eventually(async () => {
      const probe = await Stream.open(house, '/v1/events');
      probe.close();
      return probe.response.statusCode === 200 ? true : undefined;
    }, 'a stream can be opened');

  it('E4: events come as they happen, and a broken stream resumes by Last-Event-ID without a gap or a repeat', async () => {
    const first = await stream();
    assert.equal(first.response.headers['content-type'], 'text/event-stream; charset=utf-8');
    await eventually(async () => (first.frames.length > 0 ? true : undefined), 'it begins');
    assert.match(first.frames[0]!.id ?? '', /^[\w-]+$/);
    await writeFeed(house.db, [entry('S-1'), entry('S-2')]);
    await first.until(2);
    const { event, data, id } = first.events[1]!;
    assert.deepEqual([event, data.type, data.data.orderId, data.cursor], ['case.held', 'case.held', 'S-2', id]);
    const lastId = first.events[0]!.id!;
    first.close();
    await writeFeed(house.db, [entry('S-3')]);
    const second = await stream('/v1/events', { 'last-event-id': lastId });
    await writeFeed(house.db, [entry('S-4')]);
    await second.until(3);
    assert.deepEqual(second.orderIds, ['S-2', 'S-3', 'S-4']);
  });

  it('E4: many streams, each with its own events, from far behind and at the end', async () => {
    await allClosed();
    const tenant = await keyOf('stream-tenant', { buyers: ['b-1'] });
    const { cursor } = (await house.api('GET', '/v1/events?after=end')).body;
    const count = 450;
    await writeFeed(
      house.db,
      Array.from({ length: count }, (_, n) => entry(`M-${n}`, { buyerId: `b-${n % 3}` })),
    );
    const all = await stream(`/v1/events?after=${cursor}`);
    const own = await stream(`/v1/events?after=${cursor}`, { authorization: `Bearer ${tenant}` });
    const live = await stream(`/v1/events?after=${cursor}&types=case.approved`, { authorization: `Bearer ${tenant}` });
    await writeFeed(house.db, [
      entry('M-x', { buyerId: 'b-1' }),
      { ...entry('M-y', { buyerId: 'b-1' }), type: 'case.approved' },
      entry('M-z', { buyerId: 'b-2' }),
    ]);
    await Promise.all([all.until(count + 3), own.until(count / 3 + 2), live.until(1)]);
    const numbers = Array.from({ length: count }, (_, n) => n);
    assert.deepEqual(all.orderIds, [...numbers.map((n) => `M-${n}`), 'M-x', 'M-y', 'M-z']);
    assert.deepEqual(own.orderIds, [...numbers.filter((n) => n % 3 === 1).map((n) => `M-${n}`), 'M-x', 'M-y']);
    assert.deepEqual(live.orderIds, ['M-y']);
  });

  it('E4: where nothing happens for a client it gets heartbeats, and resumes behind what is not for it', async () => {
    await allClosed();
    const quiet = await stream('/v1/events?types=case.expired');
    await eventually(async () => (quiet.frames.some(({ comment }) => comment !== undefined) ? true : undefined), 'a heartbeat');
    const before = quiet.lastId;
    await writeFeed(house.db, [entry('Q-1')]);
    await eventually(async () => (quiet.lastId === before ? undefined : true), 'a newer cursor');
    assert.deepEqual(quiet.events, []);
    const { body } = await house.api('GET', `/v1/events?after=${quiet.lastId}`);
    assert.deepEqual(body.items, []);
  });

  it('E4: streams are bounded, of one key and of the process; a request that is no stream is not', async () => {
    const keys = await Promise.all([keyOf('bounded-1'), keyOf('bounded-2')]);
    const of = (key: string) => stream('/v1/events', { authorization: `Bearer ${key}` });
    // What the tests before have closed may still have its place.
    const opened = async (key: string) =>
      eventually(async () => {
        const one = await of(key);
        return one.response.statusCode === 200 ? one : undefined;
      }, 'a place is free');
    const held = [await opened(keys[0]), await opened(keys[0]), await opened(keys[0])];
    const fourth = await of(keys[0]);
    assert.deepEqual([fourth.response.statusCode, fourth.response.headers['retry-after']], [429, '5']);
    held.push(await opened(keys[1]), await opened(keys[1]));
    assert.deepEqual(
      held.map(({ response }) => response.statusCode),
      [200, 200, 200, 200, 200],
    );
    const beyond = await of(keys[1]);
    assert.equal(beyond.response.statusCode, 503);
    assert.match(beyond.response.headers['retry-after'] ?? '', /^[1-5]$/);
    assert.equal((await house.api('GET', '/v1/events')).status, 200);
    held[0]!.close();
    await eventually(async () => ((await of(keys[1])).response.statusCode === 200 ? true : undefined), 'a place is free again');
  });

  it('E4: a stream ends when its key is revoked', async () => {
    await allClosed();
    const key = await keyOf('to-be-revoked');
    const held = await stream('/v1/events', { authorization: `Bearer ${key}` });
    await eventually(async () => (held.frames.length > 1 ? true : undefined), 'it goes on');
    await house.api('POST', '/v1/keys/to-be-revoked/revoke', { note: 'it leaked' });
    await held.untilEnded();
    await writeFeed(house.db, [entry('V-1')]);
    assert.deepEqual(held.events, []);
  });

  it('E4: a client that does not read is cut, and others go on', async () => {
    await allClosed();
    const { cursor } = (await house.api('GET', '/v1/events?after=end')).body;
    const slow = await stream(`/v1/events?after=${cursor}`);
    slow.response.pause();
    // More than the buffers of both sides of the connection take.
    const big = Array.from({ length: 200 }, (_, n) => entry(`B-${n}`, { reason: 'R'.repeat(20_000) }));
    for (let n = 0; n < 5; n++) await writeFeed(house.db, big);
    const other = await stream(`/v1/events?after=${cursor}`);
    await other.until(1000);
    await eventually(async () => {
      if (slow.response.socket.destroyed || slow.ended) return true;
      // Reading on finds out that it was cut.
      slow.response.resume();
      return undefined;
    }, 'it is cut');
    assert.ok(slow.events.length < 1000, 'nothing was cut');
  });

  it('E4: HEAD has the headers alone; a form that is neither is refused', async () => {
    await allClosed();
    const head = await fetch(`${house.apiUrl}/v1/events`, {
      method: 'HEAD',
      headers: { accept: 'text/event-stream', authorization: `Bearer ${REVIEW_KEY}` },
    });
    assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8']);
    assert.equal((await house.api('GET', '/v1/events', undefined, { accept: 'text/html' })).status, 406);
  });
});

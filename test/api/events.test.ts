/** The feed in pages: each event once, in one order for all, whoever writes at the same time. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { publishFeed, writeFeed } from '../../src/db/feed.js';
import type { FeedEntry } from '../../src/domain/feed.js';
import type { FeedType } from '../../src/domain/feed-types.js';
import { seeded } from '../support/seeded.js';
import { eventually, House } from '../support/house.js';

const WRITERS = 8;
const EACH = 5;

describe('the feed', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false })));
  after(async () => house.stop());

  const entry = (orderId: string, type: FeedType = 'case.held', more: object = {}): FeedEntry => ({
    type,
    at: Date.now(),
    number: null,
    data: { orderId, caseId: `${orderId}/1`, status: 'held', ...more },
  });
  const read = async (query: Record<string, string> = {}, headers: Record<string, string> = {}, token?: string) => {
    const path = `/v1/events?${new URLSearchParams(query).toString()}`;
    const own: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await house.api('GET', path, undefined, { ...headers, ...own });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer;
  };
  const written = async (...entries: FeedEntry[]): Promise<void> => {
    const before = await house.db.feedEvent.count();
    await writeFeed(house.db, entries);
    await eventually(
      async () => ((await house.db.feedEvent.count({ where: { position: { not: null } } })) >= before + entries.length ? true : undefined),
      'they are published',
    );
  };
  /** Reads on until so many came. */
  async function follow(from: string, count: number, limit: number, orderIds: Set<string>): Promise<string[]> {
    const seen: string[] = [];
    let cursor = from;
    const until = Date.now() + 60_000;
    while (seen.length < count && Date.now() < until) {
      const { body } = await read({ after: cursor, limit: String(limit) });
      seen.push(...body.items.filter(({ data }: any) => orderIds.has(data.orderId)).map(({ data }: any) => data.orderId));
      cursor = body.cursor;
      if (!body.more) await setTimeout(20);
    }
    // Nothing comes twice afterwards either.
    const { body } = await read({ after: cursor });
    return [...seen, ...body.items.map(({ data }: any) => data.orderId)];
  }

  it('E1: many write at once and commit late: every reader gets each event once, in the same order', async function () {
    this.timeout(90_000);
    const random = seeded(11);
    const expected = Array.from({ length: WRITERS * EACH }, (_, n) => `W-${n}`);
    const { cursor } = (await read({ after: 'end' })).body;
    const write = async (own: string[]): Promise<void> => {
      for (const orderId of own) {
        const delayMs = random() * 400;
        await house.db.$transaction(async (tx) => {
          await writeFeed(tx, [entry(orderId)]);
          await setTimeout(delayMs);
        });
        // More than one process publishes.
        if (random() < 0.3) await Promise.all([publishFeed(house.db), publishFeed(house.db)]);
      }
    };
    const writing = Array.from({ length: WRITERS }, (_, n) => write(expected.slice(n * EACH, (n + 1) * EACH)));
    const ids = new Set(expected);
    const readers = [1, 7, 200].map((limit) => follow(cursor, expected.length, limit, ids));
    await Promise.all(writing);
    const [first, ...others] = await Promise.all(readers);
    assert.deepEqual(first!.toSorted(), expected.toSorted(), 'each once');
    for (const other of others) assert.deepEqual(other, first, 'the same order');
  });

  it('E1: what was written before and commits later comes after what was read meanwhile', async () => {
    const { cursor } = (await read({ after: 'end' })).body;
    let goOn: () => void = () => undefined;
    let hasBegun: () => void = () => undefined;
    const readOn = new Promise<void>((resolve) => (goOn = resolve));
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const late = house.db.$transaction(async (tx) => {
      await writeFeed(tx, [entry('C-late')]);
      hasBegun();
      await readOn;
    });
    await begun;
    await written(entry('C-early'));
    const first = (await read({ after: cursor })).body;
    goOn();
    await late;
    const second = await eventually(async () => {
      const { body } = await read({ after: first.cursor });
      return body.items.length > 0 ? body : undefined;
    }, 'the late one is told to who has read the other');
    const told = [...first.items, ...second.items].map(({ data }: any) => data.orderId);
    assert.deepEqual(told, ['C-early', 'C-late']);
    assert.deepEqual(
      (await read({ after: cursor })).body.items.map(({ data }: any) => data.orderId),
      told,
      'another order for another reader',
    );
  });

  it('E1: what is rolled back is never told', async () => {
    const { cursor } = (await read({ after: 'end' })).body;
    const failing = house.db.$transaction(async (tx) => {
      await writeFeed(tx, [entry('R-1')]);
      throw new Error('no');
    });
    await assert.rejects(failing);
    await written(entry('R-2'));
    assert.deepEqual(
      (await read({ after: cursor })).body.items.map(({ data }: any) => data.orderId),
      ['R-2'],
    );
  });

  it('E1: an empty page has a cursor to go on from; filters choose, and the cursor passes by the rest', async () => {
    const { cursor } = (await read({ after: 'end' })).body;
    const none = (await read({ after: cursor })).body;
    assert.deepEqual([none.items, none.more, none.cursor], [[], false, cursor]);
    await written(
      entry('F-1'),
      entry('F-1', 'case.approved'),
      entry('F-2'),
      entry('F-2', 'placement.opened', { caseId: undefined, placementId: 'F-2/placement' }),
    );
    const of = async (query: object) => (await read({ after: cursor, ...query })).body;
    const told = (page: any) => page.items.map(({ type, data }: any) => `${data.orderId} ${type}`);
    assert.deepEqual(told(await of({ types: 'case.approved,placement.opened' })), ['F-1 case.approved', 'F-2 placement.opened']);
    assert.deepEqual(told(await of({ orderId: 'F-2' })), ['F-2 case.held', 'F-2 placement.opened']);
    assert.deepEqual(told(await of({ caseId: 'F-1/1' })), ['F-1 case.held', 'F-1 case.approved']);
    assert.deepEqual(told(await of({ placementId: 'F-2/placement' })), ['F-2 placement.opened']);
    const other = await of({ orderId: 'nobody' });
    assert.deepEqual([other.items, (await read({ after: other.cursor })).body.items], [[], []]);
    const paged = await of({ limit: '1' });
    assert.equal(paged.more, true);
    assert.equal(paged.cursor, paged.items[0].cursor);
  });

  it('E1: without a cursor an instant may say from when on; a cursor counts before it', async () => {
    await written(entry('S-1'));
    const { recordedAt } = await house.db.feedEvent.findFirstOrThrow({ orderBy: { position: 'desc' } });
    const since = new Date(recordedAt.getTime() + 1).toISOString();
    const { body: none } = await read({ since });
    assert.deepEqual([none.items, none.more], [[], false]);
    await eventually(async () => (Date.now() > Date.parse(since) ? true : undefined), 'the clock goes on');
    await written(entry('S-2'), entry('S-3'));
    const told = async (query: Record<string, string>) => (await read(query)).body.items.map(({ data }: any) => data.orderId);
    assert.deepEqual(await told({ since }), ['S-2', 'S-3']);
    assert.deepEqual(await told({ since: recordedAt.toISOString() }), ['S-1', 'S-2', 'S-3']);
    assert.deepEqual(await told({ since: '2000-01-01T00:00:00Z', after: none.cursor }), ['S-2', 'S-3']);
  });

  it('E1: Prefer: wait answers as soon as there is something, and after its time without', async () => {
    const { cursor } = (await read({ after: 'end' })).body;
    const waiting = read({ after: cursor, types: 'case.paused' }, { prefer: 'wait=20' });
    await written(entry('L-1'));
    const from = Date.now();
    await written(entry('L-1', 'case.paused'));
    const { body, headers } = await waiting;
    assert.ok(Date.now() - from < 5000, 'not at once');
    assert.deepEqual([body.items[0].type, headers.get('preference-applied')], ['case.paused', 'wait=20']);
    const short = await read({ after: body.cursor }, { prefer: 'wait=1' });
    assert.deepEqual(short.body.items, []);
  });

  it('E1: a cursor whose event is not there is 410, one that is none 400', async () => {
    await written(entry('G-1'));
    const { items } = (await read({ orderId: 'G-1' })).body;
    await house.db.feedEvent.update({ where: { id: items[0].id }, data: { id: '00000000-0000-4000-8000-000000000000' } });
    const gone = await house.api('GET', `/v1/events?after=${items[0].cursor}`);
    assert.deepEqual([gone.status, gone.body.code], [410, 'CURSOR_GONE']);
    const beyond = Buffer.from(JSON.stringify({ p: '999999', e: '00000000' })).toString('base64url');
    assert.equal((await house.api('GET', `/v1/events?after=${beyond}`)).status, 410);
    assert.equal((await house.api('GET', '/v1/events?after=nonsense')).status, 400);
    const { status, body } = await house.api('GET', '/v1/events?types=case.held,case.sold');
    assert.deepEqual([status, body.errors[0].path], [400, 'types.1']);
  });

  it('E2: a tenant sees the events of its buyers alone, and nothing that is of no order', async () => {
    const { cursor } = (await read({ after: 'end' })).body;
    await written(entry('T-1', 'case.held', { buyerId: 'b-1' }), entry('T-2', 'case.held', { buyerId: 'b-2' }), entry('T-3'), {
      type: 'counterpart.paused',
      at: Date.now(),
      number: null,
      data: { counterpartId: 'buyer-server' },
    });
    const { key } = (await house.api('POST', '/v1/keys', { name: 'tenant', scopes: ['events.read'], buyers: ['b-1'] })).body;
    const own = (await read({ after: cursor }, {}, key)).body;
    assert.deepEqual(
      own.items.map(({ data }: any) => data.orderId),
      ['T-1'],
    );
    assert.equal((await read({ after: cursor })).body.items.length, 4);
    const waited = (await read({ after: own.cursor }, { prefer: 'wait=1' }, key)).body;
    assert.deepEqual(waited.items, []);
  });
});

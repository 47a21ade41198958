/** ETag, If-Match and If-None-Match, on everything that people edit. */
import assert from 'node:assert/strict';
import { operations } from '../../src/api/contract/operations.js';
import { House, type Answer } from '../support/house.js';

const ETAG = /^"[\w-]{27}"$/;
/** So many save at the same time. */
const SAVING = 8;

type Headers = Record<string, string>;

/** Something that people edit: where it is read, and how it is written; `n` makes each change another one. */
interface Edited {
  what: string;
  read: string;
  write: (n: number) => [path: string, body: object];
  /** Whether a PUT of a new one makes it, and how. */
  made?: (n: number) => [path: string, body: object];
  /** What the answer says where it is. */
  at?: string;
}

describe('ETag and If-Match', function () {
  this.timeout(60_000);
  let house: House;
  before(async () => {
    house = await House.start({ worker: false });
    for (const path of ['/v1/counterparts/chat', '/v1/liaisons/erik']) {
      const { status, body } = await put(path.includes('chat') ? counterpart('chat', 0) : person('erik', 0));
      assert.ok(status < 300, JSON.stringify(body));
    }
  });
  after(async () => house.stop());

  const put = ([path, body]: [string, object], headers: Headers = {}): Promise<Answer> => house.api('PUT', path, body, headers);
  const read = (path: string, headers: Headers = {}): Promise<Answer> => house.api('GET', path, undefined, headers);
  const etagAt = async (path: string): Promise<string> => (await read(path)).headers.get('etag') ?? 'none';

  const turned = (n: number): [string, object] => ['/v1/switches/shadow', { on: n % 2 === 0, by: 'Ana', note: `change ${n}` }];
  const person = (id: string, n: number): [string, object] => [
    `/v1/liaisons/${id}`,
    { name: `Erik ${n}`, email: 'erik@liaison.example', channels: [{ type: 'email' }, { type: 'server', counterpartId: 'chat' }] },
  ];
  const counterpart = (id: string, n: number): [string, object] => [
    `/v1/counterparts/${id}`,
    {
      kind: 'liaison',
      name: `Chat ${n}`,
      format: 'slack',
      baseUrl: 'https://chat.example/services/T0/B0/X',
      mapping: null,
    },
  ];
  const vendor = (id: string, n: number): [string, object] => [
    `/v1/vendors/${id}`,
    {
      name: `Freight ${n}`,
      baseUrl: 'https://freight.example/',
      idempotent: true,
      queryByOurNumber: true,
      settleMs: 1000,
      cancellable: true,
      maxPerSecond: 5,
      maxConcurrent: 2,
      statuses: { ZZ: { means: 'in_progress' }, A: { means: 'failed', reason: 'LOST' } },
      vocabulary: ['ZZ', 'A', 'ODD'],
    },
  ];
  const text = (n: number): object => ({ subject: `Order {{ order.id }} ${n}`, opening: 'It waits.', advice: 'Ask.' });
  const template = (n: number, reasonType?: string): [string, object] => [
    '/v1/notice-templates/reminder',
    { texts: { en: text(n), 'zh-CN': text(n) }, by: 'Ana', why: `change ${n}`, ...(reasonType === undefined ? {} : { reasonType }) },
  ];

  const EDITED: Edited[] = [
    { what: 'a switch', read: '/v1/switches/shadow', write: turned },
    {
      what: 'a person',
      read: '/v1/liaisons/erik',
      write: (n) => person('erik', n),
      made: (n) => person('new-one', n),
      at: '/v1/liaisons/erik',
    },
    {
      what: 'the routes',
      read: '/v1/liaison-routes',
      write: (n) => ['/v1/liaison-routes', { items: [{ liaisonId: 'l-1' }, { buyerId: `B-${n}`, liaisonId: 'l-3' }] }],
      at: '/v1/liaison-routes',
    },
    {
      what: 'a counterpart',
      read: '/v1/counterparts/chat',
      write: (n) => counterpart('chat', n),
      made: (n) => counterpart('new-chat', n),
      at: '/v1/counterparts/chat',
    },
    {
      what: 'a vendor',
      read: '/v1/vendors/points-mall',
      write: (n) => vendor('points-mall', n),
      made: (n) => vendor('new-vendor', n),
      at: '/v1/vendors/points-mall',
    },
    {
      what: "a vendor's word",
      read: '/v1/vendors/swift-post',
      write: (n) => ['/v1/vendors/swift-post/statuses/ODD', { means: 'failed', reason: `REASON_${n}` }],
      at: '/v1/vendors/swift-post',
    },
    { what: 'the template of a stage', read: '/v1/notice-templates/reminder', write: (n) => template(n) },
    {
      what: 'the template of a reason type',
      read: '/v1/notice-templates/reminder?reasonType=STOCK_SHORT&limit=1',
      write: (n) => template(n, 'STOCK_SHORT'),
    },
  ];

  for (const { what, read: path, write, at } of EDITED) {
    describe(what, () => {
      it('is changed only if it is still as it was read', async () => {
        const etag = await etagAt(path);
        assert.match(etag, ETAG);
        const first = await put(write(1), { 'if-match': etag });
        assert.ok(first.status < 300, JSON.stringify(first.body));
        const now = first.headers.get('etag') ?? 'none';
        assert.notEqual(now, etag);
        assert.equal(await etagAt(path), now, 'the answer has the ETag with which it is read');
        assert.equal(first.headers.get('content-location'), at ?? null);
        const late = await put(write(2), { 'if-match': etag });
        assert.deepEqual([late.status, late.body.code, late.body.etag], [412, 'PRECONDITION_FAILED', now]);
        assert.match(late.body.detail, /nothing was done\. Read it again, and send your change with its new ETag/);
        assert.equal(await etagAt(path), now);
        assert.ok((await put(write(3), { 'if-match': `"other", ${now}` })).status < 300);
      });

      it('without If-Match, or with *, it is changed however it is; a weak tag is none, and one without quotes is a mistake', async () => {
        assert.ok((await put(write(4))).status < 300);
        assert.ok((await put(write(5), { 'if-match': '*' })).status < 300);
        const etag = await etagAt(path);
        assert.equal((await put(write(6), { 'if-match': `W/${etag}` })).status, 412);
        const bare = await put(write(6), { 'if-match': etag.slice(1, -1) });
        assert.deepEqual([bare.status, bare.body.errors?.[0]?.path], [400, 'If-Match'], JSON.stringify(bare.body));
        assert.equal(await etagAt(path), etag);
      });

      it('Q5: of many who read the same, one changes it', async () => {
        const etag = await etagAt(path);
        const answers = await Promise.all(Array.from({ length: SAVING }, async (_, n) => put(write(10 + n), { 'if-match': etag })));
        const won = answers.filter(({ status }) => status < 300);
        assert.deepEqual([won.length, answers.filter(({ status }) => status === 412).length], [1, SAVING - 1]);
        assert.equal(await etagAt(path), won[0]?.headers.get('etag'));
      });

      it('who has it already is told so', async () => {
        const etag = await etagAt(path);
        const known = await read(path, { 'if-none-match': `"older", W/${etag}` });
        assert.deepEqual([known.status, known.body, known.headers.get('etag')], [304, null, etag]);
        assert.ok((await put(write(20))).status < 300);
        assert.equal((await read(path, { 'if-none-match': etag })).status, 200);
      });
    });
  }

  for (const { what, made } of EDITED) {
    if (made === undefined) continue;
    it(`Q5: of many who make ${what} if it is not there, one does`, async () => {
      const [path, body] = made(0);
      const absent = await put([path, body], { 'if-match': '*' });
      assert.deepEqual([absent.status, absent.body.etag], [412, null], 'If-Match wants that it is there');
      assert.equal((await read(path)).status, 404);
      const answers = await Promise.all(Array.from({ length: SAVING }, async (_, n) => put(made(n), { 'if-none-match': '*' })));
      const [won, ...others] = answers.toSorted((a, b) => a.status - b.status);
      assert.ok(won !== undefined && won.status < 300, JSON.stringify(won?.body));
      assert.deepEqual(
        others.map(({ status, body: problem }) => [status, problem.code, problem.etag]),
        others.map(() => [412, 'PRECONDITION_FAILED', won.headers.get('etag')]),
      );
      assert.equal(await etagAt(path), won.headers.get('etag'));
    });
  }

  it('Q5: a vendor, its words and its server have one ETag between them that is checked', async () => {
    const path = '/v1/vendors/swift-post';
    const etag = await etagAt(path);
    const change = async (n: number): Promise<Answer> =>
      put(n % 2 === 0 ? vendor('swift-post', 30 + n) : [`${path}/statuses/ODD`, { means: 'failed', reason: `R_${n}` }], {
        'if-match': etag,
      });
    const answers = await Promise.all(Array.from({ length: SAVING }, async (_, n) => change(n)));
    assert.equal(answers.filter(({ status }) => status < 300).length, 1);
    const before = await etagAt(path);
    const { id: _id, version: _version, ...server } = (await read('/v1/counterparts/swift-post')).body;
    assert.equal((await put(['/v1/counterparts/swift-post', { ...server, maxPerSecond: 7 }])).status, 200);
    assert.equal((await put(vendor('swift-post', 50), { 'if-match': before })).status, 412, 'its limits were changed meanwhile');
  });

  it('Q5: an absence is changed and taken away only if it is as it was read, by one', async () => {
    const absence = { from: '2031-01-01T00:00:00Z', to: '2031-01-02T00:00:00Z', delegateId: 'l-1', by: 'Ana' };
    const added = await house.api('POST', '/v1/liaisons/l-3/absences', absence);
    const path: string = added.body.links.self;
    const etag = added.headers.get('etag') ?? 'none';
    assert.equal(await etagAt(path), etag);
    assert.equal((await read(path, { 'if-none-match': etag })).status, 304);
    const answers = await Promise.all(
      Array.from({ length: SAVING }, async (_, n) => put([path, { ...absence, note: `n ${n}` }], { 'if-match': etag })),
    );
    const [won, ...others] = answers.toSorted((a, b) => a.status - b.status);
    assert.deepEqual([won?.status, others.every(({ status }) => status === 412)], [200, true]);
    assert.equal(won?.headers.get('content-location'), path);
    assert.equal(await etagAt(path), won?.headers.get('etag'));
    const remove = (tag: string) => house.api('DELETE', path, undefined, { 'if-match': tag });
    assert.equal((await remove(etag)).body.code, 'PRECONDITION_FAILED');
    const removed = await Promise.all(Array.from({ length: SAVING }, async () => remove(won?.headers.get('etag') ?? 'none')));
    assert.deepEqual(removed.map(({ status }) => status).toSorted(), [204, ...Array.from({ length: SAVING - 1 }, () => 404)]);
    assert.equal((await read(path)).status, 404);
  });

  it('a counterpart is taken away only if it is as it was read', async () => {
    const { headers } = await put(counterpart('old-chat', 1));
    const etag = headers.get('etag') ?? 'none';
    await put(counterpart('old-chat', 2));
    const remove = (tag: string) => house.api('DELETE', '/v1/counterparts/old-chat', undefined, { 'if-match': tag });
    assert.equal((await remove(etag)).body.code, 'PRECONDITION_FAILED');
    assert.equal((await remove(await etagAt('/v1/counterparts/old-chat'))).status, 204);
  });

  it('the one template that holds for all is part of what is read of a reason type', async () => {
    const path = '/v1/notice-templates/escalation?reasonType=PRICE_SYNC';
    const etag = await etagAt(path);
    const [, body] = template(1);
    assert.equal((await put(['/v1/notice-templates/escalation', body])).status, 200);
    const late = await put(['/v1/notice-templates/escalation', { ...body, reasonType: 'PRICE_SYNC' }], { 'if-match': etag });
    assert.equal(late.status, 412);
  });

  it('Q5: a version of a policy is never edited: of those who base theirs on the same one, one publishes it', async () => {
    for (const kind of ['review', 'placement']) {
      const newest = (await read(`/v1/policies/${kind}`)).body.items[0].version;
      const path = `/v1/policies/${kind}/${newest}`;
      const { body, headers } = await read(path);
      assert.equal((await read(path, { 'if-none-match': headers.get('etag') ?? 'none' })).status, 304);
      const publish = async (n: number): Promise<Answer> =>
        house.api('POST', `/v1/policies/${kind}`, { content: body.content, basedOn: newest, by: 'Ana', why: `try ${n}` });
      const answers = await Promise.all(Array.from({ length: SAVING }, async (_, n) => publish(n)));
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, ...Array.from({ length: SAVING - 1 }, () => 409)]);
      assert.notEqual(await etagAt(path), headers.get('etag'), 'it is in force no more');
    }
  });

  it('whatever is written by PUT, PATCH or DELETE takes If-Match, and lists have no ETag', async () => {
    const without = operations.filter(
      ({ method, conditional }) => ['put', 'patch', 'delete'].includes(method) && conditional === undefined,
    );
    assert.deepEqual(
      without.map(({ id }) => id),
      // A secret is nothing that is edited: it ends.
      ['endCounterpartSecret'],
    );
    assert.equal((await read('/v1/vendors')).headers.get('etag'), null);
  });
});

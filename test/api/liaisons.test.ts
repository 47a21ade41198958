/** People, absences and routes over the API (D6). */
import assert from 'node:assert/strict';
import { absencesAt } from '../../src/db/people.js';
import { House, sampleOrder, type Answer } from '../support/house.js';

const ANNA = { name: 'Anna Berg', email: 'anna.berg@example.com', locale: 'en', timeZone: 'Europe/Stockholm' };

describe('people over the API', () => {
  let house: House;
  before(async () => {
    house = await House.start();
    await house.db.counterpart.create({
      data: { id: 'team-chat', kind: 'liaison', name: 'Team chat', format: 'slack', baseUrl: 'http://x' },
    });
  });
  after(async () => house.stop());

  const put = (id: string, body: object): Promise<Answer> => house.api('PUT', `/v1/liaisons/${id}`, body);
  const told = ({ body }: Answer): string => body.errors.map(({ path, message }: any) => `${path}: ${message}`).join('\n');

  it('D6: a person is written down, changed and read', async () => {
    const created = await put('anna', ANNA);
    const whole = { id: 'anna', ...ANNA, role: 'liaison', supervisorId: null, channels: [{ type: 'email' }], active: true };
    const { links, ...view } = created.body;
    assert.deepEqual([created.status, view], [201, whole]);
    const more = { ...ANNA, supervisorId: 's-1', channels: [{ type: 'server', counterpartId: 'team-chat' }, { type: 'email' }] };
    const changed = await put('anna', more);
    assert.equal(changed.status, 200);
    const read = (await house.api('GET', links.self)).body;
    assert.deepEqual([read.supervisorId, read.channels], ['s-1', more.channels]);
    const ids = async (query: string): Promise<string[]> =>
      (await house.api('GET', `/v1/liaisons${query}`)).body.items.map(({ id }: any) => id);
    assert.deepEqual(await ids(''), ['anna', 'l-1', 'l-3', 'o-1', 's-1']);
    assert.deepEqual(await ids('?role=operations'), ['o-1']);
    assert.equal((await house.api('GET', '/v1/liaisons/nobody')).body.code, 'LIAISON_NOT_FOUND');
    assert.equal((await house.api('DELETE', '/v1/liaisons/anna')).status, 405);
  });

  it('D6: what is not right is refused with all its mistakes, each with its place, and changes nothing', async () => {
    const form = await put('bad', {
      name: 'A\nB',
      email: 'nowhere',
      locale: 'fr',
      timeZone: 'Mars/Olympus',
      role: 'boss',
      channels: [],
      more: 1,
    });
    assert.deepEqual([form.status, form.body.code], [400, 'VALIDATION_FAILED']);
    for (const mistake of [
      /^name: must be on one line$/m,
      /^email: must be an e-mail address$/m,
      /^locale: must be one of: en, zh-CN$/m,
      /^timeZone: must be a time zone like/m,
      /^role: must be one of: liaison, supervisor, operations$/m,
      /^channels: must name at least one way/m,
      /has fields that are not known: "more"/,
    ]) {
      assert.match(told(form), mistake);
    }
    const channels = [{ type: 'server', counterpartId: 'no-such' }, { type: 'email' }, { type: 'server', counterpartId: 'buyer-server' }];
    const refs = await put('bad', { ...ANNA, supervisorId: 'nobody', channels });
    assert.equal(
      told(refs),
      [
        'supervisorId: there is no person "nobody"',
        'channels.0.counterpartId: there is no counterpart "no-such"',
        'channels.2.counterpartId: must be a counterpart of kind liaison; "buyer-server" is of kind buyer',
      ].join('\n'),
    );
    assert.match(told(await put('bad', { ...ANNA, channels: [{ type: 'email' }, { type: 'email' }] })), /must not name a way twice/);
    assert.equal((await put('a%2Fb', ANNA)).body.code, 'VALIDATION_FAILED');
    assert.equal((await house.api('GET', '/v1/liaisons/bad')).status, 404);
    for (const [path, named] of [
      ['%00', 'id'],
      ['a%20b/absences', 'id'],
    ] as const) {
      const { status, body } = await house.api('GET', `/v1/liaisons/${path}`);
      assert.deepEqual([status, body.errors?.[0].path], [400, named]);
    }
    assert.equal((await house.api('DELETE', '/v1/liaisons/l-1/absences/1')).body.errors[0].path, 'absenceId');
  });

  it('D6: supervisors never stand in a circle', async () => {
    assert.match(told(await put('one', { ...ANNA, supervisorId: 'one' })), /must be somebody else|there is no person/);
    await put('one', ANNA);
    await put('two', { ...ANNA, supervisorId: 'one' });
    await put('three', { ...ANNA, supervisorId: 'two' });
    assert.match(told(await put('one', { ...ANNA, supervisorId: 'three' })), /would close a circle: one → three → two → one/);
    const [left, right] = ['left', 'right'];
    await Promise.all([put(left, ANNA), put(right, ANNA)]);
    const both = await Promise.all([put(left, { ...ANNA, supervisorId: right }), put(right, { ...ANNA, supervisorId: left })]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 400], 'two changes together close none either');
  });

  it('D6: an absence has a delegate who is there, and can be taken back', async () => {
    const path = '/v1/liaisons/l-1/absences';
    const absence = { from: '2026-07-01T00:00:00+02:00', to: '2026-08-01T00:00:00+02:00', delegateId: 'l-3', note: 'summer', by: 'ingrid' };
    const made = await house.api('POST', path, absence);
    assert.equal(made.status, 201);
    assert.deepEqual([made.body.from, made.body.delegateId, made.body.by], ['2026-06-30T22:00:00.000Z', 'l-3', 'ingrid']);
    assert.equal(made.headers.get('location'), made.body.links.self);
    assert.equal((await house.api('GET', path)).body.items.length, 1);
    await put('left-us', { ...ANNA, active: false });
    for (const [more, mistake] of [
      [{ to: absence.from }, /to: must be after from/],
      [{ delegateId: 'l-1' }, /delegateId: must be somebody else/],
      [{ delegateId: 'nobody' }, /delegateId: there is no person "nobody"/],
      [{ delegateId: 'left-us' }, /delegateId: "left-us" is not active/],
      [{ from: 'tomorrow' }, /from: must be an ISO 8601 instant/],
    ] as const) {
      const refused = await house.api('POST', path, { ...absence, ...more });
      assert.equal(refused.status, 400);
      assert.match(told(refused), mistake);
    }
    assert.equal((await house.api('POST', '/v1/liaisons/nobody/absences', absence)).body.code, 'LIAISON_NOT_FOUND');
    assert.equal((await house.api('DELETE', `/v1/liaisons/l-3/absences/${made.body.id}`)).status, 404, 'it is not theirs');
    assert.equal((await house.api('DELETE', made.body.links.self)).status, 204);
    assert.equal((await house.api('DELETE', made.body.links.self)).status, 404);
    assert.deepEqual((await house.api('GET', path)).body.items, []);
  });

  it('D6: an absence can be changed, by the rules by which it is made; written last, it holds', async () => {
    const path = '/v1/liaisons/l-1/absences';
    const now = Date.now();
    const around = { from: new Date(now - 60_000).toISOString(), to: new Date(now + 3_600_000).toISOString() };
    const mine = { ...around, delegateId: 'l-3', note: 'ill', by: 'ingrid' };
    const first = (await house.api('POST', path, mine)).body;
    const second = (await house.api('POST', path, { ...mine, delegateId: 's-1' })).body;
    const delegate = async (): Promise<string | undefined> => (await absencesAt(house.db, now))[0]?.delegateId;
    assert.equal(await delegate(), 's-1');
    for (const [more, mistake] of [
      [{ to: mine.from }, /to: must be after from/],
      [{ delegateId: 'l-1' }, /delegateId: must be somebody else/],
      [{ delegateId: 'nobody' }, /delegateId: there is no person "nobody"/],
      [{ by: undefined }, /^by: /],
    ] as const) {
      const refused = await house.api('PUT', first.links.self, { ...mine, ...more });
      assert.equal(refused.status, 400);
      assert.match(told(refused), mistake);
    }
    assert.deepEqual(
      (await house.api('GET', path)).body.items.find(({ id }: any) => id === first.id),
      first,
      'a refusal changed it',
    );
    const to = new Date(now + 7_200_000).toISOString();
    const changed = await house.api('PUT', first.links.self, { ...around, to, delegateId: 'o-1', by: 'maria' });
    assert.equal(changed.status, 200);
    const { createdAt } = changed.body;
    assert.deepEqual(changed.body, { ...first, to, delegateId: 'o-1', note: null, by: 'maria', createdAt });
    assert.ok(Date.parse(createdAt) > Date.parse(second.createdAt));
    assert.equal(await delegate(), 'o-1');
    assert.equal(
      (await house.api('PUT', `/v1/liaisons/l-3/absences/${first.id}`, { ...mine, delegateId: 's-1' })).status,
      404,
      'not theirs',
    );
    assert.equal((await house.api('PUT', `${path}/1`, mine)).body.code, 'VALIDATION_FAILED');
    for (const { links } of [first, second]) assert.equal((await house.api('DELETE', links.self)).status, 204);
    assert.equal((await house.api('PUT', first.links.self, mine)).status, 404, 'one that was taken back stays away');
  });

  it('D6: in an absence the case’s notice goes to the delegate, who is told for whom', async () => {
    const orderId = house.newOrderId();
    const around = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date(Date.now() + 3_600_000).toISOString() };
    const { body } = await house.api('POST', '/v1/liaisons/l-1/absences', { ...around, delegateId: 'l-3', by: 'ingrid' });
    await house.fail(orderId, { order: sampleOrder(orderId, { liaisonId: 'l-1' }) });
    const [mail] = await house.untilMailed(orderId, 1);
    assert.deepEqual(mail.to, ['wang.wei@liaison.example']);
    assert.match(mail.text, /Ingrid Larsson 目前不在/);
    assert.equal((await house.until(orderId, ({ liaisonId }) => liaisonId !== null, 'routed')).liaisonId, 'l-1', 'it is still their case');
    await house.api('DELETE', body.links.self);
  });

  it('D6: the routing table is replaced as a whole; all its mistakes are named', async () => {
    await put('left-us', { ...ANNA, active: false });
    const before = (await house.api('GET', '/v1/liaison-routes')).body;
    assert.deepEqual(before.items, [{ buyerId: null, reasonType: null, liaisonId: 'l-1' }]);
    const bad = await house.api('PUT', '/v1/liaison-routes', {
      items: [{ liaisonId: 'nobody' }, { liaisonId: 'left-us', buyerId: 'b-1' }, { liaisonId: 'l-3', buyerId: 'b-1', reasonType: null }],
    });
    assert.deepEqual(told(bad).split('\n'), [
      'items.0.liaisonId: there is no person "nobody"',
      'items.1.liaisonId: "left-us" is not active',
      'items.2: is for the same buyer and reason type as items.1',
    ]);
    assert.match(
      told(await house.api('PUT', '/v1/liaison-routes', { items: [{ reasonType: 'x' }] })),
      /items\.0\.reasonType: must be an upper/,
    );
    assert.deepEqual((await house.api('GET', '/v1/liaison-routes')).body, before);
    const items = [
      { buyerId: null, reasonType: null, liaisonId: 'l-1' },
      { buyerId: 'b-1', reasonType: 'STOCK_SHORT', liaisonId: 'l-3' },
    ];
    assert.deepEqual((await house.api('PUT', '/v1/liaison-routes', { items })).body, { items });
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    assert.equal((await house.until(orderId, ({ liaisonId }) => liaisonId !== null, 'routed')).liaisonId, 'l-3');
  });

  it('D6: who is no longer active gets no case, and none can be given to them', async () => {
    await put('leaving', ANNA);
    const orderId = house.newOrderId();
    await put('leaving', { ...ANNA, active: false });
    await house.fail(orderId, { order: sampleOrder(orderId, { liaisonId: 'leaving', buyer: { id: 'b-9' } }) });
    assert.equal((await house.until(orderId, ({ liaisonId }) => liaisonId !== null, 'routed')).liaisonId, 'l-1');
    await house.untilStatus(orderId, 'held');
    const given = await house.api('POST', `/v1/review-cases/${orderId}/reassign`, { by: 'anna', liaisonId: 'leaving' });
    assert.equal(given.body.code, 'LIAISON_UNKNOWN');
  });
});

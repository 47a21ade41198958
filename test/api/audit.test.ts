/** Who changed what in the settings: one list, complete, with nothing secret in it, of what its reader may read (Q10). */
import assert from 'node:assert/strict';
import type { Role } from '../../src/domain/access.js';
import { HandIssuer } from '../support/hand-issuer.js';
import { House, type Answer } from '../support/house.js';

const HOUR = 3_600_000;

describe('the audit of settings', () => {
  let house: House;
  let issuer: HandIssuer;
  before(async () => {
    issuer = await HandIssuer.start();
    house = await House.start({ worker: false, people: { config: issuer.config } });
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
  });

  const as = async (name: string, role: Role) => {
    const authorization = `Bearer ${await issuer.token({ sub: name, name, holdpoint_roles: [role] })}`;
    return async (method: string, path: string, body?: object, headers: object = {}): Promise<Answer> =>
      house.call(method, `${house.apiUrl}/v1${path}`, body, { authorization, ...headers });
  };
  const audit = async (query: string): Promise<any[]> => {
    const { status, body } = await house.api('GET', `/v1/audit?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.items;
  };
  const done = async (answer: Promise<Answer>): Promise<any> => {
    const { status, body } = await answer;
    assert.ok(status < 300, JSON.stringify(body));
    return body;
  };
  const told = (items: any[]) => items.map(({ what, name, action, by, why }) => [what, name, action, by, why]);

  it('Q10: every change of the settings is told once: by whom, when, why, and what is otherwise than before', async () => {
    const before = new Set((await audit('limit=200')).map((one) => JSON.stringify(one)));
    const kofi = await as('Kofi', 'administrator');
    const ana = await as('Ana', 'policy_author');
    const jing = await as('Jing', 'operations');
    const person = { name: 'Bo Ek', email: 'bo@liaison.example', locale: 'en', timeZone: 'UTC' };
    await done(kofi('PUT', '/liaisons/bo', person));
    await done(kofi('PUT', '/liaisons/bo', { ...person, email: 'bo.ek@liaison.example' }));
    await done(kofi('PUT', '/liaisons/bo', { ...person, email: 'bo.ek@liaison.example' }));
    const span = { from: new Date(Date.now() + HOUR), to: new Date(Date.now() + 2 * HOUR), delegateId: 'l-1' };
    const once = { 'idempotency-key': 'audit-absence' };
    const { links } = await done(kofi('POST', '/liaisons/bo/absences', span, once));
    await done(kofi('DELETE', links.self.replace('/v1', '')));
    await done(kofi('PUT', '/liaison-routes', { items: [{ buyerId: null, reasonType: null, liaisonId: 'bo' }] }));
    const chat = { kind: 'liaison', name: 'Chat', format: 'slack', baseUrl: 'https://chat.example/services/T0/B0/HUSH' };
    await done(kofi('PUT', '/counterparts/chat-1', chat));
    await done(kofi('DELETE', '/counterparts/chat-1'));
    const secret = { purpose: 'bearer', generate: true };
    const made = await done(kofi('POST', '/counterparts/buyer-server/secrets', secret, { 'idempotency-key': 'audit-secret' }));
    await done(kofi('DELETE', `/counterparts/buyer-server/secrets/${made.id}`));
    await done(kofi('POST', '/keys', { name: 'audited', scopes: ['cases.read'] }, { 'idempotency-key': 'audit-key' }));
    await done(kofi('POST', '/keys/audited/revoke', { note: 'left' }, { 'idempotency-key': 'audit-revoke' }));
    await done(ana('PUT', '/notice-templates/outage', { texts: null, why: 'as before' }));
    const { content } = await done(ana('GET', '/policies/review/1'));
    const { version } = await done(
      ana('POST', '/policies/review', { content, basedOn: 1, why: 'once more' }, { 'idempotency-key': 'audit-policy' }),
    );
    await done(jing('PUT', '/switches/shadow', { on: true, buyerId: 'b-9', note: 'trying' }));
    await done(kofi('PUT', '/vendors/swift-post/statuses/ODD', { means: 'in_progress' }));
    const asked = { name: 'Warehouse', url: 'https://shop.example/events' };
    const subscribed = await done(kofi('POST', '/subscriptions', asked, { 'idempotency-key': 'audit-subscription' }));
    const own = `/subscriptions/${subscribed.id}`;
    await done(kofi('PATCH', own, { url: 'https://elsewhere.example/events' }));
    await done(kofi('POST', `${own}/rotate-secret`, {}, { 'idempotency-key': 'audit-rotation' }));
    await done(kofi('DELETE', own));

    const items = (await audit('limit=200')).filter((one) => !before.has(JSON.stringify(one)));
    assert.deepEqual(told(items).toReversed(), [
      ['person', 'bo', 'created', 'Kofi', null],
      ['person', 'bo', 'changed', 'Kofi', null],
      ['absence', 'bo', 'created', 'Kofi', null],
      ['absence', 'bo', 'removed', 'Kofi', null],
      ['routing', 'routing', 'changed', 'Kofi', null],
      ['counterpart_secret', 'chat-1', 'created', 'Kofi', null],
      ['counterpart', 'chat-1', 'created', 'Kofi', null],
      ['counterpart', 'chat-1', 'removed', 'Kofi', null],
      ['counterpart_secret', 'buyer-server', 'created', 'Kofi', null],
      ['counterpart_secret', 'buyer-server', 'ended', 'Kofi', null],
      ['key', 'audited', 'created', 'Kofi', null],
      ['key', 'audited', 'revoked', 'Kofi', 'left'],
      ['notice_template', 'outage', 'taken_back', 'Ana', 'as before'],
      ['policy', 'review', 'published', 'Ana', 'once more'],
      ['switch', 'shadow/b-9', 'turned_on', 'Jing', 'trying'],
      ['vendor', 'swift-post', 'changed', 'Kofi', null],
      ['subscription', 'Warehouse', 'created', 'Kofi', null],
      ['subscription', 'Warehouse', 'changed', 'Kofi', null],
      ['subscription', 'Warehouse', 'changed', 'Kofi', null],
      ['subscription', 'Warehouse', 'removed', 'Kofi', null],
    ]);
    const of = (what: string, action: string) => items.find((one) => one.what === what && one.action === action);
    assert.deepEqual(of('person', 'changed').changes, [{ member: 'email', before: person.email, after: 'bo.ek@liaison.example' }]);
    assert.equal(of('policy', 'published').version, version);
    const whole = JSON.stringify(items);
    assert.ok(!whole.includes('HUSH') && !whole.includes(made.secret) && !whole.includes(subscribed.secret), 'nothing secret is told');
  });

  it('Q10: what was refused is not told', async () => {
    const before = await audit('limit=200');
    const kofi = await as('Kofi', 'administrator');
    const routes = { items: [{ buyerId: null, reasonType: null, liaisonId: 'l-1' }] };
    assert.equal((await kofi('PUT', '/liaison-routes', routes, { 'if-match': '"old"' })).status, 412);
    assert.equal((await kofi('PUT', '/liaison-routes', { items: [{ ...routes.items[0], liaisonId: 'nobody' }] })).status, 400);
    assert.deepEqual(await audit('limit=200'), before);
  });

  it('Q10: nobody is told of what they may not read; filters and pages show each line once', async () => {
    const jing = await as('Jing', 'operations');
    const theirs = (await jing('GET', '/audit?limit=200')).body.items.map(({ what }: any) => what);
    assert.ok(theirs.includes('counterpart') && !theirs.includes('key'), 'operations do not read keys');
    assert.deepEqual((await jing('GET', '/audit?what=key')).body.items, []);
    assert.equal((await (await as('Ana', 'policy_author'))('GET', '/audit')).body.code, 'FORBIDDEN');
    const maria = await as('Maria', 'auditor');
    const all = (await maria('GET', '/audit?limit=200')).body.items;
    const pages: any[] = [];
    for (let cursor = ''; ;) {
      const { body } = await maria('GET', `/audit?limit=3${cursor}`);
      pages.push(...body.items);
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    assert.deepEqual(pages, all);
    assert.deepEqual(told(await audit('what=person,switch&by=JIN')), [['switch', 'shadow/b-9', 'turned_on', 'Jing', 'trying']]);
    assert.equal((await audit('name=bo')).length, 4);
    const at = all[2].at;
    assert.ok((await audit(`from=${at}&limit=200`)).every((one) => one.at >= at));
    assert.ok((await audit(`to=${at}&limit=200`)).every((one) => one.at < at));
    assert.equal((await maria('GET', '/audit?what=moon')).body.code, 'VALIDATION_FAILED');
  });
});

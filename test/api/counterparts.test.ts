/** Counterparts over the API: written down, changed, their secrets rotated and never shown, checked, taken away (D9). */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer as createHttpsServer } from 'node:https';
import { validSecrets } from '../../src/db/counterpart-secrets.js';
import { sampleVendors } from '../../src/db/sample-vendors.js';
import { makeCertificate } from '../support/certificates.js';
import { House, SEALING } from '../support/house.js';
import { ScriptedServer } from '../support/scripted-server.js';

const CHAT = 'https://hooks.chat.example/services/T0/B0/very-secret';

describe('counterparts at the API', function () {
  this.timeout(60_000);
  let house: House;
  let count = 0;
  const servers: ScriptedServer[] = [];
  before(async () => (house = await House.start({ worker: false, counterpartTimeoutMs: 500 })));
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await house.stop();
  });

  const newServer = async (answer?: ScriptedServer['answer']): Promise<ScriptedServer> => {
    const server = await new ScriptedServer(answer).start();
    servers.push(server);
    return server;
  };
  const put = (id: string, body: object) => house.api('PUT', `/v1/counterparts/${id}`, body);
  const written = async (body: object): Promise<string> => {
    count += 1;
    const id = `server-${count}`;
    const answer = await put(id, { name: id, timeoutMs: 500, ...body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return id;
  };
  const check = async (id: string) => {
    const { status, body } = await house.api('POST', `/v1/counterparts/${id}/check`);
    assert.equal(status, 200, JSON.stringify(body));
    const steps = Object.fromEntries(Object.entries<{ ok: boolean | null }>(body.steps).map(([name, { ok }]) => [name, ok]));
    return { ...body, said: body.steps, steps };
  };
  const mistakesOf = ({ status, body }: { status: number; body: any }): string[] => {
    assert.deepEqual([status, body.code], [400, 'VALIDATION_FAILED'], JSON.stringify(body));
    return body.errors.map(({ path }: { path: string }) => path).toSorted();
  };

  it('D9: one is written down with its defaults, changed, listed by kind, and taken away', async () => {
    const first = await put('second-buyer', { kind: 'buyer', name: 'Second', baseUrl: 'https://buyer.example/api/', buyerIds: ['b-2'] });
    assert.deepEqual(first.body, {
      id: 'second-buyer',
      kind: 'buyer',
      name: 'Second',
      baseUrl: 'https://buyer.example/api',
      buyerIds: ['b-2'],
      auth: { type: 'none' },
      timeoutMs: 10_000,
      maxPerSecond: 50,
      maxConcurrent: 20,
      mapping: null,
      format: 'wire',
      sender: null,
      version: 1,
    });
    const auth = { type: 'oauth2', tokenUrl: 'https://login.example/token', clientId: 'c', scope: null };
    const changed = await put('second-buyer', { id: 'second-buyer', kind: 'buyer', name: 'Second', auth, sender: 'review-server' });
    assert.deepEqual([changed.body.auth, changed.body.version, changed.body.baseUrl], [auth, 2, 'https://buyer.example/api']);
    const { body } = await house.api('GET', '/v1/counterparts?kind=buyer');
    assert.deepEqual(
      body.items.map(({ id }: { id: string }) => id),
      ['buyer-server', 'second-buyer'],
    );
    assert.equal((await house.api('DELETE', '/v1/counterparts/second-buyer')).body.code, 'COUNTERPART_IN_USE', 'new orders go to it');
    await put('second-buyer', { kind: 'buyer', name: 'Second' });
    assert.equal((await house.api('DELETE', '/v1/counterparts/second-buyer')).status, 204);
    assert.equal((await house.api('GET', '/v1/counterparts/second-buyer')).body.code, 'COUNTERPART_NOT_FOUND');
    assert.equal((await house.api('GET', '/v1/counterparts/%00')).body.code, 'COUNTERPART_NOT_FOUND');
    assert.equal((await house.api('POST', '/v1/counterparts')).status, 405);
  });

  it('D9: every mistake is named at once', async () => {
    await written({ kind: 'buyer', baseUrl: 'https://a.example', buyerIds: ['taken'], sender: 'vendor' });
    const wrong = await put('Wrong id', {
      kind: 'buyer',
      name: ' ',
      baseUrl: 'https://user:pass@a.example',
      buyerIds: ['taken'],
      auth: { type: 'basic' },
      timeoutMs: 60_000,
      maxPerSecond: 0,
      maxConcurrent: 1000,
      mapping: { paths: { '/orders': '/x' }, out: { 'order-review-message': '{"a": ', placement: '{}' } },
      format: 'slack',
      sender: 'nobody',
      colour: 'red',
    });
    const fields = ['baseUrl', 'buyerIds', 'format', 'id', 'maxConcurrent', 'maxPerSecond', 'name', 'sender', 'timeoutMs'];
    const inside = ['auth.type', 'mapping.out.order-review-message', 'mapping.out.placement', 'mapping.paths./orders'];
    assert.deepEqual(mistakesOf(wrong), ['(body)', ...fields, ...inside].toSorted());
    for (const [id, body, path] of [
      ['x', { kind: 'vendor', name: 'x', baseUrl: 'https://x.example' }, 'kind'],
      ['x', { kind: 'review', name: 'x' }, 'baseUrl'],
      ['x', { kind: 'review', name: 'x', baseUrl: 'https://x.example/?a=1' }, 'baseUrl'],
      ['x', { kind: 'liaison', name: 'x', baseUrl: 'https://x.example', buyerIds: ['b'] }, 'buyerIds'],
      ['x', { kind: 'buyer', name: 'x', baseUrl: 'https://x.example', sender: 'vendor' }, 'sender'],
      ['buyer-server', { kind: 'review', name: 'x' }, 'kind'],
      ['buyer-server', { kind: 'buyer', name: 'x', baseUrl: 'https://x.example' }, 'baseUrl'],
      ['customers', { kind: 'customer', name: 'x', baseUrl: 'https://x.example' }, 'baseUrl'],
    ] as const) {
      assert.deepEqual(mistakesOf(await put(id, body)), [path], JSON.stringify(body));
    }
    assert.equal((await put('buyer-server', { kind: 'buyer', name: 'Ours', timeoutMs: 500 })).status, 200, 'the rest of it is people’s');
  });

  it('D9: what is still needed stays, and it says why; a vendor does not take the id of another server', async () => {
    const chat = await written({ kind: 'liaison', format: 'slack', baseUrl: CHAT });
    await house.db.liaison.update({ where: { id: 'l-1' }, data: { channels: [{ type: 'server', counterpartId: chat }] } });
    const why = async (id: string): Promise<string> => {
      const { status, body } = await house.api('DELETE', `/v1/counterparts/${id}`);
      assert.deepEqual([status, body.code], [409, 'COUNTERPART_IN_USE']);
      return body.detail;
    };
    assert.match(await why(chat), /take it out of the channels of l-1 first/);
    assert.match(await why('mail'), /every installation has it/);
    assert.match(await why('swift-post'), /can only be changed/);
    await house.db.liaison.update({ where: { id: 'l-1' }, data: { channels: [{ type: 'email' }] } });
    assert.equal((await house.api('DELETE', `/v1/counterparts/${chat}`)).status, 204);
    const { id: _id, ...vendor } = sampleVendors('https://vendor.example')[0]!;
    const taken = await house.api('PUT', '/v1/vendors/buyer-server', vendor);
    assert.deepEqual([taken.status, taken.body.code], [409, 'COUNTERPART_ID_TAKEN']);
    const { baseUrl } = (await house.api('GET', '/v1/vendors/swift-post')).body;
    const { body } = await put('swift-post', { kind: 'vendor', name: 'Swift Post', auth: { type: 'bearer' }, timeoutMs: 500 });
    assert.deepEqual([body.auth, body.baseUrl], [{ type: 'bearer' }, baseUrl]);
  });

  it('D9: secrets are rotated with an overlap, ended, and never shown again', async () => {
    const id = await written({ kind: 'buyer', baseUrl: 'https://a.example' });
    const path = `/v1/counterparts/${id}/secrets`;
    const given = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const first = await house.api('POST', path, { purpose: 'signing', secret: given });
    assert.deepEqual(
      [first.status, first.body.expiresAt, first.body.createdBy, first.body.secret],
      [201, null, 'review-server', undefined],
    );
    const made = await house.api('POST', path, { purpose: 'signing', generate: true, overlapMs: 3_600_000 });
    assert.match(made.body.secret, /^whsec_/);
    assert.deepEqual(await validSecrets(house.db, SEALING, id, 'signing'), [made.body.secret, given]);
    const bearer = await house.api('POST', path, { purpose: 'bearer', secret: 'the-bearer-key' });
    const listed = await house.api('GET', path);
    assert.deepEqual(
      listed.body.items.map(({ fingerprint }: { fingerprint: string }) => fingerprint),
      [bearer, made, first].map(({ body }) => body.fingerprint),
    );
    const overlapMs = Date.parse(listed.body.items[2].expiresAt) - Date.parse(made.body.createdAt);
    assert.ok(overlapMs === 3_600_000, String(overlapMs));
    const ended = await house.api('DELETE', `${path}/${made.body.id}`);
    assert.ok(Date.parse(ended.body.expiresAt) <= Date.now());
    assert.deepEqual(await validSecrets(house.db, SEALING, id, 'signing'), [given]);
    const wrong = await house.api('POST', path, { purpose: 'verification', secret: 'whsec_c2hvcnQ=', more: 'x' });
    assert.equal(wrong.status, 400);
    for (const body of [{ purpose: 'signing' }, { purpose: 'client_secret', generate: true }, { purpose: 'bearer', secret: 'two words' }]) {
      assert.equal((await house.api('POST', path, body)).status, 400, JSON.stringify(body));
    }
    assert.equal((await house.api('DELETE', `${path}/${'-'.repeat(36)}`)).status, 404);
    const rows = await house.db.counterpartSecret.findMany({ where: { counterpartId: id } });
    const answers = await Promise.all(['', '/secrets'].map((end) => house.api('GET', `/v1/counterparts/${id}${end}`)));
    const shown = JSON.stringify([rows, first.body, bearer.body, listed.body, ended.body, wrong.body, ...answers.map(({ body }) => body)]);
    for (const secret of [given, made.body.secret, 'the-bearer-key', 'whsec_c2hvcnQ='])
      assert.ok(!shown.includes(secret), `${secret} is shown`);
    assert.equal(rows.find(({ id: rowId }) => rowId === made.body.id)?.sealed, '', 'one that was ended is kept');
  });

  it('D9: no more than five secrets of a purpose are valid at once', async () => {
    const id = await written({ kind: 'buyer', baseUrl: 'https://a.example' });
    const add = () => house.api('POST', `/v1/counterparts/${id}/secrets`, { purpose: 'bearer', generate: true });
    for (let i = 0; i < 5; i += 1) assert.equal((await add()).status, 201);
    assert.deepEqual(mistakesOf(await add()), ['purpose']);
  });

  it("D9: a chat's address is a secret too: sealed at rest, and only its host is shown", async () => {
    const id = await written({ kind: 'liaison', format: 'dingtalk', baseUrl: `${CHAT}?access_token=abcdefgh` });
    const chat = { kind: 'liaison', name: 'x', format: 'dingtalk' };
    const { body } = await house.api('GET', `/v1/counterparts/${id}`);
    assert.equal(body.baseUrl, 'https://hooks.chat.example/…');
    assert.deepEqual(mistakesOf(await put(id, { ...chat, baseUrl: body.baseUrl })), ['baseUrl']);
    assert.deepEqual(mistakesOf(await put(id, { ...chat, baseUrl: 'https://hooks.chat.example/' })), ['baseUrl']);
    assert.deepEqual(mistakesOf(await put(id, { ...chat, format: 'slack' })), ['baseUrl'], 'another chat has another address');
    assert.deepEqual(mistakesOf(await put(id, { ...chat, format: 'wire' })), ['baseUrl']);
    const addresses = () => validSecrets(house.db, SEALING, id, 'address');
    assert.equal((await put(id, chat)).status, 200);
    assert.deepEqual(await addresses(), [`${CHAT}?access_token=abcdefgh`], 'left out, it stays');
    for (const other of ['other', 'other']) await put(id, { ...chat, baseUrl: `${CHAT}/${other}` });
    assert.deepEqual(await addresses(), [`${CHAT}/other`], 'another takes its place at once');
    const rows = await house.db.counterpart.findMany({ where: { id }, include: { secrets: true } });
    assert.deepEqual([rows[0]?.baseUrl, rows[0]?.secrets.length], ['https://hooks.chat.example', 2]);
    const listed = await house.api('GET', `/v1/counterparts/${id}/secrets`);
    assert.deepEqual(
      listed.body.items.map(({ purpose, expiresAt }: any) => [purpose, expiresAt === null]),
      [
        ['address', true],
        ['address', false],
      ],
    );
    const told = JSON.stringify([rows, body, listed.body, await check(id)]);
    assert.doesNotMatch(told, /very-secret|abcdefgh|other/);
    assert.equal((await put(id, { kind: 'liaison', name: 'x', baseUrl: 'https://own.example' })).body.baseUrl, 'https://own.example');
    assert.deepEqual(await addresses(), [], 'a server of their own has none');
  });

  it("D9: check: a chat that says its address back has it struck out; a robot's secret is DingTalk's, and for robots alone", async () => {
    const echo = await newServer(({ path }) => ({ status: 404, body: { error: `nothing at ${path}` } }));
    const id = await written({ kind: 'liaison', format: 'dingtalk', baseUrl: `${echo.url}/robot/send?access_token=very-secret` });
    const path = `/v1/counterparts/${id}/secrets`;
    const secret = `SEC${'0f'.repeat(32)}`;
    for (const wrong of [{ secret: 'SEC' }, { secret: `whsec_${Buffer.alloc(32).toString('base64')}` }, { generate: true }])
      assert.equal((await house.api('POST', path, { purpose: 'robot', ...wrong })).status, 400, JSON.stringify(wrong));
    assert.deepEqual(mistakesOf(await house.api('POST', path, { purpose: 'address', secret: CHAT })), ['purpose']);
    assert.equal((await house.api('POST', path, { purpose: 'robot', secret })).status, 201);
    const report = await check(id);
    assert.deepEqual([report.verdict, report.said.signed.words], ['fails', "signed with the robot's secret"]);
    assert.match(echo.received[0]?.path ?? '', /^\/robot\/send\?access_token=very-secret&timestamp=\d{13}&sign=[\w%]+$/);
    assert.match(report.words, /nothing at/);
    assert.doesNotMatch(JSON.stringify(report), /very-secret/);
    await put(id, { kind: 'liaison', name: 'x', format: 'slack', baseUrl: CHAT });
    assert.deepEqual(mistakesOf(await house.api('POST', path, { purpose: 'robot', secret })), ['purpose']);
    assert.deepEqual(await validSecrets(house.db, SEALING, id, 'robot'), [], 'it is no robot any more');
  });

  it('D9: check: the sandbox works, its buyer and review servers and vendors', async () => {
    for (const id of ['buyer-server', 'review-server', 'swift-post']) {
      if (id === 'swift-post') await put(id, { kind: 'vendor', name: 'Swift Post', timeoutMs: 500 });
      const report = await check(id);
      assert.deepEqual(
        [report.verdict, ...Object.values(report.steps)],
        ['works', true, true, true, true, true, true],
        JSON.stringify(report),
      );
      assert.ok(report.latencyMs >= 0 && report.httpStatus > 0);
    }
    assert.deepEqual((await house.control('GET', '/effects?orderId=holdpoint-check')).body.buyer, [], 'the check had an effect');
    for (const id of ['mail', 'customers']) assert.deepEqual((await check(id)).verdict, 'uncertain');
  });

  it('D9: check: a server under the wrong path is found out, also one that answers every path alike', async () => {
    const html = await newServer(() => ({ status: 404, body: '<html>Not here</html>' }));
    const wrong = await check(await written({ kind: 'review', baseUrl: `${html.url}/wrong` }));
    assert.deepEqual([wrong.verdict, wrong.steps.reached, wrong.steps.understood], ['fails', true, false]);
    assert.match(wrong.words, /404 without JSON: is the path in baseUrl right/);
    const buyer = await check(await written({ kind: 'buyer', baseUrl: `${html.url}/wrong` }));
    assert.deepEqual([buyer.verdict, buyer.steps.understood], ['fails', false]);
    for (const [kind, answer] of [
      ['review', { status: 404, body: { detail: 'Not Found', at: '2026-01-01T00:00:00Z', path: '' } }],
      ['buyer', { status: 204 }],
    ] as const) {
      const alike = await newServer(({ path }) => ({ ...answer, body: { ...('body' in answer ? answer.body : {}), path } }));
      const report = await check(await written({ kind, baseUrl: alike.url }));
      assert.deepEqual([report.verdict, report.steps.understood], ['uncertain', null], kind);
      assert.match(report.words, /to every path/);
    }
  });

  it('D9: check: one that does not let us in, redirects, or is broken; a bearer key that helps', async () => {
    const closed = await newServer(({ headers, path }) => {
      if (headers.authorization !== 'Bearer right-key') return { status: 401, body: { error: `not ${headers.authorization}` } };
      return { status: 404, body: { error: path.includes('review-requests') ? 'no such review' : 'no such path' } };
    });
    const id = await written({ kind: 'review', baseUrl: closed.url });
    const without = await check(id);
    assert.deepEqual([without.verdict, without.steps.authorised, without.steps.understood], ['fails', false, null]);
    assert.match(without.words, /it wants a bearer key or a token/);
    await put(id, { kind: 'review', name: id, auth: { type: 'bearer' } });
    const missing = await check(id);
    assert.deepEqual([missing.verdict, missing.steps.credentials, missing.steps.reached], ['fails', false, null]);
    assert.match(missing.words, /no secret for bearer is kept/);
    await house.api('POST', `/v1/counterparts/${id}/secrets`, { purpose: 'bearer', secret: 'wrong-key' });
    const wrong = await check(id);
    assert.deepEqual([wrong.verdict, wrong.steps.authorised], ['fails', false]);
    assert.doesNotMatch(JSON.stringify(wrong), /wrong-key/);
    await house.api('POST', `/v1/counterparts/${id}/secrets`, { purpose: 'bearer', secret: 'right-key' });
    assert.equal((await check(id)).verdict, 'works');
    for (const [answer, verdict, words] of [
      [{ status: 302, headers: { location: '/login' } }, 'fails', /redirects are not followed: HTTP 302 to \/login/],
      [{ status: 503 }, 'uncertain', /HTTP 503/],
      [{ status: 200, body: { state: 'x' } }, 'fails', /its answer has no "outcome": map it/],
      [{ status: 200, body: { outcome: 'pending' } }, 'works', /./],
    ] as const) {
      closed.answer = () => answer;
      const report = await check(id);
      assert.equal(report.verdict, verdict, JSON.stringify(report));
      assert.match(report.words, words);
    }
  });

  it('D9: check: OAuth 2 tells whether a token was got', async () => {
    const server = await newServer(({ path }) =>
      path === '/token' ? { status: 400, body: { error: 'invalid_scope' } } : { status: 404, body: {} },
    );
    const auth = { type: 'oauth2', tokenUrl: `${server.url}/token`, clientId: 'c', scope: 'x' };
    const id = await written({ kind: 'buyer', baseUrl: server.url, auth });
    await house.api('POST', `/v1/counterparts/${id}/secrets`, { purpose: 'client_secret', secret: 's3cret' });
    const report = await check(id);
    assert.deepEqual([report.verdict, report.steps.credentials], ['fails', false]);
    assert.match(report.words, /no token from .*HTTP 400 invalid_scope/);
    server.answer = ({ path }) =>
      path === '/token' ? { body: { access_token: 't', token_type: 'bearer' } } : { status: path.includes('messages') ? 405 : 404 };
    const right = await check(id);
    assert.deepEqual([right.verdict, right.said.credentials.words], ['works', `a token was got from ${server.url}/token`]);
  });

  it('D9: check: one that hangs, is not there, shows a wrong certificate, or must not be called', async () => {
    const hanging = await newServer(() => null);
    const hung = await check(await written({ kind: 'review', baseUrl: hanging.url }));
    assert.deepEqual([hung.verdict, hung.steps.reached, hung.words], ['fails', false, 'no answer within 500 ms']);
    const gone = await newServer();
    const { url } = gone;
    await gone.stop();
    const refused = await check(await written({ kind: 'review', baseUrl: url }));
    assert.deepEqual([refused.verdict, refused.steps.address, refused.words], ['fails', true, 'not reached (ECONNREFUSED)']);
    const inside = await check(await written({ kind: 'review', baseUrl: 'http://169.254.169.254/latest' }));
    assert.deepEqual([inside.verdict, inside.steps.address, inside.steps.reached], ['fails', false, null]);
    assert.match(inside.words, /169\.254\.169\.254 is neither a public address nor in HOLDPOINT_ALLOWED_NETWORKS/);
    const authority = makeCertificate('Test authority', { purpose: 'authority' });
    const { certificatePem: cert, keyPem: key } = makeCertificate('localhost', { issuer: authority, purpose: 'server' });
    const secure = createHttpsServer({ cert, key }, (_request, response) => void response.end('{}'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const untrusted = await check(
      await written({ kind: 'review', baseUrl: `https://127.0.0.1:${(secure.address() as AddressInfo).port}` }),
    );
    assert.deepEqual([untrusted.verdict, untrusted.steps.reached], ['fails', false]);
    assert.match(untrusted.words, /not reached \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/);
    await new Promise((resolve) => secure.close(resolve));
  });
});

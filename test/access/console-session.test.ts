/** Signing in to the console and being signed in: by cookies and redirects as a browser has them, at the issuer of the embedded stack. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Request, Response } from 'express';
import { createCookies } from '../../src/api/console/cookies.js';
import { ownPath } from '../../src/api/console/own-path.js';
import { startIssuer, type RunningIssuer } from '../../src/dev/issuer.js';
import { SAMPLE_PEOPLE } from '../../src/dev/issuer-people.js';
import { createLogger } from '../../src/log.js';
import { Browser, SAMPLE_CLIENT, sampleOidc, signedIn } from '../support/console-session.js';
import { everyRow } from '../support/every-row.js';
import { House, SEALING, type Answer } from '../support/house.js';

const DAY_MS = 86_400_000;

describe('signing in to the console', () => {
  let issuer: RunningIssuer;
  let house: House;
  const logged: string[] = [];
  /** Every call to the issuer's token endpoint; and whether it can be reached. */
  const exchanges: string[] = [];
  let issuerAway = false;
  const realFetch = globalThis.fetch;

  before(async () => {
    issuer = await startIssuer(0);
    globalThis.fetch = async (input, init) => {
      const address = input instanceof globalThis.Request ? input.url : String(input);
      if (!address.startsWith(issuer.url)) return realFetch(input, init);
      if (issuerAway) throw new TypeError('fetch failed');
      if (address === `${issuer.url}/token`) exchanges.push(new URLSearchParams(init?.body as string).get('grant_type') ?? '');
      return realFetch(input, init);
    };
    const destination = new Writable({ write: (chunk, _encoding, done) => done(void logged.push(String(chunk))) });
    house = await House.start({
      worker: false,
      people: { config: sampleOidc(issuer.url) },
      console: { client: SAMPLE_CLIENT },
      streams: { heartbeatMs: 40 },
      log: createLogger('test', 'trace', destination),
    });
  });
  after(async () => {
    globalThis.fetch = realFetch;
    await house.stop();
    await issuer.stop();
  });
  afterEach(() => {
    issuerAway = false;
  });

  const ask = (browser: Browser, path = '/console/session', method = 'GET'): Promise<Answer> =>
    house.call(method, house.apiUrl + path, undefined, { ...browser.page });
  const idOf = (browser: Browser): string => createHash('sha256').update(browser.session.value).digest('hex');
  const rowOf = (browser: Browser) => house.db.consoleSession.findUniqueOrThrow({ where: { id: idOf(browser) } });
  const setRow = (browser: Browser, data: object) => house.db.consoleSession.update({ where: { id: idOf(browser) }, data });
  const over = async (browser: Browser, path?: string): Promise<void> => {
    const { status, body } = await ask(browser, path);
    assert.deepEqual([status, body.code], [401, 'SESSION_OVER'], JSON.stringify(body));
  };
  /** What the issuer gave, as it is nowhere but in the sealed row. */
  const tokensOf = async (browser: Browser): Promise<{ access: string; refresh: string }> => {
    const { id, accessToken, refreshToken } = await rowOf(browser);
    assert.ok(refreshToken);
    const open = (sealed: string, what: string): string => SEALING.open(sealed, JSON.stringify(['console-session', id, what]));
    return { access: open(accessToken, 'access'), refresh: open(refreshToken, 'refresh') };
  };
  const past = (): Date => new Date(Date.now() - 1000);
  const signInUrl = (to?: string): string =>
    `${house.apiUrl}/console/sign-in${to === undefined ? '' : `?${new URLSearchParams({ to }).toString()}`}`;

  describe('U1: the way in', () => {
    it('U1: by the issuer and back to the page one came from; the cookie is for this host and no script', async () => {
      const browser = new Browser();
      const end = await browser.signIn(signInUrl('/console/cases/P-1?tab=messages#m-2'), 'ingrid');
      assert.equal(end.href, `${house.apiUrl}/console/cases/P-1?tab=messages#m-2`);
      const { name } = browser.session;
      assert.equal(name, `holdpoint-${new URL(house.apiUrl).port}-session`);
      const set = browser.seen.flatMap((text) => text.split('\n')).find((line) => line.startsWith(`set-cookie: ${name}=`)) ?? '';
      for (const attribute of [/; HttpOnly/, /; SameSite=Strict/, /; Path=\/(;|$)/, /; Max-Age=43\d\d\d;/]) assert.match(set, attribute);
      assert.doesNotMatch(set, /Domain/i);
      assert.deepEqual(browser.named('sign-in'), [], 'what was remembered is forgotten');
      const { status, headers, body } = await ask(browser);
      assert.deepEqual([status, headers.get('cache-control')], [200, 'no-store']);
      assert.deepEqual(body.person, { name: 'Ingrid Larsson', sub: 'ingrid', personId: 'l-1' });
      assert.deepEqual([body.roles, body.buyers, body.sandbox], [['liaison'], null, false]);
      assert.deepEqual([body.extents['cases.act'], body.extents['people.read'], body.extents['keys.write']], ['own', 'all', 'none']);
      assert.ok(Math.abs(Date.parse(body.expiresAt) - Date.now() - DAY_MS / 2) < 60_000);
    });

    it('U1: over https the cookies go over nothing else, and no neighbouring host can set them', () => {
      const set: { name: string; options: object }[] = [];
      const response = { cookie: (name: string, _value: string, options: object) => set.push({ name, options }) } as unknown as Response;
      const cookies = createCookies('https://holdpoint.example.com');
      cookies.setSession(response, 'secret', 1000);
      cookies.setSignIn({ headers: {} } as Request, response, 'a-state-of-many-letters', 'sealed', 1000);
      const common = { httpOnly: true, secure: true, path: '/', maxAge: 1000 };
      assert.deepEqual(set, [
        { name: '__Host-holdpoint-session', options: { ...common, sameSite: 'strict' } },
        { name: '__Host-holdpoint-sign-in-a-state-of-m', options: { ...common, sameSite: 'lax' } },
      ]);
    });

    it('U1: what one may do by a token one may do at the console, in the same name; what not, not', async () => {
      const [operations, bound] = [await signedIn(house.apiUrl, 'jing'), await signedIn(house.apiUrl, 'pelle')];
      const headers = { ...operations.page };
      const turned = await house.call('PUT', `${house.apiUrl}/v1/switches/shadow`, { on: false, note: 'live' }, headers);
      assert.deepEqual([turned.status, turned.body.by], [200, '陈静'], JSON.stringify(turned.body));
      assert.equal((await ask(bound, '/v1/switches')).body.code, 'FORBIDDEN');
      const { body } = await ask(bound);
      assert.deepEqual([body.buyers, body.extents['switches.read'], body.extents['cases.read']], [['7300070011115'], 'none', 'all']);
      const withKey = await house.call('GET', `${house.apiUrl}/v1/review-cases`, undefined, {
        ...headers,
        authorization: 'Bearer nonsense',
      });
      assert.equal(withKey.body.code, 'KEY_UNKNOWN', 'who brings credentials is judged by them');
    });

    it('U1: no token is in any answer, in any line of the log, or as it is in the database', async () => {
      const browser = await signedIn(house.apiUrl, 'kofi');
      await ask(browser);
      const { access, refresh } = await tokensOf(browser);
      const { value } = browser.session;
      await setRow(browser, { refreshAt: past() });
      await browser.visit(`${house.apiUrl}/console/session`, { headers: { 'sec-fetch-site': 'same-origin' } });
      const later = await tokensOf(browser);
      assert.notEqual(later.access, access);
      const own = browser.seen.filter((text) => !text.includes(`${issuer.url}/`)).join('\n');
      const kept = [...(await everyRow(house.db)).values()].join('\n');
      for (const token of [access, refresh, later.access, later.refresh]) {
        for (const [where, text] of Object.entries({ own, kept, logged: logged.join('\n') })) assert.ok(!text.includes(token), where);
      }
      assert.ok(!kept.includes(value) && !logged.join('\n').includes(value), 'nor is the cookie');
    });

    it('U1: nobody is led elsewhere afterwards, however the address is spelled', async () => {
      const evil = [
        '//evil.example',
        '/\\evil.example',
        'https://evil.example/console/',
        '/console/../../evil',
        '/console/%2e%2e/%2e%2e/evil',
      ];
      const more = [
        '/console/\\..\\..\\evil',
        '/console\t/../evil',
        '/consoles/x',
        '/%2f%2fevil.example',
        '/console/sign-in',
        '/console/./sign-in',
      ];
      for (const to of [...evil, ...more, '/console/x\r\nLocation: //evil.example', 'javascript:alert(1)', '@evil.example', '']) {
        assert.equal(ownPath(to), '/console/', to);
      }
      for (const to of ['/console/', '/console/cases/P%201?q=%E5%8D%95#x', '/console//evil.example', '/console/sandbox'])
        assert.equal(ownPath(to), to);
      const end = await new Browser().signIn(signInUrl('//evil.example/console/'), 'ingrid');
      assert.equal(end.href, `${house.apiUrl}/console/`);
      const twice = await fetch(`${house.apiUrl}/console/sign-in?to=//evil.example&to=/console/x`, { redirect: 'manual' });
      assert.ok(twice.headers.get('location')?.startsWith(`${issuer.url}/auth?`));
    });

    it('U1: what the issuer answers counts in the browser that asked, once', async () => {
      const [victim, attacker] = [new Browser(), new Browser()];
      const answer = await attacker.toIssuersAnswer(signInUrl(), 'jing');
      const planted = await victim.visit(answer);
      assert.equal(planted.status, 400);
      assert.match(planted.text, /This sign-in is over/);
      assert.deepEqual(victim.cookies, [], 'and is signed in as nobody');
      const [cookie] = attacker.named('-sign-in-');
      assert.ok(cookie);
      assert.equal((await attacker.visit(answer)).status, 302);
      assert.equal((await attacker.visit(answer)).status, 400);
      attacker.cookies.push(cookie);
      const replayed = await attacker.visit(answer);
      assert.deepEqual([replayed.status, /invalid_grant/.test(replayed.text)], [502, true], replayed.text);
    });

    it('U1: another state, nonce, issuer or verifier than was sent is refused; so is what took too long', async () => {
      const browser = new Browser();
      const answer = await browser.toIssuersAnswer(signInUrl(), 'ingrid');
      const [cookie] = browser.named('-sign-in-');
      assert.ok(cookie);
      const state = answer.searchParams.get('state') ?? '';
      const place = JSON.stringify(['console-sign-in', state]);
      const begun = JSON.parse(SEALING.open(cookie.value, place));
      const tried = async (change: object, address = answer): Promise<number> => {
        browser.cookies = [{ ...cookie, value: SEALING.seal(JSON.stringify({ ...begun, ...change }), place) }];
        return (await browser.visit(address)).status;
      };
      assert.equal(await tried({ at: Date.now() - 600_001 }), 400);
      assert.equal(await tried({ state: `${state.slice(0, -1)}x` }), 400);
      const other = new URL(answer);
      other.searchParams.set('iss', 'https://elsewhere.example');
      assert.equal(await tried({}, other), 502);
      assert.equal(await tried({ nonce: 'another' }), 502);
      assert.deepEqual(browser.named('-session'), []);
      const fresh = await browser.toIssuersAnswer(signInUrl(), 'ingrid');
      assert.equal((await browser.visit(fresh)).status, 302, 'as it was sent it does');
    });

    it('U1: several tabs at once each come to where they wanted; of very many the first give way', async () => {
      const browser = new Browser();
      const [one, two] = [
        await browser.toIssuersAnswer(signInUrl('/console/one'), 'ingrid'),
        await browser.toIssuersAnswer(signInUrl('/console/two'), 'ingrid'),
      ];
      assert.equal((await browser.visit(one)).headers.get('location'), '/console/one');
      assert.equal((await browser.visit(two)).headers.get('location'), '/console/two');
      for (let tab = 0; tab < 12; tab += 1) await browser.visit(signInUrl());
      assert.equal(browser.named('-sign-in-').length, 6);
    });

    it('U1: who says no, and whom the issuer cannot serve, reads what happened and can begin again', async () => {
      const browser = new Browser();
      const answer = await browser.toIssuersAnswer(signInUrl('/console/cases/P-1'), 'ingrid');
      const denied = new URL(answer);
      denied.searchParams.delete('code');
      denied.searchParams.set('error', 'access_denied');
      const page = await browser.visit(denied, { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.1' } });
      assert.deepEqual([page.status, page.headers.get('content-type')], [403, 'text/html; charset=utf-8']);
      assert.match(page.text, /<html lang="zh-CN">.*您尚未登录.*href="\/console\/sign-in\?to=%2Fconsole%2Fcases%2FP-1"/s);
      assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
      const later = await browser.toIssuersAnswer(signInUrl(), 'ingrid');
      issuerAway = true;
      const away = await browser.visit(later);
      assert.deepEqual([away.status, /does not answer/.test(away.text)], [503, true]);
      const none = await fetch(`${house.apiUrl}/console/signed-in?error=<script>alert(1)</script>&state=x`);
      assert.deepEqual([none.status, (await none.text()).includes('<script')], [400, false]);
    });

    it('U1: who comes by another name of this machine is led to the one that the issuer knows', async () => {
      const { port } = new URL(house.apiUrl);
      const answer = await fetch(`http://localhost:${port}/console/sign-in?to=/console/x`, { redirect: 'manual' });
      assert.equal(answer.headers.get('location'), `${house.apiUrl}/console/sign-in?to=%2Fconsole%2Fx`);
    });
  });

  describe('U2: calls by cookie', () => {
    const call = async (method: string, path: string, headers: Record<string, string>): Promise<string> => {
      const response = await realFetch(house.apiUrl + path, { method, headers });
      const text = await response.text();
      return response.ok ? String(response.status) : `${response.status} ${JSON.parse(text).code}`;
    };

    it('U2: another site, or one who does not say, can have nothing done by somebody’s cookie', async () => {
      const browser = await signedIn(house.apiUrl, 'jing');
      const { cookie } = browser.page;
      const own = new URL(house.apiUrl).origin;
      const refused = '403 NOT_OWN_PAGE';
      for (const site of ['cross-site', 'same-site', 'none', 'SAME-ORIGIN', '']) {
        for (const [method, path] of [
          ['GET', '/v1/review-cases'],
          ['GET', '/v1/events'],
          ['POST', '/v1/review-cases/P-1/decline'],
          ['GET', '/console/session'],
          ['POST', '/console/sign-out'],
        ] as const) {
          const headers = { cookie, 'sec-fetch-site': site, origin: own, 'x-holdpoint-console': '1' };
          assert.equal(await call(method, path, headers), refused, `${site} ${method} ${path}`);
        }
      }
      assert.equal(await call('GET', '/v1/review-cases', { cookie }), refused);
      assert.equal(await call('GET', '/v1/review-cases', { cookie, 'x-holdpoint-console': '1' }), '200');
      for (const origin of ['http://evil.example', 'null', `${own}.evil.example`, '']) {
        assert.equal(await call('POST', '/console/sign-out', { cookie, origin, 'x-holdpoint-console': '1' }), refused, origin);
      }
      assert.equal(await call('POST', '/console/sign-out', { cookie }), refused);
      assert.equal((await ask(browser)).status, 200, 'still signed in');
      assert.equal(await call('POST', '/console/sign-out', { cookie, origin: own }), '200');
      await over(browser);
    });

    it('U2: a call without a cookie is told to bring a key; one with a made-up cookie that nobody is signed in', async () => {
      assert.equal(await call('GET', '/v1/review-cases', {}), '401 KEY_MISSING');
      assert.equal(await call('GET', '/console/session', {}), '401 SESSION_OVER');
      const name = `holdpoint-${new URL(house.apiUrl).port}-session`;
      for (const value of ['x', 'A'.repeat(43), '']) {
        const headers = { cookie: `${name}=${value}`, 'sec-fetch-site': 'same-origin' };
        assert.equal(await call('GET', '/v1/review-cases', headers), '401 SESSION_OVER', value);
      }
    });
  });

  describe('U3: sessions', () => {
    /** @returns when the stream has ended, everything it said */
    const stream = async (browser: Browser): Promise<{ ended: Promise<string> }> => {
      const response = await realFetch(`${house.apiUrl}/v1/events?after=end`, {
        headers: { ...browser.page, accept: 'text/event-stream' },
      });
      assert.equal(response.status, 200);
      return { ended: response.text() };
    };

    it('U3: signing out ends it everywhere: its stream, its cookie, its refresh token; the issuer says where to sign out there', async () => {
      const [browser, other] = [await signedIn(house.apiUrl, 'maria'), await signedIn(house.apiUrl, 'maria')];
      const { refresh } = await tokensOf(browser);
      const { ended } = await stream(browser);
      const out = await ask(browser, '/console/sign-out', 'POST');
      const { origin, pathname, searchParams } = new URL(out.body.location);
      assert.deepEqual([origin, pathname], [issuer.url, '/session/end']);
      assert.equal(searchParams.get('post_logout_redirect_uri'), `${house.apiUrl}/console/`);
      assert.match(out.headers.getSetCookie().join(), /-session=; .*Expires=Thu, 01 Jan 1970/);
      assert.match(await ended, /^retry: /);
      await over(browser);
      await over(browser, '/v1/review-cases');
      const grant = { grant_type: 'refresh_token', client_id: SAMPLE_CLIENT.id, refresh_token: refresh };
      const redeemed = await realFetch(`${issuer.url}/token`, { method: 'POST', body: new URLSearchParams(grant) });
      assert.equal(((await redeemed.json()) as { error: string }).error, 'invalid_grant');
      assert.equal((await ask(other)).status, 200, 'the same person elsewhere goes on');
      const page = await browser.visit(out.body.location);
      assert.match(page.text, /Sign out here as well/);
    });

    it('U3: a session whose row is deleted is over at once, with its stream', async () => {
      const browser = await signedIn(house.apiUrl, 'sofia');
      const { ended } = await stream(browser);
      await house.db.consoleSession.delete({ where: { id: idOf(browser) } });
      await over(browser, '/v1/review-cases');
      assert.match(await ended, /^retry: /);
    });

    it('U3: it is over after 8 h without a call, and after 12 h; an open stream is no call; later ones clear the rows away', async () => {
      const [idle, old] = [await signedIn(house.apiUrl, 'sofia'), await signedIn(house.apiUrl, 'sofia')];
      await setRow(idle, { lastSeenAt: new Date(Date.now() - DAY_MS / 3 + 60_000) });
      assert.equal((await ask(idle)).status, 200);
      assert.ok((await rowOf(idle)).lastSeenAt.getTime() > Date.now() - 60_000, 'who comes is seen');
      const seen = new Date(Date.now() - DAY_MS / 3 + 3000);
      await setRow(idle, { lastSeenAt: seen });
      const { ended } = await stream(idle);
      await setRow(idle, { lastSeenAt: seen });
      await ended;
      await over(idle);
      await setRow(old, { expiresAt: past() });
      await over(old);
      assert.equal(await house.db.consoleSession.count({ where: { id: { in: [idOf(idle), idOf(old)] } } }), 0);
      const left = await signedIn(house.apiUrl, 'sofia');
      await setRow(left, { expiresAt: past() });
      await signedIn(house.apiUrl, 'ana');
      assert.equal(await house.db.consoleSession.count({ where: { id: idOf(left) } }), 0);
    });

    it('U3: who signs in again in the same browser leaves no session behind', async () => {
      const browser = await signedIn(house.apiUrl, 'ana');
      const before = idOf(browser);
      await browser.signIn(signInUrl(), 'kofi');
      assert.equal((await ask(browser)).body.person.name, 'Kofi Mensah');
      assert.equal(await house.db.consoleSession.count({ where: { id: before } }), 0);
    });

    it('U3: every sample person can sign in', async () => {
      for (const { id, name } of SAMPLE_PEOPLE) {
        const { body } = await ask(await signedIn(house.apiUrl, id));
        assert.equal(body.person.name, name);
      }
    });
  });
});

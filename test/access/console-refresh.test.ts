/** The tokens behind a session of the console: exchanged in time, by one at a time, and what comes of it where the issuer cannot or will not. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createConsole, type Console } from '../../src/api/console/console.js';
import { createPeople } from '../../src/api/person-tokens.js';
import { startIssuer, type RunningIssuer } from '../../src/dev/issuer.js';
import { createLogger } from '../../src/log.js';
import { SAMPLE_CLIENT, sampleOidc, signedIn, type Browser } from '../support/console-session.js';
import { eventually, House, SEALING, type Answer } from '../support/house.js';

/** Of access tokens; so short that they are exchanged while the test runs. */
const TOKEN_S = 5;

describe('a session of the console and its tokens', () => {
  let issuer: RunningIssuer;
  let house: House;
  /** How the token endpoint is asked, and how it answers. */
  const exchanges: string[] = [];
  let answerInstead: ((ask: () => Promise<Response>) => Promise<Response>) | undefined;
  const realFetch = globalThis.fetch;

  before(async () => {
    issuer = await startIssuer(0, TOKEN_S);
    globalThis.fetch = async (input, init) => {
      const address = input instanceof Request ? input.url : String(input);
      if (address !== `${issuer.url}/token`) return realFetch(input, init);
      exchanges.push(new URLSearchParams(init?.body as string).get('grant_type') ?? '');
      const ask = () => realFetch(input, init);
      return answerInstead === undefined ? ask() : answerInstead(ask);
    };
    house = await House.start({ worker: false, people: { config: sampleOidc(issuer.url) }, console: { client: SAMPLE_CLIENT } });
  });
  after(async () => {
    globalThis.fetch = realFetch;
    await house.stop();
    await issuer.stop();
  });
  beforeEach(() => {
    exchanges.length = 0;
    answerInstead = undefined;
  });

  const ask = (browser: Browser, path = '/v1/review-cases'): Promise<Answer> =>
    house.call('GET', house.apiUrl + path, undefined, { ...browser.page });
  const idOf = (browser: Browser): string => createHash('sha256').update(browser.session.value).digest('hex');
  const rowOf = (browser: Browser) => house.db.consoleSession.findUnique({ where: { id: idOf(browser) } });
  const setRow = (browser: Browser, data: object) => house.db.consoleSession.update({ where: { id: idOf(browser) }, data });
  const past = (): Date => new Date(Date.now() - 1000);
  const code = ({ status, body }: Answer): string => `${status} ${body.code ?? ''}`.trim();
  /** Another API process, as far as sessions go. */
  const otherProcess = (): Console => {
    const people = createPeople(house.db, sampleOidc(issuer.url));
    const log = createLogger('test', 'silent');
    const settings = { issuer: issuer.url, client: SAMPLE_CLIENT, publicUrl: house.apiUrl, sandboxUrl: undefined };
    return createConsole({ db: house.db, sealing: SEALING, people, log, ...settings });
  };

  it('U3: a token is exchanged before it ends, and nobody notices', async () => {
    const browser = await signedIn(house.apiUrl, 'jing');
    const first = await rowOf(browser);
    const life = (first?.tokenExpiresAt.getTime() ?? 0) - (first?.createdAt.getTime() ?? 0);
    assert.ok(life > 0 && life <= TOKEN_S * 1000, 'a short one');
    const newer = async (): Promise<true | undefined> => {
      assert.equal(code(await ask(browser)), '200');
      return (await rowOf(browser))?.accessToken === first?.accessToken ? undefined : true;
    };
    await eventually(newer, 'a newer token');
    await setRow(browser, { accessToken: first?.accessToken ?? '', refreshAt: past(), tokenExpiresAt: past() });
    assert.equal(code(await ask(browser)), '200');
  });

  it('U3: of many at once, over several processes, one exchanges it; the others wait for that, or go on with the old one', async () => {
    for (const tokenExpiresAt of [past(), new Date(Date.now() + 60_000)]) {
      const browser = await signedIn(house.apiUrl, 'jing');
      const processes = [otherProcess(), otherProcess(), otherProcess()];
      await setRow(browser, { refreshAt: past(), tokenExpiresAt });
      exchanges.length = 0;
      const { value } = browser.session;
      const people = await Promise.all(
        processes.flatMap(({ sessions }) => Array.from({ length: 5 }, () => sessions.personOf(value, true).then(({ sub }) => sub))),
      );
      assert.deepEqual([new Set(people), exchanges], [new Set(['jing']), ['refresh_token']]);
      assert.equal(code(await ask(browser)), '200', 'the issuer has seen no refresh token twice');
    }
  });

  it('U3: while the issuer is away a session goes on until its token ends, then waits for the issuer, and is not lost', async () => {
    const browser = await signedIn(house.apiUrl, 'jing');
    for (const away of [
      () => Promise.reject(new TypeError('fetch failed')),
      () => Promise.resolve(new Response('busy', { status: 503 })),
      () => Promise.resolve(Response.json({ error: 'invalid_client' }, { status: 401 })),
      () => Promise.resolve(new Response('<html>', { status: 200 })),
    ]) {
      answerInstead = away;
      await setRow(browser, { refreshAt: past(), tokenExpiresAt: new Date(Date.now() + 60_000) });
      exchanges.length = 0;
      assert.equal(code(await ask(browser)), '200');
      assert.equal(code(await ask(browser)), '200');
      assert.equal(exchanges.length, 1, 'it is not asked again at once');
      await setRow(browser, { refreshAt: past(), tokenExpiresAt: past() });
      assert.equal(code(await ask(browser)), '503 ISSUER_UNAVAILABLE');
      assert.equal(code(await ask(browser)), '503 ISSUER_UNAVAILABLE');
    }
    answerInstead = undefined;
    await setRow(browser, { refreshAt: past() });
    assert.equal(code(await ask(browser)), '200');
  });

  it('U3: a refresh token that was spent is not lost where the newer access token cannot be judged yet', async () => {
    const browser = await signedIn(house.apiUrl, 'jing');
    // Signed with a key that the issuer has only just begun to use.
    answerInstead = async (ask) => {
      const answer = (await (await ask()).json()) as { access_token: string };
      const [, payload, signature] = answer.access_token.split('.');
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'at+jwt', kid: 'of-today' })).toString('base64url');
      return Response.json({ ...answer, access_token: [header, payload, signature].join('.') });
    };
    await setRow(browser, { refreshAt: past(), tokenExpiresAt: new Date(Date.now() + 60_000) });
    const before = await rowOf(browser);
    assert.equal(code(await ask(browser)), '200', 'with the old one, as long as it holds');
    assert.notEqual((await rowOf(browser))?.refreshToken, before?.refreshToken);
    answerInstead = undefined;
    exchanges.length = 0;
    await setRow(browser, { refreshAt: past(), tokenExpiresAt: past() });
    assert.equal(code(await ask(browser)), '200', 'and the issuer takes the new one');
    assert.deepEqual(exchanges, ['refresh_token']);
  });

  it('U3: one whose process died while it exchanged the tokens gives way', async () => {
    const browser = await signedIn(house.apiUrl, 'jing');
    const claimId = '6b2f4a0e-6a1c-4c39-9d0b-1f3a54c7e0d2';
    await setRow(browser, { refreshAt: past(), tokenExpiresAt: past(), claimId, claimedUntil: new Date(Date.now() + 400) });
    assert.equal(code(await ask(browser)), '200');
    assert.deepEqual(exchanges.filter((grant) => grant === 'refresh_token').length, 1);
  });

  it('U3: where the issuer says no for good, or tells of somebody else, it is over', async () => {
    const [revoked, swapped] = [await signedIn(house.apiUrl, 'jing'), await signedIn(house.apiUrl, 'jing')];
    const { id, refreshToken } = (await rowOf(revoked)) ?? assert.fail();
    const token = SEALING.open(refreshToken ?? '', JSON.stringify(['console-session', id, 'refresh']));
    const revocation = { method: 'POST', body: new URLSearchParams({ client_id: SAMPLE_CLIENT.id, token }) };
    assert.equal((await realFetch(`${issuer.url}/token/revocation`, revocation)).status, 200);
    await setRow(revoked, { refreshAt: past(), tokenExpiresAt: past() });
    assert.equal(code(await ask(revoked)), '401 SESSION_OVER');
    assert.equal(await rowOf(revoked), null);
    await setRow(swapped, { sub: 'kofi', refreshAt: past() });
    assert.equal(code(await ask(swapped)), '401 SESSION_OVER');
    assert.equal(await rowOf(swapped), null);
  });

  it('U3: signed out while its tokens are being exchanged, it stays out, and the newer ones are worthless', async () => {
    const browser = await signedIn(house.apiUrl, 'jing');
    let newer = '';
    answerInstead = async () => {
      const { id, refreshToken } = (await rowOf(browser)) ?? assert.fail();
      const token = SEALING.open(refreshToken ?? '', JSON.stringify(['console-session', id, 'refresh']));
      const grant = new URLSearchParams({ grant_type: 'refresh_token', client_id: SAMPLE_CLIENT.id, refresh_token: token });
      const answer = await realFetch(`${issuer.url}/token`, { method: 'POST', body: grant });
      newer = ((await answer.clone().json()) as { refresh_token: string }).refresh_token;
      await house.db.consoleSession.delete({ where: { id } });
      return answer;
    };
    await setRow(browser, { refreshAt: past() });
    assert.equal(code(await ask(browser)), '401 SESSION_OVER');
    assert.equal(await rowOf(browser), null);
    const grant = new URLSearchParams({ grant_type: 'refresh_token', client_id: SAMPLE_CLIENT.id, refresh_token: newer });
    const used = (await (await realFetch(`${issuer.url}/token`, { method: 'POST', body: grant })).json()) as { error: string };
    assert.equal(used.error, 'invalid_grant');
  });

  it('U3: tokens moved to another row, or sealed under a key that is gone, open nothing', async () => {
    const [one, other] = [await signedIn(house.apiUrl, 'jing'), await signedIn(house.apiUrl, 'ingrid')];
    const { accessToken } = (await rowOf(one)) ?? assert.fail();
    await setRow(other, { accessToken });
    assert.equal(code(await ask(other)), '401 SESSION_OVER');
    assert.equal(code(await ask(one)), '200');
  });
});

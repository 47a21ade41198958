/** The issuer of the embedded stack, driven as a browser and a client would: its tokens are taken, what is not meant for the API is not. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { CONSOLE_CLIENT, startIssuer, type RunningIssuer } from '../../src/dev/issuer.js';
import { API_RESOURCE, SAMPLE_PEOPLE } from '../../src/dev/issuer-people.js';
import { ROLES } from '../../src/domain/access.js';
import { House, type Answer } from '../support/house.js';

const BACK = 'http://127.0.0.1:54321/console/signed-in';

interface Code {
  code: string;
  verifier: string;
}
interface Tokens {
  access_token: string;
  id_token: string;
}

describe('signing in at the embedded issuer', () => {
  let issuer: RunningIssuer;
  let house: House;
  const said: string[] = [];
  const { warn, info } = console;
  before(async () => {
    for (const level of ['warn', 'info'] as const) console[level] = (...words: unknown[]) => void said.push(words.join(' '));
    issuer = await startIssuer(0);
    const claims = { roles: 'holdpoint_roles', person: 'holdpoint_person', buyers: 'holdpoint_buyers' };
    const config = { issuer: issuer.url, audience: API_RESOURCE, algorithms: ['RS256'], tokenTypes: ['at+jwt'], claims };
    house = await House.start({ worker: false, people: { config } });
  });
  after(async () => {
    Object.assign(console, { warn, info });
    await house.stop();
    await issuer.stop();
  });

  /** Follows the way of a browser, with its cookies. @returns where it ends */
  async function browse(start: string, person: string): Promise<URL> {
    const cookies = new Map<string, string>();
    const visit = async (url: string, init: RequestInit = {}): Promise<Response> => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return response;
    };
    let at = new URL(start);
    for (let step = 0; step < 8; step += 1) {
      if (at.origin !== issuer.url) return at;
      const response = at.pathname.startsWith('/sign-in/') ? await choose(at, person, visit) : await visit(at.href);
      const next = response.headers.get('location');
      assert.ok(next, `${at.href}: ${response.status} ${await response.text()}`);
      at = new URL(next, at);
    }
    throw new Error('the way has no end');
  }

  async function choose(at: URL, person: string, visit: (url: string, init?: RequestInit) => Promise<Response>): Promise<Response> {
    const html = await (await visit(at.href)).text();
    assert.ok(html.includes(`value="${person}"`), html);
    assert.ok(!html.includes('<script'));
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return visit(at.href, { method: 'POST', headers, body: new URLSearchParams({ person }) });
  }

  async function signIn(person: string, more: Record<string, string> = {}): Promise<Code> {
    const verifier = randomBytes(32).toString('base64url');
    const asked = {
      client_id: CONSOLE_CLIENT,
      response_type: 'code',
      redirect_uri: BACK,
      scope: 'openid profile api',
      state: 's',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    };
    const end = await browse(`${issuer.url}/auth?${new URLSearchParams(asked).toString()}`, person);
    assert.equal(end.origin + end.pathname, BACK, end.href);
    return { code: end.searchParams.get('code') ?? '', verifier };
  }

  const redeem = async ({ code, verifier }: Code): Promise<Answer> => {
    const grant = { grant_type: 'authorization_code', client_id: CONSOLE_CLIENT, redirect_uri: BACK, code, code_verifier: verifier };
    const response = await fetch(`${issuer.url}/token`, { method: 'POST', body: new URLSearchParams(grant) });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const tokensOf = async (person: string, more: Record<string, string> = {}): Promise<Tokens> => {
    const { status, body } = await redeem(await signIn(person, more));
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const ask = (token: string, path = '/v1/switches'): Promise<Answer> =>
    house.call('GET', `${house.apiUrl}${path}`, undefined, { authorization: `Bearer ${token}` });

  it('W4: there are people of each role; what one chooses is what the API sees', async () => {
    assert.deepEqual([...new Set(SAMPLE_PEOPLE.flatMap(({ roles }) => roles))].toSorted(), ROLES.toSorted());
    const { access_token: operations } = await tokensOf('jing');
    assert.equal(decodeProtectedHeader(operations).typ, 'at+jwt');
    const headers = { authorization: `Bearer ${operations}` };
    const turned = await house.call('PUT', `${house.apiUrl}/v1/switches/shadow`, { on: false, note: 'live' }, headers);
    assert.deepEqual([turned.status, turned.body.by], [200, '陈静'], JSON.stringify(turned.body));
    const { access_token: liaison } = await tokensOf('ingrid');
    assert.equal((await ask(liaison)).body.code, 'FORBIDDEN');
    assert.equal(decodeJwt(liaison)['holdpoint_person'], 'l-1');
  });

  it('W4: the ID token that comes along is not taken', async () => {
    const { id_token: idToken, access_token: accessToken } = await tokensOf('maria');
    const refused = await ask(idToken);
    assert.deepEqual([refused.status, refused.body.code], [401, 'TOKEN_INVALID']);
    assert.equal((await ask(accessToken)).status, 200);
  });

  it('W4: a code is redeemed once, by whoever asked for it', async () => {
    const code = await signIn('maria');
    const stolen = await redeem({ ...code, verifier: randomBytes(32).toString('base64url') });
    assert.deepEqual([stolen.status, stolen.body.error], [400, 'invalid_grant']);
    const again = await signIn('maria');
    assert.equal((await redeem(again)).status, 200);
    const replayed = await redeem(again);
    assert.deepEqual([replayed.status, replayed.body.error], [400, 'invalid_grant']);
    assert.equal(replayed.body.access_token, undefined);
  });

  it('W4: without PKCE, and back to elsewhere, nobody is sent', async () => {
    const asked = { client_id: CONSOLE_CLIENT, response_type: 'code', redirect_uri: BACK, scope: 'openid' };
    const noProof = await fetch(`${issuer.url}/auth?${new URLSearchParams(asked).toString()}`, { redirect: 'manual' });
    assert.match(noProof.headers.get('location') ?? '', /^http:\/\/127\.0\.0\.1:54321\/console\/signed-in\?error=invalid_request/);
    const elsewhere = { ...asked, redirect_uri: 'https://elsewhere.example/console/signed-in' };
    const answer = await fetch(`${issuer.url}/auth?${new URLSearchParams(elsewhere).toString()}`, { redirect: 'manual' });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /Sign-in did not work/);
  });

  it('says nothing of the runtime, or of what should be changed', () => {
    assert.deepEqual(
      said.filter((line) => line.includes('oidc-provider')),
      [],
    );
  });
});

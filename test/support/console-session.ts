/** People who sign in to the console of a house, as their browsers would: at the issuer of the embedded stack, with cookies and redirects. */
import assert from 'node:assert/strict';
import { API_RESOURCE } from '../../src/dev/issuer-people.js';
import { CONSOLE_CLIENT } from '../../src/dev/issuer.js';
import type { OidcClient, OidcConfig } from '../../src/oidc-settings.js';

/** The console as the embedded issuer knows it. */
export const SAMPLE_CLIENT: OidcClient = {
  id: CONSOLE_CLIENT,
  secret: undefined,
  scopes: 'openid profile email offline_access api',
  resource: API_RESOURCE,
};

/** Settings for the tokens of the embedded issuer. */
export function sampleOidc(issuer: string): OidcConfig {
  const claims = { roles: 'holdpoint_roles', person: 'holdpoint_person', buyers: 'holdpoint_buyers' };
  return { issuer, audience: API_RESOURCE, algorithms: ['RS256'], tokenTypes: ['at+jwt'], claims };
}

/** What a page of the console sends along, by its browser. */
export type PageHeaders = { cookie: string; 'sec-fetch-site': string };

interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** A browser, as far as signing in needs one: it keeps cookies, for a host whatever the port, and follows nothing by itself. */
export class Browser {
  cookies: Cookie[] = [];
  /** All answers, as text: nothing of a token may be in them. */
  readonly seen: string[] = [];

  async visit(url: string | URL, init: { method?: string; headers?: Record<string, string>; body?: URLSearchParams } = {}) {
    const { pathname } = new URL(url);
    const sent = this.cookies.filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`));
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    const text = await response.text();
    this.seen.push(`${[...response.headers].map((pair) => pair.join(': ')).join('\n')}\n${text}`);
    return { status: response.status, headers: response.headers, text };
  }

  /** Follows redirects, and chooses the person at the issuer's page. @returns the first address that is no step of signing in */
  async signIn(start: string, personId: string): Promise<URL> {
    const at = await this.toIssuersAnswer(start, personId);
    const back = await this.visit(at);
    assert.equal(back.status, 302, back.text);
    return new URL(back.headers.get('location') ?? '', at);
  }

  /** @returns the address to which the issuer sends the person back, with the code */
  async toIssuersAnswer(start: string, personId: string): Promise<URL> {
    let at = new URL(start);
    for (let step = 0; step < 10; step += 1) {
      if (at.pathname === '/console/signed-in') return at;
      const isChoice = at.pathname.startsWith('/sign-in/');
      const page = await this.visit(at);
      const answer = isChoice
        ? await this.visit(at, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ person: personId }),
          })
        : page;
      const next = answer.headers.get('location') ?? (await this.#submitted(answer.text));
      assert.ok(next, `${at.href}: ${answer.status} ${answer.text}`);
      at = new URL(next, at);
    }
    throw new Error('the way has no end');
  }

  /** A page that sends itself off: the issuer signs the one out who was there before. @returns where that leads */
  async #submitted(html: string): Promise<string | null> {
    const [, action] = /<form method="post" action="([^"]+)">/.exec(html) ?? [];
    if (action === undefined) return null;
    const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.visit(action, { method: 'POST', headers, body: new URLSearchParams(fields as [string, string][]) });
    return answer.headers.get('location');
  }

  /** @returns the cookies whose name has this in it, and is not that of a signature */
  named(part: string): Cookie[] {
    return this.cookies.filter(({ name }) => name.includes(part) && !name.endsWith('.sig'));
  }

  /** The cookie of the session. */
  get session(): Cookie {
    const [found] = this.named('-session');
    assert.ok(found, `no session among ${this.cookies.map(({ name }) => name).join(', ')}`);
    return found;
  }

  /** What the pages of the console send. */
  get page(): PageHeaders {
    const { name, value } = this.session;
    return { cookie: `${name}=${value}`, 'sec-fetch-site': 'same-origin' };
  }

  #take(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const [, path = '/'] = /;\s*path=([^;]+)/i.exec(line) ?? [];
    this.cookies = this.cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (value !== '' && !/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.push({ name, value, path });
  }
}

/**
 * Signs a sample person in (`SAMPLE_PEOPLE`) at the console of an API, whose issuer is the embedded one.
 * @returns the browser; `session` is its cookie, `page` the headers with which its pages call
 */
export async function signedIn(apiUrl: string, personId: string): Promise<Browser> {
  const browser = new Browser();
  const end = await browser.signIn(`${apiUrl}/console/sign-in`, personId);
  assert.equal(end.href, `${apiUrl}/console/`);
  return browser;
}

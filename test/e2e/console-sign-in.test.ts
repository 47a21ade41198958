/** Signing in to the console in a real browser, from the issuer of another site: what it sends along, and what it lets pages do. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { startBrowser, type OwnBrowser } from '../../scripts/browser.js';
import { startIssuer, type RunningIssuer } from '../../src/dev/issuer.js';
import { SAMPLE_CLIENT, sampleOidc } from '../support/console-session.js';
import { House } from '../support/house.js';

const INDEX = `<!doctype html><html><head><meta name="csp-nonce" content="__CSP_NONCE__"><script>document.title = 'inline'</script>
<script type="module" src="/console/assets/start.js"></script></head><body><p id="root">root</p></body></html>`;
/** As little of a console as shows what a page may do. */
const START = `
const say = (id, text) => { const p = document.createElement('p'); p.id = id; p.textContent = text; document.body.append(p); };
const style = document.createElement('style');
style.nonce = document.querySelector('meta[name=csp-nonce]').content;
style.textContent = '#root { color: rgb(1, 2, 3) }';
document.head.append(style);
const session = await fetch('/console/session');
if (session.status === 401) location.href = '/console/sign-in?to=' + encodeURIComponent(location.pathname + location.search);
else {
  say('who', (await session.json()).person.name);
  say('cases', String((await fetch('/v1/review-cases')).status));
  say('cookie', 'scripts see: ' + document.cookie);
  const stream = new EventSource('/v1/events?after=end');
  stream.onopen = () => say('stream', 'open');
}`;

describe('signing in to the console, in a browser', function () {
  this.timeout(120_000);
  let issuer: RunningIssuer;
  let house: House;
  let browser: OwnBrowser;
  let neighbour: Server;
  let directory: string;
  /** As browsers reach the house: another site than the issuer's. */
  let home: string;

  before(async function () {
    try {
      browser = await startBrowser(process.env);
    } catch {
      return this.skip();
    }
    directory = await mkdtemp(join(tmpdir(), 'holdpoint-console-'));
    await mkdir(join(directory, 'assets'));
    await Promise.all([writeFile(join(directory, 'index.html'), INDEX), writeFile(join(directory, 'assets', 'start.js'), START)]);
    issuer = await startIssuer(0);
    const people = { config: sampleOidc(issuer.url) };
    house = await House.start({ worker: false, people, console: { client: SAMPLE_CLIENT, directory, host: 'localhost' } });
    home = house.apiUrl.replace('127.0.0.1', 'localhost');
    neighbour = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>neighbour</p>'));
    await once(neighbour.listen(0, '127.0.0.1'), 'listening');
  });
  after(async () => {
    neighbour?.close();
    await house?.stop();
    await issuer?.stop();
    await browser?.stop();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  const newContext = async (): Promise<BrowserContext> => {
    const context = await browser.browser.newContext();
    context.setDefaultTimeout(20_000);
    return context;
  };

  it('U1: from a link to a case by the issuer of another site and back to it, and its calls and stream are let in', async () => {
    const page = await (await newContext()).newPage();
    const refused: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && refused.push(message.text())));
    await page.goto(`${home}/console/cases/P-1?tab=messages`);
    await page.getByRole('button', { name: 'Ingrid Larsson' }).click();
    await page.locator('#who').waitFor();
    assert.equal(page.url(), `${home}/console/cases/P-1?tab=messages`);
    await page.locator('#stream').waitFor();
    const texts = await Promise.all(['#who', '#cases', '#cookie', '#stream'].map((id) => page.locator(id).textContent()));
    assert.deepEqual(texts, ['Ingrid Larsson', '200', 'scripts see: ', 'open']);
    assert.notEqual(await page.title(), 'inline', 'no script in the page itself is run');
    assert.ok(refused.some((text) => /Content Security Policy|script-src/.test(text)));
    const colour = await page.evaluate("getComputedStyle(document.querySelector('#root')).color");
    assert.equal(colour, 'rgb(1, 2, 3)', 'a style tag with the nonce counts');
    await page.reload();
    await page.locator('#who').waitFor();
  });

  it('U2: a form on a page of a neighbour signs nobody out and reads nothing', async () => {
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(`${home}/console/`);
    // As this Chromium is started its contexts may share a jar.
    const [choice, who] = [page.getByRole('button', { name: '陈静' }), page.locator('#who')];
    await choice.or(who).first().waitFor();
    if (await choice.isVisible()) await choice.click();
    await who.waitFor();
    for (const [path, method] of [
      ['/console/sign-out', 'post'],
      ['/console/session', 'get'],
      ['/v1/review-cases', 'get'],
    ] as const) {
      const other = await context.newPage();
      await other.goto(`http://localhost:${(neighbour.address() as AddressInfo).port}/`);
      // A form leads there, whatever the answer lets others read.
      const form = `Object.assign(document.createElement('form'), { method: '${method}', action: '${home + path}' })`;
      const answered = other.waitForResponse((response) => response.url().startsWith(home + path));
      await other.evaluate(`document.body.appendChild(${form}).submit()`);
      const answer = await answered;
      const { cookie = '', 'sec-fetch-site': site } = await answer.request().allHeaders();
      assert.equal(site, 'same-site');
      // Some browsers keep the cookie back by themselves.
      assert.ok(answer.status() === 403 || !cookie.includes('-session='), `${path}: ${answer.status()} with the cookie`);
      await other.close();
    }
    await page.reload();
    await page.locator('#who').waitFor();
  });
});

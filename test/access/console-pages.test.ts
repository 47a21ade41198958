/** The console's files and its way to the sandbox: what a browser is told to allow, and what nobody gets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { startIssuer, type RunningIssuer } from '../../src/dev/issuer.js';
import { writeCase } from '../../src/db/review-cases.js';
import { House, type Answer } from '../support/house.js';
import { caseRecord } from '../support/written-rows.js';
import { SAMPLE_CLIENT, sampleOidc, signedIn, type Browser } from '../support/console-session.js';

const INDEX = `<!doctype html><html><head><meta name="csp-nonce" content="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>
<script type="module" src="/console/assets/index-a1b2c3.js"></script></head><body><div id="root"></div></body></html>`;
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2000))})`;

describe('the console’s pages', () => {
  let issuer: RunningIssuer;
  let house: House;
  let outside: string;
  let directory: string;
  before(async () => {
    outside = await mkdtemp(join(tmpdir(), 'holdpoint-console-'));
    directory = join(outside, 'console');
    await writeFile(join(outside, 'secret.txt'), 'secret');
    issuer = await startIssuer(0);
    const people = { config: sampleOidc(issuer.url) };
    house = await House.start({ worker: false, people, console: { client: SAMPLE_CLIENT, directory, sandbox: true } });
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
    await rm(outside, { recursive: true });
  });

  async function build(): Promise<void> {
    await mkdir(join(directory, 'assets'), { recursive: true });
    await Promise.all(
      Object.entries({
        'index.html': INDEX,
        'favicon.svg': '<svg/>',
        'assets/index-a1b2c3.js': SCRIPT,
        'assets/index-a1b2c3.js.br': brotliCompressSync(SCRIPT),
        'assets/index-a1b2c3.js.gz': gzipSync(SCRIPT),
        'assets/index-d4e5f6.css': 'body{}',
        'assets/.hidden': 'hidden',
      }).map(([path, content]) => writeFile(join(directory, path), content)),
    );
  }
  const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(house.apiUrl + path, { method, headers, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  /** The path exactly as it is written, which `fetch` would not leave. */
  const raw = async (path: string): Promise<string> => {
    const socket = connect(Number(new URL(house.apiUrl).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (part) => (answer += String(part)));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await once(socket, 'close');
    return answer;
  };

  it('U4: while it is not built a page says what to do', async () => {
    const { status, headers, text } = await get('/console/cases', { 'accept-language': 'zh' });
    assert.deepEqual([status, headers.get('cache-control')], [503, 'no-store']);
    assert.match(text, /npm run build/);
    assert.match(text, /控制台尚未构建/);
    assert.equal((await get('/console/assets/index-a1b2c3.js')).status, 404);
    await build();
    assert.equal((await get('/console/cases')).status, 200, 'and once it is, it is there');
  });

  it('U4: every address is the one page, kept nowhere; its scripts are ours alone, its style tags carry a nonce of this answer', async () => {
    await build();
    const [bare, home] = [await get('/console'), await get('/console/')];
    assert.deepEqual([bare.status, bare.headers.get('location')], [302, '/console/']);
    const pages = [
      home,
      ...(await Promise.all(['/console/cases/P-1.001?x=1', '/console/index.html', '/console/sandbox'].map((path) => get(path)))),
    ];
    const nonces = pages.map(({ status, headers, text }) => {
      assert.deepEqual([status, headers.get('content-type'), headers.get('cache-control')], [200, 'text/html; charset=utf-8', 'no-store']);
      const policy = headers.get('content-security-policy') ?? '';
      const nonce = /style-src 'self' 'nonce-([\w+/=]{24})'(;|$)/.exec(policy)?.[1] ?? assert.fail(policy);
      for (const said of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "img-src 'self' data:", "font-src 'self'"]) {
        assert.ok(policy.split('; ').includes(said), policy);
      }
      for (const said of ["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) assert.ok(policy.split('; ').includes(said));
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.equal(text, INDEX.replaceAll('__CSP_NONCE__', nonce));
      assert.deepEqual([headers.get('x-content-type-options'), headers.get('referrer-policy')], ['nosniff', 'no-referrer']);
      return nonce;
    });
    assert.equal(new Set(nonces).size, nonces.length, 'a fresh one each time');
    assert.equal((await get('/console/', {}, 'HEAD')).text, '');
    assert.deepEqual(
      [(await get('/console/cases', {}, 'POST')).status, (await get('/console/assets/x.js', {}, 'DELETE')).status],
      [405, 405],
    );
  });

  it('U4: assets are kept for a year, in the smallest form that the browser takes', async () => {
    await build();
    const path = '/console/assets/index-a1b2c3.js';
    const forms = [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0', null],
      ['identity', null],
    ] as const;
    for (const [accepted, encoding] of forms) {
      const { status, headers, text } = await get(path, { 'accept-encoding': accepted });
      assert.deepEqual([status, headers.get('content-encoding'), text], [200, encoding, SCRIPT], accepted);
      assert.deepEqual(
        [headers.get('content-type'), headers.get('cache-control'), headers.get('vary')],
        ['text/javascript; charset=utf-8', 'public, max-age=31536000, immutable', 'Accept-Encoding'],
      );
    }
    const css = await get('/console/assets/index-d4e5f6.css', { 'accept-encoding': 'br' });
    assert.deepEqual([css.headers.get('content-type'), css.headers.get('content-encoding')], ['text/css; charset=utf-8', null]);
    const icon = await get('/console/favicon.svg');
    assert.deepEqual([icon.headers.get('content-type'), icon.headers.get('cache-control')], ['image/svg+xml', 'public, max-age=3600']);
  });

  it('U4: nothing above the build is served, nothing hidden in it, and a missing asset is no page', async () => {
    await build();
    const up = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..\\', '..%5c', '%252e%252e%252f', './/../', '.../', '..;/'];
    const paths = up.flatMap((step) => [
      `/console/assets/${step.repeat(2)}secret.txt`,
      `/console/assets/${step}index.html`,
      `/console/${step}secret.txt`,
    ]);
    for (const path of [
      ...paths,
      '/console/assets/.hidden',
      '/console/assets/%00',
      '/console/assets/',
      '/console/assets',
      '/console/assets/nothing-1.js',
    ]) {
      const answer = await raw(path);
      assert.doesNotMatch(answer, /\r\n\r\n(secret|hidden)/);
      assert.ok(!answer.includes('__CSP_NONCE__'), answer);
      if (path.startsWith('/console/assets/') && !path.includes('index.html')) assert.match(answer, /^HTTP\/1\.1 40[04] /, path);
    }
  });

  describe('the sandbox', () => {
    const ask = (browser: Browser, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
      house.call(method, house.apiUrl + path, body, { ...browser.page, ...headers });

    it('U4: operations reach its control by their session, as data; nobody else, and no other site', async () => {
      const [operations, liaison] = [await signedIn(house.apiUrl, 'jing'), await signedIn(house.apiUrl, 'ingrid')];
      assert.equal((await ask(operations, 'GET', '/console/session')).body.sandbox, true);
      const scenario = { review: ['fail:STOCK_SHORT'], answer: 'inline' };
      const put = await ask(operations, 'PUT', '/console/sandbox/scenarios/P-console-1', scenario);
      assert.equal(put.status, 200, JSON.stringify(put.body));
      assert.deepEqual((await house.control('GET', '/scenarios/P-console-1')).body, put.body);
      const inbox = await ask(operations, 'GET', '/console/sandbox/inbox?to=nobody@x.example', undefined, { accept: 'text/html' });
      assert.match(inbox.headers.get('content-type') ?? '', /^application\/json/);
      assert.equal((await ask(operations, 'PUT', '/console/sandbox/scenarios/P-2', { nonsense: 1 })).status, 400, 'its own words');
      assert.deepEqual((await ask(liaison, 'GET', '/console/sandbox/inbox')).body.code, 'FORBIDDEN');
      assert.deepEqual(
        (await ask(operations, 'GET', '/console/sandbox/inbox', undefined, { 'sec-fetch-site': 'cross-site' })).body.code,
        'NOT_OWN_PAGE',
      );
      assert.deepEqual((await house.call('GET', `${house.apiUrl}/console/sandbox/inbox`)).body.code, 'SESSION_OVER');
    });

    it('U8: a wait is skipped for operations alone, and where something waits', async () => {
      const [operations, liaison] = [await signedIn(house.apiUrl, 'jing'), await signedIn(house.apiUrl, 'ingrid')];
      await writeCase(house.db, caseRecord('S-over', Date.now(), { status: 'approved', endedAt: Date.now() }));
      const path = '/console/sandbox/waits/review-case/S-over/skip';
      const { status, body } = await ask(operations, 'POST', path);
      assert.deepEqual([status, body.code, body.why], [409, 'CLOCK_NOT_MOVED', 'ended']);
      assert.equal((await ask(liaison, 'POST', path)).body.code, 'FORBIDDEN');
      assert.equal((await ask(operations, 'POST', path, undefined, { 'sec-fetch-site': 'cross-site' })).body.code, 'NOT_OWN_PAGE');
      assert.equal((await ask(operations, 'POST', path.replace('S-over', 'S-none'))).body.code, 'CASE_NOT_FOUND');
      assert.equal((await ask(operations, 'POST', path.replace('review-case', 'placement'))).body.code, 'PLACEMENT_NOT_FOUND');
      assert.equal((await ask(operations, 'POST', path.replace('review-case', 'nothing'))).body.code, 'NOT_FOUND');
    });

    it('U4: it is the way to the sandbox and to nothing else', async () => {
      const browser = await signedIn(house.apiUrl, 'jing');
      for (const path of ['//evil.example/x', '/@evil.example/x', '/\\evil.example', '/..%2f..%2fv1', ':1/x']) {
        const { status } = await ask(browser, 'GET', `/console/sandbox/${path.slice(1)}`.replace(/\\/g, '%5c'));
        assert.ok(status === 404 || status === 400 || status === 503, `${path}: ${status}`);
      }
      const arrivals = await ask(browser, 'GET', '/console/sandbox/arrivals?limit=5');
      assert.deepEqual([arrivals.status, arrivals.body], [200, []], 'the sandbox was called by nobody else');
    });
  });
});

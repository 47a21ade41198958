/** What the API refuses before it looks at what is meant: sizes, forms, methods, and clients that take their time. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { House, REVIEW_KEY } from '../support/house.js';

describe('limits of the API', () => {
  let house: House;
  const serverLimits = { headersTimeoutMs: 600, requestTimeoutMs: 1200, keepAliveTimeoutMs: 500, checkEveryMs: 100, maxConnections: 20 };
  before(async () => void (house = await House.start({ worker: false, serverLimits })));
  after(async () => house.stop());

  const AUTH = `authorization: Bearer ${REVIEW_KEY}`;

  /** Writes pieces to a socket, one every so often. @returns all that came until it was closed, and how long that took */
  const drip = (pieces: readonly string[], everyMs = 0): Promise<{ text: string; ms: number }> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(house.apiUrl);
      const socket = connect(Number(port), hostname);
      const startedAt = performance.now();
      let text = '';
      socket.on('data', (bytes) => void (text += bytes.toString()));
      socket.on('error', (error: NodeJS.ErrnoException) => !['EPIPE', 'ECONNRESET'].includes(error.code ?? '') && reject(error));
      socket.on('close', () => resolve({ text, ms: performance.now() - startedAt }));
      const write = async (): Promise<void> => {
        for (const piece of pieces) {
          if (socket.destroyed) return;
          socket.write(piece);
          await sleep(everyMs);
        }
      };
      socket.on('connect', () => void write());
    });

  const codeOf = (text: string): string => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).code;

  it('a client that drips its headers is cut off, with a problem', async () => {
    const forEver = ['GET /v1/switches HTTP/1.1\r\nHost: x\r\n', ...Array.from({ length: 100 }, (_, n) => `X-Drip-${n}: 1\r\n`)];
    const { text, ms } = await drip(forEver, 100);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.equal(codeOf(text), 'REQUEST_TIMEOUT');
    assert.ok(ms < 3000, `${ms} ms`);
  });

  it('a client that drips its body is cut off', async () => {
    const head = `POST /v1/review-failures HTTP/1.1\r\nHost: x\r\n${AUTH}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n`;
    const { text, ms } = await drip([head, ...Array.from({ length: 100 }, () => ' ')], 100);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.ok(ms < 4000, `${ms} ms`);
  });

  it('a connection that says nothing more is closed', async () => {
    const { text, ms } = await drip([`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`]);
    assert.match(text, /^HTTP\/1\.1 200 /);
    assert.ok(ms < 4000, `${ms} ms`);
  });

  it('more connections than allowed are not taken', async () => {
    const { hostname, port } = new URL(house.apiUrl);
    const open = Array.from({ length: 40 }, () => connect(Number(port), hostname).on('error', () => undefined));
    await sleep(300);
    const cut = open.filter((socket) => socket.destroyed || socket.readableEnded).length;
    for (const socket of open) socket.destroy();
    assert.ok(cut >= 20, `${cut} of 40 were cut`);
  });

  it('bytes that are no HTTP, and heads that are too large, are told so', async () => {
    assert.equal(codeOf((await drip(['SSH-2.0-OpenSSH\r\n\r\n'])).text), 'MALFORMED_REQUEST');
    const large = `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(40_000)}\r\n\r\n`;
    const { text } = await drip([large]);
    assert.match(text, /^HTTP\/1\.1 431 /);
    assert.equal(codeOf(text), 'HEADERS_TOO_LARGE');
  });

  it('an address over 8 KiB is 414; more than 100 headers are 431', async () => {
    const long = await house.api('GET', `/v1/switches?x=${'a'.repeat(8192)}`);
    assert.deepEqual([long.status, long.body.code], [414, 'ADDRESS_TOO_LONG']);
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-many-${n}`, '1']));
    const crowded = await house.api('GET', '/v1/switches', undefined, many);
    assert.deepEqual([crowded.status, crowded.body.code], [431, 'HEADERS_TOO_LARGE']);
  });

  it('bodies have limits: 1 MiB, 64 levels, 10,000 entries in a list', async () => {
    const send = (body: unknown) => house.api('POST', '/v1/review-failures', body);
    const large = await send({ eventId: 'x'.repeat(1024 * 1024) });
    assert.deepEqual([large.status, large.body.code], [413, 'BODY_TOO_LARGE']);
    const deep = await send(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    assert.deepEqual([deep.status, deep.body.code], [400, 'VALIDATION_FAILED']);
    assert.match(deep.body.detail, /nested deeper than 64/);
    const wide = await send({ order: { lines: Array.from({ length: 10_001 }, () => 0) } });
    assert.deepEqual([wide.status, wide.body.errors[0].path], [400, 'order.lines']);
    assert.match(wide.body.detail, /more than 10000 entries/);
  });

  it('Accept that excludes JSON is 406; anything that takes it is answered', async () => {
    for (const accept of ['text/html', 'application/xml', 'image/*', 'application/json;q=0']) {
      const { status, body, headers } = await house.api('GET', '/v1/switches', undefined, { accept });
      assert.deepEqual([status, body.code], [406, 'NOT_ACCEPTABLE'], accept);
      assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    }
    for (const accept of ['*/*', 'application/*', 'text/html, application/json;q=0.1', 'application/json; charset=utf-8']) {
      assert.equal((await house.api('GET', '/v1/switches', undefined, { accept })).status, 200, accept);
    }
  });

  it('a body that is not JSON is 415', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
      const { status, body } = await house.api('PUT', '/v1/switches/shadow', '{}', { 'content-type': type });
      assert.deepEqual([status, body.code], [415, 'MEDIA_TYPE_UNSUPPORTED'], type);
    }
    const packed = await house.api('PUT', '/v1/switches/shadow', '{}', { 'content-encoding': 'snappy' });
    assert.deepEqual([packed.status, packed.body.code], [415, 'MEDIA_TYPE_UNSUPPORTED']);
  });

  it('HEAD is GET without its body, OPTIONS says what a path takes, the rest is 405', async () => {
    const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => house.api(method, '/v1/switches')));
    assert.equal(head?.status, 200);
    assert.equal(head?.body, null);
    assert.equal(head?.headers.get('content-length'), get?.headers.get('content-length'));
    const options = await house.api('OPTIONS', '/v1/switches');
    assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, HEAD, OPTIONS']);
    for (const [method, path] of [
      ['DELETE', '/v1/switches'],
      ['POST', '/v1/switches/shadow'],
      ['POST', '/healthz'],
    ] as const) {
      const { status, body, headers } = await house.api(method, path);
      assert.deepEqual([status, body.code], [405, 'METHOD_NOT_ALLOWED']);
      assert.ok(headers.get('allow'));
    }
  });

  it('an answer lets a browser do nothing with it, and is kept nowhere', async () => {
    const { headers } = await house.api('GET', '/v1/switches');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'");
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('x-powered-by'), null);
  });

  it('pages of links run no script and send forms only to us', async () => {
    const { headers } = await fetch(`${house.apiUrl}/act/nothing`);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /form-action 'self'/);
    assert.doesNotMatch(policy, /script-src/);
  });

  it('what breaks off in the middle leaves the server as it was', async () => {
    const { hostname, port } = new URL(house.apiUrl);
    const half = request({ host: hostname, port, method: 'POST', path: '/v1/review-failures', headers: { 'content-length': 100 } });
    half.on('error', () => undefined);
    half.setHeader('authorization', `Bearer ${REVIEW_KEY}`);
    half.setHeader('content-type', 'application/json');
    half.write('{"eventId":');
    await sleep(100);
    half.destroy();
    assert.equal((await house.api('GET', '/v1/switches')).status, 200);
  });
});

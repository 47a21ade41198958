import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';

export interface Answered {
  status: number;
  headers: Headers;
  body: any;
}

/** What the stand-in for Holdpoint was sent. */
export interface Noticed {
  path: string;
  headers: IncomingHttpHeaders;
  body: any;
  /** The body as it came. */
  raw: string;
}

/** A tiny HTTP receiver in Holdpoint's place: keeps what comes, answers what the test says (default 202). */
export class Receiver {
  readonly noticed: Noticed[] = [];
  /** The statuses of the next answers; after them 202. */
  readonly statuses: number[] = [];
  readonly #server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      this.noticed.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text), raw: text });
      response.writeHead(this.statuses.shift() ?? 202, { 'content-type': 'application/json' }).end('{"said":"so"}');
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A sandbox in a data folder of its own, with a receiver in Holdpoint's place. */
export class World {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'holdpoint-sandbox-'));
  readonly errors: unknown[] = [];
  receiver!: Receiver;
  sandbox!: Sandbox;

  async start(options: Partial<SandboxOptions> = {}): Promise<this> {
    this.receiver = await new Receiver().start();
    await this.startSandbox(options);
    return this;
  }

  async startSandbox(options: Partial<SandboxOptions> = {}): Promise<void> {
    this.sandbox = await startSandbox({
      dataDir: this.dataDir,
      holdpointUrl: this.receiver.url,
      reviewKey: 'review-key',
      liaisonKey: 'liaison-key',
      vendorKey: 'vendor-key',
      onError: (error) => this.errors.push(error),
      ...options,
    });
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    await this.receiver.stop();
    rmSync(this.dataDir, { recursive: true });
    assert.deepEqual(this.errors, [], 'the sandbox itself failed');
  }

  async scenario(orderId: string, scenario: object): Promise<void> {
    const answered = await call('PUT', `${this.sandbox.urls.control}/scenarios/${orderId}`, scenario);
    assert.equal(answered.status, 200, JSON.stringify(answered.body));
  }

  requestReview(orderId: string, attempt = 1, changes: object = {}): Promise<Answered> {
    return call('POST', `${this.sandbox.urls.review}/review-requests`, {
      ...reviewRequest(orderId, attempt),
      ...changes,
    });
  }

  result(orderId: string, attempt = 1): Promise<Answered> {
    return call('GET', this.#requestUrl(orderId, attempt));
  }

  withdraw(orderId: string, attempt = 1): Promise<Answered> {
    return call('POST', `${this.#requestUrl(orderId, attempt)}/withdraw`);
  }

  tellBuyer(orderId: string, changes: object = {}, headers: Record<string, string> = {}): Promise<Answered> {
    return call('POST', `${this.sandbox.urls.buyer}/order-review-messages`, { ...buyerMessage(orderId), ...changes }, headers);
  }

  place(orderId: string, changes: object = {}, headers: Record<string, string> = {}, vendorId = 'swift-post'): Promise<Answered> {
    return call('POST', `${this.sandbox.urls.vendor}/${vendorId}/orders`, { ...placement(orderId), ...changes }, headers);
  }

  askVendor(orderId: string, vendorId = 'swift-post'): Promise<Answered> {
    return call('GET', this.#vendorUrl(orderId, vendorId));
  }

  cancelAtVendor(orderId: string, vendorId = 'swift-post'): Promise<Answered> {
    return call('POST', `${this.#vendorUrl(orderId, vendorId)}/cancel`, {});
  }

  #vendorUrl(orderId: string, vendorId: string): string {
    return `${this.sandbox.urls.vendor}/${vendorId}/orders/${encodeURIComponent(`${orderId}/1`)}`;
  }

  async control(pathAndQuery: string): Promise<any> {
    const answered = await call('GET', `${this.sandbox.urls.control}${pathAndQuery}`);
    assert.equal(answered.status, 200, JSON.stringify(answered.body));
    return answered.body;
  }

  #requestUrl(orderId: string, attempt: number): string {
    return `${this.sandbox.urls.review}/review-requests/${encodeURIComponent(`${orderId}/1/${attempt}`)}`;
  }
}

export function reviewRequest(orderId: string, attempt = 1): Record<string, unknown> {
  return {
    reviewRequestId: `${orderId}/1/${attempt}`,
    orderId,
    reviewRound: 1,
    attempt,
    requestedAt: '2026-01-01T08:00:00Z',
  };
}

export function buyerMessage(orderId: string): Record<string, unknown> {
  return {
    messageId: `${orderId}/1/1`,
    orderId,
    buyerOrderNumber: '34',
    reviewRound: 1,
    sequence: 1,
    kind: 'review_succeeded',
    provisional: true,
    supersedes: null,
    at: '2026-01-01T08:00:01Z',
    order: { buyer: { id: '7300070011115' }, total: { value: '6225', currency: 'SEK' }, lines: [] },
    reason: null,
  };
}

export function placement(orderId: string): Record<string, unknown> {
  return { placementNumber: `${orderId}/1`, order: { orderId, lines: [] }, customer: { name: 'Lin' } };
}

/** One HTTP call with a connection of its own; a string body is sent as it is. */
export async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Answered> {
  const response = await fetch(url, {
    method,
    headers: { connection: 'close', 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** Asks again and again until the answer is true or something; fails after 20 s. */
export async function until<Value>(what: string, ask: () => Promise<Value> | Value): Promise<NonNullable<Value>> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await ask();
    if (value) return value;
    assert.ok(Date.now() < deadline, `never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A plain TCP conversation: what was received, and whether the other side has closed. */
export class RawTalk {
  received = '';
  closed = false;
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    this.#socket.on('close', () => (this.closed = true)).on('error', () => undefined);
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** Closes our direction once all was sent. */
  finish(): void {
    this.#socket.end();
  }

  end(): void {
    this.#socket.destroy();
  }
}

/** Sends one mail; resolves with the server's last reply line, or `closed` when it closed without one. */
export async function sendMail(port: number, to: string, headers: string[], text: string): Promise<string> {
  const talk = openMail(port, to, headers, text);
  try {
    await talk.sent;
    return await until('a reply to the mail', () => talk.reply());
  } finally {
    talk.talk.end();
  }
}

/** Sends one mail and leaves the connection open. */
export function openMail(port: number, to: string, headers: string[], text: string, ending = '\r\n.\r\n') {
  const talk = new RawTalk(port);
  const mail = [...headers, '', text].join('\r\n');
  const envelope = `EHLO test\r\nMAIL FROM:<holdpoint@example.org>\r\nRCPT TO:<${to}>\r\nDATA\r\n`;
  const sent = until('the greeting', () => talk.received.startsWith('220 '))
    .then(() => talk.send(envelope))
    .then(() => until('354', () => talk.received.includes('354 ')))
    .then(() => talk.send(mail + ending));
  const reply = (): string | null => {
    const after = talk.received.split(/^354 .*\r\n/m)[1];
    if (after) return after.trim();
    return talk.closed ? 'closed' : null;
  };
  return { talk, sent, reply };
}

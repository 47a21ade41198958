/** The limits of a conversation with a mail server that is slow to come to an end, against servers that drip. */
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createMailer, type Mailer } from '../../src/activities/liaison/mailer.js';

const MAIL = {
  from: 'Holdpoint <holdpoint@test.example>',
  to: { name: 'Ingrid', address: 'ingrid@liaison.example' },
  subject: 'Order P-1 is held',
  text: 'Stock is short.',
  html: '<p>Stock is short.</p>',
  headers: {},
};
/** Never silent for so long as this … */
const SILENCE_MS = 1000;
const DRIP_EVERY_MS = 50;
/** … and never done. */
const LIMIT_MS = 1500;

/** An SMTP server that answers one command a line at a time, and never to its end. */
class DrippingServer {
  /** Command (`TEXT`: the mail's text) at which it drips; null: at none. */
  dripsAt: string | null = null;
  readonly heard: string[] = [];
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    socket.write('220 drip.example\r\n');
    let [rest, inText] = ['', false];
    socket.setEncoding('utf8').on('data', (part: string) => {
      rest += part;
      for (let end = endOf(inText); rest.includes(end); end = endOf(inText)) {
        const command = inText ? 'TEXT' : rest.slice(0, 4).toUpperCase();
        rest = rest.slice(rest.indexOf(end) + end.length);
        inText = command === 'DATA' && this.dripsAt !== 'DATA';
        this.#answer(socket, command);
      }
    });
  }

  #answer(socket: Socket, command: string): void {
    this.heard.push(command);
    if (command !== this.dripsAt) return void socket.write(command === 'DATA' ? '354 go on\r\n' : '250 ok\r\n');
    const dripping = setInterval(() => socket.write('250-still here\r\n'), DRIP_EVERY_MS);
    socket.on('close', () => clearInterval(dripping));
  }
}

function endOf(inText: boolean): string {
  return inText ? '\r\n.\r\n' : '\r\n';
}

describe('a conversation with a mail server', () => {
  let server: DrippingServer;
  let mailer: Mailer;
  beforeEach(async () => {
    server = new DrippingServer();
    mailer = createMailer(await server.start(), SILENCE_MS, LIMIT_MS);
  });
  afterEach(async () => {
    mailer.close();
    await server.stop();
  });
  const send = (id: string) => mailer.send({ ...MAIL, messageId: `<${id}@holdpoint>` });
  for (const command of ['EHLO', 'MAIL', 'RCPT', 'DATA']) {
    it(`D9: one that drips its reply to ${command} is left at the limit: surely not acted`, async () => {
      server.dripsAt = command;
      const startedAt = performance.now();
      const outcome = await send('early');
      const ms = performance.now() - startedAt;
      assert.deepEqual(outcome, {
        kind: 'not_acted',
        httpStatus: null,
        error: `ETIMEDOUT: the mail server had not come to an end after ${LIMIT_MS} ms, the text was not sent`,
        retryAfterMs: null,
      });
      assert.ok(ms >= LIMIT_MS - 50, `it was left after ${ms} ms`);
      assert.equal(server.heard.at(-1), command);
    });
  }

  it('D9: one that drips after the text: its outcome is unknown; the next mail goes over a connection of its own', async () => {
    server.dripsAt = 'TEXT';
    const outcome = await send('late');
    assert.equal(outcome.kind, 'unknown');
    assert.ok('error' in outcome && outcome.error === `ETIMEDOUT: the mail server had not come to an end after ${LIMIT_MS} ms`);
    server.dripsAt = null;
    const heard = server.heard.length;
    assert.equal((await send('next')).kind, 'delivered');
    assert.deepEqual(server.heard.slice(heard), ['EHLO', 'MAIL', 'RCPT', 'DATA', 'TEXT']);
  });

  it('D9: a mail that waited for its turn until the limit is not sent afterwards', async () => {
    server.dripsAt = 'RCPT';
    const outcomes = await Promise.all(Array.from({ length: 7 }, (_, index) => send(`turn-${index}`)));
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      Array.from({ length: 7 }, () => 'not_acted'),
    );
    server.dripsAt = null;
    assert.equal((await send('after')).kind, 'delivered');
    assert.equal(server.heard.filter((command) => command === 'TEXT').length, 1);
  });
});

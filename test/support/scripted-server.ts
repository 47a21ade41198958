/** A server of another side as a test writes it: keeps every request as it came, answers what the test says. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The body as it came. */
  raw: string;
}

/** Null: no answer ever comes. */
export type Scripted = { status?: number; headers?: Record<string, string | undefined>; body?: unknown } | null;

export class ScriptedServer {
  readonly received: Received[] = [];
  /** Connections that were opened, whether or not anything was said. */
  connections = 0;
  readonly #server: Server;

  /** @param answer a body that is no text goes out as JSON */
  constructor(public answer: (request: Received) => Scripted = () => ({})) {
    this.#server = createServer((request, response) => {
      let raw = '';
      request.setEncoding('utf8').on('data', (part: string) => (raw += part));
      request.on('end', () => {
        const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, raw };
        this.received.push(received);
        const said = this.answer(received);
        if (said === null) return;
        const { status = 200, headers = {}, body = {} } = said;
        const isText = typeof body === 'string';
        for (const [name, value] of Object.entries({ 'content-type': isText ? 'text/html' : 'application/json', ...headers })) {
          if (value !== undefined) response.setHeader(name, value);
        }
        response.statusCode = status;
        response.end(isText ? body : JSON.stringify(body));
      });
    });
    this.#server.on('connection', () => (this.connections += 1));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

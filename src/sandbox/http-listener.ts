import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Door } from './door.js';
import { problem } from './problem.js';
import { sendReply } from './reply.js';

/** An HTTP server that is listening. */
export interface Listener {
  port: number;
  server: Server;
  door: Door;
  /** Stops at once: connections that still wait for an answer are destroyed. Nothing is in work any more afterwards. */
  close(): Promise<void>;
}

export type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A caller beyond this many at the same time waits in the kernel's queue or is refused; a sandbox needs no more. */
const MAX_CONNECTIONS = 2000;

/**
 * Listens on `host:port` (0 = any free port). What `serve` throws goes to `onError`; the caller gets a 500.
 * @throws when the port is taken
 */
export async function listen(host: string, port: number, serve: Serve, onError: (error: unknown) => void): Promise<Listener> {
  const inWork = new InWork();
  const server = createServer((request, response) => {
    inWork.add(
      serve(request, response).catch((error: unknown) => {
        onError(error);
        sendReply(response, problem(500, 'the sandbox itself failed; its log says why'));
      }),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  const door = new Door(server, host);
  const listeningPort = await door.listen(port);
  return {
    port: listeningPort,
    server,
    door,
    close: async () => {
      await door.close();
      await inWork.settled();
    },
  };
}

/** The calls that are being worked on. */
export class InWork {
  readonly #tasks = new Set<Promise<void>>();

  /** @param task must not reject */
  add(task: Promise<void>): void {
    const tracked = task.finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#tasks);
  }
}

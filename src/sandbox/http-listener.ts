import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { problem } from './problem.js';
import { sendReply } from './reply.js';

/** An HTTP server that is listening. */
export interface Listener {
  port: number;
  server: Server;
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
  const sockets = trackSockets(server);
  await startListening(server, () => server.listen(port, host));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
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

/** @returns a live set of the server's open connections */
export function trackSockets(server: NetServer): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Runs `start` and waits until `server` listens. @throws what it failed with, such as EADDRINUSE */
export function startListening(server: NetServer, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    start();
  });
}

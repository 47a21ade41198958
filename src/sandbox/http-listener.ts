import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';

/** An HTTP server that is listening. */
export interface Listener {
  port: number;
  server: Server;
  /** Stops at once: connections that still wait for an answer are destroyed. */
  close(): Promise<void>;
}

/** A caller beyond this many at the same time waits in the kernel's queue or is refused; a sandbox needs no more. */
const MAX_CONNECTIONS = 2000;

/** Listens on `host:port` (0 = any free port). @throws when the port is taken */
export async function listen(host: string, port: number, onRequest: RequestListener): Promise<Listener> {
  const server = createServer(onRequest);
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = trackSockets(server);
  await startListening(server, () => server.listen(port, host));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
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

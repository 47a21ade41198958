import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';

/** The port of a server that can be shut, as when its program is down, and opened again. */
export class Door {
  readonly #server: NetServer;
  readonly #host: string;
  readonly #sockets: Set<Socket>;
  #port = 0;
  #placeholder: Placeholder | null = null;

  constructor(server: NetServer, host: string) {
    this.#server = server;
    this.#host = host;
    this.#sockets = trackSockets(server);
  }

  get sockets(): ReadonlySet<Socket> {
    return this.#sockets;
  }

  /** Listens for the first time. @param port 0: any free one @returns the port @throws such as EADDRINUSE */
  async listen(port: number): Promise<number> {
    await startListening(this.#server, () => this.#server.listen(port, this.#host));
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : port;
    return this.#port;
  }

  /** Cuts every connection; new ones are refused by the operating system. Keeps the port from being given to another program. */
  async shut(): Promise<void> {
    if (!this.#server.listening) return;
    await this.#stopListening();
    this.#placeholder = await holdPort(this.#host, this.#port);
  }

  /** Listens again where it did. @throws when another program has taken the port all the same */
  async open(): Promise<void> {
    if (this.#server.listening) return;
    await startListening(this.#server, () => this.#server.listen(this.#port, this.#host));
    this.#release();
  }

  /** Stops for good; connections that still wait for an answer are destroyed. */
  async close(): Promise<void> {
    await this.#stopListening();
    this.#release();
  }

  #stopListening(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #release(): void {
    this.#placeholder?.release();
    this.#placeholder = null;
  }
}

interface Placeholder {
  release(): void;
}

/**
 * Keeps a port by an outgoing connection that has it as its own end: nobody else is given it, and as nobody listens there, who
 * connects is refused.
 * @returns null when it could not be held; then it is free like any other
 */
async function holdPort(host: string, port: number): Promise<Placeholder | null> {
  const localAddress = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const anchor = createServer((socket) => socket.on('error', () => undefined).resume());
  try {
    await startListening(anchor, () => anchor.listen(0, localAddress));
  } catch {
    return null;
  }
  const { port: anchorPort } = anchor.address() as { port: number };
  const socket = connect({ host: localAddress, port: anchorPort, localAddress, localPort: port });
  const held = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  const release = (): void => {
    socket.resetAndDestroy();
    anchor.close();
  };
  if (held) return { release };
  release();
  return null;
}

/** @returns a live set of the server's open connections */
function trackSockets(server: NetServer): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Runs `start` and waits until `server` listens. @throws what it failed with, such as EADDRINUSE */
function startListening(server: NetServer, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    start();
  });
}

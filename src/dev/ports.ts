import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandLine } from './process-identity.js';

/** One port the stack wants: on which the named part listens, and the environment variable that moves it. */
export type PortUse = { port: number; part: string; variable: string };

/** Thrown with every taken port at once; the message says for each what to do. */
export class PortsTakenError extends Error {
  constructor(readonly taken: (PortUse & { holder?: string })[]) {
    super(taken.map(describe).join('\n'));
  }
}

/**
 * Sees that nobody listens on the ports and that no two parts want the same.
 *
 * @throws PortsTakenError
 */
export async function assertPortsFree(uses: PortUse[]): Promise<void> {
  const seen = new Map<number, PortUse>();
  const taken: (PortUse & { holder?: string })[] = [];
  for (const use of uses) {
    const other = seen.get(use.port);
    seen.set(use.port, use);
    if (other) taken.push({ ...use, holder: `${other.part} of this stack (${other.variable})` });
    else if (!(await isPortFree(use.port))) taken.push({ ...use, holder: findPortHolder(use.port) });
  }
  if (taken.length > 0) throw new PortsTakenError(taken);
}

function describe({ port, part, variable, holder = 'another program' }: PortUse & { holder?: string }): string {
  const other = port + 10_000 > 65_535 ? port - 10_000 : port + 10_000;
  return `port ${port}, wanted for ${part}, is taken by ${holder}: end that, or choose another port with ${variable}, e.g. ${variable}=${other} npm start`;
}

/** True when 127.0.0.1 and every other local address can be listened on at this port. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Who listens on a TCP port here, e.g. `pid 4711 (node server.js)`; undefined when the system does not tell us. */
export function findPortHolder(port: number): string | undefined {
  const pid = process.platform === 'linux' ? linuxListener(port) : lsofListener(port);
  if (pid === undefined) return undefined;
  const command = commandLine(pid);
  return command ? `pid ${pid} (${command.length > 80 ? `${command.slice(0, 77)}...` : command})` : `pid ${pid}`;
}

function linuxListener(port: number): number | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => openSockets(pid).some((inode) => inodes.has(inode)));
  return found === undefined ? undefined : Number(found);
}

/** Rows read: `sl local_address rem_address st … inode`; state 0A is LISTEN, addresses end in the port as four hex digits. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    const rows = readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/));
    return rows.filter((row) => row[1]?.endsWith(suffix) && row[3] === '0A').map((row) => row[9] ?? '');
  } catch {
    return [];
  }
}

function openSockets(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const socket = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`));
      return socket?.[1] ? [socket[1]] : [];
    });
  } catch {
    return []; // another user's process, or one that just ended
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function lsofListener(port: number): number | undefined {
  try {
    const pids = execFileSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number.parseInt(pids, 10) || undefined;
  } catch {
    return undefined;
  }
}

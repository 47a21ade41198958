/** A server that is killed -9 with all its children and started again on the same data. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildSpec } from '../../src/dev/processes.js';

const POLL_MS = 40;
/** A busy machine may take its time; an unready server breaks the run off. */
const READY_LIMIT_MS = 180_000;
const RETRY_MS = 300;
const STOP_LIMIT_MS = 10_000;
const MAX_OUTPUT_CHARS = 20_000;

/** Ended with this process, however that ends by itself. */
const running = new Set<KillableServer>();
process.on('exit', () => {
  for (const server of running) server.signalAll('SIGKILL');
});

export class KillableServer {
  #child: ChildProcess | undefined;
  #gone: Promise<unknown> = Promise.resolve();
  #output = '';

  /**
   * @param prepare makes its data ready and says what to start, before each start
   * @param isReady whether it answers
   */
  constructor(
    private readonly prepare: () => Promise<ChildSpec>,
    private readonly isReady: () => Promise<boolean>,
  ) {}

  /** Starts it, again when it ends at once, and waits until it answers. @throws Error with what it wrote when it never does */
  async start(): Promise<void> {
    const until = Date.now() + READY_LIMIT_MS;
    this.#spawn(await this.prepare());
    while (!(await this.isReady().catch(() => false))) {
      if (Date.now() > until) throw new Error(`not ready within ${READY_LIMIT_MS} ms:\n${this.#output}`);
      await delay(POLL_MS);
      if (this.#child !== undefined) continue;
      await delay(RETRY_MS);
      this.#spawn(await this.prepare());
    }
  }

  /** kill -9 of the process and its children, sent within this call. @returns when the process is gone */
  async kill(): Promise<void> {
    this.signalAll('SIGKILL');
    await this.#gone;
  }

  /** Asks it to end, and kills it when it does not. */
  async stop(): Promise<void> {
    this.#child?.kill('SIGINT');
    await Promise.race([this.#gone, delay(STOP_LIMIT_MS, undefined, { ref: false })]);
    await this.kill();
  }

  signalAll(signal: NodeJS.Signals): void {
    for (const pid of this.pids) trySignal(pid, signal);
  }

  /** The server's process and its children; none while it does not run. */
  get pids(): number[] {
    const pid = this.#child?.pid;
    return pid === undefined ? [] : [pid, ...childrenOf(pid)];
  }

  #spawn({ command, args, env, uid, gid }: ChildSpec): void {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: env ?? process.env, uid, gid });
    const keep = (part: Buffer): void => void (this.#output = (this.#output + part.toString()).slice(-MAX_OUTPUT_CHARS));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#child = child;
    running.add(this);
    this.#gone = new Promise((resolve) => {
      child.once('error', resolve).once('exit', () => {
        this.#child = undefined;
        running.delete(this);
        resolve(undefined);
      });
    });
  }
}

/** The pids whose parent this is; PostgreSQL's children lead sessions of their own, so its group does not name them. */
function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => parentOf(pid) === parent).map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // gone meanwhile
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already
  }
}

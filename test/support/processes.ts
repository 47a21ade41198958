/** The production programs, compiled, as processes of their own: started, killed, asked to end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../../src/package-root.js';
import { RUN_MARK } from './leaks.js';

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const MAX_OUTPUT_CHARS = 20_000;
const POLL_MS = 25;

/** Ended with the tests' own process, however that ends by itself. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface ProgramOptions {
  /** The checkout whose dist/bin has the program; default: this one. */
  root?: string;
  /** Another program than that of dist/bin. */
  script?: string;
  nodeArgs?: string[];
}

/** A program of dist/bin. */
export class Program {
  readonly ended: Promise<Ending>;
  /** How it ended; undefined while it runs. */
  ending: Ending | undefined;
  readonly #child: ChildProcess;
  #output = '';

  /** @param env all it gets, beside the path */
  constructor(
    readonly name: 'api' | 'worker' | 'sandbox' | 'barest worker',
    env: Record<string, string>,
    { root = packageRoot, script = join(root, 'dist', 'bin', `${name}.js`), nodeArgs = [] }: ProgramOptions = {},
  ) {
    const { PATH } = process.env;
    const mark = process.env[RUN_MARK.name];
    this.#child = spawn(process.execPath, ['--enable-source-maps', ...nodeArgs, script], {
      env: { PATH, ...(mark === undefined ? {} : { [RUN_MARK.name]: mark }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    const keep = (part: string): void => void (this.#output = (this.#output + part).slice(-MAX_OUTPUT_CHARS));
    this.#child.stdout?.setEncoding('utf8').on('data', keep);
    this.#child.stderr?.setEncoding('utf8').on('data', keep);
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        running.delete(this.#child);
        resolve((this.ending = { code, signal }));
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it wrote, the newest part of it. */
  get output(): string {
    return this.#output;
  }

  /** How it is, which errors it could not explain, and what it wrote last. */
  report(): string {
    const unexplained = this.#output.split('\n').filter((line) => line.includes('"msg":"INTERNAL"'));
    const state = this.ending === undefined ? 'runs' : `ended ${JSON.stringify(this.ending)}`;
    return `\n--- ${this.name} ${state}\n${unexplained.slice(-2).join('\n')}\n${this.#output.slice(-2000)}`;
  }

  /** kill -9: sent within this call. @returns when the process is gone */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /**
   * Asks it to end, as an orchestrator does.
   *
   * @returns how it ended and after how long, in ms
   * @throws Error when it has not ended within `limitMs`; it is killed then
   */
  async terminate(limitMs = 15_000): Promise<Ending & { ms: number }> {
    const begunAt = performance.now();
    this.#child.kill('SIGTERM');
    const ending = await Promise.race([this.ended, delay(limitMs, undefined, { ref: false })]);
    if (ending !== undefined) return { ...ending, ms: performance.now() - begunAt };
    await this.kill();
    throw new Error(`${this.name} did not end within ${limitMs} ms of SIGTERM; it wrote:\n${this.output}`);
  }

  /**
   * Waits for its word that it is ready.
   *
   * @throws Error with what it wrote when it ends before, or is not ready within `limitMs`
   */
  async ready(isReady: () => Promise<boolean>, limitMs = 40_000): Promise<void> {
    const until = Date.now() + limitMs;
    while (!(await isReady().catch(() => false))) {
      if (this.ending !== undefined) throw new Error(`${this.name} ended while starting (${JSON.stringify(this.ending)}):\n${this.output}`);
      if (Date.now() > until) {
        await this.kill();
        throw new Error(`${this.name} was not ready within ${limitMs} ms:\n${this.output}`);
      }
      await delay(POLL_MS);
    }
  }
}

/** Whether an address answers 200. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.status === 200;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

const MAX_LOG_BYTES = 10_000_000;
const MIN_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** A child that lived this long starts again with the shortest wait. */
const STEADY_MS = 60_000;
const POLL_MS = 40;
/** Enough for the first line of a program's own trace. */
const FAILURE_LINES = 40;

/** A program to run as a child. */
export type ChildSpec = {
  /** Names its log, `<dataDir>/logs/<name>.log`. */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** User and group to run as; only root may give them. */
  uid?: number;
  gid?: number;
  /** What asks it to end; default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to end before it is killed, ms; default 10,000. */
  graceMs?: number;
  /** How often it may end while starting before that counts; default 1. */
  starts?: number;
};

type ChildRecord = ProcessIdentity & { name: string; stopSignal: NodeJS.Signals; graceMs: number };
type Child = {
  spec: ChildSpec;
  process: ChildProcess;
  record?: ChildRecord;
  startedAt: number;
  ready: boolean;
  backoffMs: number;
  ended: Promise<string>;
};

/** A child ended, or was not ready in time, during start-up. The message ends with the last lines of its log. */
export class ChildFailedError extends Error {}

/**
 * Starts children, keeps them running, and ends them all. Each child leads a process group of its own, so that Ctrl-C reaches
 * only the parent, which then ends the children in order. `<dataDir>/pids.json` says who runs: after a kill -9 of the parent the
 * next start ends exactly these.
 */
export class Supervisor {
  readonly #children: Child[] = [];
  readonly #pidFile: string;
  readonly #logDir: string;
  #stopping = false;

  /** @param say told, in one line, of a child that died and is started again */
  constructor(
    dataDir: string,
    private readonly say: (line: string) => void = () => {},
  ) {
    this.#pidFile = join(dataDir, 'pids.json');
    this.#logDir = join(dataDir, 'logs');
    mkdirSync(this.#logDir, { recursive: true });
  }

  /**
   * Ends what an earlier, killed parent left running, newest first. A process that merely has the pid of one of them is spared.
   *
   * @returns the names of those ended
   */
  async endLeftovers(): Promise<string[]> {
    const left = readRecords(this.#pidFile).filter(isRunning).toReversed();
    for (const record of left) await endProcess(record);
    rmSync(this.#pidFile, { force: true });
    return left.map((record) => record.name);
  }

  /**
   * Starts a child and waits until `isReady` says so; from then on it is started again whenever it dies.
   *
   * @throws ChildFailedError when it ends or is not ready within `timeoutMs`; `stopAll` still ends it
   */
  async start(spec: ChildSpec, isReady: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (let left = (spec.starts ?? 1) - 1; ; left -= 1) {
      if (this.#stopping) throw new ChildFailedError(`${spec.name} not started: stopping`);
      const child = this.#spawn(spec, MIN_BACKOFF_MS);
      this.#children.push(child);
      const end = await this.#untilReady(child, isReady, deadline);
      if (end === undefined) {
        child.ready = true;
        return void this.#keepRunning(child);
      }
      const failure = this.#failure(spec, `${spec.name} ended while starting (${end})`);
      if (left === 0) throw failure;
      this.say(`${failure.message}\n${spec.name} is started again`);
      this.#children.splice(this.#children.indexOf(child), 1);
    }
  }

  /** @returns how it ended, if it did */
  async #untilReady(child: Child, isReady: () => Promise<boolean>, deadline: number): Promise<string | undefined> {
    const { name } = child.spec;
    let end: string | undefined;
    void child.ended.then((how) => (end = how));
    while (!(await isReady().catch(() => false))) {
      if (end !== undefined) return end;
      if (this.#stopping) throw new ChildFailedError(`${name} not awaited: stopping`);
      if (Date.now() > deadline) {
        throw this.#failure(child.spec, `${name} was not ready within ${((Date.now() - child.startedAt) / 1000).toFixed(0)} s`);
      }
      await delay(POLL_MS);
    }
    return end;
  }

  /** The pid a named child has now; undefined when it is not running. */
  pidOf(name: string): number | undefined {
    return this.#children.find((child) => child.spec.name === name)?.process.pid;
  }

  /** Ends every child, newest first, each before the next; those that do not heed within their grace are killed. */
  async stopAll(): Promise<void> {
    this.#stopping = true;
    for (const child of this.#children.toReversed()) if (child.record) await endProcess(child.record);
    rmSync(this.#pidFile, { force: true });
  }

  /** Kills every child at once, without asking. */
  killAll(): void {
    this.#stopping = true;
    for (const child of this.#children) if (child.record && isRunning(child.record)) signalGroup(child.record.pid, 'SIGKILL');
  }

  /** The last lines a child wrote. */
  logTail(name: string, lines = 15): string {
    const path = this.logPath(name);
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
  }

  logPath(name: string): string {
    return join(this.#logDir, `${name}.log`);
  }

  #spawn(spec: ChildSpec, backoffMs: number): Child {
    const log = openLog(this.logPath(spec.name));
    const { command, args, env, uid, gid } = spec;
    const started = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env, uid, gid });
    closeSync(log);
    const ended = new Promise<string>((resolve) => {
      started.once('error', (error) => resolve(error.message));
      started.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    const child: Child = { spec, process: started, record: toRecord(started, spec), startedAt: Date.now(), ready: false, backoffMs, ended };
    this.#writePids([...this.#children, child]);
    return child;
  }

  async #keepRunning(child: Child): Promise<void> {
    const how = await child.ended;
    if (this.#stopping) return;
    const waitMs = Date.now() - child.startedAt > STEADY_MS ? MIN_BACKOFF_MS : child.backoffMs;
    this.say(`${child.spec.name} ended (${how}) and is started again in ${waitMs / 1000} s; its log: ${this.logPath(child.spec.name)}`);
    await delay(waitMs, undefined, { ref: false });
    if (this.#stopping) return;
    const next = this.#spawn(child.spec, Math.min(waitMs * 2, MAX_BACKOFF_MS));
    next.ready = true;
    this.#children.splice(this.#children.indexOf(child), 1, next);
    this.#writePids(this.#children);
    void this.#keepRunning(next);
  }

  #failure(spec: ChildSpec, what: string): ChildFailedError {
    const tail = this.logTail(spec.name, FAILURE_LINES);
    return new ChildFailedError(`${what}; its log, ${this.logPath(spec.name)}, ends:\n${tail.replace(/^/gm, '  | ')}`);
  }

  #writePids(children: Child[]): void {
    const records = children.flatMap((child) => (child.record ? [child.record] : []));
    writeFileSync(`${this.#pidFile}.new`, JSON.stringify(records, null, 1));
    renameSync(`${this.#pidFile}.new`, this.#pidFile);
  }
}

function toRecord(started: ChildProcess, spec: ChildSpec): ChildRecord | undefined {
  const identity = started.pid === undefined ? undefined : identify(started.pid);
  return identity && { ...identity, name: spec.name, stopSignal: spec.stopSignal ?? 'SIGTERM', graceMs: spec.graceMs ?? 10_000 };
}

function readRecords(pidFile: string): ChildRecord[] {
  try {
    return JSON.parse(readFileSync(pidFile, 'utf8')) as ChildRecord[];
  } catch {
    return [];
  }
}

/** Asks a process to end, waits for its grace, then kills it with all it started; back when it is gone. */
async function endProcess(record: ChildRecord): Promise<void> {
  if (!isRunning(record)) return;
  trySignal(record.pid, record.stopSignal);
  const deadline = Date.now() + record.graceMs;
  while (isRunning(record) && Date.now() < deadline) await delay(POLL_MS);
  if (!isRunning(record)) return;
  signalGroup(record.pid, 'SIGKILL');
  while (isRunning(record)) await delay(POLL_MS);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (!trySignal(-pid, signal)) trySignal(pid, signal);
}

function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // gone already
  }
}

/** Opens a log to append to; one that grew large is put aside first, as `<name>.log.1`. */
function openLog(path: string): number {
  if (existsSync(path) && statSync(path).size > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a');
}

/** k6, the program that makes the calls: an open model cannot be had from Node beside what it measures. */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fromRoot } from '../../src/package-root.js';
import { linesOf, type Seen } from './step.js';

export const HOW_TO_GET_K6 = `npm run load needs k6, the load generator (1.0 or newer), and there is none on the PATH. Get it
  with Go:             go install go.k6.io/k6@v1.8.1   (some minutes; it lands in $(go env GOPATH)/bin)
  with Homebrew:       brew install k6
  with Linux packages: the package k6, as k6's own documentation says
or say where it is:    K6_PATH=/path/to/k6 npm run load`;

type Env = Readonly<Record<string, string | undefined>>;

/** @returns where k6 is: `K6_PATH`, else on the PATH, else where Go puts it; undefined: nowhere */
export function findK6(env: Env): string | undefined {
  const named = env['K6_PATH'];
  if (named) return named;
  const go = env['GOBIN'] || join(env['GOPATH'] || join(env['HOME'] || homedir(), 'go'), 'bin');
  return [...(env['PATH'] ?? '').split(delimiter), go].map((folder) => join(folder, 'k6')).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Plan {
  url: string;
  key: string;
  /** In all eventIds and order IDs of these calls, and in no others. */
  run: string;
  /** Calls a second. */
  perSecond: number;
  seconds: number;
  notice: object;
  placement: object;
}

/** Calls that wait for their answer, at most: at the limit of p99 there are fewer by far. */
const SECONDS_OF_CALLERS = 3;
const LEAST_CALLERS = 50;
const MOST_CALLERS = 1500;
/** k6's own start, and its wait for the last answers. */
const BESIDE_MS = 90_000;

/** Makes the calls of a plan. @throws Error with what k6 wrote, when it failed */
export async function runK6(program: string, { perSecond, ...plan }: Plan): Promise<{ seen: Seen[]; dropped: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'holdpoint-load-'));
  const file = (name: string): string => join(folder, name);
  // k6 takes whole rates: those of ten seconds are fine enough.
  const rate = Math.max(Math.round(perSecond * 10), 1);
  const callers = Math.min(Math.max(Math.ceil(perSecond * SECONDS_OF_CALLERS), LEAST_CALLERS), MOST_CALLERS);
  writeFileSync(file('config.json'), JSON.stringify({ ...plan, rate, callers, summaryFile: file('summary.json') }));
  const quiet = ['--quiet', '--no-usage-report', '--no-color', '--address', '127.0.0.1:0', '--log-format', 'raw'];
  const args = ['run', ...quiet, '--console-output', file('console'), '--env', `LOAD_CONFIG=${file('config.json')}`];
  try {
    await ended(program, [...args, fromRoot('bench', 'overload', 'k6-script.js')], plan.seconds * 1000 + BESIDE_MS);
    const { dropped } = JSON.parse(readFileSync(file('summary.json'), 'utf8')) as { dropped: number };
    return { seen: linesOf(readFileSync(file('console'), 'utf8')), dropped };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ended(program: string, args: string[], limitMs: number): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL' });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  const keep = (part: string): void => void (output = (output + part).slice(-5000));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}`);
  } finally {
    process.off('exit', kill);
  }
}

/** Runs mocha as a child over chosen test files, with the shared servers' addresses in its environment, and counts. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from '../../src/package-root.js';
import { killGroup, runProgram } from './programs.js';
import type { TestOutcome } from './reporter.js';

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
/** Mocha ends by itself when nothing is left open; after its last test it has this long. */
const END_GRACE_MS = 15_000;
/** These test files start what they need by themselves. */
const SELF_CONTAINED = ['unit', 'house', 'sandbox', 'stack'].map((room) => `test/${room}/`);

/** The test files whose path contains one of the patterns; all without patterns. Those on servers first. */
export function findTestFiles(patterns: string[] = []): string[] {
  const names = readdirSync(fromRoot('test'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name.replaceAll('\\', '/')}`);
  const wanted = patterns.length === 0 ? files : files.filter((file) => patterns.some((pattern) => file.includes(pattern)));
  return wanted.toSorted((a, b) => Number(isSelfContained(a)) - Number(isSelfContained(b)) || a.localeCompare(b));
}

export function isSelfContained(file: string): boolean {
  return SELF_CONTAINED.some((room) => file.startsWith(room));
}

/** Replays need no server, but the workflows' code. */
export function readsBundle(file: string): boolean {
  return file.startsWith('test/replay/');
}

/** Tests that run, kill and time whole programs. */
export function isEndToEnd(file: string): boolean {
  return file.startsWith('test/e2e/');
}

/** Rooms that share a process, those that take longest first; every other room goes with the last. */
const BATCHES = [['e2e'], ['workflow'], ['api', 'access'], ['demo', 'cli', 'activity']];

/** The files in batches that take about as long as one another, but for whole programs, which take longest. */
export function batchesOf(files: string[]): string[][] {
  const isIn = (rooms: string[], file: string): boolean => rooms.some((room) => file.startsWith(`test/${room}/`));
  const batches = BATCHES.map((rooms) => files.filter((file) => isIn(rooms, file)));
  const rest = files.filter((file) => !isIn(BATCHES.flat(), file));
  return [...batches, rest].filter((batch) => batch.length > 0);
}

export interface MochaRun {
  files: string[];
  /** Only tests whose full title matches this regular expression. */
  grep?: string;
  /** Where the tests lie; default: here. */
  root?: string;
  /** Run file after file instead of two at a time. */
  serial?: boolean;
  /** For each test; default: that of .mocharc.json. */
  timeoutMs?: number;
  env?: NodeJS.ProcessEnv;
  /** Show the tests' progress; else it is returned with the outcomes. */
  show: boolean;
}

export interface MochaResult {
  outcomes: TestOutcome[];
  /** Why mocha itself did not work as it should; null: it did. */
  trouble: string | null;
  output: string;
  pid: number;
}

export async function runMocha({ files, grep, root = fromRoot(), serial = false, timeoutMs, env, show }: MochaRun): Promise<MochaResult> {
  const dir = mkdtempSync(join(tmpdir(), 'holdpoint-report-'));
  const report = join(dir, 'report.json');
  const args = [MOCHA, ...files];
  if (grep !== undefined) args.push('--grep', grep);
  if (serial) args.push('--no-parallel');
  if (timeoutMs !== undefined) args.push('--timeout', String(timeoutMs));
  let watch: NodeJS.Timeout | undefined;
  let hung = false;
  try {
    const { code, output, pid } = await runProgram(process.execPath, args, {
      cwd: root,
      show,
      env: { ...process.env, ...env, TEST_REPORT: report, ...(show && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
      onStart: (child) => {
        watch = setInterval(() => {
          if (!existsSync(report)) return;
          clearInterval(watch);
          watch = setTimeout(() => {
            hung = true;
            killGroup(child);
          }, END_GRACE_MS);
        }, 500);
      },
    });
    const outcomes: TestOutcome[] = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : [];
    return { outcomes, output, pid, trouble: troubleOf({ outcomes, code, hung }) };
  } finally {
    clearInterval(watch);
    rmSync(dir, { recursive: true, force: true });
  }
}

function troubleOf({ outcomes, code, hung }: { outcomes: TestOutcome[]; code: number | null; hung: boolean }): string | null {
  if (hung) return `mocha did not end within ${END_GRACE_MS / 1000} s of its last test: something is left open`;
  if (outcomes.length === 0) return `mocha ran no test (exit code ${code})`;
  const failed = outcomes.some(({ state }) => state === 'failed');
  return (code === 0) === !failed ? null : `mocha ended with code ${code}, its report says otherwise`;
}

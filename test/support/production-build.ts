/** `npm run build`, made when it is older than the sources: what end-to-end tests run is what production runs. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.js';

/** The last thing a build writes. */
const builtIn = (root: string): string => join(root, 'dist', 'workflow-bundle.cjs');
const lockOf = (root: string): string => join(root, 'dist', '.build.lock');
const BUILD_LIMIT_MS = 120_000;

/**
 * Sees that `dist` is as new as `src`; of several test processes one builds and the others wait for it.
 *
 * @param root the checkout; default: this one
 * @throws Error with the compiler's words when the build fails
 */
export async function buildPrograms(root = packageRoot): Promise<void> {
  const until = Date.now() + BUILD_LIMIT_MS;
  while (!isFresh(root)) {
    if (!takeLock(root)) {
      if (Date.now() > until) throw new Error(`${lockOf(root)} was held for ${BUILD_LIMIT_MS / 1000} s`);
      await delay(100);
      continue;
    }
    try {
      if (!isFresh(root)) await build(root);
      return;
    } finally {
      rmSync(lockOf(root), { force: true });
    }
  }
}

async function build(root: string): Promise<void> {
  try {
    await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: root, timeout: BUILD_LIMIT_MS });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`npm run build failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}

/** Built after the newest source was written, and by nobody at this moment. */
function isFresh(root: string): boolean {
  return existsSync(builtIn(root)) && !isLocked(root) && statSync(builtIn(root)).mtimeMs > newestSource(root);
}

function newestSource(root: string): number {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

function isLocked(root: string): boolean {
  return existsSync(lockOf(root)) && readLock(root) !== process.pid;
}

/** @returns whether the lock is ours now; one left by a process that is gone does not count */
function takeLock(root: string): boolean {
  const lock = lockOf(root);
  mkdirSync(dirname(lock), { recursive: true });
  const holder = readLock(root);
  if (holder !== undefined && !isAlive(holder)) rmSync(lock, { force: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function readLock(root: string): number | undefined {
  try {
    return Number(readFileSync(lockOf(root), 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return true; // being written
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

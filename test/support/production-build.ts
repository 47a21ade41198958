/** `npm run build`, made when it is older than the sources: what end-to-end tests run is what production runs. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fromRoot } from '../../src/package-root.js';

/** The last thing a build writes. */
const BUILT = fromRoot('dist', 'workflow-bundle.cjs');
const LOCK = fromRoot('dist', '.build.lock');
const BUILD_LIMIT_MS = 120_000;

/**
 * Sees that `dist` is as new as `src`; of several test processes one builds and the others wait for it.
 *
 * @throws Error with the compiler's words when the build fails
 */
export async function buildPrograms(): Promise<void> {
  const until = Date.now() + BUILD_LIMIT_MS;
  while (!isFresh()) {
    if (!takeLock()) {
      if (Date.now() > until) throw new Error(`${LOCK} was held for ${BUILD_LIMIT_MS / 1000} s`);
      await delay(100);
      continue;
    }
    try {
      if (!isFresh()) await build();
      return;
    } finally {
      rmSync(LOCK, { force: true });
    }
  }
}

async function build(): Promise<void> {
  try {
    await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: fromRoot(), timeout: BUILD_LIMIT_MS });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`npm run build failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}

/** Built after the newest source was written, and by nobody at this moment. */
function isFresh(): boolean {
  return existsSync(BUILT) && !isLocked() && statSync(BUILT).mtimeMs > newestSource();
}

function newestSource(): number {
  const files = readdirSync(fromRoot('src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

function isLocked(): boolean {
  return existsSync(LOCK) && readLock() !== process.pid;
}

/** @returns whether the lock is ours now; one left by a process that is gone does not count */
function takeLock(): boolean {
  mkdirSync(dirname(LOCK), { recursive: true });
  const holder = readLock();
  if (holder !== undefined && !isAlive(holder)) rmSync(LOCK, { force: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function readLock(): number | undefined {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
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

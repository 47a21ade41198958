/** The console's files, built by Vite when they are not there or older than what they are made of. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fromRoot } from '../package-root.js';

const MAX_SHOWN = 2000;
const FOLDER = fromRoot('dist', 'console');
const LOCK = `${FOLDER}.lock`;
const LOOK_AGAIN_MS = 200;

/**
 * Builds the console into `dist/console`, beside the one that is there until it is whole. Of several processes one builds, and the others
 * wait for it.
 * @returns in a word what was done
 * @throws Error with what Vite said
 */
export async function buildConsole(signal: AbortSignal): Promise<string> {
  mkdirSync(dirname(FOLDER), { recursive: true });
  while (!isFresh()) {
    if (!takeLock()) {
      await setTimeout(LOOK_AGAIN_MS, undefined, { signal });
      continue;
    }
    try {
      if (isFresh()) break;
      await build(signal);
      return 'built';
    } finally {
      rmSync(LOCK, { force: true });
    }
  }
  return 'up to date';
}

async function build(signal: AbortSignal): Promise<void> {
  const fresh = `${FOLDER}.${process.pid}`;
  try {
    await runVite(['build', '--config', fromRoot('vite.config.ts'), '--outDir', fresh, '--emptyOutDir'], signal);
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(fresh, FOLDER);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** @returns false where another process builds; the lock of one that is no more counts for nothing */
function takeLock(): boolean {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : 0;
    if (holder > 0 && !isRunning(holder)) rmSync(LOCK, { force: true });
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isFresh(): boolean {
  const page = join(FOLDER, 'index.html');
  if (!existsSync(page)) return false;
  const builtAt = statSync(page).mtimeMs;
  const sources = ['console', 'domain'].map((folder) => fromRoot('src', folder));
  const files = sources.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)));
  return [...files, fromRoot('package-lock.json'), fromRoot('vite.config.ts')].every((file) => statSync(file).mtimeMs <= builtAt);
}

function runVite(args: string[], signal: AbortSignal): Promise<void> {
  const program = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  const child = spawn(process.execPath, [program, ...args, '--logLevel', 'warn'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let said = '';
  const hear = (part: Buffer): void => {
    said = `${said}${String(part)}`.slice(-MAX_SHOWN);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the console could not be built (npm run build:console shows all):\n${said.trim()}`));
    });
  });
}

/** The console's files, built by Vite when they are not there or older than what they are made of. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fromRoot } from '../package-root.js';

const MAX_SHOWN = 2000;
const FOLDER = fromRoot('dist', 'console');

/**
 * Builds the console into `dist/console`, beside the one that is there until it is whole.
 * @returns in a word what was done
 * @throws Error with what Vite said
 */
export async function buildConsole(signal: AbortSignal): Promise<string> {
  if (isFresh()) return 'up to date';
  const fresh = `${FOLDER}.${process.pid}`;
  mkdirSync(dirname(FOLDER), { recursive: true });
  try {
    await runVite(['build', '--config', fromRoot('vite.config.ts'), '--outDir', fresh, '--emptyOutDir'], signal);
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(fresh, FOLDER);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return 'built';
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

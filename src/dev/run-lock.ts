import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

/** Another stack runs on the same data directory. */
export class AlreadyRunningError extends Error {
  constructor(
    readonly pid: number,
    dataDir: string,
  ) {
    super(
      `already running on ${dataDir} (pid ${pid}); stop it first, or give this one a directory of its own by HOLDPOINT_DATA_DIR and other ports`,
    );
  }
}

/**
 * Takes the data directory for this process until it ends or calls the function returned. A lock whose holder is gone
 * (killed, or the machine was restarted) is taken over.
 *
 * @throws AlreadyRunningError
 */
export function takeRunLock(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const lock = join(dataDir, 'run.lock');
  const mine = `${lock}.${process.pid}`;
  const self = identify(process.pid);
  writeFileSync(mine, JSON.stringify(self));
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (tryLink(mine, lock)) return () => release(lock, process.pid);
      const holder = read(lock);
      if (holder && isRunning(holder)) throw new AlreadyRunningError(holder.pid, dataDir);
      setAside(lock, holder);
    }
    throw new Error(`${lock} keeps changing hands; try again`);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** A hard link appears whole or not at all, and never replaces a file: of two processes one succeeds. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Renames the stale lock away; when a new holder's came under our hands instead, puts it back. */
function setAside(lock: string, stale: ProcessIdentity | undefined): void {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return; // somebody else was quicker
  }
  const taken = read(aside);
  if (taken && taken.startedAt !== stale?.startedAt) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function release(lock: string, pid: number): void {
  if (read(lock)?.pid === pid) rmSync(lock, { force: true });
}

function read(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Directories of a process: each is gone with it at the latest, also after Ctrl-C. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();
let watching = false;

/** @returns a new directory, named `holdpoint-<what>-…`, for the process's own user alone */
export function temporaryDirectory(what: string): string {
  // Registered late: what runs in them is killed by listeners that were there before.
  if (!watching) process.on('exit', removeAll);
  watching = true;
  const dir = mkdtempSync(join(tmpdir(), `holdpoint-${what}-`));
  made.add(dir);
  return dir;
}

export function removeTemporaryDirectory(dir: string): void {
  // What was killed a moment ago may still be writing.
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  made.delete(dir);
}

function removeAll(): void {
  for (const dir of made) removeTemporaryDirectory(dir);
}

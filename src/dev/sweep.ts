import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from './processes.js';
import { takeRunLock } from './run-lock.js';

/** Ends what killed runs left running in temporary directories of this prefix, and removes these; a run that goes on is left alone. */
export async function sweepTemporaryStacks(prefix: string): Promise<void> {
  const directories = readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name));
  for (const dir of directories.filter((path) => existsSync(join(path, 'run.lock')))) {
    try {
      takeRunLock(dir);
    } catch {
      continue; // its run goes on, or it is another user's
    }
    await new Supervisor(dir).endLeftovers();
    rmSync(dir, { recursive: true, force: true });
  }
}

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory that holds package.json and prisma/: one above `src` (in development) and one above `dist` (compiled). */
export const packageRoot: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** An absolute path below the package's root, e.g. `fromRoot('prisma', 'migrations')`. */
export function fromRoot(...parts: string[]): string {
  return join(packageRoot, ...parts);
}

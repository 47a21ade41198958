import { fileURLToPath } from 'node:url';
import { fromRoot } from '../package-root.js';

/** The command line of one of our programs, e.g. `api`, run as this one is: from the source through tsx, or compiled. */
export function program(name: string): string[] {
  const self = fileURLToPath(import.meta.url);
  if (self.endsWith('.ts')) return [process.execPath, '--import', import.meta.resolve('tsx'), fromRoot('src', 'bin', `${name}.ts`)];
  return [process.execPath, '--enable-source-maps', fromRoot('dist', 'bin', `${name}.js`)];
}

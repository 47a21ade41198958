import { readdirSync, readFileSync } from 'node:fs';
import { fromRoot } from '../../src/package-root.js';

export interface SourceFile {
  /** From the package's root, with slashes. */
  path: string;
  lines: string[];
}

/** The files we wrote in these directories; what is generated is left out. */
export function sourceFiles(directories: string[], extensions = /\.(ts|mjs|cjs)$/): SourceFile[] {
  return directories.flatMap((directory) => {
    const names = readdirSync(fromRoot(directory), { recursive: true, encoding: 'utf8' });
    const paths = names.map((name) => `${directory}/${name.replaceAll('\\', '/')}`).filter((path) => extensions.test(path));
    const own = paths.filter((path) => !/^src\/\w+\/generated\//.test(path));
    return own.map((path) => ({ path, lines: readFileSync(fromRoot(path), 'utf8').split('\n') }));
  });
}

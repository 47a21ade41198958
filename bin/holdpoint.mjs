#!/usr/bin/env node
// `npx holdpoint`: the compiled program when it is as new as its sources, else the sources themselves, by tsx.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiled = join(root, 'dist', 'bin', 'holdpoint.js');
const source = join(root, 'src', 'bin', 'holdpoint.ts');

if (existsSync(compiled) && isFresh()) {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(compiled).href);
} else if (await tsxIsThere()) {
  await import(pathToFileURL(source).href);
} else {
  process.stderr.write('holdpoint: it is not installed here\n  in its directory: npm ci (and, for production, npm run build)\n');
  process.exitCode = 1;
}

/** No source is newer; where there are none, or nothing that runs them, what is compiled is all there is. */
function isFresh() {
  if (!existsSync(source) || !existsSync(join(root, 'node_modules', 'tsx'))) return true;
  const builtAt = statSync(compiled).mtimeMs;
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.every((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs <= builtAt);
}

async function tsxIsThere() {
  if (!existsSync(source)) return false;
  process.env['TSX_TSCONFIG_PATH'] ??= join(root, 'tsconfig.json'); // not that of the directory where it is called
  try {
    const { register } = await import('tsx/esm/api');
    register();
    return true;
  } catch {
    return false;
  }
}

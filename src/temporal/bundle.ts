/** The workflow bundle: built once by `npm run build`, or at the start and kept by content. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const EXTENSION = extname(fileURLToPath(import.meta.url));
const SOURCES = fileURLToPath(new URL('..', import.meta.url));
const WORKFLOWS = join(SOURCES, 'workflows', `index${EXTENSION}`);
const INTERCEPTORS = [join(SOURCES, 'workflows', `trace${EXTENSION}`)];

/** Where `npm run build` puts the bundle: beside the compiled programs. */
export const BUILT_BUNDLE = fileURLToPath(new URL('../workflow-bundle.cjs', import.meta.url));

/** Bundles the workflow code into a file. */
export async function writeWorkflowBundle(path: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, workflowInterceptorModules: INTERCEPTORS, logger: quiet });
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, code);
  await rename(draft, path);
}

/**
 * @param given a bundle built beforehand; else the one of `npm run build`, else one made now and kept in `cacheDir`
 * @returns the bundle's path
 */
export async function findWorkflowBundle(given: string | undefined, cacheDir: string): Promise<string> {
  if (given !== undefined) return given;
  if (existsSync(BUILT_BUNDLE)) return BUILT_BUNDLE;
  const path = join(cacheDir, `workflow-bundle-${await sourceHash()}.cjs`);
  if (!existsSync(path)) await writeWorkflowBundle(path);
  return path;
}

/** A hash of all that can go into the bundle. */
async function sourceHash(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const room of ['domain', 'workflows', 'temporal']) {
    const files = await readdir(join(SOURCES, room), { recursive: true });
    for (const file of files.filter((name) => name.endsWith(EXTENSION)).toSorted()) {
      hash.update(file).update(await readFile(join(SOURCES, room, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

const nothing = (): void => undefined;
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: console.warn, error: console.error };

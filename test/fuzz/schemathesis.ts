/** Schemathesis, the program that fuzzes an API by its contract: brought with Python's pip, every file of it with a pinned hash. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fromRoot } from '../../src/package-root.js';
import { runProgram } from '../support/programs.js';

type Env = Readonly<Record<string, string | undefined>>;

/** How to run it: put the arguments behind. */
export interface FuzzProgram {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

const PYTHONS = ['python3', 'python'];
/** Prints nothing and fails where it is older than what the pinned version wants. */
const NEW_ENOUGH = 'import sys, pip; sys.exit(sys.version_info < (3, 11))';

/**
 * Finds Schemathesis in our cache, or has pip put it there: about 20 s, once.
 *
 * @returns how to run it, or why it is not to be had here and what would help
 */
export async function findSchemathesis(env: Env): Promise<FuzzProgram | { missing: string }> {
  const python = await firstPython(env);
  if (python === undefined)
    return { missing: 'there is no Python 3.11 or newer with pip here: install it (Debian: python3 and python3-pip)' };
  const requirements = fromRoot('test', 'fuzz', 'requirements.txt');
  const { stdout: tag } = await said(python, ['-c', 'import sys; print(sys.implementation.cache_tag)'], env);
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  const directory = join(base, 'holdpoint', `schemathesis-${version}-${tag.trim()}`);
  if (!existsSync(directory)) {
    const trouble = await install(python, requirements, directory, env);
    if (trouble !== null) return { missing: trouble };
  }
  return { command: python, args: ['-m', 'schemathesis.cli'], env: { ...env, PYTHONPATH: directory, PYTHONDONTWRITEBYTECODE: '1' } };
}

/** Whole or not at all, as others may install at the same moment. @returns what is in the way, or null */
async function install(python: string, requirements: string, directory: string, env: Env): Promise<string | null> {
  mkdirSync(dirname(directory), { recursive: true });
  const beside = mkdtempSync(`${directory}-`);
  const flags = ['--require-hashes', '--only-binary=:all:', '--no-deps', '--disable-pip-version-check', '--no-warn-script-location', '-q'];
  const { code, output } = await runProgram(python, ['-m', 'pip', 'install', ...flags, '--target', beside, '-r', requirements], {
    env: { ...env, PIP_ROOT_USER_ACTION: 'ignore' },
  });
  try {
    if (code !== 0) return `pip could not bring Schemathesis: ${output.trim().slice(-500)}`;
    if (!existsSync(directory)) renameSync(beside, directory);
    return null;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

async function firstPython(env: Env): Promise<string | undefined> {
  for (const python of PYTHONS) {
    const { code } = await said(python, ['-c', NEW_ENOUGH], env);
    if (code === 0) return python;
  }
  return undefined;
}

async function said(command: string, args: string[], env: Env): Promise<{ code: number | null; stdout: string }> {
  const { code, output } = await runProgram(command, args, { env: { ...env } }).catch(() => ({ code: null, output: '' }));
  return { code, stdout: output };
}

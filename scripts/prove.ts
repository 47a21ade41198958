/**
 * `npm run prove`: sees that the tests notice when a requirement breaks. In a copy of the working tree each mutant of
 * prove/ is applied alone, and its row's test must fail; without it the same test must pass.
 *
 *   npm run prove              all rows
 *   npm run prove -- A3 D1     these rows
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from '../prove/mutant.js';
import { MUTANTS } from '../prove/mutants.js';
import { fromRoot } from '../src/package-root.js';
import { isSelfContained, runMocha } from '../test/support/mocha-run.js';
import { killAll, runProgram } from '../test/support/programs.js';
import { startServers } from '../test/support/servers.js';

const SETTINGS = ['.mocharc.json', 'tsconfig.json', 'tsconfig.build.json', 'prisma.config.ts', 'vite.config.ts'];
const FILES = ['package.json', 'package-lock.json', ...SETTINGS];
const COPIED = [...FILES, 'prisma', 'demo', 'scripts', 'src', 'test'];
/** What goes into the workflow bundle. */
const BUNDLED = /^src\/(domain|workflows|temporal)\//;
/** Two copies at work: most of a mutant's time is waiting. */
const JOBS = 2;
/** A broken product often shows as a wait without end. */
const TEST_LIMIT_MS = 30_000;

interface Verdict {
  row: string;
  /** Null: the mutant was noticed. */
  complaint: string | null;
}

/** A copy of the tree in which mutants come and go. */
class Copy {
  readonly #dir = mkdtempSync(join(tmpdir(), 'holdpoint-prove-'));
  /** The mutant that the workflow bundle has in it; null: none. Undefined: there is no bundle yet. */
  #bundled: Mutant | null | undefined;

  constructor(private readonly servers: Record<string, string>) {
    for (const path of COPIED.filter((name) => existsSync(fromRoot(name))))
      cpSync(fromRoot(path), join(this.#dir, path), { recursive: true });
    symlinkSync(fromRoot('node_modules'), join(this.#dir, 'node_modules'));
  }

  get #bundle(): string {
    return join(this.#dir, 'workflow-bundle.cjs');
  }

  async #writeBundle(mutant: Mutant | null): Promise<void> {
    if (this.#bundled === mutant) return;
    this.#bundled = undefined;
    const code = `import { writeWorkflowBundle } from './src/temporal/bundle.ts'; await writeWorkflowBundle(${JSON.stringify(this.#bundle)});`;
    const { code: exit, output } = await runProgram(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      cwd: this.#dir,
    });
    if (exit !== 0) throw new Error(`the workflows cannot be bundled:\n${output}`);
    this.#bundled = mutant;
  }

  /** Runs tests on the tree as it is now. @param mutant the one in place */
  async run(files: string[], titles: string[], mutant: Mutant | null = null) {
    if (!files.every(isSelfContained)) await this.#writeBundle(mutant !== null && BUNDLED.test(mutant.file) ? mutant : null);
    const grep = titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
    const env = { ...this.servers, TEST_WORKFLOW_BUNDLE: this.#bundle };
    return runMocha({ root: this.#dir, files, grep, env, show: false, serial: files.length === 1, timeoutMs: TEST_LIMIT_MS });
  }

  /** Does something with an edit in place, and takes it back. */
  async with<T>({ file, find, replace }: Mutant, act: () => Promise<T>): Promise<T> {
    const path = join(this.#dir, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} has the text to find ${text.split(find).length - 1} times: ${find}`);
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
    try {
      return await act();
    } finally {
      writeFileSync(path, text);
    }
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Without any mutant every row's test must be there and pass. @returns the titles for which this is not so, with why */
async function findUnfit(copy: Copy, mutants: Mutant[]): Promise<Map<string, string>> {
  const { outcomes, output } = await copy.run(
    [...new Set(mutants.map(({ testFile }) => testFile))],
    [...new Set(mutants.map(({ test }) => test))],
  );
  const unfit = new Map<string, string>();
  for (const { test, testFile } of mutants) {
    const own = outcomes.filter(({ title, file }) => file === testFile && title.includes(test));
    if (own.length === 0) unfit.set(test, 'there is no such test');
    else if (own.some(({ state }) => state !== 'passed')) unfit.set(test, `the test does not pass without it: ${own[0]?.error ?? ''}`);
  }
  if (outcomes.length === 0) console.log(output);
  return unfit;
}

async function tryMutant(copy: Copy, mutant: Mutant): Promise<string | null> {
  const { row, breaks, test } = mutant;
  const startedAt = performance.now();
  const { outcomes, output } = await copy.with(mutant, () => copy.run([mutant.testFile], [test], mutant));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const own = outcomes.filter(({ title }) => title.includes(test) && !title.includes('" hook'));
  const killer = own.find(({ state }) => state === 'failed');
  if (killer !== undefined) {
    console.log(`ok   ${row.padEnd(3)} ${breaks}: noticed by "${test}" (${seconds} s)`);
    return null;
  }
  return own.length > 0 ? `SURVIVED ${breaks}: "${test}" passes all the same` : `${breaks}: the test did not run\n${output.slice(-2000)}`;
}

async function prove(mutants: Mutant[]): Promise<Verdict[]> {
  const servers = await startServers();
  const env = { TEST_TEMPORAL_ADDRESS: servers.temporalAddress, TEST_DATABASE_URL: servers.databaseUrl };
  const copies = Array.from({ length: JOBS }, () => new Copy(env));
  try {
    const unfit = await findUnfit(copies[0]!, mutants);
    const queue = [...mutants];
    const verdicts: Verdict[] = [];
    const work = async (copy: Copy): Promise<void> => {
      for (let mutant = queue.shift(); mutant !== undefined && !interrupted; mutant = queue.shift()) {
        const { row, breaks, test } = mutant;
        const known = unfit.get(test);
        const complaint = known === undefined ? await tryMutant(copy, mutant).catch(String) : `${breaks}: "${test}": ${known}`;
        if (complaint !== null) console.log(`FAIL ${row.padEnd(3)} ${complaint}`);
        verdicts.push({ row, complaint });
      }
    };
    await Promise.all(copies.map(work));
    return verdicts;
  } finally {
    await servers.stop();
    for (const copy of copies) copy.remove();
  }
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    killAll();
  });
}

const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(({ row }) => wanted.length === 0 || wanted.includes(row));
const rows = [...new Set(chosen.map(({ row }) => row))];
const verdicts = await prove(chosen);
const proven = rows.filter(
  (row) => verdicts.some((verdict) => verdict.row === row) && verdicts.every((v) => v.row !== row || v.complaint === null),
);
console.log(`rows proven ${proven.length} / ${rows.length}`);
process.exit(interrupted || rows.length === 0 || proven.length < rows.length ? 1 : 0);

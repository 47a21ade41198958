/**
 * `npm test`: the gates, then all tests on shared servers, then a look for what was left behind; the last line counts.
 *
 *   npm test                          everything
 *   npm test -- unit api/problems     the test files whose path contains one of these, without the gates
 *   npm test -- workflow --grep A3    … and of them the tests whose title matches
 *   npm run check                     the gates alone
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWorkflowBundle } from '../src/temporal/bundle.js';
import { runGates } from './support/gates.js';
import { leftDatabases, leftProcesses, RUN_MARK } from './support/leaks.js';
import { batchesOf, findTestFiles, isEndToEnd, isSelfContained, readsBundle, runMocha } from './support/mocha-run.js';
import { killAll } from './support/programs.js';
import { startServers, type TestServers } from './support/servers.js';

const { values: options, positionals: patterns } = parseArgs({
  allowPositionals: true,
  options: { gates: { type: 'boolean', default: false }, grep: { type: 'string' }, serial: { type: 'boolean', default: false } },
});
const startedAt = performance.now();
const count = { passed: 0, failed: 0, skipped: 0 };
const say = (line: string): void => console.log(line);
let interrupted = false;

function interrupt(): void {
  interrupted = true;
  killAll();
}
process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

try {
  const files = options.gates ? [] : findTestFiles(patterns);
  if (options.gates || (patterns.length === 0 && options.grep === undefined)) await passGates();
  if (!options.gates && !interrupted) await passTests(files);
} catch (error) {
  fail(`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
if (interrupted) fail('interrupted');
say(`\n${count.skipped > 0 ? `${count.skipped} skipped, ` : ''}${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
say(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed > 0 ? 1 : 0);

function fail(why: string): void {
  count.failed += 1;
  say(`FAIL ${why}`);
}

async function passGates(): Promise<void> {
  for (const { passed } of await runGates(say)) count[passed ? 'passed' : 'failed'] += 1;
}

async function passTests(files: string[]): Promise<void> {
  if (files.length === 0) return fail(`no test file matches ${patterns.join(' ')}`);
  const dir = mkdtempSync(join(tmpdir(), 'holdpoint-bundle-'));
  let servers: TestServers | undefined;
  try {
    const env: Record<string, string> = { [RUN_MARK.name]: RUN_MARK.value };
    const needsServers = !files.every(isSelfContained);
    if (needsServers || files.some(readsBundle)) {
      const bundle = join(dir, 'workflow-bundle.cjs');
      const starting = needsServers ? startServers() : undefined;
      [servers] = await timed('servers and workflow bundle', Promise.all([starting, writeWorkflowBundle(bundle)]));
      Object.assign(env, { TEST_WORKFLOW_BUNDLE: bundle });
    }
    if (servers) Object.assign(env, { TEST_TEMPORAL_ADDRESS: servers.temporalAddress, TEST_DATABASE_URL: servers.databaseUrl });
    if (interrupted) return;
    await runBatches(files, env);
    if (!interrupted) await findLeaks(servers);
  } finally {
    await servers?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Two batches at a time, each one file after the other; one of the two is shown as it goes, the other when it ends. A batch alone takes
 * two files at a time, but for whole programs.
 */
async function runBatches(files: string[], env: Record<string, string>): Promise<void> {
  const waiting = batchesOf(files);
  const alone = waiting.length === 1;
  const take = async (show: boolean): Promise<void> => {
    for (let batch = waiting.shift(); batch !== undefined && !interrupted; batch = waiting.shift()) {
      const serial = options.serial || !alone || batch.some(isEndToEnd);
      const { outcomes, trouble, output } = await runMocha({ files: batch, grep: options.grep, serial, env, show });
      say(output);
      for (const { state } of outcomes) count[state] += 1;
      if (trouble !== null && !interrupted) fail(trouble);
    }
  };
  await Promise.all(alone ? [take(true)] : [take(false), take(true)]);
}

async function findLeaks(servers: TestServers | undefined): Promise<void> {
  const left = [...leftProcesses(), ...(servers ? await leftDatabases(servers.databaseUrl) : [])];
  if (left.length > 0) fail(`left behind by the tests:\n  ${left.join('\n  ')}`);
  else count.passed += 1;
}

async function timed<T>(what: string, work: Promise<T>): Promise<T> {
  const begunAt = performance.now();
  const result = await work;
  say(`ok   ${what} ${((performance.now() - begunAt) / 1000).toFixed(1)} s`);
  return result;
}

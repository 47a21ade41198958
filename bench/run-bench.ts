/**
 * `npm run bench`: the whole job on Holdpoint against the barest workflow with the same waits, in interleaved rounds on the same
 * Temporal server, both doing the same to the same simulated sides.
 *
 *   npm run bench                                 some 4 minutes
 *   npm run bench -- --rounds 5 --orders 400      longer, and steadier
 *   npm run bench -- --profile                    also a round under V8's profiler: where the time goes
 *   npm run bench -- --against ../other-checkout  also the Holdpoint of another checkout, in the same rounds
 *
 * Figures are printed, and kept as JSON in bench/results.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fromRoot } from '../src/package-root.js';
import { startOwnServers, type OwnServers } from '../test/faults/own-servers.js';
import { startBarest } from './barest-side.js';
import { historyCost } from './history.js';
import { startHoldpoint, type HoldpointSide } from './holdpoint-side.js';
import { closedLoop, openModel, warmUp, type LatencyResult, type RoundResult } from './load.js';
import { summariseProfiles, type ProfileSummary } from './profile.js';
import { report, roundLine, type BenchResult } from './report.js';
import type { Side } from './side.js';
import { median } from './statistics.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    orders: { type: 'string', default: '200' },
    parallel: { type: 'string', default: '80' },
    seconds: { type: 'string', default: '20' },
    against: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const options = {
  rounds: whole('rounds', values.rounds),
  /** Orders of a round, and how many of them are under way at once. */
  orders: whole('orders', values.orders),
  parallel: whole('parallel', values.parallel),
  /** How long orders come in at fixed instants. */
  seconds: whole('seconds', values.seconds),
  against: values.against === undefined ? null : resolve(values.against),
  profile: values.profile,
};
const HISTORIES = 5;
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));

const servers = await startOwnServers({ shared_preload_libraries: 'pg_stat_statements' });
try {
  const result = await bench(servers);
  console.log(report(result));
  const folder = fromRoot('bench', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${result.at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nkept in ${file}`);
} finally {
  await servers.stop();
}
process.exit(0);

async function bench(own: OwnServers): Promise<BenchResult> {
  const holdpoint = await startHoldpoint('Holdpoint', own);
  const sides: Side[] = [holdpoint];
  try {
    if (options.against !== null) sides.push(await startHoldpoint('against', own, options.against));
    sides.push(await startBarest(own, holdpoint.house, holdpoint.watch));
    say(`started: ${sides.map(({ name }) => name).join(', ')}`);
    const rounds = await interleaved(sides);
    const capacity = median(
      rounds.flatMap((round) => round.filter(({ side }) => side === holdpoint.name)).map(({ perSecond }) => perSecond),
    );
    const latencies: LatencyResult[] = [];
    for (const side of sides) {
      say(`${side.name}: ${(capacity / 2).toFixed(1)} orders/s for ${options.seconds} s`);
      latencies.push(await openModel(side, capacity / 2, options.seconds));
    }
    const histories = await Promise.all(sides.map((side, i) => historyCost(side, latencies[i]?.orderIds.slice(-HISTORIES) ?? [])));
    const profiles = options.profile ? await profiled(holdpoint) : [];
    for (const side of sides) await side.verify();
    const machine = { cpus: cpus().length, node: process.version };
    return { at: new Date().toISOString(), options, machine, rounds, latencies, histories, profiles };
  } finally {
    for (const side of sides.toReversed()) await side.stop();
  }
}

/** A B, B A, A B, …: what changes on the machine meanwhile falls on all sides alike. */
async function interleaved(sides: Side[]): Promise<RoundResult[][]> {
  const rounds: RoundResult[][] = [];
  for (const side of sides) await warmUp(side, options.parallel);
  for (let round = 1; round <= options.rounds; round += 1) {
    const results: RoundResult[] = [];
    for (const side of round % 2 === 0 ? sides.toReversed() : sides) {
      const result = await closedLoop(side, options.orders, options.parallel);
      results.push(result);
      say(roundLine(`${round}/${options.rounds}`, result));
    }
    rounds.push(sides.flatMap(({ name }) => results.filter(({ side }) => side === name)));
  }
  return rounds;
}

async function profiled(side: HoldpointSide): Promise<ProfileSummary[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdpoint-profile-'));
  try {
    say('profiling');
    await side.restart(['--cpu-prof', `--cpu-prof-dir=${folder}`]);
    const programs = new Map(Object.entries(side.processes()).flatMap(([name, pids]) => pids.map((pid) => [pid, name] as const)));
    const result = await closedLoop(side, options.orders, options.parallel);
    say(roundLine('profiled', result));
    await side.restart([]);
    return summariseProfiles(folder, programs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error for what is no whole number from 1 */
function whole(name: string, given: string): number {
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1`);
  return value;
}

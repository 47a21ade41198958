/** The figures in words. */
import type { CpuSeconds } from './cpu.js';
import type { HistoryCost } from './history.js';
import type { LatencyResult, RoundResult } from './load.js';
import type { ProfileSummary } from './profile.js';
import { median, spread } from './statistics.js';

export interface BenchResult {
  at: string;
  options: Record<string, unknown>;
  machine: { cpus: number; node: string };
  /** Side by side: one entry a round, each with a result per side. */
  rounds: RoundResult[][];
  latencies: LatencyResult[];
  histories: HistoryCost[];
  profiles: ProfileSummary[];
}

const SHOWN = 15;

export function roundLine(round: number | string, { side, perSecond, seconds, orders, cpuMsPerOrder, repeated }: RoundResult): string {
  const cpu = `CPU ms/order: ${cpuText(cpuMsPerOrder)}`;
  const again = repeated === 0 ? '' : `, ${repeated} CALLS REPEATED`;
  return `round ${round}  ${side.padEnd(10)}${fixed(perSecond).padStart(6)} orders/s (${orders} in ${fixed(seconds)} s)   ${cpu}${again}`;
}

export function report(result: BenchResult): string {
  return [
    ...throughput(result.rounds),
    ...cpu(result.rounds),
    ...latencies(result.latencies),
    ...histories(result.histories),
    ...result.profiles.flatMap(profile),
  ].join('\n');
}

function throughput(rounds: RoundResult[][]): string[] {
  const sides = sidesOf(rounds);
  const rows = sides.map((side) => `  ${side.padEnd(10)}${spreadText(valuesOf(rounds, side, ({ perSecond }) => perSecond))} orders/s`);
  const ratios = ratioRows(rounds, ({ perSecond }) => perSecond);
  return ['\nthroughput, closed loop: median (least to most)', ...rows, ...ratios];
}

/** What sends the orders is not part of a side. */
function totalCpu(ms: CpuSeconds): number {
  return Object.entries(ms).reduce((sum, [name, value]) => sum + (name === 'driver' ? 0 : value), 0);
}

function cpu(rounds: RoundResult[][]): string[] {
  const rows = sidesOf(rounds).map((side) => {
    const results = rounds.flat().filter((result) => result.side === side);
    const names = Object.keys(results[0]?.cpuMsPerOrder ?? {});
    const medians = Object.fromEntries(names.map((name) => [name, median(results.map(({ cpuMsPerOrder }) => cpuMsPerOrder[name] ?? 0))]));
    return `  ${side.padEnd(10)}${cpuText(medians)}`;
  });
  const statements = sidesOf(rounds).map(
    (side) => `${side} ${fixed(median(valuesOf(rounds, side, ({ statementsPerOrder }) => statementsPerOrder)))}`,
  );
  const perOrder = `statements at PostgreSQL per order: ${statements.join(', ')}`;
  return [
    '\nCPU ms per order by process, at full load: median over rounds (driver: what sends the orders)',
    ...rows,
    ...ratioRows(rounds, ({ cpuMsPerOrder }) => totalCpu(cpuMsPerOrder)),
    perOrder,
  ];
}

function latencies(results: LatencyResult[]): string[] {
  const rows = results.map(({ side, perSecond, orders, fromAccepted, fromScheduled, accepting }) => {
    const from = [
      `from 202 ${quantilesText(fromAccepted)}`,
      `from scheduled ${quantilesText(fromScheduled)}`,
      `202 after ${quantilesText(accepting)}`,
    ];
    return `  ${side.padEnd(10)}${from.join('   ')}   (${orders} orders at ${fixed(perSecond)}/s)`;
  });
  return ["\ntime to both told in ms, at half of the first side's capacity, orders at fixed instants", ...rows];
}

function histories(costs: HistoryCost[]): string[] {
  const rows = costs.map(
    ({ side, events, workflowTasks, actions, bytes }) =>
      `  ${side.padEnd(10)}${events} events, ${workflowTasks} workflow tasks, ${actions} billable actions, ${bytes} bytes`,
  );
  return ['\nhistory of an order: medians', ...rows];
}

function profile({ program, busyMs, modules, functions }: ProfileSummary): string[] {
  const share = ({ name, ms }: { name: string; ms: number }): string => `  ${fixed((100 * ms) / busyMs).padStart(5)} %  ${name}`;
  return [
    `\nprofile of ${program}: self time, ${(busyMs / 1000).toFixed(1)} s busy`,
    ...modules.slice(0, SHOWN).map(share),
    '  by function:',
    ...functions.slice(0, SHOWN).map(share),
  ];
}

function sidesOf([first = []]: RoundResult[][]): string[] {
  return first.map(({ side }) => side);
}

/** The first side's figure to each other's, within each round. */
function ratioRows(rounds: RoundResult[][], figure: (result: RoundResult) => number): string[] {
  const [first = '', ...others] = sidesOf(rounds);
  return others.map((other) => {
    const of = (round: RoundResult[], side: string): number => valuesOf([round], side, figure)[0] ?? Number.NaN;
    const ratios = rounds.map((round) => of(round, first) / of(round, other));
    return `  ${first} / ${other}: ${spreadText(ratios, 2)} over ${rounds.length} rounds`;
  });
}

function valuesOf(rounds: RoundResult[][], side: string, value: (result: RoundResult) => number): number[] {
  return rounds
    .flat()
    .filter((result) => result.side === side)
    .map(value);
}

function spreadText(values: number[], digits = 1): string {
  const { min, median: middle, max } = spread(values);
  return `${fixed(middle, digits)} (${fixed(min, digits)} to ${fixed(max, digits)})`;
}

function quantilesText({ p50, p99 }: { p50: number; p99: number }): string {
  return `p50 ${fixed(p50, 0)} p99 ${fixed(p99, 0)}`;
}

function cpuText(ms: CpuSeconds): string {
  const { driver = 0, ...rest } = ms;
  const parts = Object.entries(rest).map(([name, value]) => `${name} ${fixed(value)}`);
  return `${fixed(totalCpu(ms))} (${parts.join(', ')}; driver ${fixed(driver)})`;
}

function fixed(value: number, digits = 1): string {
  return value.toFixed(digits);
}

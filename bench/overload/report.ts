/** The figures of a run in words. */
import type { FoundAgain } from './found-again.js';
import { breaches, type Quantiles, type Step } from './step.js';

export interface LoadResult {
  at: string;
  options: Record<string, unknown>;
  machine: { cpus: number; node: string; k6: string; loadAverage: { before: number; after: number } };
  /** Calls a second. */
  capacity: number;
  probes: Step[];
  steps: Step[];
  found: FoundAgain;
}

export function stepLine(step: Step): string {
  const { latency, wanted, accepted, read, wrong, dropped } = step;
  const answered = `202 ${accepted} (p50 ${ms(latency.p50)}, p99 ${ms(latency.p99)} ms), read ${read}, shed ${shedOf(step)}`;
  return `  ${step.name} ${wanted.toFixed(1)}/s: ${answered}, wrong ${wrong.length}, dropped ${dropped}`;
}

/** A table, a row for each load. */
export function report({ capacity, steps, found, options }: LoadResult): string {
  const head = [
    'load',
    'offered/s',
    'sent',
    '202',
    'read',
    'shed',
    'of them events',
    'wrong',
    'dropped',
    '202 p50 / p95 / p99 / max ms',
    'reads p50 / p99 ms',
  ];
  const rows = steps.map((step) => [
    step.name,
    step.offered.toFixed(1),
    String(step.sent),
    String(step.accepted),
    String(step.read),
    `${shedOf(step)} (${((100 * shedOf(step)) / Math.max(step.sent, 1)).toFixed(1)} %)`,
    String(step.shed.events),
    String(step.wrong.length),
    String(step.dropped),
    quantilesText(step.latency),
    `${ms(step.readLatency.p50)} / ${ms(step.readLatency.p99)}`,
  ]);
  return [
    `\ncapacity: ${capacity.toFixed(1)} calls/s, at most one of a hundred sent away, p99 within ${String(options['p99'])} ms`,
    ...table([head, ...rows]),
    ...steps.filter(({ retryAfter }) => Object.keys(retryAfter).length > 0).map(retryAfterLine),
    ...steps.flatMap(({ wrong, name }) => [...new Set(wrong)].slice(0, 5).map((words) => `  wrong at ${name}: ${words}`)),
    foundLine(found),
  ].join('\n');
}

/** What of a run is not as it must be, in words. @param limitMs of the p99 of what is admitted */
export function mistakes({ steps, found }: Pick<LoadResult, 'steps' | 'found'>, limitMs: number): string[] {
  const some = (what: string, which: string[]): string[] =>
    which.length === 0 ? [] : [`${which.length} ${what}: ${which.slice(0, 5).join(', ')}`];
  return [
    ...steps.flatMap((step) => breaches(step, limitMs).map((breach) => `${step.name}: ${breach}`)),
    ...some('of the 202s LOST', found.lost),
    ...some('there twice, or under another id', found.odd),
    ...some('sent away as not done, and kept all the same', found.keptThoughShed),
    ...some('have not come to a case in time', found.unheard),
  ];
}

function foundLine({ accepted, lost, unheard, cases, seconds }: FoundAgain): string {
  const heard = accepted - unheard.length;
  const events = `${accepted - lost.length} of ${accepted} 202s as inbound events, lost ${lost.length}`;
  return `found again: ${events}; ${heard} in their ${cases} cases and placements after ${seconds.toFixed(0)} s`;
}

function retryAfterLine({ name, retryAfter }: Step): string {
  const parts = Object.entries(retryAfter).map(([seconds, count]) => `${seconds} s: ${count}`);
  return `  Retry-After at ${name}: ${parts.join(', ')}`;
}

function shedOf({ shed }: Step): number {
  return shed.events + shed.reads;
}

function quantilesText({ p50, p95, p99, max }: Quantiles): string {
  return [p50, p95, p99, max].map(ms).join(' / ');
}

function ms(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(0);
}

function table(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}`);
}

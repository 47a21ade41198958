/** Where a program's time goes: V8 CPU profiles (`--cpu-prof`) summed up by source file and package. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The .cpuprofile format of the Chrome DevTools protocol (Profiler.Profile); times in microseconds. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

export interface ProfileSummary {
  /** `worker`, `worker, thread 1`, … */
  program: string;
  /** All that was not idle, in ms. */
  busyMs: number;
  /** Self time by module or package, the largest first. */
  modules: { name: string; ms: number }[];
  /** … and by function. */
  functions: { name: string; ms: number }[];
}

const IDLE = '(idle)';

/**
 * Sums up every profile of a folder, one a thread.
 * @param programs the program's name by pid
 */
export function summariseProfiles(folder: string, programs: Map<number, string>): ProfileSummary[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.toSorted().map((file) => {
    // CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile
    const [pid, thread] = basename(file).split('.').slice(3, 5).map(Number);
    const program = `${programs.get(pid ?? 0) ?? pid}${thread === 0 ? '' : `, thread ${thread}`}`;
    return { program, ...summarise(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile) };
  });
}

/** Self time is the time between a sample and the next, given to the function that was on top. */
export function summarise({ nodes, samples, timeDeltas }: CpuProfile): Omit<ProfileSummary, 'program'> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const modules = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyMs = 0;
  for (const [i, id] of samples.entries()) {
    const frame = frames.get(id);
    const ms = Math.max(timeDeltas[i + 1] ?? 0, 0) / 1000;
    if (frame === undefined || frame.functionName === IDLE) continue;
    const name = moduleOf(frame.url, frame.functionName);
    busyMs += ms;
    add(modules, name, ms);
    add(functions, `${frame.functionName === '' ? '(anonymous)' : frame.functionName} ${name}:${frame.lineNumber + 1}`, ms);
  }
  return { busyMs, modules: largestFirst(modules), functions: largestFirst(functions) };
}

function moduleOf(url: string, functionName: string): string {
  if (url === '') return functionName === '(garbage collector)' ? functionName : '(native code)';
  const parts = url.split('/node_modules/');
  const inPackage = parts.length > 1 ? parts.at(-1) : undefined;
  if (inPackage !== undefined) return inPackage.split('/', inPackage.startsWith('@') ? 2 : 1).join('/');
  return url.replace(/^.*\/dist\//, 'dist/');
}

function add(sums: Map<string, number>, name: string, ms: number): void {
  sums.set(name, (sums.get(name) ?? 0) + ms);
}

function largestFirst(sums: Map<string, number>): { name: string; ms: number }[] {
  return [...sums].map(([name, ms]) => ({ name, ms })).toSorted((a, b) => b.ms - a.ms);
}

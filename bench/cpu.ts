/** CPU time of processes, from /proc (Linux; elsewhere there are no figures of it). */
import { readFileSync } from 'node:fs';

/** USER_HZ: what the kernel counts in for programs. */
const TICKS_PER_SECOND = 100;

/** CPU seconds by what the processes are; `driver` is this process. */
export type CpuSeconds = Record<string, number>;

/**
 * @param processes pids by what they are. A server that forks is named with its children; those that ended meanwhile count with
 * their parent, which has waited for them.
 */
export function cpuSeconds(processes: Record<string, number[]>): CpuSeconds {
  const { user, system } = process.cpuUsage();
  const entries = Object.entries(processes).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + secondsOf(pid), 0)] as const);
  return { ...Object.fromEntries(entries), driver: (user + system) / 1e6 };
}

/** @returns what was spent between two readings, per order, in ms */
export function msPerOrder(before: CpuSeconds, after: CpuSeconds, orders: number): CpuSeconds {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, ((seconds - (before[name] ?? 0)) * 1000) / orders]));
}

/** utime, stime, and those of ended children: fields 14 to 17 of proc_pid_stat(5). */
function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15);
    return fields.reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
  } catch {
    return 0; // gone: its parent counts it
  }
}

/** Running other programs: each in a session of its own, so that Ctrl-C reaches only the runner, which then ends them. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Finished {
  code: number | null;
  /** stdout and stderr as they came; empty when the output was shown at once. */
  output: string;
  pid: number;
}

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Pass the output on at once instead of keeping it. */
  show?: boolean;
  /** Told once it runs. */
  onStart?: (child: ChildProcess) => void;
}

const running = new Set<ChildProcess>();

/** Runs a program. @returns how it ended; never throws for a bad exit code */
export async function runProgram(command: string, args: string[], options: ProgramOptions = {}): Promise<Finished> {
  const { cwd, env = process.env, show = false, onStart } = options;
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'] });
  running.add(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (output += part));
  onStart?.(child);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output, pid: child.pid ?? 0 };
  } finally {
    running.delete(child);
  }
}

/** Kills a program together with all that it started in its session's process group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

export function killAll(): void {
  for (const child of running) killGroup(child);
}

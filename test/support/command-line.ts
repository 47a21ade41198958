/** The command line as a process: `bin/holdpoint.mjs`, which is what `npx holdpoint` runs. */
import { execFile } from 'node:child_process';
import { fromRoot } from '../../src/package-root.js';
import { RUN_MARK } from './leaks.js';

export interface Called {
  code: number | null;
  stdout: string;
  stderr: string;
}

export type CommandLine = (args: string[], more?: Record<string, string>) => Promise<Called>;

/** @param env all it gets, beside the path; a later one of a call goes before it */
export function commandLine(env: Record<string, string>): CommandLine {
  const mark = process.env[RUN_MARK.name];
  const always = { PATH: process.env['PATH'] ?? '', ...(mark === undefined ? {} : { [RUN_MARK.name]: mark }) };
  return (args, more = {}) =>
    new Promise((resolve) => {
      const options = { env: { ...always, ...env, ...more }, timeout: 60_000, maxBuffer: 10_000_000 };
      const child = execFile(process.execPath, [fromRoot('bin', 'holdpoint.mjs'), ...args], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
}

/** What a call with --json answered. */
export function answerOf({ code, stdout, stderr }: Called): any {
  if (code !== 0 && stdout === '') throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** What a failed call with --json said. */
export function errorOf({ stderr }: Called): { code: string; message: string; hints: string[]; exitCode: number } {
  return JSON.parse(stderr).error;
}

/** What a command has of the terminal it was called at. */
import type { Command } from 'commander';
import type { Environment } from '../config-error.js';
import { styleFor, type Style } from '../demo/style.js';

export interface Shell {
  env: Environment;
  /** To stdout, with a line end. */
  print: (text: string) => void;
  /** To stderr, with a line end. */
  complain: (text: string) => void;
  /** Null: stdout is no terminal. */
  terminal: { columns: number } | null;
}

/** @returns words set off by colours on a terminal only, and not where the caller wants none (no-color.org) */
export function styleOf({ terminal, env }: Shell): Style {
  return styleFor(terminal !== null && !env['NO_COLOR'] && env['TERM'] !== 'dumb');
}

/** One JSON document on stdout: what programs read. */
export function printJson(shell: Shell, value: unknown): void {
  shell.print(JSON.stringify(value, null, 2));
}

/** For commands that answer programs too. */
export function withJson(command: Command): Command {
  return command.option('--json', 'answer with JSON, for programs');
}

/** For commands that call the API. */
export function withApi(command: Command): Command {
  return withJson(command)
    .option('--api <url>', 'address of the API (default: HOLDPOINT_API_URL, else the stack of npm start)')
    .option('--key <key>', 'its key; better by HOLDPOINT_API_KEY, which other users do not see');
}

/** Text of other people, made safe to show: without what would steer the terminal, or turn its words around. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ');
}

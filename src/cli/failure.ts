/** Why a command did not do what was asked, in words that say what to do next. */
import { ConfigError } from '../config-error.js';

/** 0 is what went well. */
export const FAILED = 1;
/** Not understood, or not told enough to begin. */
export const USAGE = 2;

export interface FailureWords {
  /** For programs: stable. A problem's code where the API said no. */
  code: string;
  message: string;
  /** What to do next, a line each. */
  hints?: readonly string[];
  exitCode?: typeof FAILED | typeof USAGE;
}

export class Failure extends Error {
  readonly code: string;
  readonly hints: readonly string[];
  readonly exitCode: number;

  constructor({ code, message, hints = [], exitCode = FAILED }: FailureWords) {
    super(message);
    this.code = code;
    this.hints = hints;
    this.exitCode = exitCode;
  }
}

/** What is wrong with the call itself. */
export function usage(message: string, ...hints: string[]): Failure {
  return new Failure({ code: 'USAGE', message, hints, exitCode: USAGE });
}

/** @returns any error as a failure; what nobody foresaw fails too */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ConfigError) {
    const hints = error.mistakes.map(({ variable, problem, expected }) => `${variable} ${problem}; expected: ${expected}`);
    return new Failure({ code: 'SETTINGS_WRONG', message: 'the settings are not right', hints, exitCode: USAGE });
  }
  return new Failure({ code: 'FAILED', message: error instanceof Error ? error.message : String(error) });
}

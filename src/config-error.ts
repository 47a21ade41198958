/** Environment variables as `process.env` has them. An empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One mistake: the variable, what is wrong with it, and what would be right. Never the value of a secret. */
export type ConfigMistake = { variable: string; problem: string; expected: string };

/** Thrown with every mistake found, not only the first. */
export class ConfigError extends Error {
  constructor(readonly mistakes: ConfigMistake[]) {
    const lines = mistakes.map(({ variable, problem, expected }) => `  ${variable} ${problem}; expected: ${expected}`);
    super(`the configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${lines.join('\n')}`);
  }
}

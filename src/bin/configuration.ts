import { ConfigError } from '../config.js';

/** Loads a program's configuration; prints every mistake and leaves when there is one. */
export function configured<T>(load: (env: NodeJS.ProcessEnv) => T): T {
  try {
    return load(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

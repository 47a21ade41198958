import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { SearchAttributesMissingError } from '../temporal/register-search-attributes.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Tries until it works, with growing waits, saying so each time; what no retry can mend ends the program in words. */
export async function retried<T>(log: Logger, what: string, work: () => Promise<T>): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SearchAttributesMissingError) {
        log.fatal(error.message);
        process.exit(1);
      }
      log.warn({ err: error, retryInMs: wait }, what);
      await setTimeout(wait);
    }
  }
}

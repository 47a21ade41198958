import assert from 'node:assert/strict';

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 150;

/** Asks again until there is an answer, for at most `limitMs`; the longer it takes, the less often: asking costs what the house needs. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  what: string | (() => Promise<string>),
  limitMs = 20_000,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) assert.fail(`not within ${limitMs} ms: ${typeof what === 'string' ? what : await what()}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

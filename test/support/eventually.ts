import assert from 'node:assert/strict';

/** Asks again until there is an answer, for at most `limitMs`. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  what: string | (() => Promise<string>),
  limitMs = 20_000,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) assert.fail(`not within ${limitMs} ms: ${typeof what === 'string' ? what : await what()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

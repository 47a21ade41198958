import type { Mutant } from './mutant.js';

const BREAKER = 'test/activity/breaker.test.ts';

/** Mutants of the breaker of a counterpart (D10). */
export const BREAKERS: Mutant[] = [
  {
    row: 'D10',
    breaks: 'the breaker never opens',
    file: 'src/domain/breaker.ts',
    find: 'return failures >= OPENS_AFTER_FAILURES && orders >= OPENS_AFTER_ORDERS;',
    replace: 'return failures < 0 && orders >= OPENS_AFTER_ORDERS;',
    testFile: BREAKER,
    test: 'D10: five failures in a row',
  },
  {
    row: 'D10',
    breaks: 'one order that always fails holds up the others',
    file: 'src/domain/breaker.ts',
    find: 'const OPENS_AFTER_ORDERS = 3;',
    replace: 'const OPENS_AFTER_ORDERS = 1;',
    testFile: BREAKER,
    test: 'D10: an order that always fails',
  },
  {
    row: 'D10',
    breaks: 'all who come when a probe is due are let through',
    file: 'src/db/breakers.ts',
    find: `SET "probeAt" = clock_timestamp() + \${probeHoldMs(timeoutMs)} * interval '1 millisecond'`,
    replace: `SET "probeAt" = "probeAt" + 0 * \${probeHoldMs(timeoutMs)} * interval '1 millisecond'`,
    testFile: BREAKER,
    test: 'D10: one probe at a time',
  },
  {
    row: 'D10',
    breaks: 'a credential that is missing here counts as an outage there',
    file: 'src/activities/at-counterpart.ts',
    find: 'if (outcome.ownFault === true) return;',
    replace: '',
    testFile: BREAKER,
    test: 'D10: a call that lacks a credential of ours',
  },
  {
    row: 'D10',
    breaks: 'a token server that is away is no outage',
    file: 'src/counterparts/oauth-tokens.ts',
    find: 'throw new CredentialError(words, error instanceof ResponseBodyError);',
    replace: 'throw new CredentialError(words, true);',
    testFile: BREAKER,
    test: 'D10: of OAuth 2',
  },
];

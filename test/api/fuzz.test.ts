/** Requests that a machine makes up from the contract, right and wrong ones: every answer is as the contract says, and none is a 5xx. */
import assert from 'node:assert/strict';
import { failuresIn, fuzz, seedForFuzzing } from '../fuzz/fuzz-run.js';
import { findSchemathesis, type FuzzProgram } from '../fuzz/schemathesis.js';
import { House } from '../support/house.js';

const SEED = 20_261_123;
const SECONDS = 60;

/** Run by `HOLDPOINT_TEST_FUZZ=1 npm test -- api/fuzz` until it has been seen without failures; longer by `npm run fuzz`. */
const whenAskedFor = process.env['HOLDPOINT_TEST_FUZZ'] === '1' ? describe : describe.skip;

whenAskedFor('the API, fuzzed by its contract', function () {
  this.timeout(300_000); // with the 20 s in which pip brings the program, once
  let house: House | undefined;
  let program: FuzzProgram;

  before(async function () {
    const found = await findSchemathesis(process.env);
    if ('missing' in found) {
      console.log(`    The API is not fuzzed: ${found.missing}`);
      return this.skip();
    }
    program = found;
    house = await House.start();
    await seedForFuzzing(house);
  });
  after(async () => house?.stop());

  it('no check of Schemathesis fails on any operation', async () => {
    const { operations, tried, cases, failures, trouble } = await fuzz(house!, { program, seed: SEED, seconds: SECONDS });
    console.log(`      ${tried} of ${operations} operations, ${cases} cases`);
    assert.equal(trouble, '');
    assert.equal(tried, operations);
    assert.ok(cases >= operations, `${cases} cases`);
    assert.deepEqual(
      failures.map(({ operation, check, text }) => `${operation}: ${check}\n${text}`),
      [],
    );
  });
});

describe('a report of Schemathesis', () => {
  it('is read failure by failure, with the answer', () => {
    const answer = '{"code":"VALIDATION_FAILED","errors":[]}';
    const said = [
      '=== FAILURES ===',
      '____ GET /v1/x ____',
      '1. Test Case ID: a1',
      '',
      '- ST202 Rejected',
      '',
      '[400] Bad:',
      '',
      `    \`${answer}\``,
    ];
    assert.deepEqual(
      failuresIn([...said, '=== SUMMARY ===', '- ST999 of something else'].join('\n')).map(({ operation, check, answer: seen }) => [
        operation,
        check,
        seen,
      ]),
      [['GET /v1/x', 'ST202 Rejected', JSON.parse(answer)]],
    );
  });
});

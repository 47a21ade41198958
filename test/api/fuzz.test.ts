/** Requests that a machine makes up from the contract, right and wrong ones: every answer is as the contract says, and none is a 5xx. */
import assert from 'node:assert/strict';
import { buyersAsPeers, liaisonsAsPeers } from '../fuzz/fuzz-peers.js';
import { failuresIn, fuzz, seedForFuzzing } from '../fuzz/fuzz-run.js';
import { findSchemathesis, type FuzzProgram } from '../fuzz/schemathesis.js';
import { HandIssuer } from '../support/hand-issuer.js';
import { House } from '../support/house.js';

/** Another seed, and more time: `npm run fuzz -- --seconds 300 --seed 7`. */
const SEED = 20_261_123;
const SECONDS = 25;
const CHAINS = 2;

describe('the API, fuzzed by its contract', function () {
  this.timeout(600_000); // with the 20 s in which pip brings the program, once
  let house: House | undefined;
  let issuer: HandIssuer | undefined;
  let program: FuzzProgram;

  before(async function () {
    const found = await findSchemathesis(process.env);
    if ('missing' in found) {
      console.log(`    The API is not fuzzed: ${found.missing}`);
      return this.skip();
    }
    program = found;
    issuer = await HandIssuer.start();
    house = await House.start({ people: { config: issuer.config } });
    await seedForFuzzing(house);
  });
  after(async () => {
    await house?.stop();
    await issuer?.stop();
  });

  it('no check of Schemathesis fails on any operation', async () => {
    const peers = [await buyersAsPeers(house!), await liaisonsAsPeers(issuer!)];
    const options = { program, seed: SEED, seconds: SECONDS, chains: CHAINS, peers };
    const { operations, tried, cases, chained, failures, trouble } = await fuzz(house!, options);
    console.log(
      `      ${tried} of ${operations} operations, ${cases} cases, ${chained} of them in chains; longer: npm run fuzz -- --seed ${SEED}`,
    );
    assert.equal(trouble, '');
    assert.equal(tried, operations);
    assert.ok(cases >= operations, `${cases} cases`);
    assert.ok(chained >= CHAINS, `${chained} cases in chains`);
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

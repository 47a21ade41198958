/** Programs that are started with a broken environment: every mistake at once, and exit code 2. */
import assert from 'node:assert/strict';
import { Program } from '../support/processes.js';
import { buildPrograms } from '../support/production-build.js';

const BROKEN = {
  DATABASE_URL: 'mysql://db.example.com/holdpoint',
  TEMPORAL_ADDRESS: 'https://temporal.example.com',
  TEMPORAL_TLS: 'yes',
  HOLDPOINT_LOG_LEVEL: 'loud',
  HOLDPOINT_LINK_KEY: 'too short',
  HOLDPOINT_SECRETS_KEY: 'c2hvcnQ=',
  HOLDPOINT_WEBHOOK_SECRET: 'whsec_c2hvcnQ=',
  HOLDPOINT_ALLOWED_NETWORKS: '10.0.0.0',
  HOLDPOINT_HOST: 'not a host',
};

const PROGRAMS = [
  { name: 'api', broken: { HOLDPOINT_PORT: '80800', HOLDPOINT_API_KEYS: 'review-server:short' }, missing: [] },
  {
    name: 'worker',
    broken: {
      HOLDPOINT_BUYER_SERVER_URL: 'buyer.example.com',
      HOLDPOINT_SMTP_URL: 'http://mail.example.com',
      HOLDPOINT_COUNTERPART_TIMEOUT_MS: '60000',
      HOLDPOINT_HEALTH_PORT: '0',
    },
    missing: ['HOLDPOINT_REVIEW_SERVER_URL'],
  },
] as const;

describe('a broken environment', function () {
  this.timeout(300_000);
  before(buildPrograms);

  for (const { name, broken, missing } of PROGRAMS) {
    it(`stops the ${name} with every mistake named`, async () => {
      const program = new Program(name, { ...BROKEN, ...broken });
      const ending = await program.ended;
      assert.deepEqual(ending, { code: 2, signal: null }, program.output);
      const wanted = [...Object.keys(BROKEN), ...Object.keys(broken), ...missing];
      assert.deepEqual(
        wanted.filter((variable) => !program.output.includes(variable)),
        [],
        `not named; it wrote:\n${program.output}`,
      );
      for (const secret of ['review-server:short', 'c2hvcnQ=']) assert.ok(!program.output.includes(secret), 'values may be secrets');
    });
  }
});

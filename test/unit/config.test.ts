import assert from 'node:assert/strict';
import { ConfigError, loadApiConfig, loadMigrateConfig, loadWorkerConfig, type Environment } from '../../src/config.js';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const API: Environment = {
  DATABASE_URL: 'postgresql://u:p@db:5432/holdpoint',
  HOLDPOINT_API_KEYS: 'review-server:0123456789abcdef, operations:fedcba9876543210',
  HOLDPOINT_LINK_KEY: 'l'.repeat(32),
  HOLDPOINT_WEBHOOK_SECRET: SECRET,
  HOLDPOINT_SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
};
const WORKER: Environment = {
  DATABASE_URL: API['DATABASE_URL'],
  HOLDPOINT_BUYER_SERVER_URL: 'http://127.0.0.1:9101',
  HOLDPOINT_REVIEW_SERVER_URL: 'https://review.example.com',
  HOLDPOINT_WEBHOOK_SECRET: SECRET,
  HOLDPOINT_SECRETS_KEY: [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')).join(', '),
  HOLDPOINT_ALLOWED_NETWORKS: '10.20.0.0/16, fd00:20::/32',
  HOLDPOINT_SMTP_URL: 'smtps://mail.example.com:465',
  HOLDPOINT_LINK_KEY: API['HOLDPOINT_LINK_KEY'],
};

function mistakesOf(load: () => unknown): Map<string, string> {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    for (const mistake of error.mistakes)
      assert.ok(error.message.includes(`${mistake.variable} ${mistake.problem}; expected: ${mistake.expected}`));
    return new Map(error.mistakes.map((mistake) => [mistake.variable, mistake.problem]));
  }
  return new Map();
}

describe('configuration', () => {
  it('notices link to the console where people can sign in', () => {
    assert.equal(loadWorkerConfig(WORKER).consoleUrl, null);
    const set = { HOLDPOINT_PUBLIC_URL: 'https://holdpoint.example/', HOLDPOINT_OIDC_ISSUER: 'https://login.example.com' };
    assert.equal(loadWorkerConfig({ ...WORKER, ...set }).consoleUrl, 'https://holdpoint.example/console');
  });

  it('fills in the defaults', () => {
    const config = loadApiConfig(API);
    assert.deepEqual(config.api, {
      host: '127.0.0.1',
      port: 8080,
      keys: [
        { name: 'review-server', key: '0123456789abcdef' },
        { name: 'operations', key: 'fedcba9876543210' },
      ],
      limits: { callsPerSecond: 500, maxInFlight: 200 },
    });
    assert.equal(config.taskQueue, 'holdpoint');
    assert.equal(config.logLevel, 'info');
    assert.deepEqual(
      { address: config.temporal.address, namespace: config.temporal.namespace },
      { address: 'localhost:7233', namespace: 'default' },
    );
    const worker = loadWorkerConfig(WORKER);
    assert.deepEqual(worker.counterparts, {
      buyerServerUrl: 'http://127.0.0.1:9101',
      reviewServerUrl: 'https://review.example.com',
      timeoutMs: 10_000,
    });
    assert.equal(worker.webhookSecret, SECRET);
    assert.deepEqual(
      worker.secretsKeys.map((key) => key[31]),
      [1, 2],
    );
    assert.deepEqual(config.allowedNetworks, []);
    assert.deepEqual(worker.mail, { smtpUrl: 'smtps://mail.example.com:465', from: 'Holdpoint <holdpoint@localhost>' });
    assert.deepEqual(worker.allowedNetworks, ['10.20.0.0/16', 'fd00:20::/32']);
    assert.equal(worker.healthPort, 8081);
    assert.equal(worker.workflowBundle, undefined);
  });

  it('names every missing variable of each role at once', () => {
    const missing = (load: () => unknown) =>
      [...mistakesOf(load)].filter(([, problem]) => problem === 'is not set').map(([variable]) => variable);
    const env = { DATABASE_URL: '' };
    assert.deepEqual(
      missing(() => loadApiConfig(env)),
      ['DATABASE_URL', 'HOLDPOINT_LINK_KEY', 'HOLDPOINT_WEBHOOK_SECRET', 'HOLDPOINT_SECRETS_KEY', 'HOLDPOINT_API_KEYS'],
    );
    assert.deepEqual(
      missing(() => loadWorkerConfig(env)),
      [
        'DATABASE_URL',
        'HOLDPOINT_LINK_KEY',
        'HOLDPOINT_WEBHOOK_SECRET',
        'HOLDPOINT_SECRETS_KEY',
        'HOLDPOINT_BUYER_SERVER_URL',
        'HOLDPOINT_REVIEW_SERVER_URL',
        'HOLDPOINT_SMTP_URL',
      ],
    );
    assert.deepEqual(
      missing(() => loadMigrateConfig({})),
      ['DATABASE_URL'],
    );
  });

  it('names every wrong value at once, those for Temporal among them', () => {
    const mistakes = mistakesOf(() =>
      loadWorkerConfig({
        DATABASE_URL: 'mysql://db/holdpoint',
        HOLDPOINT_BUYER_SERVER_URL: 'ftp://buyer',
        HOLDPOINT_REVIEW_SERVER_URL: 'review.example.com',
        HOLDPOINT_WEBHOOK_SECRET: 'whsec_dG9vc2hvcnQ=',
        HOLDPOINT_COUNTERPART_TIMEOUT_MS: '99',
        HOLDPOINT_SMTP_URL: 'http://mail',
        HOLDPOINT_MAIL_FROM: 'nobody',
        HOLDPOINT_HEALTH_PORT: '70000',
        HOLDPOINT_LOG_LEVEL: 'loud',
        HOLDPOINT_LINK_KEY: 'too short',
        HOLDPOINT_SECRETS_KEY: Buffer.alloc(24).toString('base64'),
        HOLDPOINT_ALLOWED_NETWORKS: '10.0.0.0/33',
        HOLDPOINT_TEMPORAL_UI_URL: 'here',
        TEMPORAL_ADDRESS: 'https://temporal.example.com',
        TEMPORAL_TLS: 'yes',
        TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/client.pem',
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/ca.pem',
      }),
    );
    assert.deepEqual([...mistakes.keys()].toSorted(), [
      'DATABASE_URL',
      'HOLDPOINT_ALLOWED_NETWORKS',
      'HOLDPOINT_BUYER_SERVER_URL',
      'HOLDPOINT_COUNTERPART_TIMEOUT_MS',
      'HOLDPOINT_HEALTH_PORT',
      'HOLDPOINT_LINK_KEY',
      'HOLDPOINT_LOG_LEVEL',
      'HOLDPOINT_MAIL_FROM',
      'HOLDPOINT_REVIEW_SERVER_URL',
      'HOLDPOINT_SECRETS_KEY',
      'HOLDPOINT_SMTP_URL',
      'HOLDPOINT_TEMPORAL_UI_URL',
      'HOLDPOINT_WEBHOOK_SECRET',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_TLS',
      'TEMPORAL_TLS_CLIENT_CERT_PATH',
      'TEMPORAL_TLS_CLIENT_KEY_PATH',
      'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    ]);
  });

  for (const [what, keys] of [
    ['a short key', 'operations:short'],
    ['a name twice', 'a:0123456789abcdef,a:fedcba9876543210'],
    ['a name in capitals', 'Operations:0123456789abcdef'],
    ['an empty entry', 'a:0123456789abcdef,,b:0123456789abcdef'],
  ] as const) {
    it(`refuses ${what} among the API keys, and does not repeat the key`, () => {
      assert.throws(
        () => loadApiConfig({ ...API, HOLDPOINT_API_KEYS: keys }),
        (error) =>
          error instanceof ConfigError && error.message.includes('HOLDPOINT_API_KEYS') && !error.message.includes('0123456789abcdef'),
      );
    });
  }

  it('knows the console as the issuer does; the audience is the resource where it is a URI, unless said otherwise', () => {
    const resourceOf = (more: Environment): string | null => loadApiConfig({ ...API, ...more }).oidcClient.resource;
    const { oidcClient, publicUrl } = loadApiConfig({ ...API, HOLDPOINT_PUBLIC_URL: 'https://holdpoint.example.com/' });
    const scopes = 'openid profile email offline_access api';
    assert.deepEqual(oidcClient, { id: 'holdpoint-console', secret: undefined, scopes, resource: null });
    assert.equal(publicUrl, 'https://holdpoint.example.com');
    assert.equal(resourceOf({ HOLDPOINT_OIDC_AUDIENCE: 'urn:holdpoint:api' }), 'urn:holdpoint:api');
    assert.equal(resourceOf({ HOLDPOINT_OIDC_AUDIENCE: 'urn:holdpoint:api', HOLDPOINT_OIDC_RESOURCE: 'none' }), null);
    assert.equal(resourceOf({ HOLDPOINT_OIDC_RESOURCE: 'https://api.example.com' }), 'https://api.example.com');
    const wrong = { HOLDPOINT_OIDC_SCOPES: 'profile api', HOLDPOINT_OIDC_RESOURCE: 'holdpoint', HOLDPOINT_SANDBOX_URL: 'here' };
    assert.deepEqual([...mistakesOf(() => loadApiConfig({ ...API, ...wrong })).keys()].toSorted(), Object.keys(wrong).toSorted());
  });

  it('takes TLS for granted when Temporal is given an API key', () => {
    const { temporal } = loadApiConfig({
      ...API,
      TEMPORAL_ADDRESS: 'ns.tmprl.cloud:7233',
      TEMPORAL_API_KEY: 'k',
      TEMPORAL_NAMESPACE: 'ns',
    });
    assert.deepEqual(
      { tls: temporal.tls, apiKey: temporal.apiKey, namespace: temporal.namespace },
      { tls: true, apiKey: 'k', namespace: 'ns' },
    );
    const open = mistakesOf(() =>
      loadApiConfig({ ...API, TEMPORAL_ADDRESS: 'ns.tmprl.cloud:7233', TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }),
    );
    assert.deepEqual([...open.keys()], ['TEMPORAL_TLS']);
  });

  it('takes a client certificate only with its key', () => {
    const mistakes = mistakesOf(() => loadApiConfig({ ...API, TEMPORAL_TLS_CLIENT_CERT_DATA: 'PEM' }));
    assert.deepEqual([...mistakes.keys()], ['TEMPORAL_TLS_CLIENT_KEY_PATH']);
  });
});

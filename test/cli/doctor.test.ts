/** `holdpoint doctor` as a process, against a real house: what is right is said to be so, what is wrong is found, with what to do. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import pg from 'pg';
import { startIssuer } from '../../src/dev/issuer.js';
import { fromRoot } from '../../src/package-root.js';
import { commandLine, type Called } from '../support/command-line.js';
import { House, LINK_KEY, LOOPBACK, REVIEW_KEY, SECRETS_KEY, WEBHOOK_SECRET } from '../support/house.js';
import { dropTestDatabase, fromEnvironment } from '../support/servers.js';
import { removeTemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.js';

interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'failure';
  words: string;
  advice: string | null;
}

const DAY_MS = 86_400_000;

describe('the command line: doctor', function () {
  this.timeout(240_000);
  let house: House;
  let dir: string;
  let settings: Record<string, string>;
  let empty: string;

  before(async () => {
    dir = temporaryDirectory('cli');
    house = await House.start();
    const { buyer, review, smtp } = house.sandbox.urls;
    settings = {
      HOLDPOINT_DATA_DIR: join(dir, 'nothing'),
      DATABASE_URL: house.databaseUrl,
      TEMPORAL_ADDRESS: fromEnvironment('TEST_TEMPORAL_ADDRESS'),
      HOLDPOINT_TASK_QUEUE: house.taskQueue,
      HOLDPOINT_LINK_KEY: LINK_KEY,
      HOLDPOINT_SECRETS_KEY: SECRETS_KEY,
      HOLDPOINT_WEBHOOK_SECRET: WEBHOOK_SECRET,
      HOLDPOINT_ALLOWED_NETWORKS: LOOPBACK,
      HOLDPOINT_PORT: new URL(house.apiUrl).port,
      HOLDPOINT_API_KEYS: `review-server:${REVIEW_KEY}`,
      HOLDPOINT_BUYER_SERVER_URL: buyer,
      HOLDPOINT_REVIEW_SERVER_URL: review,
      HOLDPOINT_SMTP_URL: smtp,
      HOLDPOINT_PUBLIC_URL: 'https://holdpoint.example.com',
    };
    const admin = new URL(fromEnvironment('TEST_DATABASE_URL'));
    const client = new pg.Client({ connectionString: admin.href });
    await client.connect();
    admin.pathname = `/test_${randomBytes(8).toString('hex')}`;
    empty = admin.href;
    await client.query(`CREATE DATABASE ${admin.pathname.slice(1)}`);
    await client.end();
  });
  after(async () => {
    await dropTestDatabase(empty);
    await house.stop();
    removeTemporaryDirectory(dir);
  });

  const doctor = (args: string[] = [], more: Record<string, string> = {}): Promise<Called> =>
    commandLine(settings)(['doctor', ...args], more);
  const findingsOf = (called: Called): Finding[] => JSON.parse(called.stdout).findings;
  const of = (called: Called, check: string): Finding => {
    const found = findingsOf(called).find((finding) => finding.check === check);
    assert.ok(found, `nothing was found of ${check}: ${called.stdout}${called.stderr}`);
    return found;
  };
  const wrong = (called: Called, check: string, state: Finding['state'], words: RegExp, advice: RegExp): void => {
    const found = of(called, check);
    assert.equal(found.state, state, JSON.stringify(found));
    assert.match(found.words, words);
    assert.match(found.advice ?? '', advice);
  };

  it('finds nothing wrong where all is right, the other sides included', async () => {
    const { code, stdout, stderr } = await doctor(['--counterparts']);
    assert.deepEqual([code, stderr], [0, ''], stdout);
    for (const wanted of [
      /^ok +node +Node v\d/m,
      /^ok +packages +Holdpoint \d+\.\d+\.\d+, Temporal SDK 1\./m,
      /^ok +settings +sound, for the API and the worker$/m,
      /^ok +postgresql\.reach +PostgreSQL 18\S* at 127\.0\.0\.1:\d+$/m,
      /^ok +postgresql\.clock +the clock of PostgreSQL agrees/m,
      /^ok +postgresql\.schema +the schema is up to date: \d{14}_/m,
      /^ok +keys\.api /m,
      /^ok +counterparts\.buyer-server +it answers and understands us$/m,
      /^ok +temporal\.reach +Temporal 1\.\d+\.\d+ at 127\.0\.0\.1:\d+$/m,
      /^ok +temporal\.namespace +namespace "default" keeps ended cases for 30 days$/m,
      /^ok +temporal\.search-attributes /m,
      /^ok +temporal\.clock +the clock of Temporal agrees/m,
      /^ok +temporal\.workers +\d+ at work on task queue "test-/m,
      /^ok +api\.reach +the API at http:\/\/127\.0\.0\.1:\d+ is ready$/m,
      /^ok +api\.key /m,
      /^ok +mail\.reach /m,
      /\n\d+ ok, 0 warnings, 0 failures\n$/,
    ]) {
      assert.match(stdout, wanted);
    }
    const documented = readFileSync(fromRoot('docs', 'cli.md'), 'utf8');
    for (const [, check = ''] of stdout.matchAll(/^ok +(\S+)/gm))
      assert.ok(documented.includes(`\`${check.replace(/^counterparts\..*/, 'counterparts.<id>')}\``), `docs/cli.md has no ${check}`);
    for (const secret of [REVIEW_KEY, SECRETS_KEY, WEBHOOK_SECRET, LINK_KEY, new URL(house.databaseUrl).password])
      assert.ok(!stdout.includes(secret), 'a secret is shown');
  });

  it('names every mistake of the settings, what is no setting, and what only this machine can open', async () => {
    const broken = {
      HOLDPOINT_LINK_KEY: 'short',
      HOLDPOINT_PORT: '80800',
      TEMPORAL_ADDRESS: 'https://t.example',
      HOLDPOINT_PUBLC_URL: 'x',
    };
    const called = await doctor(['--json', '--before-start'], broken);
    assert.equal(called.code, 1);
    const said = findingsOf(called).filter(({ check }) => check === 'settings');
    const failures = said.filter(({ state }) => state === 'failure');
    assert.deepEqual(failures.map(({ words }) => words.split(' ')[0]).toSorted(), [
      'HOLDPOINT_LINK_KEY',
      'HOLDPOINT_PORT',
      'TEMPORAL_ADDRESS',
    ]);
    assert.match(failures.find(({ words }) => words.startsWith('HOLDPOINT_PORT'))?.advice ?? '', /a port number from 1 to 65535/);
    assert.match(said.find(({ state }) => state === 'warning')?.words ?? '', /^HOLDPOINT_PUBLC_URL is set, and no setting/);
    assert.equal(of(called, 'postgresql.reach').state, 'ok', 'what can be looked at is looked at');
    const own = await doctor(['--json', '--program', 'worker', '--before-start'], { HOLDPOINT_API_KEYS: '', HOLDPOINT_PUBLIC_URL: '' });
    assert.equal(own.code, 0, own.stdout);
    assert.match(
      findingsOf(own).find(({ state }) => state === 'warning')?.words ?? '',
      /^links in notices lead to http:\/\/127\.0\.0\.1:8080/,
    );
  });

  it('finds an issuer that is not reached, or is another, and an address at which nobody should sign in', async () => {
    const issuer = await startIssuer(0);
    const looked = (more: Record<string, string>): Promise<Called> => doctor(['--json', '--program', 'api', '--before-start'], more);
    const right = await looked({ HOLDPOINT_OIDC_ISSUER: issuer.url });
    assert.deepEqual([of(right, 'issuer.reach').state, of(right, 'console.address').state], ['ok', 'ok']);
    const open = {
      HOLDPOINT_OIDC_ISSUER: issuer.url.replace('127.0.0.1', 'localhost'),
      HOLDPOINT_PUBLIC_URL: 'http://holdpoint.example.com',
    };
    const other = await looked(open);
    wrong(other, 'issuer.reach', 'failure', /calls itself http:\/\/127\.0\.0\.1:\d+$/, /letter by letter/);
    wrong(other, 'console.address', 'warning', /over plain http$/, /over https/);
    await issuer.stop();
    const away = await looked({ HOLDPOINT_OIDC_ISSUER: issuer.url, HOLDPOINT_PUBLIC_URL: 'https://example.com/holdpoint' });
    wrong(away, 'issuer.reach', 'failure', /is not reached \(ECONNREFUSED\)$/, /is it up/);
    wrong(away, 'console.address', 'failure', /cannot be below a path/, /host name of its own/);
  });

  it('finds servers that are not reached, and a clock that is wrong', async () => {
    const [nobody, mail] = [await getPort(), await getPort()];
    const away = await doctor(['--json'], {
      DATABASE_URL: `postgresql://holdpoint:secret-word@127.0.0.1:${nobody}/holdpoint`,
      TEMPORAL_ADDRESS: `127.0.0.1:${nobody}`,
      HOLDPOINT_PORT: String(nobody),
      HOLDPOINT_SMTP_URL: `smtp://user:secret-word@127.0.0.1:${mail}`,
    });
    assert.equal(away.code, 1);
    assert.equal(JSON.parse(away.stdout).verdict, 'failure');
    wrong(away, 'postgresql.reach', 'failure', /^PostgreSQL is not reached at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/, /^start PostgreSQL/);
    wrong(away, 'temporal.reach', 'failure', /^Temporal is not reached at 127\.0\.0\.1:\d+ \(/, /^start Temporal/);
    wrong(away, 'api.reach', 'failure', /^no API answers at .* \(ECONNREFUSED\)$/, /npm start here, npm run api/);
    wrong(away, 'mail.reach', 'failure', /^the mail server is not reached at 127\.0\.0\.1/, /HOLDPOINT_SMTP_URL/);
    assert.ok(!away.stdout.includes('secret-word'));
    const late = 'data:text/javascript,const now = Date.now; Date.now = () => now() %2B 120000;';
    const called = await doctor(['--json'], { NODE_OPTIONS: `--import "${late}"` });
    for (const check of ['postgresql.clock', 'temporal.clock'])
      wrong(called, check, 'failure', /^the clock of \w+ is 1(19|20)\.\d s behind this machine's$/, /NTP/);
  });

  it('finds a database that is missing, or behind, and one that does not let us in', async () => {
    const behind = await doctor(['--json', '--before-start'], { DATABASE_URL: empty });
    assert.equal(behind.code, 1);
    wrong(behind, 'postgresql.schema', 'failure', /^a migration is pending: \d{14}_|^migrations are pending: /, /^holdpoint migrate/);
    const missing = await doctor(['--json', '--before-start'], { DATABASE_URL: `${empty}_not` });
    wrong(missing, 'postgresql.reach', 'failure', /^there is no database "test_\w+_not" at/, /^holdpoint migrate/);
    const locked = new URL(empty);
    locked.password = 'wrong-password';
    const refused = await doctor(['--json', '--before-start'], { DATABASE_URL: locked.href });
    wrong(refused, 'postgresql.reach', 'failure', /does not let "\w+" in$/, /^mend user and password/);
  });

  it('finds a namespace that is missing or lacks search attributes, and a queue without workers', async () => {
    const namespace = `doctor-${randomBytes(4).toString('hex')}`;
    const missing = await doctor(['--json'], { TEMPORAL_NAMESPACE: namespace });
    wrong(
      missing,
      'temporal.namespace',
      'failure',
      new RegExp(`^there is no namespace "${namespace}"$`),
      /temporal operator namespace create/,
    );
    const retention = { workflowExecutionRetentionPeriod: { seconds: 86_400 as never, nanos: 0 } };
    await house.client.workflowService.registerNamespace({ namespace, ...retention });
    const fresh = await doctor(['--json'], { TEMPORAL_NAMESPACE: namespace, HOLDPOINT_TASK_QUEUE: 'nobody' });
    wrong(fresh, 'temporal.namespace', 'warning', /keeps ended cases for 1 days$/, /--retention 30d$/);
    wrong(fresh, 'temporal.search-attributes', 'warning', /^missing: OrderId, /, /a worker adds them when it starts/);
    wrong(fresh, 'temporal.workers', 'failure', /no worker is at work on task queue "nobody"/, /^start one: npm run worker/);
    assert.equal(fresh.code, 1);
  });

  it('finds keys that are not taken, that end soon, and secrets that cannot be opened', async () => {
    const expiresAt = new Date(Date.now() + 3 * DAY_MS).toISOString();
    const created = await house.api('POST', '/v1/keys', { name: 'erp', scopes: ['cases.read'], expiresAt });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const secret = await house.api('POST', '/v1/counterparts/review-server/secrets', {
      purpose: 'bearer',
      secret: 'a-secret-of-the-review-server',
    });
    assert.ok(secret.status < 300, JSON.stringify(secret.body));
    const called = await doctor(['--json', '--key', 'a-key-that-nobody-has'], {
      HOLDPOINT_SECRETS_KEY: Buffer.alloc(32, 8).toString('base64'),
    });
    assert.equal(called.code, 1);
    wrong(called, 'api.key', 'failure', /does not take the key/, /HOLDPOINT_API_KEY/);
    wrong(called, 'keys.api', 'warning', /^the key "erp" expires at 20\S+ \S+ UTC$/, /^holdpoint keys/);
    wrong(called, 'keys.counterparts', 'failure', /^bearer of review-server cannot be opened$/, /HOLDPOINT_SECRETS_KEY/);
    const { id } = (await house.api('GET', '/v1/counterparts/review-server/secrets')).body.items[0];
    await house.api('DELETE', `/v1/counterparts/review-server/secrets/${id}`);
    const ended = await doctor(['--json']);
    assert.equal(ended.code, 0, 'warnings are no failure');
    wrong(ended, 'keys.counterparts', 'warning', /^bearer of review-server ended at .*, and no other follows$/, /^add one/);
  });

  it('takes the settings of npm start where the environment has none of its own', async () => {
    const dataDir = join(dir, 'data');
    mkdirSync(dataDir, { recursive: true });
    const apiKeys = { 'review-server': REVIEW_KEY, operations: REVIEW_KEY };
    const kept = { apiKeys, webhookSecret: WEBHOOK_SECRET, postgresPassword: 'x', linkKey: LINK_KEY, secretsKey: SECRETS_KEY };
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(kept));
    const { HOLDPOINT_PORT = '', HOLDPOINT_TASK_QUEUE = '', DATABASE_URL = '', TEMPORAL_ADDRESS = '' } = settings;
    const env = { HOLDPOINT_DATA_DIR: dataDir, HOLDPOINT_PORT, HOLDPOINT_TASK_QUEUE, DATABASE_URL, TEMPORAL_ADDRESS };
    const smtp = { SANDBOX_SMTP_PORT: new URL(house.sandbox.urls.smtp).port };
    const issuer = await startIssuer(0);
    const issuing = { HOLDPOINT_ISSUER_PORT: new URL(issuer.url).port };
    const called = await commandLine({ ...env, ...smtp, ...issuing })(['doctor', '--json']);
    await issuer.stop();
    assert.equal(called.code, 0, called.stdout + called.stderr);
    assert.equal(of(called, 'settings').words, `those of npm start, in ${dataDir}`);
    assert.equal(of(called, 'api.key').state, 'ok');
  });
});

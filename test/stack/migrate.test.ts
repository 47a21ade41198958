import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { listMigrations, migrate } from '../../src/db/migrate.js';
import { schemaDifference } from '../../src/db/schema-engine.js';
import { fromRoot } from '../../src/package-root.js';
import { dropTestDatabase, startPostgres } from '../support/servers.js';

const run = promisify(execFile);

describe('migrations', function () {
  this.timeout(30_000);
  let server: { databaseUrl: string; stop(): Promise<void> };
  const made: string[] = [];

  before(async () => {
    const given = process.env['TEST_DATABASE_URL'];
    server = given ? { databaseUrl: given, stop: async () => {} } : await startPostgres();
  });
  after(async () => {
    for (const url of made) await dropTestDatabase(url);
    await server.stop();
  });

  function missingDatabase(): string {
    const url = new URL(server.databaseUrl);
    url.pathname = `/test_${randomBytes(8).toString('hex')}`;
    made.push(url.href);
    return url.href;
  }

  async function query<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('create a missing database and apply each once, also when three start together', async () => {
    const url = missingDatabase();
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    assert.deepEqual(applied.flat().toSorted(), listMigrations());
    assert.deepEqual(await migrate(url), []);
    const rows = await query<{ migration_name: string }>(
      url,
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
    );
    assert.deepEqual(
      rows.map((row) => row.migration_name),
      listMigrations(),
    );
  });

  it('leave no connection and let the program end', async () => {
    const url = missingDatabase();
    const program = [fromRoot('bin', 'holdpoint.mjs'), 'migrate'];
    const waiting = await run(process.execPath, [...program, '--dry-run'], { env: { ...process.env, DATABASE_URL: url } });
    assert.match(waiting.stdout, /^would create the database, and would apply \d{14}_\w+/);
    const start = Date.now();
    const { stdout } = await run(process.execPath, program, { env: { ...process.env, DATABASE_URL: url } });
    assert.match(stdout, /^applied \d{14}_\w+/);
    assert.ok(Date.now() - start < 9500, 'it does not wait for the idle timers of ten seconds');
    const others = () => query(url, 'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    for (let tries = 0; tries < 40 && (await others()).length > 0; tries++) await delay(50); // the server ends them a moment later
    assert.deepEqual(await others(), []);
    const again = await run(process.execPath, program, { env: { ...process.env, DATABASE_URL: url } });
    assert.match(again.stdout, /up to date/);
    const asked = await run(process.execPath, [...program, '--dry-run', '--json'], { env: { ...process.env, DATABASE_URL: url } });
    assert.deepEqual(JSON.parse(asked.stdout), { pending: [] });
  });

  it('say as a program what is wrong, and what to do: exit code 1 where it failed, 2 where it was not told enough', async () => {
    const migrateAt = async (env: Record<string, string>): Promise<{ code: number; stderr: string }> =>
      run(process.execPath, [fromRoot('bin', 'holdpoint.mjs'), 'migrate'], { env: { PATH: process.env['PATH'] ?? '', ...env } }).then(
        () => ({ code: 0, stderr: '' }),
        (error: { code: number; stderr: string }) => error,
      );
    const away = await migrateAt({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    assert.equal(away.code, 1);
    assert.match(away.stderr, /^holdpoint: not migrated: connect ECONNREFUSED 127\.0\.0\.1:1\n {2}does the PostgreSQL server/);
    const unset = await migrateAt({});
    assert.equal(unset.code, 2);
    assert.match(unset.stderr, /^holdpoint: the settings are not right\n {2}DATABASE_URL is not set; expected: a URL, e\.g\. postgresql/);
  });

  it('make what schema.prisma says', async function () {
    const [initial, ...later] = listMigrations();
    if (later.length > 0 || !initial) this.skip(); // until the first release there is one; it is rewritten with the schema
    const schema = readFileSync(fromRoot('prisma', 'schema.prisma'), 'utf8');
    const expected = await schemaDifference(null, schema);
    assert.equal(
      readFileSync(fromRoot('prisma', 'migrations', initial, 'migration.sql'), 'utf8'),
      expected,
      'run npm run new-migration -- --reset-initial',
    );
  });

  it('say what is wrong when the server is not there', async () => {
    await assert.rejects(migrate('postgresql://nobody@127.0.0.1:1/none'), /ECONNREFUSED/);
  });
});

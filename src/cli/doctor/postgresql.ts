/** The database: reached, of a version we know, on the newest schema, by the same clock. */
import pg from 'pg';
import { schemaState } from '../../db/migrate.js';
import { clockFinding, failure, ok, warning, type Finding } from './finding.js';

const REACH_LIMIT_MS = 5000;
/** Older ones have not been tried (docs/operations.md). */
const TESTED_MAJOR = 18;
const MIGRATE = 'holdpoint migrate, with the same DATABASE_URL';

/** @returns `usable`: it can be asked about what it keeps */
export async function postgresqlFindings(databaseUrl: string): Promise<{ findings: Finding[]; usable: boolean }> {
  const { hostname, port, pathname, username } = new URL(databaseUrl);
  const where = `${hostname}:${port || '5432'}`;
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: REACH_LIMIT_MS, query_timeout: REACH_LIMIT_MS });
  client.on('error', () => undefined); // said by the query under way
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    return { findings: [notReached(error, where, decodeURIComponent(pathname.slice(1)), username)], usable: false };
  }
  try {
    const findings = [...(await serverFindings(client, where)), await clockOf(client)];
    const schema = await schemaFinding(databaseUrl);
    const usable = schema.state !== 'failure';
    return { findings: [...findings, schema, ...(usable ? await seedFindings(client) : [])], usable };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function notReached(error: unknown, where: string, database: string, user: string): Finding {
  const { code = '', message } = error as { code?: string; message: string };
  const check = 'postgresql.reach';
  if (code === '3D000') return failure(check, `there is no database "${database}" at ${where}`, `${MIGRATE}, creates it if the user may`);
  if (['28P01', '28000'].includes(code))
    return failure(check, `${where} does not let "${user}" in`, 'mend user and password in DATABASE_URL');
  if (code === '53300') return failure(check, `${where} has no connection left`, 'raise max_connections, or run fewer programs');
  const advice = 'start PostgreSQL, or mend host and port in DATABASE_URL; here: npm start';
  return failure(check, `PostgreSQL is not reached at ${where} (${code || message})`, advice);
}

async function serverFindings(client: pg.Client, where: string): Promise<Finding[]> {
  const { rows } = await client.query<{ version: string; number: number; encoding: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
       current_setting('server_encoding') AS encoding`,
  );
  const { version = '', number = 0, encoding = '' } = rows[0] ?? {};
  const reach = ok('postgresql.reach', `PostgreSQL ${version} at ${where}`);
  const old = number < TESTED_MAJOR * 10_000;
  return [
    old ? warning('postgresql.reach', reach.words, `older than ${TESTED_MAJOR}, on which it is tested: try it, or update`) : reach,
    ...(encoding === 'UTF8'
      ? []
      : [failure('postgresql.encoding', `it keeps text as ${encoding}`, 'create the database with ENCODING UTF8')]),
  ];
}

async function clockOf(client: pg.Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ now: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now');
  const after = Date.now();
  return clockFinding('postgresql.clock', 'PostgreSQL', Number(rows[0]?.now) - (before + after) / 2, (after - before) / 2);
}

async function schemaFinding(databaseUrl: string): Promise<Finding> {
  const { pending, failed, unknown, applied } = await schemaState(databaseUrl);
  const check = 'postgresql.schema';
  if (failed.length > 0) {
    const advice = 'look what of it is there, mend it by hand, and say so to prisma migrate resolve';
    return failure(check, `a migration was left half done: ${failed.join(', ')}`, advice);
  }
  if (pending.length > 0)
    return failure(check, `${pending.length === 1 ? 'a migration is' : 'migrations are'} pending: ${pending.join(', ')}`, MIGRATE);
  if (unknown.length > 0) {
    return warning(
      check,
      `it is that of a newer version: ${unknown.join(', ')}`,
      'update this installation; programs of two versions may run side by side meanwhile',
    );
  }
  return ok(check, `the schema is up to date: ${applied.at(-1) ?? ''}`);
}

/** Without a policy nothing is decided. */
async function seedFindings(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{ kind: string }>('SELECT DISTINCT "kind" FROM "policy"');
  const missing = ['review', 'placement'].filter((kind) => !rows.some((row) => row.kind === kind));
  if (missing.length === 0) return [];
  return [
    failure('postgresql.policies', `there is no ${missing.join(' and no ')} policy: nothing can be decided`, `${MIGRATE}, seeds them`),
  ];
}

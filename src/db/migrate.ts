import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { fromRoot } from '../package-root.js';
import { withSchemaEngine } from './schema-engine.js';

/** Held while migrations are applied; any constant will do that nobody else uses on this database ("hold" in ASCII). */
const LOCK_KEY = 0x686f6c64;
const LOCK_WAIT_MS = 60_000;
/** PostgreSQL's invalid_catalog_name. */
const NO_DATABASE = '3D000';
const MIGRATIONS = fromRoot('prisma', 'migrations');

/**
 * Brings a PostgreSQL database to the newest schema, as `prisma migrate deploy` would: the same files, the same engine and the
 * same `_prisma_migrations` table, so either may follow the other. Creates the database when it is missing and the user may.
 * Two processes may call it at once: the second waits for the first (at most 60 s) and finds nothing left to do.
 *
 * @returns the names of the migrations applied now, oldest first; empty when the database was up to date
 * @throws Error when the server cannot be reached, a migration fails, or an earlier one was left half applied (Prisma's P3009/P3018)
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = await connectOrCreate(databaseUrl);
  try {
    if (await isUpToDate(client)) return [];
    await client.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    if (await isUpToDate(client)) return [];
    return await applyMigrations(databaseUrl);
  } finally {
    await client.end();
  }
}

/** How a database stands to the migrations shipped with this version; each by name, oldest first. */
export interface SchemaState {
  /** Whether the database is there at all. */
  database: boolean;
  applied: string[];
  pending: string[];
  /** Left half applied. */
  failed: string[];
  /** Applied by another version of this program. */
  unknown: string[];
}

/**
 * Looks, and changes nothing.
 *
 * @throws Error when the server cannot be reached
 */
export async function schemaState(databaseUrl: string): Promise<SchemaState> {
  const client = await connect(databaseUrl).catch((error: unknown) => {
    if (hasCode(error, NO_DATABASE)) return null;
    throw error;
  });
  if (client === null) return { database: false, applied: [], pending: listMigrations(), failed: [], unknown: [] };
  try {
    return await stateOf(client);
  } finally {
    await client.end();
  }
}

/** The migrations shipped with this version, in order. */
export function listMigrations(): string[] {
  return readdirSync(MIGRATIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const schema = readFileSync(fromRoot('prisma', 'schema.prisma'), 'utf8');
  const migrationDirectories = listMigrations().map((path) => ({
    path,
    migrationFile: {
      path: 'migration.sql',
      content: { tag: 'ok' as const, value: readFileSync(join(MIGRATIONS, path, 'migration.sql'), 'utf8') },
    },
  }));
  const migrationsList = {
    baseDir: MIGRATIONS,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(join(MIGRATIONS, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories,
  };
  const filters = { externalTables: [], externalEnums: [] };
  return withSchemaEngine(databaseUrl, schema, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  });
}

/** True when every shipped migration is finished and none failed: then the engine need not be loaded. */
async function isUpToDate(client: pg.Client): Promise<boolean> {
  const { pending, failed } = await stateOf(client);
  return pending.length === 0 && failed.length === 0;
}

async function stateOf(client: pg.Client): Promise<SchemaState> {
  const shipped = listMigrations();
  const table = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
  if (!table.rows[0].present) return { database: true, applied: [], pending: shipped, failed: [], unknown: [] };
  const { rows } = await client.query<{ name: string; finished: boolean }>(
    'SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY 1',
  );
  const applied = rows.filter(({ finished }) => finished).map(({ name }) => name);
  return {
    database: true,
    applied,
    pending: shipped.filter((name) => !applied.includes(name)),
    failed: rows.filter(({ finished }) => !finished).map(({ name }) => name),
    unknown: applied.filter((name) => !shipped.includes(name)),
  };
}

async function connectOrCreate(databaseUrl: string): Promise<pg.Client> {
  try {
    return await connect(databaseUrl);
  } catch (error) {
    if (!hasCode(error, NO_DATABASE)) throw error;
    await createDatabase(databaseUrl);
    return connect(databaseUrl);
  }
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // a lost connection fails the query under way; nothing else listens
  await client.connect();
  return client;
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const name = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  const admin = new URL(databaseUrl);
  admin.pathname = '/postgres';
  const client = await connect(admin.href).catch((error: unknown) => {
    throw new Error(`database "${name}" does not exist, and it cannot be created: ${(error as Error).message}`, { cause: error });
  });
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    const createdByAnother = hasCode(error, '42P04') || hasCode(error, '23505'); // duplicate_database, or both at one instant
    if (!createdByAnother)
      throw new Error(`database "${name}" does not exist, and it cannot be created: ${(error as Error).message}`, { cause: error });
  } finally {
    await client.end();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

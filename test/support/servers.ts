// The servers that tests share: one Temporal dev server and one PostgreSQL for a whole run, on free ports, their data thrown away.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import pg from 'pg';
import { migrate } from '../../src/db/migrate.js';
import { embeddedDatabaseUrl, isPostgresReady, preparePostgres } from '../../src/dev/postgres.js';
import { Supervisor } from '../../src/dev/processes.js';
import { takeRunLock } from '../../src/dev/run-lock.js';
import { sweepTemporaryStacks } from '../../src/dev/sweep.js';
import { findTemporalBinary } from '../../src/dev/temporal-binary.js';
import { isTemporalReady, prepareNamespace, temporalServer } from '../../src/dev/temporal-server.js';

const PREFIX = 'holdpoint-test-';
const TEMPLATE = 'holdpoint_template';
const NAMESPACE = 'default';

export type TestServers = {
  /** host:port; namespace `default`, search attributes registered, time skipping allowed */
  temporalAddress: string;
  /** The administrative database, from which `createTestDatabase` makes others. */
  databaseUrl: string;
  stop(): Promise<void>;
};

/**
 * Starts both servers. Export the result as TEST_TEMPORAL_ADDRESS and TEST_DATABASE_URL for the tests' own processes.
 * What an earlier, killed run left running is ended first.
 */
export async function startServers(): Promise<TestServers> {
  const [temporal, postgres] = await Promise.all([startTemporal(), startPostgres()]);
  return {
    temporalAddress: temporal.address,
    databaseUrl: postgres.databaseUrl,
    stop: async () => void (await Promise.all([temporal.stop(), postgres.stop()])),
  };
}

/** A Temporal dev server in memory. */
export async function startTemporal(): Promise<{ address: string; stop(): Promise<void> }> {
  const { supervisor, stop } = await temporaryStack();
  const binary = await findTemporalBinary({ env: process.env, say: console.log });
  const port = await getPort();
  await supervisor.start(temporalServer({ binary: binary.path, port }), () => isTemporalReady(port, NAMESPACE));
  await prepareNamespace(port, NAMESPACE);
  return { address: `127.0.0.1:${port}`, stop };
}

/** A PostgreSQL that forgets, with a migrated template database. */
export async function startPostgres(): Promise<{ databaseUrl: string; stop(): Promise<void> }> {
  const { dir, supervisor, stop } = await temporaryStack();
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' };
  const options = { directory: join(dir, 'postgres'), port: await getPort(), password: randomBytes(12).toString('hex'), settings };
  await supervisor.start(await preparePostgres(options), () => isPostgresReady(options));
  await createTemplate(options);
  return { databaseUrl: embeddedDatabaseUrl(options, 'postgres'), stop };
}

/** The migrated template database of a running server: what `createTestDatabase` copies. */
export async function createTemplate(server: { port: number; password: string }): Promise<void> {
  await migrate(embeddedDatabaseUrl(server, TEMPLATE));
}

/**
 * A fresh, migrated, empty database.
 *
 * @param adminUrl default: TEST_DATABASE_URL
 * @returns its address
 */
export async function createTestDatabase(adminUrl = fromEnvironment('TEST_DATABASE_URL')): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a database made by `createTestDatabase`, cutting off whoever still uses it. */
export async function dropTestDatabase(databaseUrl: string): Promise<void> {
  const admin = new URL(databaseUrl);
  const name = admin.pathname.slice(1);
  if (!name.startsWith('test_')) throw new Error(`${name} was not made by createTestDatabase`);
  admin.pathname = '/postgres';
  await administer(admin.href, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function administer(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function temporaryStack() {
  await sweepTemporaryStacks(PREFIX);
  const dir = mkdtempSync(join(tmpdir(), PREFIX));
  takeRunLock(dir);
  chmodSync(dir, 0o755); // for PostgreSQL's own user, when we are root
  const supervisor = new Supervisor(dir, console.log);
  const stop = async () => {
    await supervisor.stopAll();
    rmSync(dir, { recursive: true, force: true });
  };
  return { dir, supervisor, stop };
}

export function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the tests' servers are not running`);
  return value;
}

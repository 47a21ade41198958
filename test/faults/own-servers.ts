/** A run's own Temporal, on a file, and its own PostgreSQL, which writes through: both lose nothing that they confirmed. */
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { embeddedDatabaseUrl, isPostgresReady, preparePostgres } from '../../src/dev/postgres.js';
import { findTemporalBinary } from '../../src/dev/temporal-binary.js';
import { isTemporalReady, prepareNamespace, temporalServer } from '../../src/dev/temporal-server.js';
import { createTemplate } from '../support/servers.js';
import { removeTemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.js';
import { KillableServer } from './killable-server.js';

const NAMESPACE = 'default';

export interface OwnServers {
  temporal: KillableServer;
  postgres: KillableServer;
  addresses: { temporalAddress: string; databaseUrl: string };
  stop: () => Promise<void>;
}

export interface OwnPostgres {
  server: KillableServer;
  /** The administrative database. */
  databaseUrl: string;
  stop: () => Promise<void>;
}

/** Starts both, with the namespace prepared and the template database migrated. @param more further settings of PostgreSQL */
export async function startOwnServers(more: Record<string, string> = {}): Promise<OwnServers> {
  const [temporal, postgres] = await Promise.all([startOwnTemporal(), startOwnPostgres(more)]);
  return {
    temporal: temporal.server,
    postgres: postgres.server,
    addresses: { temporalAddress: temporal.address, databaseUrl: postgres.databaseUrl },
    stop: async () => void (await Promise.all([temporal.stop(), postgres.stop()])),
  };
}

async function startOwnTemporal(): Promise<{ server: KillableServer; address: string; stop: () => Promise<void> }> {
  const dir = temporaryDirectory('faults');
  const port = await getPort();
  const { path: binary } = await findTemporalBinary({ env: process.env, say: console.log });
  const spec = temporalServer({ binary, port, dbFile: join(dir, 'temporal.db'), namespace: NAMESPACE });
  const server = new KillableServer(
    async () => spec,
    () => isTemporalReady(port, NAMESPACE),
  );
  await server.start();
  await prepareNamespace(port, NAMESPACE);
  return { server, address: `127.0.0.1:${port}`, stop: () => stopped(server, dir) };
}

/** A PostgreSQL of its own, with the template of `createTestDatabase`. */
export async function startOwnPostgres(more: Record<string, string> = {}): Promise<OwnPostgres> {
  const dir = temporaryDirectory('faults');
  chmodSync(dir, 0o755); // for PostgreSQL's own user, when we are root
  const options = { directory: join(dir, 'postgres'), port: await getPort(), password: randomBytes(12).toString('hex') };
  const settings = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', ...more };
  const server = new KillableServer(
    () => preparePostgres({ ...options, settings }),
    () => isPostgresReady(options),
  );
  await server.start();
  await createTemplate(options);
  return { server, databaseUrl: embeddedDatabaseUrl(options, 'postgres'), stop: () => stopped(server, dir) };
}

async function stopped(server: KillableServer, dir: string): Promise<void> {
  await server.stop();
  removeTemporaryDirectory(dir);
}

/** A run's own Temporal, on a file, and its own PostgreSQL, which writes through: both lose nothing that they confirmed. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { embeddedDatabaseUrl, isPostgresReady, preparePostgres } from '../../src/dev/postgres.js';
import { findTemporalBinary } from '../../src/dev/temporal-binary.js';
import { isTemporalReady, prepareNamespace, temporalServer } from '../../src/dev/temporal-server.js';
import { createTemplate } from '../support/servers.js';
import { KillableServer } from './killable-server.js';

const NAMESPACE = 'default';

export interface OwnServers {
  temporal: KillableServer;
  postgres: KillableServer;
  addresses: { temporalAddress: string; databaseUrl: string };
  stop: () => Promise<void>;
}

/** Starts both, with the namespace prepared and the template database migrated. @param more further settings of PostgreSQL */
export async function startOwnServers(more: Record<string, string> = {}): Promise<OwnServers> {
  const dir = mkdtempSync(join(tmpdir(), 'holdpoint-faults-'));
  chmodSync(dir, 0o755); // for PostgreSQL's own user, when we are root
  const [temporalPort, postgresPort] = await Promise.all([getPort(), getPort()]);
  const { path: binary } = await findTemporalBinary({ env: process.env, say: console.log });
  const spec = temporalServer({ binary, port: temporalPort, dbFile: join(dir, 'temporal.db'), namespace: NAMESPACE });
  const temporal = new KillableServer(
    async () => spec,
    () => isTemporalReady(temporalPort, NAMESPACE),
  );
  const options = { directory: join(dir, 'postgres'), port: postgresPort, password: randomBytes(12).toString('hex') };
  const settings = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', ...more };
  const postgres = new KillableServer(
    () => preparePostgres({ ...options, settings }),
    () => isPostgresReady(options),
  );
  await Promise.all([temporal.start(), postgres.start()]);
  await Promise.all([prepareNamespace(temporalPort, NAMESPACE), createTemplate(options)]);
  return {
    temporal,
    postgres,
    addresses: { temporalAddress: `127.0.0.1:${temporalPort}`, databaseUrl: embeddedDatabaseUrl(options, 'postgres') },
    stop: async () => {
      await Promise.all([temporal.stop(), postgres.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

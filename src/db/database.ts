import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient, type Prisma } from './generated/client.js';

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;
export type JsonObject = { [key: string]: Prisma.InputJsonValue | null };

/**
 * Opens the database. Connections are made when first needed, so a process starts while PostgreSQL is away.
 * @param poolSize connections of this process at most; keep the sum over processes under the server's limit
 */
export function openDatabase(databaseUrl: string, poolSize = 10): Database {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize, connectionTimeoutMillis: 5000, idleTimeoutMillis: 30_000 });
  // A server that dies cuts connections at any instant, also between two listeners of the adapter: an error without a
  // listener would end the process. The query that was under way fails by itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const adapter = new PrismaPg(pool, { disposeExternalPool: true });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 5000, timeout: 15_000 } });
}

/** A plain JSON copy, as a JSON column takes it (undefined left out). */
export function asJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}

/** Holds a lock on a name until the transaction ends: what is done under it for one order happens one after the other. */
export async function lockInTransaction(tx: Transaction, name: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

/** Holds locks on several names, always taken in one order, so that nobody waits in a ring. */
export async function lockAllInTransaction(tx: Transaction, names: readonly string[]): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended("name", 0)) FROM unnest(${names.toSorted()}::text[]) AS "names" ("name")`;
}

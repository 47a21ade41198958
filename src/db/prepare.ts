import { openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { seedPolicies } from './policies.js';
import { seedSampleLiaisons } from './reference-data.js';

/**
 * Brings a database to the newest schema and gives a new one its first policies.
 * @param sampleLiaisons also two invented liaisons, for a stack that only plays
 * @returns the names of the migrations applied now
 * @throws what `migrate` throws
 */
export async function prepareDatabase(databaseUrl: string, { sampleLiaisons }: { sampleLiaisons: boolean }): Promise<string[]> {
  const applied = await migrate(databaseUrl);
  const db = openDatabase(databaseUrl, 1);
  try {
    await seedPolicies(db);
    if (sampleLiaisons) await seedSampleLiaisons(db);
  } finally {
    await db.$disconnect();
  }
  return applied;
}

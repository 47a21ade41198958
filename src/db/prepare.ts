import { openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { seedReferenceData } from './reference-data.js';

/**
 * Brings a database to the newest schema and gives a new one its first policy, liaisons and routes.
 * @returns the names of the migrations applied now
 * @throws what `migrate` throws
 */
export async function prepareDatabase(databaseUrl: string): Promise<string[]> {
  const applied = await migrate(databaseUrl);
  const db = openDatabase(databaseUrl, 1);
  try {
    await seedReferenceData(db);
  } finally {
    await db.$disconnect();
  }
  return applied;
}

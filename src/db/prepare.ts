import { openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { seedPolicies } from './policies.js';
import { seedSampleLiaisons } from './reference-data.js';
import { seedSampleVendors } from './vendors.js';

/**
 * Brings a database to the newest schema and gives a new one its first policies.
 * @param samples also invented liaisons and vendors, for a stack that only plays; the vendors are at `vendorUrl`
 * @returns the names of the migrations applied now
 * @throws what `migrate` throws
 */
export async function prepareDatabase(databaseUrl: string, samples: { vendorUrl: string } | null): Promise<string[]> {
  const applied = await migrate(databaseUrl);
  const db = openDatabase(databaseUrl, 1);
  try {
    await seedPolicies(db);
    if (samples !== null) {
      await seedSampleLiaisons(db);
      await seedSampleVendors(db, samples.vendorUrl);
    }
  } finally {
    await db.$disconnect();
  }
  return applied;
}

// `npm run migrate`: brings the database named by DATABASE_URL to the newest schema.
import { ConfigError, loadMigrateConfig } from '../config.js';
import { prepareDatabase } from '../db/prepare.js';

try {
  const applied = await prepareDatabase(loadMigrateConfig(process.env).databaseUrl, null);
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the schema is up to date');
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  console.error(
    error instanceof ConfigError ? text : `not migrated: ${text}\nCheck that the PostgreSQL server of DATABASE_URL runs and lets us in.`,
  );
  process.exitCode = 1;
}

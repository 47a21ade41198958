/** `holdpoint migrate`: brings the database of the settings to the newest schema. */
import { loadMigrateConfig } from '../config.js';
import { schemaState, type SchemaState } from '../db/migrate.js';
import { prepareDatabase } from '../db/prepare.js';
import { Failure } from './failure.js';
import { printJson, type Shell } from './shell.js';

export interface MigrateOptions {
  dryRun?: boolean;
  json?: boolean;
}

/** JSON: `applied`, the names of the migrations applied now; in a dry run `pending`, those that would be. */
export async function migrate(shell: Shell, { dryRun = false, json = false }: MigrateOptions): Promise<void> {
  const { databaseUrl } = loadMigrateConfig(shell.env);
  const say = (result: object, words: string): void => (json ? printJson(shell, result) : shell.print(words));
  if (dryRun) {
    const state = await schemaState(databaseUrl).catch((error: unknown) => Promise.reject(notMigrated(error)));
    return say({ pending: state.pending }, pendingWords(state));
  }
  const applied = await prepareDatabase(databaseUrl, null).catch((error: unknown) => Promise.reject(notMigrated(error)));
  say({ applied }, applied.length > 0 ? `applied ${applied.join(', ')}` : 'the schema is up to date');
}

function pendingWords({ database, pending }: SchemaState): string {
  if (pending.length === 0) return 'the schema is up to date';
  return `${database ? '' : 'would create the database, and '}would apply ${pending.join(', ')}`;
}

function notMigrated(error: unknown): Failure {
  const why = error instanceof Error ? error.message : String(error);
  const hints = ['does the PostgreSQL server of DATABASE_URL run, and does it let us in?', 'holdpoint doctor looks further'];
  return new Failure({ code: 'NOT_MIGRATED', message: `not migrated: ${why}`, hints });
}

// Writes the next migration: the SQL from the schema of the last commit to the edited one.
//   npm run new-migration -- add_case_priority
//   npm run new-migration -- --reset-initial      (before the first release only: rewrites the one initial migration)
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listMigrations } from '../src/db/migrate.js';
import { schemaDifference } from '../src/db/schema-engine.js';
import { fromRoot, packageRoot } from '../src/package-root.js';

const MIGRATIONS = fromRoot('prisma', 'migrations');
const INITIAL = '20261123000000_initial';

const LOCK_FILE = `# Written by Prisma's tools; names the database the migrations are for.
provider = "postgresql"
`;

const argument = process.argv[2];
mkdirSync(MIGRATIONS, { recursive: true });
const before = listMigrations();

if (argument === '--reset-initial') {
  const others = before.filter((name) => name !== INITIAL);
  if (others.length > 0) fail(`the initial migration cannot be rewritten any more: ${others.join(', ')} build on it`);
  await write(INITIAL, null);
} else if (argument && /^[a-z][a-z0-9_]*$/.test(argument)) {
  await write(`${timestamp()}_${argument}`, before.length === 0 ? null : committedSchema());
} else {
  fail('usage: npm run new-migration -- <name in snake_case> | --reset-initial');
}

async function write(name: string, from: string | null): Promise<void> {
  const sql = await schemaDifference(from, readFileSync(fromRoot('prisma', 'schema.prisma'), 'utf8'));
  if (!/^\s*[A-Z]/m.test(sql.replace(/^--.*$/gm, ''))) fail('the schema has not changed since the last commit: nothing to write');
  mkdirSync(join(MIGRATIONS, name), { recursive: true });
  writeFileSync(join(MIGRATIONS, name, 'migration.sql'), sql);
  const lock = join(MIGRATIONS, 'migration_lock.toml');
  if (!existsSync(lock)) writeFileSync(lock, LOCK_FILE);
  console.log(`wrote prisma/migrations/${name}/migration.sql`);
}

function committedSchema(): string {
  return execFileSync('git', ['show', 'HEAD:./prisma/schema.prisma'], { cwd: packageRoot, encoding: 'utf8' });
}

/** UTC, as Prisma names its migrations: 20261123154500. */
function timestamp(): string {
  return new Date().toISOString().replace(/\D/g, '').slice(0, 14);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

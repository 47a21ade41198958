/** `npx holdpoint` as it is installed: from a checkout that is not built, and from what is built, without sources or development packages. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../../src/package-root.js';
import { runProgram, type Finished } from '../support/programs.js';
import { buildPrograms } from '../support/production-build.js';
import { createTestDatabase, dropTestDatabase } from '../support/servers.js';
import { removeTemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.js';

const { version, dependencies } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));

describe('npx holdpoint', function () {
  this.timeout(300_000);
  let dir: string;
  let databaseUrl: string;

  before(async () => {
    dir = temporaryDirectory('npx');
    databaseUrl = await createTestDatabase();
    await buildPrograms();
  });
  after(async () => {
    await dropTestDatabase(databaseUrl);
    removeTemporaryDirectory(dir);
  });

  /** As a user calls it: npm links the program of the directory in which it is called, from its own cache. */
  const npx = (cwd: string, ...args: string[]): Promise<Finished> => {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, DATABASE_URL: databaseUrl, npm_config_cache: join(dir, 'npm'), npm_config_loglevel: 'error' };
    return runProgram('npx', ['--offline', '--ignore-scripts', 'holdpoint', ...args], { cwd, env });
  };

  function place(name: string, ...parts: string[]): string {
    const root = join(dir, name);
    mkdirSync(root);
    for (const part of parts) cpSync(fromRoot(part), join(root, part), { recursive: true });
    return root;
  }

  it('runs from a checkout that is not built', async () => {
    const root = place('checkout', 'bin', 'src', 'prisma', 'package.json', 'tsconfig.json');
    symlinkSync(fromRoot('node_modules'), join(root, 'node_modules'));
    const told = await npx(root, '--version');
    assert.deepEqual([told.code, told.output], [0, `${version}\n`]);
    const pending = await npx(root, 'migrate', '--dry-run', '--json');
    assert.deepEqual([pending.code, JSON.parse(pending.output)], [0, { pending: [] }]);
  });

  it('runs from what is built, beside production packages alone', async () => {
    const root = place('product', 'bin', 'dist', 'prisma', 'package.json');
    mkdirSync(join(root, 'node_modules'));
    const development = new Set(Object.keys(JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')).devDependencies));
    for (const name of readdirSync(fromRoot('node_modules'))) {
      if (development.has(name) && !(name in dependencies)) continue;
      symlinkSync(fromRoot('node_modules', name), join(root, 'node_modules', name));
    }
    const migrated = await npx(root, 'migrate');
    assert.deepEqual([migrated.code, migrated.output], [0, 'the schema is up to date\n']);
    const found = await npx(root, 'doctor', '--before-start', '--json');
    assert.equal(found.code, 1);
    const { findings } = JSON.parse(found.output) as { findings: { check: string; state: string; words: string }[] };
    assert.deepEqual(
      findings.filter(({ check, state }) => state === 'ok' && ['packages', 'postgresql.schema'].includes(check)).length,
      2,
      found.output,
    );
    const asked = await npx(root, 'cases');
    assert.deepEqual([asked.code, asked.output.startsWith('holdpoint: which API?')], [2, true], asked.output);
  });
});

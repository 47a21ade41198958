/** The card the product was ordered by (row C), and what package.json promises. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from '../../src/package-root.js';
import * as workflows from '../../src/workflows/index.js';

const read = (...path: string[]): string => readFileSync(fromRoot(...path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const all: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };

describe('the house: layout', () => {
  it('C: the top level has the rooms of the card', () => {
    const rooms = ['package.json', 'tsconfig.json', 'prisma', 'src/workflows', 'src/activities', 'src/api', 'test'];
    assert.deepEqual(
      rooms.filter((room) => !existsSync(fromRoot(room))),
      [],
    );
  });

  it('C: package.json names the packages of the card', () => {
    const temporal = ['client', 'worker', 'workflow', 'activity'].map((name) => `@temporalio/${name}`);
    const wanted = [...temporal, 'express', '@prisma/client'];
    assert.deepEqual(
      wanted.filter((name) => !(name in manifest.dependencies)),
      [],
    );
    assert.deepEqual(
      ['prisma', 'mocha'].filter((name) => !(name in all)),
      [],
    );
  });

  it('C: src/workflows/index.ts exports workflow functions, one from each workflow.ts, and nothing else', () => {
    const lines = read('src', 'workflows', 'index.ts').trim().split('\n');
    const odd = lines.filter((line) => !/^(\/\/|\/\*\*|export \{ \w+ \} from '\.\/[a-z-]+\/workflow\.js';)/.test(line));
    assert.deepEqual(odd, []);
    for (const [name, workflow] of Object.entries(workflows)) {
      assert.equal(Object.prototype.toString.call(workflow), '[object AsyncFunction]', name);
      assert.equal(workflow.length, 1, `${name} takes one input`);
    }
  });

  it('every dependency is pinned to one version', () => {
    const loose = Object.entries(all).filter(([, version]) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    assert.deepEqual(loose, []);
  });

  it('package-lock.json names no host', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved": "https?:/);
  });

  it('package-lock.json lists the programs for every platform, else `npm ci` refuses it (scripts/complete-lock.mjs adds them)', () => {
    const packages: Record<string, { optionalDependencies?: Record<string, string> }> = JSON.parse(read('package-lock.json')).packages;
    const listed = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
    assert.deepEqual(
      wanted.filter((name) => !listed.has(name)),
      [],
    );
  });

  it('speaks to its readers: README, ARCHITECTURE, CONTRIBUTING, CHANGELOG, SECURITY, LICENSE', () => {
    const files = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'];
    assert.deepEqual(
      files.filter((file) => !existsSync(fromRoot(file))),
      [],
    );
  });
});

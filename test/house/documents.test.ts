/** What the documents say is so: files, tests and codes that they name exist. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MUTANTS } from '../../prove/mutants.js';
import { ACCESS, PERMISSIONS, WITHIN_BUYERS } from '../../src/domain/access.js';
import { FEED_TYPES } from '../../src/domain/feed-types.js';
import { PROBLEMS } from '../../src/api/problems.js';
import { fromRoot, packageRoot } from '../../src/package-root.js';

const GUIDES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/requirements.md',
  'docs/walk-through.md',
  'docs/access.md',
  'docs/events.md',
];
const ROWS =
  'A1 A2 A3 A4 A5 A6 A7 A8 A9 B1 B2 B3 B4 B5 B6 B7 C D1 D2 D3 D4 D5 D6 D8 D9 D10 D11 P1 P2 P3 P4 P5 P6 P7 L1 L2 L3 L4 W1 W2 W3 W4 W5'.split(
    ' ',
  );
const ROOMS = /^(src|test|docs|prisma|scripts|prove|bench|\.ci)\//;

const read = (path: string): string => readFileSync(fromRoot(path), 'utf8');
const existing = GUIDES.filter((path) => existsSync(fromRoot(path)));

/** The cells of a Markdown table's rows, without its head. */
function tableRows(path: string): string[][] {
  const rows = read(path)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What a document names in backticks or links to, below our own directories. */
function pathsIn(document: string): string[] {
  const text = read(document);
  const quoted = [...text.matchAll(/`([\w./@-]+)`/g)].map(([, path = '']) => path).filter((path) => ROOMS.test(path));
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path = '']) => path);
  return [...quoted, ...links.map((path) => relative(packageRoot, join(packageRoot, dirname(document), path)))];
}

describe('the house: documents', () => {
  it('docs/problems.md lists every problem code with its status, and no other', () => {
    const listed = tableRows('docs/problems.md').map(([code = '', status = '']) => [code.replaceAll('`', ''), Number(status)]);
    assert.deepEqual(
      listed.toSorted(),
      Object.entries(PROBLEMS)
        .map(([code, { status }]) => [code, status])
        .toSorted(),
    );
  });

  it('docs/events.md has every type of event with what it tells, and no other', () => {
    const shown = tableRows('docs/events.md').filter(([type = '']) => /^`[a-z]+\.[a-z_]+`$/.test(type));
    assert.deepEqual(
      shown,
      Object.entries(FEED_TYPES).map(([type, told]) => [`\`${type}\``, told]),
    );
  });

  it('docs/access.md shows the table of roles and permissions as it is', () => {
    const shown = tableRows('docs/access.md').filter(([permission = '']) => /^`[a-z-]+\.[a-z]+`$/.test(permission));
    assert.deepEqual(
      shown,
      PERMISSIONS.map((permission) => [`\`${permission}\``, ...ACCESS[permission], WITHIN_BUYERS.has(permission) ? 'yes' : 'no']),
    );
  });

  it('docs/requirements.md has every row, with code and tests that exist', () => {
    const rows = tableRows('docs/requirements.md');
    assert.deepEqual(
      ROWS.filter((row) => !rows.some(([name]) => name === row)),
      [],
    );
    const wrong = rows.flatMap(([row = '', where = '', tests = '']) => [
      ...(/`src\/|`test\//.test(where) ? [] : [`${row}: names no code`]),
      ...tests.split('<br>').flatMap((test) => missingTest(test.trim()).map((problem) => `${row}: ${problem}`)),
    ]);
    assert.deepEqual(wrong, []);
  });

  it('every row of docs/requirements.md has a mutant, and every mutant a row', () => {
    const rows = tableRows('docs/requirements.md').map(([row = '']) => row);
    assert.deepEqual([...new Set(MUTANTS.map(({ row }) => row))].toSorted(), rows.toSorted());
  });

  it('every mutant finds its text once', () => {
    const lost = MUTANTS.filter(({ file, find }) => read(file).split(find).length !== 2);
    assert.deepEqual(
      lost.map(({ row, breaks }) => `${row} ${breaks}`),
      [],
    );
  });

  for (const document of existing) {
    it(`${document} names only paths that exist`, () => {
      assert.deepEqual(
        pathsIn(document).filter((path) => !existsSync(fromRoot(path))),
        [],
      );
    });
  }
});

/** @param test `` `file` title `` @returns what is wrong with it */
function missingTest(test: string): string[] {
  const [, file = '', title = ''] = /^`([^`]+)` (.+)$/.exec(test) ?? [];
  if (title === '') return [`"${test}" is not \`file\` title`];
  if (!existsSync(fromRoot(file))) return [`there is no ${file}`];
  return read(file).includes(title) ? [] : [`${file} has no test "${title}"`];
}

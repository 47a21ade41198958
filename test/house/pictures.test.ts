/** The pictures of the documents, and the walk-through that they illustrate. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { actionsFor, CASE_STATUSES, OPEN_STATUSES } from '../../src/domain/case-status.js';
import { fromRoot } from '../../src/package-root.js';

const IMAGES = 'docs/images';
/** A page with pictures must open fast, and every clone carries all that there ever were. */
const LARGEST_KB = 250;
const ALL_KB = 3000;

const read = (path: string): string => readFileSync(fromRoot(path), 'utf8');
const documents = [
  ...readdirSync(fromRoot()).filter((name) => name.endsWith('.md')),
  ...readdirSync(fromRoot('docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join('docs', name.replaceAll('\\', '/'))),
];
const pictures = readdirSync(fromRoot(IMAGES)).map((name) => `${IMAGES}/${name}`);

/** The pictures that a document shows, by their path from the root. */
function shownIn(document: string): string[] {
  const links = [...read(document).matchAll(/!\[[^\]]+\]\(([^)\s]+)\)/g)].map(([, path = '']) => path);
  return links.map((path) => posix.join(posix.dirname(document), path));
}

describe('the house: pictures', () => {
  const shown = documents.flatMap((document) => shownIn(document));

  it('every picture that a document shows is there', () => {
    assert.ok(shown.length > 0);
    assert.deepEqual(
      shown.filter((path) => !pictures.includes(path)),
      [],
    );
  });

  it('every picture that is there is shown by a document', () => {
    assert.deepEqual(
      pictures.filter((path) => !shown.includes(path)),
      [],
    );
  });

  it(`no picture has more than ${LARGEST_KB} kB, all together not more than ${ALL_KB} kB`, () => {
    const sizes = pictures.map((path) => ({ path, kB: Math.ceil(statSync(fromRoot(path)).size / 1024) }));
    assert.deepEqual(
      sizes.filter(({ kB }) => kB > LARGEST_KB),
      [],
    );
    const all = sizes.reduce((sum, { kB }) => sum + kB, 0);
    assert.ok(all <= ALL_KB, `${all} kB`);
  });
});

describe('the house: docs/walk-through.md', () => {
  const text = read('docs/walk-through.md');
  const section = (title: string): string => text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

  it('shows a case in each state', () => {
    const missing = CASE_STATUSES.filter((status) => !section(status).includes(`(images/web-ui-${status.replaceAll('_', '-')}.png)`));
    assert.deepEqual(missing, []);
  });

  it('lists what people can do in each state as the one table has it', () => {
    const listed = [...section('What you can do').matchAll(/^\| `(\w+)` \| ([a-z, -]+) \|$/gm)].map(
      ([, status, actions]) => `${status}: ${actions}`,
    );
    const table = CASE_STATUSES.map((status) => `${status}: ${actionsFor({ status, ending: false, paused: false }).join(', ')}`);
    assert.deepEqual(listed, table);
  });

  it('has the command of each action', () => {
    const actions = CASE_STATUSES.flatMap((status) => actionsFor({ status, ending: false, paused: false }));
    const resumed = OPEN_STATUSES.flatMap((status) => actionsFor({ status, ending: false, paused: true }));
    const missing = [...new Set([...actions, ...resumed])].filter((action) => !text.includes(`curl -sS "$CASE/${action}" `));
    assert.deepEqual(missing, []);
  });
});

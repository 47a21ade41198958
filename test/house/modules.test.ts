/** Row A9: what a part needs at run time, followed through its imports; a part that needs another's room is not separable. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fromRoot } from '../../src/package-root.js';

/** Each part, and where all that it loads may lie. */
const PARTS: [part: string, file: string, needs: RegExp][] = [
  ['receiving', 'src/inbox/inbox.ts', /^src\/((inbox|db|domain)\/|call-context\.ts$)/],
  ['order lookup', 'src/db/orders.ts', /^src\/(db|domain)\//],
  ['notice composing', 'src/domain/notice-document.ts', /^src\/domain\//],
  [
    'notice sending',
    'src/activities/liaison/activities.ts',
    /^src\/(activities\/(liaison\/|[\w-]+\.ts$)|counterparts\/|db\/|wire\/|templates\/|domain\/)/,
  ],
  ['buyer message composing', 'src/domain/buyer-message.ts', /^src\/domain\//],
  [
    'buyer message sending',
    'src/activities/buyer-server/activities.ts',
    /^src\/(activities\/(buyer-server\/|[\w-]+\.ts$)|counterparts\/|db\/|wire\/|domain\/)/,
  ],
];

/** A file and all of ours that it loads, imports of types alone left out. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(fromRoot(file), 'utf8');
  for (const [, path = ''] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)\.js';/gm)) {
    loadedBy(`${posix.join(posix.dirname(file), path)}.ts`, seen);
  }
  return seen;
}

describe('the house: modules', () => {
  for (const [part, file, needs] of PARTS) {
    it(`A9: ${part} is a module of its own`, () => {
      const strangers = [...loadedBy(file)].filter((path) => !needs.test(path));
      assert.deepEqual(strangers, []);
    });
  }
});

/** The pieces of `npm run load` (bench/run-load.ts): what counts as sent away, how capacity is found, and when a 202 counts as lost. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findCapacity, isTaken } from '../../bench/overload/capacity.js';
import { compared, type ShownEvent } from '../../bench/overload/found-again.js';
import { findK6, HOW_TO_GET_K6 } from '../../bench/overload/k6.js';
import { mistakes } from '../../bench/overload/report.js';
import { breaches, counted, linesOf, type Seen, type Step } from '../../bench/overload/step.js';
import { fromRoot } from '../../src/package-root.js';
import { removeTemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.js';

const PROBLEM = 'application/problem+json; charset=utf-8';
const said = (retryAfter: string | null, body: object, type = PROBLEM) => ({ retryAfter, type, body: JSON.stringify(body), error: '' });
const accepted = (eventId: string, ms = 10): Seen => ({ kind: 'failure', eventId, status: 202, ms, id: `id-${eventId}`, said: null });
const away = (eventId: string | null, retryAfter: string | null = '3', code = 'OVERLOADED', status = 503): Seen => ({
  kind: eventId === null ? 'list' : 'failure',
  eventId,
  status,
  ms: 1,
  id: null,
  said: said(retryAfter, { code }),
});
const stepOf = (seen: Seen[], dropped = 0): Step => counted('1x', { wanted: 10, seconds: 1 }, seen, dropped);
const shown = (eventId: string, more: Partial<ShownEvent> = {}): ShownEvent => ({
  id: `id-${eventId}`,
  eventId,
  state: 'handed_over',
  caseId: 'c/1',
  ...more,
});

describe('figures of a load', () => {
  it('sent away in the right form is counted, anything else is wrong', () => {
    const right = [accepted('a'), away('b'), away(null), away('c', '10', 'RATE_LIMITED', 429)];
    const wrong = [
      away('d', null),
      away('e', '0'),
      away('f', 'soon'),
      away('g', '3', 'DATABASE_UNAVAILABLE'),
      { ...away('h'), said: said('3', { code: 'OVERLOADED' }, 'text/html') },
      { ...away('i'), status: 0 },
      { ...accepted('j'), status: 500, said: said(null, { code: 'INTERNAL' }) },
    ];
    const step = stepOf([...right, ...wrong]);
    assert.deepEqual([step.accepted, step.shed, step.wrong.length], [1, { events: 2, reads: 1 }, wrong.length]);
    assert.deepEqual(step.retryAfter, { '3': 2, '10': 1 });
    assert.deepEqual(linesOf(`noise\n${JSON.stringify(accepted('a'))}\n`), [accepted('a')]);
  });

  it('p99 is that of the 202s, and too late, wrong or not made breaks a step', () => {
    const seen = Array.from({ length: 100 }, (_, i) => accepted(`e${i}`, i + 1));
    assert.deepEqual([stepOf(seen).latency.p50, stepOf(seen).latency.p99], [50, 99]);
    assert.deepEqual([breaches(stepOf(seen), 99), breaches(stepOf(seen), 98).length], [[], 1]);
    assert.equal(breaches(stepOf([...seen, away('x', null)], 1), 99).length, 2);
    assert.deepEqual(breaches(stepOf([]), 99), ['nothing was accepted']);
    assert.equal(isTaken(stepOf([...seen, away('x')]), 99), true);
    assert.equal(isTaken(stepOf([...seen, away('x'), away('y')]), 99), false);
  });

  it('capacity is found from below and from above, and there may be none', async () => {
    const find = (capacity: number, from: number) =>
      findCapacity({ from, limitMs: 100, probe: async (rate) => stepOf([accepted('a', rate <= capacity ? 50 : 200)]) });
    for (const [capacity, from] of [
      [100, 20],
      [7, 20],
    ] as const) {
      const found = await find(capacity, from);
      assert.ok(found <= capacity && found > capacity * 0.7, `${found} of ${capacity}`);
    }
    await assert.rejects(find(0.1, 20), /not even 1\.3 calls a second/);
  });

  it('a 202 that is not there is lost; one that came to no case is unheard; one kept though sent away is a lie', () => {
    const events = [
      shown('a'),
      shown('b', { id: 'other' }),
      shown('c', { state: 'pending', caseId: null }),
      shown('d'),
      shown('d'),
      shown('s'),
    ];
    const found = compared([...['a', 'b', 'c', 'd', 'e'].map((id) => accepted(id)), away('s'), away('t')], events, new Set(['c/1']));
    assert.deepEqual(found, { accepted: 5, lost: ['e'], odd: ['b', 'd'], keptThoughShed: ['s'], unheard: ['c', 'e'] });
    const words = mistakes({ steps: [], found: { ...found, cases: 1, seconds: 1 } }, 100);
    assert.equal(words.length, 4);
    assert.match(words[0] ?? '', /1 of the 202s LOST: e/);
    assert.deepEqual(compared([accepted('a')], events, new Set()).unheard, ['a']);
  });

  it('without k6 it says how to get it, and does nothing', () => {
    const folder = temporaryDirectory('k6');
    try {
      const env = { PATH: ['/nowhere', folder].join(delimiter), HOME: folder };
      assert.equal(findK6(env), undefined);
      const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', fromRoot('bench', 'run-load.ts')], {
        env,
        encoding: 'utf8',
      });
      assert.deepEqual([status, stderr.trim()], [2, HOW_TO_GET_K6]);
      writeFileSync(join(folder, 'k6'), '#!/bin/sh\n');
      assert.equal(findK6(env), undefined, 'it is no program yet');
      chmodSync(join(folder, 'k6'), 0o755);
      assert.deepEqual([findK6(env), findK6({ ...env, K6_PATH: '/opt/k6' })], [join(folder, 'k6'), '/opt/k6']);
    } finally {
      removeTemporaryDirectory(folder);
    }
  }).timeout(60_000);
});

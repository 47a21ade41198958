/** Shedding (Q3): how long events would wait, and what share of the calls is sent away for it. */
import assert from 'node:assert/strict';
import { eventQueue, shareShed } from '../../src/api/overload.js';

describe('overload', () => {
  it('Q3: none is sent away up to half of the limit, all from the limit on, and a growing share between', () => {
    assert.deepEqual(
      [0, 50, 75, 100, 1000].map((waitMs) => shareShed(waitMs, 100)),
      [0, 0, 0.5, 1, 1],
    );
    assert.equal(shareShed(1e9, Infinity), 0);
  });

  /** A process that has done one event after `takesMs`, one after the other, of those that come every `everyMs`. */
  const run = (takesMs: number, everyMs: number, events: number, isShed: (waitMs: number) => boolean): number[] => {
    let now = 0;
    const { waitMs, joined } = eventQueue(() => now);
    const waiting: { since: number; left: () => void }[] = [];
    const took: number[] = [];
    let free = 0;
    for (now = 0; now < events * everyMs; now += 1) {
      if (now % everyMs === 0 && !isShed(waitMs())) waiting.push({ since: now, left: joined({ complete: true }) });
      if (now < free) continue;
      free = now + takesMs;
      const done = waiting.shift();
      if (done !== undefined) {
        done.left();
        took.push(now - done.since);
      }
    }
    return took;
  };

  it('Q3: at twice of what can be done half of the events are taken, and those in time', () => {
    let turn = 0;
    const took = run(10, 5, 4000, (waitMs) => (turn = (turn + 0.618) % 1) < shareShed(waitMs, 400));
    const late = took.slice(200).filter((ms) => ms > 400).length;
    assert.ok(took.length > 1800, `${took.length} of 2000 that could be done`);
    assert.ok(late < took.length / 100, `${late} waited for more than 400 ms, the longest ${Math.max(...took)}`);
    assert.ok(Math.max(...run(10, 5, 4000, () => false)) > 5000, 'without it they wait in time too: this shows nothing');
  });

  it('Q3: while nothing is done the wait grows, and who is slow in sending does not count', () => {
    let now = 0;
    const { waitMs, joined } = eventQueue(() => now);
    const left = Array.from({ length: 10 }, () => joined({ complete: true }));
    const slow = Array.from({ length: 50 }, () => joined({ complete: false }));
    assert.equal(waitMs(), 0);
    now = 500;
    assert.ok(waitMs() > 5000, String(waitMs()));
    for (const leave of left) leave();
    now = 10_000;
    assert.equal(waitMs(), 0);
    for (const leave of slow) leave();
  });
});

/** The small run of `npm run faults`, with its fixed seed: servers and programs killed -9 under open cases and placements. */
import assert from 'node:assert/strict';
import { runFaults } from '../faults/fault-run.js';
import { CI_RUN } from '../faults/plan.js';
import { figuresTable } from '../faults/table.js';

/** It takes about 80 s; on a busy machine each start and each loss of a task takes its time. Only what never ends is too late. */
const LIMIT_MS = 480_000;

describe('faults at random', function () {
  this.timeout(LIMIT_MS);

  it(`${CI_RUN.orders} orders, ${CI_RUN.kills} kills of workers, APIs, PostgreSQL and Temporal: nothing lost, doubled or told wrong`, async () => {
    const lines: string[] = [];
    const begunAt = Date.now();
    const result = await runFaults(CI_RUN, (line) => lines.push(`${((Date.now() - begunAt) / 1000).toFixed(0)} s: ${line}`));
    const { violations, notCounted, judgement, kills, seconds } = result;
    const report = `\n${[...lines, figuresTable(CI_RUN, result)].join('\n')}`;
    console.log(
      `      seed ${CI_RUN.seed}: ${kills.length} kills, ${judgement.killsInGap} in the gap, ${judgement.accepted} accepted, ${seconds} s`,
    );
    assert.deepEqual(violations, [], report);
    assert.deepEqual(notCounted, [], report);
  });
});

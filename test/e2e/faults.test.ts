/** The small run of `npm run faults` with its fixed seed: programs, PostgreSQL and Temporal killed -9 under open cases. */
import assert from 'node:assert/strict';
import { runFaults } from '../faults/fault-run.js';
import { CI_RUN } from '../faults/plan.js';
import { figuresTable } from '../faults/table.js';

describe('faults under kills', function () {
  this.timeout(180_000);

  it(`${CI_RUN.orders} orders, ${CI_RUN.kills} kills of programs and servers, seed ${CI_RUN.seed}`, async () => {
    const said: string[] = [];
    const result = await runFaults(CI_RUN, (line) => said.push(line));
    const figures = `${figuresTable(CI_RUN, result)}\n${said.join('\n')}`;
    console.log(figures.replaceAll(/^/gm, '      '));
    assert.deepEqual(result.violations, [], figures);
    assert.deepEqual(result.notCounted, [], figures);
  });
});

/**
 * `npm run faults`: workers, APIs, PostgreSQL and Temporal killed -9 at random under open cases, judged from outside.
 *
 *   npm run faults                                the whole run: 300 orders, 50 kills and more, 10 of them between act and answer
 *   npm run faults -- --seed 7                    the same draws again
 *   npm run faults -- --orders 100 --seconds 120 --kills 30
 *   npm run faults -- --ci                        the small run of the tests
 *
 * Exit code 1: something was violated; 2: nothing was, and the run does not count.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runFaults } from './fault-run.js';
import { CI_RUN, type RunOptions } from './plan.js';
import { figuresTable } from './table.js';

const LEAST_KILLS = 50;
const LEAST_IN_GAP = 10;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    orders: { type: 'string' },
    seconds: { type: 'string' },
    kills: { type: 'string' },
    ci: { type: 'boolean', default: false },
  },
});
const options = chosen();
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));

const result = await runFaults(options, say);
const { violations, kills } = result;
const notCounted = [...result.notCounted, ...(!values.ci && kills.length < LEAST_KILLS ? [`fewer than ${LEAST_KILLS} kills`] : [])];
for (const violation of violations) say(`VIOLATED ${violation}`);
for (const row of result.judgement.unsettled) say(`unknown: ${row}`);
for (const why of notCounted) say(`does not count: ${why}`);
console.log(`\n${figuresTable(options, result)}`);
process.exit(violations.length > 0 ? 1 : notCounted.length > 0 ? 2 : 0);

function chosen(): RunOptions {
  if (values.ci) return CI_RUN;
  return {
    seed: whole('seed', values.seed, randomInt(1_000_000)),
    orders: whole('orders', values.orders, 300),
    seconds: whole('seconds', values.seconds, 180),
    kills: whole('kills', values.kills, 56),
    killsInGap: LEAST_IN_GAP,
  };
}

/** @throws Error for what is no whole number */
function whole(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} must be a whole number`);
  return value;
}

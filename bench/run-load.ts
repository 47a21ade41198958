/**
 * `npm run load`: more calls than Holdpoint can take, by k6 in an open model, on servers of its own: what is admitted must stay in time, the
 * rest must be sent away in the right form, and every 202 must be found again.
 *
 *   npm run load                                some 5 minutes: finds the capacity, then half of it, all of it and twice as much
 *   npm run load -- --capacity 120              … with this capacity, in calls a second
 *   npm run load -- --seconds 40 --probe 10     longer, and steadier
 *   npm run load -- --p99 250                   with another limit, in ms
 *
 * It needs k6. Figures are printed, and kept as JSON in bench/results. Exit code 1: something is not as it must be; 2: no k6.
 */
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fromRoot } from '../src/package-root.js';
import { startOwnServers, type OwnServers } from '../test/faults/own-servers.js';
import { Deployment } from '../test/support/deployment.js';
import { REVIEW_KEY, sampleOrder } from '../test/support/house.js';
import { findCapacity, isTaken } from './overload/capacity.js';
import { findAgain } from './overload/found-again.js';
import { findK6, HOW_TO_GET_K6, runK6 } from './overload/k6.js';
import { mistakes, report, stepLine, type LoadResult } from './overload/report.js';
import { counted, type Seen, type Step } from './overload/step.js';

const { values } = parseArgs({
  options: {
    capacity: { type: 'string' },
    from: { type: 'string', default: '20' },
    probe: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '20' },
    p99: { type: 'string', default: '500' },
    patience: { type: 'string', default: '600' },
  },
});
const options = {
  /** Calls a second; null: found out. */
  capacity: values.capacity === undefined ? null : positive('capacity', values.capacity),
  /** Calls a second of the first probe. */
  from: positive('from', values.from),
  /** Seconds of a probe, and of a step. */
  probe: positive('probe', values.probe),
  seconds: positive('seconds', values.seconds),
  /** Of what is admitted, in ms. */
  p99: positive('p99', values.p99),
  /** Seconds until every accepted event must have come to its case. */
  patience: positive('patience', values.patience),
};
const LOADS = [0.5, 1, 2];
/** Between two loads: until the inbox is empty, at most so long. */
const PAUSE_LIMIT_MS = 15_000;
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));

const program = findK6(process.env);
if (program === undefined) {
  console.error(HOW_TO_GET_K6);
  process.exit(2);
}
const version = execFileSync(program, ['version'], { encoding: 'utf8' }).trim();
const servers = await startOwnServers();
let wrong: string[] = [];
try {
  const result = await load(servers, program);
  console.log(report(result));
  wrong = mistakes(result, options.p99);
  const folder = fromRoot('bench', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `load-${result.at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`kept in ${file}\n${wrong.length === 0 ? 'all as it must be' : `NOT AS IT MUST BE:\n  ${wrong.join('\n  ')}`}`);
} finally {
  await servers.stop();
}
process.exit(wrong.length === 0 ? 0 : 1);

async function load(own: OwnServers, k6: string): Promise<LoadResult> {
  const before = loadavg()[0] ?? 0;
  const house = await Deployment.start({ servers: own.addresses, placements: { policy: {}, vendors: {} } });
  try {
    // Limits of one key are another matter than overload: they are out of the way.
    const [api] = await Promise.all([house.startApi({ HOLDPOINT_CALLS_PER_SECOND: '100000' }), house.startWorker()]);
    const seen: Seen[] = [];
    const make = async (name: string, perSecond: number, seconds: number): Promise<Step> => {
      const run = randomBytes(4).toString('hex');
      const answers = await runK6(k6, { url: api.url, key: REVIEW_KEY, run, perSecond, seconds, ...bodies(house) });
      seen.push(...answers.seen);
      await untilQuiet(house);
      return counted(name, { wanted: perSecond, seconds }, answers.seen, answers.dropped);
    };
    say(`started; ${version}`);
    await make('warming up', options.from, options.probe);
    const probes: Step[] = [];
    const probe = async (perSecond: number): Promise<Step> => {
      const step = await make('probe', perSecond, options.probe);
      probes.push(step);
      say(`${stepLine(step)}: ${isTaken(step, options.p99) ? 'taken' : 'too much'}`);
      return step;
    };
    const capacity = options.capacity ?? (await findCapacity({ from: options.from, limitMs: options.p99, probe }));
    const steps: Step[] = [];
    for (const times of LOADS) {
      say(`${times}x: ${(capacity * times).toFixed(1)} calls/s for ${options.seconds} s`);
      const step = await make(`${times}x`, capacity * times, options.seconds);
      say(stepLine(step));
      steps.push(step);
    }
    say('looking for every 202');
    const found = await findAgain(house, seen, options.patience * 1000, say);
    const machine = { cpus: cpus().length, node: process.version, k6: version, loadAverage: { before, after: loadavg()[0] ?? 0 } };
    return { at: new Date().toISOString(), options, machine, capacity, probes, steps, found };
  } catch (error) {
    console.error(house.report());
    throw error;
  } finally {
    await house.stop();
  }
}

/** What is sent, but for the IDs. */
function bodies(house: Deployment): { notice: object; placement: object } {
  const customer = { name: 'Maja Lind', email: 'maja@customer.example', webhook: house.customerUrl };
  const order = sampleOrder('', { payment: { status: 'PAID', reference: 'pay-1' } });
  return { notice: house.notice(''), placement: { vendorId: 'swift-post', customer, order } };
}

/** A load must not pay for what the one before has left in the inbox; where that takes too long, it does. */
async function untilQuiet(house: Deployment): Promise<void> {
  const until = Date.now() + PAUSE_LIMIT_MS;
  const isQuiet = async (): Promise<boolean> => {
    const { status, body } = await house.api('GET', '/v1/inbound-events?state=pending&limit=1');
    return status === 200 && body.items.length === 0;
  };
  while (!(await isQuiet()) && Date.now() < until) await delay(500);
}

/** @throws Error for what is no number above 0 */
function positive(name: string, given: string): number {
  const value = Number(given);
  if (!(value > 0) || !Number.isFinite(value)) throw new Error(`--${name} must be a number above 0`);
  return value;
}

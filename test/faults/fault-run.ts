/** One run: everything is started, sent to and killed by the seed, and judged when all has ended. */
import { setTimeout as delay } from 'node:timers/promises';
import { Deployment } from '../support/deployment.js';
import { seeded } from '../support/seeded.js';
import { judge, type Judgement } from './checker.js';
import { Fleet } from './fleet.js';
import { killAtRandom, type Kill } from './killer.js';
import { startOwnServers } from './own-servers.js';
import { planOrders, policyFor, type RunOptions } from './plan.js';
import { sendAll } from './senders.js';

export interface RunResult {
  judgement: Judgement;
  kills: Kill[];
  /** Everything that must not be, each with the order concerned. */
  violations: string[];
  /** Why the run does not count; empty when it does. */
  notCounted: string[];
  seconds: number;
}

/** A task lost with its worker is given to another after 10 s, a call after 15 s, and either may be lost again. */
const CALM_MS = 120_000;
/** What is still on its way after the last case's end has this long; what is left then counts as unknown. */
const SETTLE_MS = 60_000;
const LOOK_MS = 1000;
const OPEN = 'deciding,held,in_review,awaiting_liaison';

export async function runFaults(options: RunOptions, say: (line: string) => void): Promise<RunResult> {
  const begunAt = Date.now();
  const servers = await startOwnServers();
  let house: Deployment | undefined;
  let fleet: Fleet | undefined;
  try {
    house = await Deployment.start({ servers: servers.addresses, policy: policyFor(options) });
    fleet = new Fleet(house, servers);
    await fleet.start();
    say(`started in ${((Date.now() - begunAt) / 1000).toFixed(0)} s: seed ${options.seed}, ${options.orders} orders`);
    const { judgement, kills, wrong } = await storm(house, fleet, options, say);
    return {
      judgement,
      kills,
      violations: [...violationsOf(judgement), ...wrong, ...fleet.endedAlone.map((what) => `ended without being killed: ${what}`)],
      notCounted: notCounted(options, judgement, kills),
      seconds: Math.round((Date.now() - begunAt) / 1000),
    };
  } finally {
    fleet?.stop();
    await house?.stop().catch((error: unknown) => say(`not stopped cleanly: ${String(error)}`));
    await servers.stop();
  }
}

/** Each of plan, senders and killer draws from numbers of its own: what one does in time does not change the others' draws. */
async function storm(house: Deployment, fleet: Fleet, options: RunOptions, say: (line: string) => void) {
  const { seed } = options;
  let count = 0;
  const orders = planOrders(options, seeded(seed), () => `F-${seed}-${(count += 1)}`);
  const killing = killAtRandom(house, fleet, options, seeded(seed + 1), say);
  const sending = sendAll(house, fleet, orders, seeded(seed + 2));
  const [kills, { accepted, wrong }] = await Promise.all([killing, sending]);
  await fleet.start();
  say(`${accepted.length} accepted, ${kills.length} kills; waiting for every case to end`);
  await allEnded(house, options, say);
  await house.settled(SETTLE_MS).catch((error: unknown) => say(`not all settled: ${String(error).slice(0, 120)}`));
  return { judgement: await judge(house, orders, accepted, kills), kills, wrong };
}

async function allEnded(house: Deployment, options: RunOptions, say: (line: string) => void): Promise<void> {
  const until = Date.now() + (policyFor(options).resolutionDeadlineMs ?? 0) + CALM_MS;
  for (let looks = 0; Date.now() < until; looks += 1) {
    const { body } = await house.api('GET', `/v1/review-cases?status=${OPEN}&limit=200`);
    if (body.items.length === 0) return;
    if (looks % 15 === 0) say(`${body.items.length}${body.nextCursor === null ? '' : ' or more'} cases open`);
    await delay(LOOK_MS);
  }
  say('not every case has ended in time');
}

function violationsOf({ endedWrong, lost, doubled, outOfOrder, changed }: Judgement): string[] {
  const named = Object.entries({ 'ended wrong': endedWrong, lost, doubled, 'out of order': outOfOrder, changed });
  return named.flatMap(([name, found]) => found.map((what) => `${name}: ${what}`));
}

function notCounted({ kills, killsInGap, orders }: RunOptions, judgement: Judgement, done: Kill[]): string[] {
  return [
    ...(done.length < kills ? [`${done.length} kills instead of ${kills}`] : []),
    ...(judgement.killsInGap < killsInGap ? [`${judgement.killsInGap} kills in the gap, at least ${killsInGap} must be`] : []),
    ...(judgement.accepted < orders ? [`${judgement.accepted} accepted of ${orders} orders`] : []),
  ];
}

/** One run: everything is started, sent to and killed by the seed, and judged when all has ended. */
import { setTimeout as delay } from 'node:timers/promises';
import { Deployment } from '../support/deployment.js';
import { seeded } from '../support/seeded.js';
import { judge, type Judgement } from './checker.js';
import { Fleet } from './fleet.js';
import { killAtRandom, type Kill } from './killer.js';
import { startOwnServers } from './own-servers.js';
import { placementPolicyFor, placementsAmong, planPlacements, VENDORS_OF_RUN } from './placement-plan.js';
import { deadlineMsOf, planOrders, policyFor, type RunOptions } from './plan.js';
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
const OPEN_PLACEMENTS = 'created,sent,placed';

export async function runFaults(options: RunOptions, say: (line: string) => void): Promise<RunResult> {
  const begunAt = Date.now();
  const servers = await startOwnServers();
  let house: Deployment | undefined;
  let fleet: Fleet | undefined;
  try {
    const placements = { policy: placementPolicyFor(options), vendors: VENDORS_OF_RUN };
    house = await Deployment.start({ servers: servers.addresses, policy: policyFor(options), placements });
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
  const nextId = (prefix: string) => (): string => `${prefix}-${seed}-${(count += 1)}`;
  const reviews = { ...options, orders: options.orders - placementsAmong(options) };
  const plan = {
    orders: planOrders(reviews, seeded(seed), nextId('F')),
    placements: planPlacements(options, seeded(seed + 3), nextId('V')),
  };
  const killing = killAtRandom(house, fleet, options, seeded(seed + 1), say);
  const [kills, sending] = await Promise.all([killing, sendAll(house, fleet, plan, seeded(seed + 2))]);
  await fleet.start();
  say(`${sending.accepted.length + sending.placed.length} accepted, ${kills.length} kills; waiting for every case and placement to end`);
  await allEnded(house, options, say);
  await house.settled(SETTLE_MS).catch((error: unknown) => say(`not all settled: ${String(error).slice(0, 120)}`));
  return { judgement: await judge(house, plan, sending, kills), kills, wrong: sending.wrong };
}

async function allEnded(house: Deployment, options: RunOptions, say: (line: string) => void): Promise<void> {
  const until = Date.now() + deadlineMsOf(options) + CALM_MS;
  for (let looks = 0; Date.now() < until; looks += 1) {
    const open = await Promise.all([
      openOf(house, `/v1/review-cases?status=${OPEN}&limit=200`),
      openOf(house, `/v1/placements?status=${OPEN_PLACEMENTS}&limit=200`),
    ]);
    const [cases, placements] = open;
    if (cases + placements === 0) return;
    if (looks % 15 === 0) say(`open: ${cases} cases, ${placements} placements${Math.max(...open) === 200 ? ' or more' : ''}`);
    await delay(LOOK_MS);
  }
  say('not everything has ended in time');
}

async function openOf(house: Deployment, path: string): Promise<number> {
  return (await house.api('GET', path)).body.items.length;
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

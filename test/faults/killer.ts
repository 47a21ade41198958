/** Kills at random by the seed, half of the time when a call has taken effect and its outcome is not written yet. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../support/deployment.js';
import type { LedgerMessage } from '../support/deployment-wire.js';
import type { Fleet, VictimKind } from './fleet.js';
import { pick, type RunOptions } from './plan.js';

export interface Kill {
  kind: VictimKind;
  /** Epoch ms. */
  at: number;
  restartedAt: number;
}

const KINDS: VictimKind[] = ['worker', 'worker', 'worker', 'worker', 'api', 'api', 'postgres', 'postgres', 'temporal', 'temporal'];
const LONGEST_WATCH_MS = 3000;
const PROBE_EVERY_MS = 50;
/** A call answered after 1.5 s is in the gap while it is so old. */
const OLDEST_CALL_MS = 1200;
const MAX_CANDIDATES = 4;
const LONGEST_DOWN_MS = 1500;

export async function killAtRandom(
  house: Deployment,
  fleet: Fleet,
  { kills: wanted, seconds }: RunOptions,
  random: () => number,
  say: (line: string) => void,
): Promise<Kill[]> {
  const kills: Kill[] = [];
  const restarts: Promise<void>[] = [];
  const begunAt = Date.now();
  const everyMs = (seconds * 1000) / (wanted + 1);
  while (kills.length < wanted) {
    await delay(begunAt + everyMs * (kills.length + 0.6 + random() * 0.8) - Date.now());
    const kind = pick(KINDS, random);
    const [downMs, which] = [random() * LONGEST_DOWN_MS, random()];
    const waits = random() < 0.7 && kind !== 'api';
    if (waits) await someoneActed(house, fleet);
    const victims = fleet.victims.filter((victim) => victim.kind === kind && victim.up);
    const victim = victims[Math.floor(which * victims.length)];
    if (victim === undefined) {
      await delay(PROBE_EVERY_MS);
      continue;
    }
    const kill: Kill = { kind, at: Date.now(), restartedAt: Infinity };
    const gone = victim.kill();
    kills.push(kill);
    restarts.push(
      gone
        .then(() => delay(downMs))
        .then(() => {
          kill.restartedAt = Date.now();
          return victim.start();
        }),
    );
    if (kills.length % 5 === 0) say(`${seconds1(begunAt)} s: ${kills.length} of ${wanted} kills`);
  }
  await Promise.all(restarts);
  return kills;
}

function seconds1(sinceMs: number): string {
  return ((Date.now() - sinceMs) / 1000).toFixed(0);
}

/** Waits until the sandbox owes an answer to a call whose attempt is in the ledger without its outcome, for at most a while. */
async function someoneActed(house: Deployment, fleet: Fleet): Promise<void> {
  const until = Date.now() + LONGEST_WATCH_MS;
  while (Date.now() < until) {
    if (await isInGap(house, fleet.apiUrls[0]).catch(() => false)) return;
    await delay(PROBE_EVERY_MS);
  }
}

async function isInGap(house: Deployment, url: string | undefined): Promise<boolean> {
  if (url === undefined) return false;
  const { body } = await house.api('GET', '/v1/messages?state=sending&limit=50', undefined, { url });
  const calls = (body.items as LedgerMessage[]).filter(isUnderWay).slice(0, MAX_CANDIDATES);
  for (const { orderId } of calls) if ((await house.control('GET', `/owed?orderId=${orderId}`)).body.owed > 0) return true;
  return false;
}

function isUnderWay({ attempts }: LedgerMessage): boolean {
  const last = attempts.at(-1);
  return last !== undefined && last.outcome === null && Date.now() - Date.parse(last.startedAt) < OLDEST_CALL_MS;
}

/** Kills at random by the seed, most of the time when a call has taken effect and its outcome is not written yet. */
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
/** … and where too few kills have met a call in its gap so far. */
const PATIENT_WATCH_MS = 15_000;
/** More kills than wanted, at most, until enough have met one. */
const MOST_OF_WANTED = 2;
/** How sure a kill that met a call in its gap is to count: of two workers one has the call. */
const CERTAINTY = { worker: 0.4, api: 0, postgres: 0.8, temporal: 0.8 } as const;
const PROBE_EVERY_MS = 50;
/** A call answered after 1.5 s is in the gap while it is so old. */
const OLDEST_CALL_MS = 1200;
const MAX_CANDIDATES = 4;
const LONGEST_DOWN_MS = 1500;

export async function killAtRandom(
  house: Deployment,
  fleet: Fleet,
  { kills: wanted, killsInGap, seconds }: RunOptions,
  random: () => number,
  say: (line: string) => void,
): Promise<Kill[]> {
  const kills: Kill[] = [];
  const restarts: Promise<void>[] = [];
  const begunAt = Date.now();
  const everyMs = (seconds * 1000) / (wanted + 1);
  /** Kills that should count as being in the gap. */
  let met = 0;
  const enough = (): boolean => kills.length >= wanted && (met > killsInGap || kills.length >= wanted * MOST_OF_WANTED);
  while (!enough()) {
    await delay(begunAt + everyMs * (kills.length + 0.6 + random() * 0.8) - Date.now());
    await almostAllUp(fleet);
    const kind = pick(KINDS, random);
    const [downMs, which] = [random() * LONGEST_DOWN_MS, random()];
    const waits = random() < 0.7 && kind !== 'api';
    const behind = met < killsInGap * ((kills.length + 1) / wanted);
    const meets = waits && (await someoneActed(house, fleet, behind ? PATIENT_WATCH_MS : LONGEST_WATCH_MS));
    const victims = fleet.victims.filter((victim) => victim.kind === kind && victim.up);
    const victim = victims[Math.floor(which * victims.length)];
    if (victim === undefined) {
      await delay(PROBE_EVERY_MS);
      continue;
    }
    const kill: Kill = { kind, at: Date.now(), restartedAt: Infinity };
    const gone = victim.kill();
    kills.push(kill);
    if (meets) met += CERTAINTY[kind];
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

/** On a busy machine a start takes longer than the time between two kills: what never runs cannot be killed in the middle. */
async function almostAllUp({ victims }: Fleet): Promise<void> {
  while (victims.filter(({ up }) => !up).length > 1) await delay(PROBE_EVERY_MS);
}

/**
 * Waits until the sandbox owes an answer to a call whose attempt is in the ledger without its outcome, for at most a while.
 * @returns whether there is one
 */
async function someoneActed(house: Deployment, fleet: Fleet, longestMs: number): Promise<boolean> {
  const until = Date.now() + longestMs;
  while (Date.now() < until) {
    if (await isInGap(house, fleet.apiUrls[0]).catch(() => false)) return true;
    await delay(PROBE_EVERY_MS);
  }
  return false;
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

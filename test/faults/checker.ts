/** The judge of a run: joins every 202 with the raw arrivals, the sides' effects and the ledger. It takes no part in the run. */
import { audit, toldWrong, type Audit } from '../e2e/audit.js';
import type { Deployment } from '../support/deployment.js';
import type { Arrival, Effects, LedgerMessage } from '../support/deployment-wire.js';
import type { Kill } from './killer.js';
import { judgePlacements } from './placement-checker.js';
import type { PlannedPlacement } from './placement-plan.js';
import type { PlannedOrder } from './plan.js';
import type { Sending } from './senders.js';

export interface Judgement {
  /** Notices, words and placements answered with 202. */
  accepted: number;
  mostOpen: number;
  endedRight: number;
  /** Of them those that the kills kept from their result: until their deadline, or from hearing a vendor's "no". */
  endedAtDeadline: number;
  /** Cases and placements that ended otherwise than their script has it, or told buyer, customer or platform otherwise. */
  endedWrong: string[];
  lost: string[];
  doubled: string[];
  outOfOrder: string[];
  changed: string[];
  /** Ledger rows without an end. */
  unsettled: string[];
  /** Attempts whose outcome was never known: no answer, or nobody lived to write it down. */
  unknownAttempts: number;
  attempts: number;
  killsInGap: number;
  /** ms */
  recovery: { p50: number; max: number };
}

/** Looks at everything once nothing is under way any more. */
export async function judge(
  house: Deployment,
  { orders, placements: planned }: { orders: PlannedOrder[]; placements: PlannedPlacement[] },
  { accepted, placed }: Pick<Sending, 'accepted' | 'placed'>,
  kills: Kill[],
): Promise<Judgement> {
  const [found, effects, cases, events, placements] = await Promise.all([
    audit(house, accepted),
    house.effects(),
    house.cases(),
    house.inboundEvents(),
    house.placements(),
  ]);
  const { arrivals, ledger } = found;
  const ofPlacements = judgePlacements(planned, placed, { placements, events, effects, arrivals, ledger });
  const wrong = [...orders.flatMap((order) => endedWrong(order, cases, effects)), ...ofPlacements.endedWrong];
  const outcomes = found.ledger.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));
  return {
    accepted: found.accepted + placed.length,
    mostOpen: mostOpen([...cases, ...placements]),
    endedRight: orders.length + planned.length - new Set(wrong.map(({ orderId }) => orderId)).size,
    endedAtDeadline:
      orders.filter(({ orderId, status }) => status !== 'expired' && isExpired(cases, orderId)).length + ofPlacements.explained,
    endedWrong: wrong.map(({ what }) => what),
    lost: [...found.lost, ...unheard(effects, events), ...ofPlacements.lost],
    doubled: [...found.doubled, ...ofPlacements.doubled],
    outOfOrder: found.outOfSequence,
    changed: found.changed,
    unsettled: found.ledger.filter(({ state }) => state === 'sending').map(openRow),
    unknownAttempts: outcomes.filter((outcome) => outcome === null || outcome === 'unknown').length,
    attempts: outcomes.length,
    killsInGap: killsInGap(found, effects, kills),
    recovery: recovery(effects, kills),
  };
}

function isExpired(cases: any[], orderId: string): boolean {
  return cases.some((one) => one.orderId === orderId && one.status === 'expired');
}

/**
 * By the script; or at the deadline, where the review server never came to pass it: kills may cost more tries than the window has.
 * Then the buyer must have been told so.
 */
function endedWrong({ orderId, status }: PlannedOrder, cases: any[], effects: Effects): { orderId: string; what: string }[] {
  const seen = cases
    .filter((one) => one.orderId === orderId)
    .map((one) => one.status)
    .join();
  const right = seen === status || (seen === 'expired' && status === 'approved' && !hasPassed(orderId, effects));
  const found = right ? toldWrong(effects.buyer, orderId, seen) : [`${orderId} must end ${status}, and is ${seen}`];
  return found.map((what) => ({ orderId, what }));
}

function hasPassed(orderId: string, { review }: Effects): boolean {
  return review.some((one) => one.orderId === orderId && one.outcome === 'succeeded');
}

function openRow({ key, counterpart, attempts }: LedgerMessage): string {
  return `${counterpart} ${key}: ${attempts.map(({ startedAt, outcome }) => `${startedAt} ${outcome ?? 'no outcome'}`).join(', ')}`;
}

/** The notices of review server and vendors that were answered with a 2xx, and of which nobody knows what came. */
function unheard({ notices }: Effects, events: any[]): string[] {
  const known = new Set(
    events.filter(({ state, disposition }) => state !== 'pending' && disposition !== null).map(({ eventId }) => eventId),
  );
  return notices.filter(({ eventId }) => !known.has(eventId)).map(({ eventId, orderId }) => `${eventId} of ${orderId} was not heard`);
}

function mostOpen(cases: any[]): number {
  const changes = cases.flatMap(({ openedAt, endedAt }) => [
    { at: Date.parse(openedAt), by: 1 },
    ...(endedAt === null ? [] : [{ at: Date.parse(endedAt), by: -1 }]),
  ]);
  let open = 0;
  return Math.max(0, ...changes.toSorted((a, b) => a.at - b.at).map(({ by }) => (open += by)));
}

/**
 * Kills between act and answer: the call had arrived and taken effect, and its attempt stood in the ledger without an outcome.
 * A server's kill concerns every attempt that was open. Of a worker's kill only attempts count that never got an outcome, and
 * only for the first kill after the arrival, as nobody says which worker had them.
 */
function killsInGap({ ledger, arrivals }: Audit, effects: Effects, kills: Kill[]): number {
  const actedAt = whenActed(effects);
  const calls = ledger.flatMap((message) =>
    message.attempts.flatMap((attempt) => {
      const arrival = arrivals.find((one) => isOf(one, message) && one.at >= attempt.startedAt && one.at <= (attempt.finishedAt ?? '9999'));
      const acted = arrival === undefined ? undefined : actedAt.get(idOf(arrival));
      if (arrival === undefined || acted === undefined) return [];
      const from = Math.max(Date.parse(arrival.at), acted);
      const to = attempt.finishedAt === null ? firstAfter(kills, from) : Date.parse(attempt.finishedAt);
      return [{ from, to, answered: attempt.finishedAt !== null }];
    }),
  );
  const isIn = ({ kind, at }: Kill): boolean =>
    calls.some(
      ({ from, to, answered }) =>
        at >= from && at <= to && (kind === 'postgres' || kind === 'temporal' || (kind === 'worker' && !answered)),
    );
  return kills.filter(isIn).length;
}

function isOf({ side, headers }: Arrival, { key, counterpart }: LedgerMessage): boolean {
  return side === (counterpart === 'platform' ? 'buyer' : counterpart) && headers['idempotency-key'] === key;
}

/** Under which its receiver knows it. */
function idOf({ body }: Arrival): string {
  return String(body?.messageId ?? body?.reviewRequestId ?? body?.placementNumber);
}

/** The first kill that can have kept an outcome from being written; an API's cannot. */
function firstAfter(kills: Kill[], instant: number): number {
  return kills.find(({ kind, at }) => kind !== 'api' && at >= instant)?.at ?? -Infinity;
}

/** When the message or request took effect, epoch ms, by its id. */
function whenActed({ buyer, review, vendor, customer, refunds }: Effects): Map<string, number> {
  return new Map([
    ...vendor.map(({ placementNumber, at }) => [placementNumber, Date.parse(at)] as const),
    ...[...buyer, ...customer, ...refunds].map(({ messageId, at }) => [messageId, Date.parse(at)] as const),
    ...review.map(({ reviewRequestId, requestedAt }) => [String(reviewRequestId), Date.parse(requestedAt)] as const),
  ]);
}

/** From the restart of what was killed to the next effect on any side; an idle time counts as well. */
function recovery({ buyer, review, inbox, vendor, customer }: Effects, kills: Kill[]): { p50: number; max: number } {
  const instants = [...buyer, ...inbox, ...vendor, ...customer]
    .map(({ at }) => Date.parse(at))
    .concat(review.map(({ requestedAt }) => Date.parse(requestedAt)));
  const sorted = instants.toSorted((a, b) => a - b);
  const waits = kills.flatMap(({ restartedAt }) => {
    const next = sorted.find((at) => at >= restartedAt);
    return next === undefined ? [] : [next - restartedAt];
  });
  const ordered = waits.toSorted((a, b) => a - b);
  return { p50: ordered[Math.floor(ordered.length / 2)] ?? 0, max: ordered.at(-1) ?? 0 };
}

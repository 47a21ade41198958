/** The work of subscriptions: whose turn it is, what is sent next, and the log of what came of it. */
import type { Reach } from '../domain/access.js';
import { FEED_TYPE_NAMES, type FeedType } from '../domain/feed-types.js';
import { afterFailure, type AfterFailure } from '../domain/subscription.js';
import type { Database, Transaction } from './database.js';
import { endOfFeed, readFeed, type FeedEvent } from './feed.js';
import { Prisma, type Subscription, type SubscriptionAttempt, type SubscriptionDelivery } from './generated/client.js';
import { disable, lockSubscription } from './subscriptions.js';

/** A workflow that should be at work, and may have been lost with a Temporal server, is nudged so often. */
const LOST_MS = 3_600_000;

const HAS_EVENTS = Prisma.sql`EXISTS (SELECT 1 FROM "feed_event" e WHERE e."position" > s."place"
  AND (cardinality(s."types") = 0 OR e."type" = ANY (s."types")) AND (s."allBuyers" OR e."buyerId" = ANY (s."buyers")))`;
const HAS_REPLAYS = Prisma.sql`EXISTS (SELECT 1 FROM "subscription_delivery" d WHERE d."subscriptionId" = s."id" AND d."state" = 'queued')`;

/** Lets those who have nothing to do pass by what is not for them, so that each event is looked at once. */
export async function passBy(db: Database): Promise<void> {
  const { position } = await endOfFeed(db);
  await db.$executeRaw`
    UPDATE "subscription" s SET "place" = ${position}
    WHERE "status" = 'active' AND NOT "working" AND "place" < ${position}
      AND NOT EXISTS (SELECT 1 FROM "feed_event" e WHERE e."position" > s."place" AND e."position" <= ${position}
        AND (cardinality(s."types") = 0 OR e."type" = ANY (s."types")) AND (s."allBuyers" OR e."buyerId" = ANY (s."buyers")))`;
}

/** @returns a subscription for which there is something to do and nobody at work, marked as being worked for; null when there is none */
export async function takeDue(tx: Transaction): Promise<{ id: string; name: string; working: boolean } | null> {
  const [due] = await tx.$queryRaw<{ id: string; name: string; working: boolean }[]>`
    SELECT "id", "name", "working" FROM "subscription" s
    WHERE "status" = 'active' AND CASE WHEN "working" THEN "nudgedAt" < now() - ${LOST_MS} * interval '1 millisecond'
      ELSE ${HAS_EVENTS} OR ${HAS_REPLAYS} END
    ORDER BY "nudgedAt" NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED`;
  if (due === undefined) return null;
  await tx.subscription.update({ where: { id: due.id }, data: { working: true, nudgedAt: new Date() } });
  return due;
}

/** The reach of what is sent to it. */
export function reachOfSubscription({ allBuyers, buyers }: Subscription): Reach {
  return { buyers: allBuyers ? null : buyers, liaisonIds: null };
}

export interface BegunDelivery {
  kind: 'begun';
  subscription: Subscription;
  /** Those valid now, sealed, the newest first. */
  secrets: string[];
  event: FeedEvent;
  attemptId: bigint;
  attempts: number;
  replay: boolean;
}

/** Begins the next attempt of a subscription: what people wanted once more, else the next event after its place. */
export async function beginNext(db: Database, id: string): Promise<BegunDelivery | { kind: 'caught_up' } | { kind: 'stopped' }> {
  return db.$transaction(async (tx) => {
    await lockSubscription(tx, id);
    const subscription = await tx.subscription.findUnique({ where: { id } });
    if (subscription === null) return { kind: 'stopped' };
    const rest = (kind: 'stopped' | 'caught_up', place = subscription.place) =>
      tx.subscription.update({ where: { id }, data: { working: false, place } }).then(() => ({ kind }));
    if (subscription.status !== 'active') return rest('stopped');
    const queued = await tx.subscriptionDelivery.findFirst({
      where: { subscriptionId: id, state: 'queued' },
      orderBy: { position: 'asc' },
    });
    const end = (await endOfFeed(tx)).position;
    const event = await (queued === null ? nextEvent(tx, subscription, end) : tx.feedEvent.findUnique({ where: { id: queued.eventId } }));
    if (event === null) return rest('caught_up', end > subscription.place ? end : subscription.place);
    const begun = await beginAttempt(tx, id, event, queued !== null);
    const valid = { subscriptionId: id, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
    const secrets = await tx.subscriptionSecret.findMany({ where: valid, orderBy: { createdAt: 'desc' } });
    return { kind: 'begun', subscription, secrets: secrets.map(({ sealed }) => sealed), event, ...begun, replay: queued !== null };
  });
}

async function nextEvent(tx: Transaction, subscription: Subscription, upTo: bigint): Promise<FeedEvent | null> {
  const types = subscription.types.length === 0 ? FEED_TYPE_NAMES : (subscription.types as FeedType[]);
  const [event] = await readFeed(tx, reachOfSubscription(subscription), { types }, { after: subscription.place, upTo }, 1);
  return event ?? null;
}

/** Written before the call: one that is never recorded may have arrived. */
async function beginAttempt(tx: Transaction, subscriptionId: string, { id: eventId, position, type }: FeedEvent, replay: boolean) {
  const where = { subscriptionId_eventId: { subscriptionId, eventId } };
  const known = await tx.subscriptionDelivery.findUnique({ where });
  const goesOn = known !== null && (known.state === 'trying' || known.state === 'queued');
  const attempts = (goesOn ? known.attempts : 0) + 1;
  const state = replay ? 'queued' : 'trying';
  const data = { state, attempts, nextAttemptAt: null };
  await tx.subscriptionDelivery.upsert({
    where,
    create: { subscriptionId, eventId, position: position ?? 0n, type, ...data },
    update: data,
  });
  const { id: attemptId } = await tx.subscriptionAttempt.create({ data: { subscriptionId, eventId } });
  return { attemptId, attempts };
}

export interface DeliveryOutcome {
  delivered: boolean;
  status: number | null;
  error: string | null;
  retryAfterMs: number | null;
}

/** Writes down what came of an attempt. @returns what follows from a failure; null when it was delivered */
export async function settleAttempt(db: Database, begun: BegunDelivery, outcome: DeliveryOutcome): Promise<AfterFailure | null> {
  const { subscription, event, attemptId, attempts, replay } = begun;
  const { id, place } = subscription;
  const { status, error, retryAfterMs } = outcome;
  const where = { subscriptionId_eventId: { subscriptionId: id, eventId: event.id } };
  return db.$transaction(async (tx) => {
    await lockSubscription(tx, id);
    const now = new Date();
    const { count } = await tx.subscriptionAttempt.updateMany({
      where: { id: attemptId },
      data: { finishedAt: now, httpStatus: status, error },
    });
    // It was removed meanwhile.
    if (count === 0) return null;
    if (outcome.delivered) {
      await tx.subscriptionDelivery.update({ where, data: { state: 'delivered', deliveredAt: now } });
      await tx.subscription.update({ where: { id }, data: { failingSince: null } });
      // Not where people have moved it meanwhile.
      if (!replay) await tx.subscription.updateMany({ where: { id, place }, data: { place: event.position ?? place } });
      return null;
    }
    const next = afterFailure({ attempts, status, retryAfterMs, replay }, Math.random());
    const nextAttemptAt = next.kind === 'retry' ? new Date(now.getTime() + next.ms) : null;
    await tx.subscriptionDelivery.update({ where, data: { nextAttemptAt, ...(next.kind === 'give_up' ? { state: 'failed' } : {}) } });
    await tx.subscription.updateMany({ where: { id, failingSince: null }, data: { failingSince: now } });
    if (next.kind === 'disable') await disable(tx, id, next.reason);
    return next;
  });
}

export type LoggedDelivery = SubscriptionDelivery & { tries: SubscriptionAttempt[] };

/** The log, newest first, each with its latest try. */
export async function listDeliveries(
  db: Database,
  subscriptionId: string,
  states: readonly string[] | undefined,
  before: bigint | null,
  limit: number,
): Promise<LoggedDelivery[]> {
  return db.subscriptionDelivery.findMany({
    where: {
      subscriptionId,
      ...(states === undefined ? {} : { state: { in: [...states] } }),
      ...(before === null ? {} : { position: { lt: before } }),
    },
    orderBy: { position: 'desc' },
    take: limit,
    include: { tries: { orderBy: { id: 'desc' }, take: 1 } },
  });
}

/** With all its tries, the newest first; at most so many. */
export async function findDelivery(db: Database, subscriptionId: string, eventId: string): Promise<LoggedDelivery | null> {
  return db.subscriptionDelivery.findUnique({
    where: { subscriptionId_eventId: { subscriptionId, eventId } },
    include: { tries: { orderBy: { id: 'desc' }, take: 200 } },
  });
}

/** Has an event sent once more that was sent, or given up; one that is being tried is left to that. @returns whether it is now queued */
export async function queueReplay(db: Database, subscriptionId: string, eventId: string): Promise<boolean> {
  return db.$transaction(async (tx) => {
    await lockSubscription(tx, subscriptionId);
    const settled = { subscriptionId, eventId, state: { in: ['delivered', 'failed'] } };
    const { count } = await tx.subscriptionDelivery.updateMany({
      where: settled,
      data: { state: 'queued', attempts: 0, nextAttemptAt: null },
    });
    if (count === 1) await tx.subscription.update({ where: { id: subscriptionId }, data: { working: false } });
    return count === 1;
  });
}

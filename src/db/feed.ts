/**
 * The feed: events are written in the transaction of what they tell of, and get their place once they are committed, by one publisher at a
 * time (docs/decisions/0013-the-feed.md). So whoever reads by place meets each event once, in one order for all.
 */
import { redone, withdrawal, type FeedEntry } from '../domain/feed.js';
import type { FeedType } from '../domain/feed-types.js';
import type { Reach } from '../domain/access.js';
import { asJson, type Database, type Transaction } from './database.js';
import { Prisma, type FeedEvent } from './generated/client.js';

export type { FeedEvent } from './generated/client.js';

/** Writes events; they are seen once they are committed and published. */
export async function writeFeed(tx: Database | Transaction, entries: readonly FeedEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ type, at, number, data }) => {
    const { orderId = null, buyerId = null, caseId = null, placementId = null } = data;
    return { type, at: new Date(at), number, orderId, buyerId, caseId, placementId, data: asJson(data) };
  });
  await tx.feedEvent.createMany({ data: rows });
}

/**
 * Writes what takes the place of events that a lost workflow task had written after the first `auditBefore` lines of the audit.
 * @param of the case or placement
 */
export async function rewriteFeed(
  tx: Transaction,
  of: { caseId: string } | { placementId: string },
  auditBefore: number,
  entries: readonly FeedEntry[],
): Promise<void> {
  const written = await tx.feedEvent.findMany({
    where: { ...of, number: { gt: auditBefore }, withdrawn: false },
    orderBy: { seq: 'asc' },
    select: { id: true, type: true, number: true, data: true },
  });
  const { withdrawn, added } = redone(written, entries);
  await tx.feedEvent.updateMany({ where: { id: { in: withdrawn.map(({ id }) => id) } }, data: { withdrawn: true } });
  const at = entries[0]?.at ?? Date.now();
  await writeFeed(tx, [...withdrawn.map((event) => withdrawal(event, at)), ...added]);
}

/** At most so many at once: what is left is published next. */
const PUBLISHED_AT_ONCE = 1000;

/**
 * Gives places to what has been committed. One at a time over all processes: a place is seen only after all lower ones are.
 * @returns how many were published; 0 also while another process publishes
 */
export async function publishFeed(db: Database): Promise<number> {
  const [waiting] = await db.$queryRaw<object[]>`SELECT 1 FROM "feed_event" WHERE "position" IS NULL LIMIT 1`;
  if (waiting === undefined) return 0;
  return db.$transaction(async (tx) => {
    const [lock] = await tx.$queryRaw<{ held: boolean }[]>`SELECT pg_try_advisory_xact_lock(hashtextextended('feed', 0)) AS "held"`;
    if (lock?.held !== true) return 0;
    return tx.$executeRaw`
      WITH waiting AS (
        SELECT "seq", row_number() OVER (ORDER BY "seq") AS "n" FROM "feed_event"
        WHERE "position" IS NULL ORDER BY "seq" LIMIT ${PUBLISHED_AT_ONCE}),
      latest AS (SELECT coalesce(max("position"), 0) AS "position" FROM "feed_event")
      UPDATE "feed_event" e SET "position" = latest."position" + waiting."n"
      FROM waiting, latest WHERE e."seq" = waiting."seq"`;
  });
}

/** A place in the feed: after the event that has this position and id; the beginning has position 0. */
export interface Place {
  position: bigint;
  id: string;
}

export const BEGINNING: Place = { position: 0n, id: '' };

/** @returns the place after the latest event */
export async function endOfFeed(db: Database | Transaction): Promise<Place> {
  const latest = await db.feedEvent.findFirst({
    where: { position: { not: null } },
    orderBy: { position: 'desc' },
    select: { position: true, id: true },
  });
  return latest === null ? BEGINNING : placeOf(latest);
}

export function placeOf({ position, id }: { position: bigint | null; id: string }): Place {
  return { position: position ?? 0n, id };
}

/** @returns the id of the event at a position; null where there is none */
export async function eventIdAt(db: Database, position: bigint): Promise<string | null> {
  return (await db.feedEvent.findUnique({ where: { position }, select: { id: true } }))?.id ?? null;
}

/** @returns the place before the first event that was recorded at an instant or later */
export async function placeBefore(db: Database, instant: Date): Promise<bigint> {
  const [row] = await db.$queryRaw<{ position: bigint | null }[]>`
    SELECT min("position") - 1 AS "position" FROM "feed_event" WHERE "position" IS NOT NULL AND "recordedAt" >= ${instant}`;
  return row?.position ?? (await endOfFeed(db)).position;
}

export interface FeedFilter {
  /** Undefined: all. */
  types?: readonly FeedType[] | undefined;
  orderId?: string | undefined;
  caseId?: string | undefined;
  placementId?: string | undefined;
}

/** Published events after a place and up to another, in order. */
export async function readFeed(
  db: Database | Transaction,
  reach: Reach,
  filter: FeedFilter,
  { after, upTo }: { after: bigint; upTo: bigint },
  limit: number,
): Promise<FeedEvent[]> {
  return db.$queryRaw<FeedEvent[]>`
    SELECT e.* FROM "feed_event" e WHERE e."position" > ${after} AND e."position" <= ${upTo} AND ${conditions(reach, filter)}
    ORDER BY e."position" LIMIT ${limit}`;
}

/** An event with whose cases its order has, so that it can be told to many without a query for each. */
export type TailEvent = FeedEvent & { liaisons?: string[] };

/** Published events after a position, whosever they are. */
export async function recentFeed(db: Database, after: bigint, limit: number): Promise<TailEvent[]> {
  return db.$queryRaw<TailEvent[]>`
    SELECT e.*, ARRAY(SELECT DISTINCT c."liaisonId" FROM "review_case" c
      WHERE c."orderId" = e."orderId" AND c."liaisonId" IS NOT NULL) AS "liaisons"
    FROM "feed_event" e WHERE e."position" > ${after} ORDER BY e."position" LIMIT ${limit}`;
}

/** Of tenants: by the buyer as it was known when it happened. Of liaisons: by whose the order's cases are now. */
function conditions({ buyers, liaisonIds }: Reach, { types, orderId, caseId, placementId }: FeedFilter): Prisma.Sql {
  const ofLiaisons = Prisma.sql`EXISTS (SELECT 1 FROM "review_case" c WHERE c."orderId" = e."orderId"
    AND c."liaisonId" = ANY (${[...(liaisonIds ?? [])]}::text[]))`;
  const all = [
    Prisma.sql`TRUE`,
    ...(buyers === null ? [] : [Prisma.sql`e."buyerId" = ANY (${[...buyers]}::text[])`]),
    ...(liaisonIds === null ? [] : [ofLiaisons]),
    ...(types === undefined ? [] : [Prisma.sql`e."type" = ANY (${[...types]}::text[])`]),
    ...(orderId === undefined ? [] : [Prisma.sql`e."orderId" = ${orderId}`]),
    ...(caseId === undefined ? [] : [Prisma.sql`e."caseId" = ${caseId}`]),
    ...(placementId === undefined ? [] : [Prisma.sql`e."placementId" = ${placementId}`]),
  ];
  return Prisma.join(all, ' AND ');
}

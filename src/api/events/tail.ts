/**
 * The end of the feed as this process follows it: one look for all who wait, however many they are. What it has seen lately is kept, so that
 * a stream that keeps up costs no query of its own; whoever is further behind reads the database.
 */
import { setTimeout } from 'node:timers/promises';
import { isWithin, type Reach } from '../../domain/access.js';
import type { Database } from '../../db/database.js';
import { endOfFeed, placeOf, readFeed, recentFeed, type FeedFilter, type Place, type TailEvent } from '../../db/feed.js';

const LOOK_EVERY_MS = 200;
/** Some seconds of a busy feed. */
const KEPT = 1000;
const PAGE = 200;

/** What comes after a place: in order, and up to where that was looked for. */
export interface FeedPart {
  events: TailEvent[];
  upTo: Place;
  /** There is more after `upTo` already. */
  more: boolean;
}

export interface Tail {
  /** To be called before the first `next` of who follows the feed. @returns to be called after the last one */
  follow(): () => void;
  /** @returns what is there now. @param limit 200 at most */
  read(reach: Reach, filter: FeedFilter, after: Place, limit: number): Promise<FeedPart>;
  /** The same; where there is nothing, waits for it until the time is over or nobody waits any more. */
  next(reach: Reach, filter: FeedFilter, after: Place, options: { limit?: number; ms: number; isOver: () => boolean }): Promise<FeedPart>;
}

export function createTail(db: Database): Tail {
  let kept: TailEvent[] = [];
  /** What comes after it is kept. */
  let floor: Place | null = null;
  let end: Place | null = null;
  let followers = 0;
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    if (end === null) {
      floor = end = await endOfFeed(db);
      return;
    }
    const events = await recentFeed(db, end.position, KEPT);
    const last = events.at(-1);
    if (last === undefined) return;
    kept = [...kept, ...events];
    end = placeOf(last);
    const dropped = kept.splice(0, Math.max(0, kept.length - KEPT)).at(-1);
    if (dropped !== undefined) floor = placeOf(dropped);
  };
  /** Every waiter calls this; one look is under way for all of them. */
  const lookOnce = (): Promise<void> => {
    looking ??= setTimeout(LOOK_EVERY_MS)
      .then(look)
      .finally(() => (looking = null));
    return looking;
  };
  const fromKept = (reach: Reach, filter: FeedFilter, after: Place, limit: number): FeedPart | null => {
    if (floor === null || end === null || after.position < floor.position) return null;
    if (after.position >= end.position) return { events: [], upTo: after, more: false };
    const later = kept.filter(({ position }) => (position ?? 0n) > after.position);
    const found = later.filter((event) => isFor(event, reach, filter));
    return partOf(found, limit, end);
  };
  const read: Tail['read'] = async (reach, filter, after, limit) => {
    const upTo = await endOfFeed(db);
    if (upTo.position <= after.position) return { events: [], upTo: after, more: false };
    return partOf(await readFeed(db, reach, filter, { after: after.position, upTo: upTo.position }, limit + 1), limit, upTo);
  };
  return {
    follow() {
      followers += 1;
      return () => {
        followers -= 1;
        // Nobody looks any more: what comes meanwhile is read from the database.
        if (followers === 0) [kept, floor, end] = [[], null, null];
      };
    },
    read,
    async next(reach, filter, after, { limit = PAGE, ms, isOver }) {
      const until = performance.now() + ms;
      let place = after;
      for (;;) {
        const part = fromKept(reach, filter, place, limit) ?? (await read(reach, filter, place, limit));
        if (part.events.length > 0 || isOver() || performance.now() >= until) return part;
        place = part.upTo;
        await lookOnce();
      }
    },
  };
}

function partOf(found: TailEvent[], limit: number, end: Place): FeedPart {
  const events = found.slice(0, limit);
  const last = events.at(-1);
  const more = found.length > limit && last !== undefined;
  return { events, upTo: more ? placeOf(last) : end, more };
}

/** The same as the query's conditions. */
function isFor(event: TailEvent, reach: Reach, { types, orderId, caseId, placementId }: FeedFilter): boolean {
  const { liaisonIds } = reach;
  return (
    isWithin({ buyers: reach.buyers, liaisonIds: null }, event) &&
    (liaisonIds === null || event.liaisons?.some((id) => liaisonIds.includes(id)) === true) &&
    (types === undefined || (types as readonly string[]).includes(event.type)) &&
    (orderId === undefined || event.orderId === orderId) &&
    (caseId === undefined || event.caseId === caseId) &&
    (placementId === undefined || event.placementId === placementId)
  );
}

/**
 * Changes appear by themselves: the API's feed as a stream; what an event is about is read again. A browser has six connections to a server:
 * of all tabs one holds the stream, and tells the others.
 */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Schemas } from './api.ts';

/** `unfollowed`: one's role has no stream of changes. */
export type Liveness = 'live' | 'connecting' | 'lost' | 'unfollowed';

type FeedEvent = Schemas['FeedEvent'];
type Told =
  | { kind: 'liveness'; liveness: Liveness }
  | { kind: 'event'; event: Pick<FeedEvent, 'type' | 'data'> }
  | { kind: 'missed' }
  /** A tab that has just come asks the one with the stream how it is. */
  | { kind: 'asked' };

/** What many events touch is read once. */
const GATHER_MS = 300;
const LOST_AFTER_MS = 5000;
const AGAIN_MS = 2000;
/** A page that took longer to load begins with the end of the feed. */
const NEW_MS = 20_000;
/** An event may be recorded a little later than it says. */
const RECORDED_WITHIN_MS = 5000;
const LONGEST_AGAIN_MS = 30_000;

/** Every type, with the list that it changes: streams name their events by type. */
const LIST_OF: Record<FeedEvent['type'], 'cases' | 'placements' | 'operations'> = {
  'case.opened': 'cases',
  'case.held': 'cases',
  'case.in_review': 'cases',
  'case.awaiting_liaison': 'cases',
  'case.approved': 'cases',
  'case.rejected': 'cases',
  'case.declined': 'cases',
  'case.expired': 'cases',
  'case.cancelled': 'cases',
  'case.order_unknown': 'cases',
  'case.review_failed': 'cases',
  'case.paused': 'cases',
  'case.resumed': 'cases',
  'case.rescheduled': 'cases',
  'case.reassigned': 'cases',
  'case.escalated': 'cases',
  'case.acknowledged': 'cases',
  'case.buyer_told': 'cases',
  'case.contradicted': 'cases',
  'placement.opened': 'placements',
  'placement.sent': 'placements',
  'placement.placed': 'placements',
  'placement.polled': 'placements',
  'placement.reported': 'placements',
  'placement.succeeded': 'placements',
  'placement.failed': 'placements',
  'placement.cancelled': 'placements',
  'placement.contradicted': 'placements',
  'message.dead_lettered': 'operations',
  'counterpart.paused': 'operations',
  'counterpart.resumed': 'operations',
  'subscription.disabled': 'operations',
  'event.withdrawn': 'operations',
};

/**
 * @param begun by the server's clock, before anything of the page was read
 * @returns whether what is shown follows the house
 */
export function useLiveUpdates(enabled: boolean, begun: string): Liveness {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    if (!enabled) return;
    const gathering = gatherer(queries);
    const channel = new BroadcastChannel('holdpoint-live');
    const hear = (told: Told): void => {
      if (told.kind === 'liveness') setLiveness(told.liveness);
      else if (told.kind === 'missed') gathering.all();
      else if (told.kind === 'event') gathering.event(told.event);
    };
    channel.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data));
    post(channel, { kind: 'asked' });
    const left = new AbortController();
    const lead = async (): Promise<void> => {
      let now: Liveness = 'connecting';
      channel.addEventListener('message', ({ data }: MessageEvent<Told>) => {
        if (data.kind === 'asked') post(channel, { kind: 'liveness', liveness: now });
      });
      const stop = follow(firstPlace(begun), (told) => {
        if (told.kind === 'liveness') now = told.liveness;
        hear(told);
        post(channel, told);
      });
      await new Promise((resolve) => left.signal.addEventListener('abort', resolve));
      stop();
    };
    navigator.locks.request('holdpoint-live', { signal: left.signal }, lead).catch(() => {});
    return () => {
      left.abort();
      channel.close();
      gathering.stop();
    };
  }, [enabled, begun, queries]);
  return enabled ? liveness : 'unfollowed';
}

function post(channel: BroadcastChannel, told: Told): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin by itself
  channel.postMessage(told);
}

/** @returns where the stream of a new page begins; null: the page has been read for a while, what happened since is not gone through */
function firstPlace(begun: string): string | null {
  if (performance.now() > NEW_MS) return null;
  return `since=${encodeURIComponent(new Date(Date.parse(begun) - RECORDED_WITHIN_MS).toISOString())}`;
}

/** @returns how to end it */
function follow(first: string | null, tell: (told: Told) => void): () => void {
  let source: EventSource | undefined;
  let losing: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let refusals = 0;
  const open = (place: string | null): void => {
    source = new EventSource(`/v1/events?${place ?? 'after=end'}`);
    source.addEventListener('open', () => {
      clearTimeout(losing);
      losing = undefined;
      refusals = 0;
      tell({ kind: 'liveness', liveness: 'live' });
      // What breaks is resumed where it was; one that begins anew knows nothing of what happened before.
      if (place === null) tell({ kind: 'missed' });
    });
    source.addEventListener('error', () => {
      losing ??= setTimeout(() => tell({ kind: 'liveness', liveness: 'lost' }), LOST_AFTER_MS);
      // What breaks is taken up again by the browser, what is refused is not.
      if (source?.readyState !== EventSource.CLOSED) return;
      refusals += 1;
      again = setTimeout(() => open(null), Math.min(AGAIN_MS * 2 ** (refusals - 1), LONGEST_AGAIN_MS) * (0.5 + Math.random()));
    });
    for (const type of Object.keys(LIST_OF)) {
      source.addEventListener(type, (message) => {
        const { data } = JSON.parse(String(message.data)) as FeedEvent;
        tell({ kind: 'event', event: { type: type as FeedEvent['type'], data } });
      });
    }
  };
  open(first);
  return () => {
    clearTimeout(losing);
    clearTimeout(again);
    source?.close();
  };
}

/** What is read for the first time may have been read before the event: it is read once more after that. */
async function readAgain(queries: QueryClient, queryKey: string[]): Promise<void> {
  const first = queries.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching', predicate: ({ state }) => state.data === undefined });
  await Promise.allSettled(first.map(async ({ promise }) => promise));
  await queries.invalidateQueries({ queryKey });
}

interface Gatherer {
  event: (event: Pick<FeedEvent, 'type' | 'data'>) => void;
  /** Nothing is known of what happened. */
  all: () => void;
  stop: () => void;
}

/** Reads what was touched once those of before are read: many events, and pages that take long, do not overtake each other. Not while nobody looks. */
function gatherer(queries: QueryClient): Gatherer {
  const touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;
  const flush = async (): Promise<void> => {
    timer = undefined;
    if (isReading || document.hidden || touched.size === 0) return;
    const keys = [...touched].map((key) => JSON.parse(key) as string[]);
    touched.clear();
    isReading = true;
    const begun = performance.now();
    await Promise.allSettled(keys.map((queryKey) => readAgain(queries, queryKey)));
    isReading = false;
    // As long as it took, others are served.
    if (touched.size > 0) timer ??= setTimeout(() => void flush(), Math.max(GATHER_MS, performance.now() - begun));
  };
  const touch = (...keys: string[][]): void => {
    for (const key of keys) touched.add(JSON.stringify(key));
    timer ??= setTimeout(() => void flush(), GATHER_MS);
  };
  const look = (): void => void flush();
  document.addEventListener('visibilitychange', look);
  return {
    event: ({ type, data }) => touch([LIST_OF[type]], ...(data.orderId === undefined ? [] : [['order', data.orderId]])),
    all: () => touch(['cases'], ['placements'], ['operations'], ['order']),
    stop: () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
}

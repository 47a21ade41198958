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

/** @returns whether what is shown follows the house */
export function useLiveUpdates(enabled: boolean): Liveness {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    if (!enabled) return;
    const refresh = gatherer(queries);
    const channel = new BroadcastChannel('holdpoint-live');
    const hear = (told: Told): void => {
      if (told.kind === 'liveness') setLiveness(told.liveness);
      else if (told.kind === 'missed') void queries.invalidateQueries();
      else if (told.kind === 'event') refresh(told.event);
    };
    channel.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data));
    post(channel, { kind: 'asked' });
    const left = new AbortController();
    const lead = async (): Promise<void> => {
      let now: Liveness = 'connecting';
      channel.addEventListener('message', ({ data }: MessageEvent<Told>) => {
        if (data.kind === 'asked') post(channel, { kind: 'liveness', liveness: now });
      });
      const stop = follow((told) => {
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
    };
  }, [enabled, queries]);
  return enabled ? liveness : 'unfollowed';
}

function post(channel: BroadcastChannel, told: Told): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin by itself
  channel.postMessage(told);
}

/** @returns how to end it */
function follow(tell: (told: Told) => void): () => void {
  const source = new EventSource('/v1/events?after=end');
  let losing: ReturnType<typeof setTimeout> | undefined;
  source.addEventListener('open', () => {
    clearTimeout(losing);
    losing = undefined;
    tell({ kind: 'liveness', liveness: 'live' });
    // The first begins after what is shown was read, and one that broke before it told anything has no place to resume from.
    tell({ kind: 'missed' });
  });
  source.addEventListener('error', () => {
    losing ??= setTimeout(() => {
      tell({ kind: 'liveness', liveness: 'lost' });
    }, LOST_AFTER_MS);
  });
  for (const type of Object.keys(LIST_OF)) {
    source.addEventListener(type, (message) => {
      const { data } = JSON.parse(String(message.data)) as FeedEvent;
      tell({ kind: 'event', event: { type: type as FeedEvent['type'], data } });
    });
  }
  return () => {
    clearTimeout(losing);
    source.close();
  };
}

function gatherer(queries: QueryClient): (event: Pick<FeedEvent, 'type' | 'data'>) => void {
  const touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    for (const key of touched) void queries.invalidateQueries({ queryKey: JSON.parse(key) as string[] });
    touched.clear();
  };
  return ({ type, data }) => {
    touched.add(JSON.stringify([LIST_OF[type]]));
    if (data.orderId !== undefined) touched.add(JSON.stringify(['order', data.orderId]));
    timer ??= setTimeout(flush, GATHER_MS);
  };
}

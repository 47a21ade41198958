/** What the pages for operations read: again with what the feed tells of operations, and every half minute. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api, taggedAnswer, type QueryOf, type Schemas } from '../app/api.ts';
import { ZONE } from '../parts/instants.tsx';
import { spanOf, type Days } from './spans.ts';

export type CaseFigures = Schemas['CaseStatistics'];
export type Health = Schemas['Health'];
export type Figure = Schemas['Figure'];
export type Message = Schemas['Message'];
export type InboundEvent = Schemas['InboundEvent'];
export type Vendor = Schemas['Vendor'];
export type WordMeaning = Schemas['WordMeaning'];
export type Switch = Schemas['Switch'];
export type MessageFilter = Omit<QueryOf<'/v1/messages'>, 'cursor' | 'limit'>;
export type EventFilter = Omit<QueryOf<'/v1/inbound-events'>, 'cursor' | 'limit'>;

const AGAIN_MS = 30_000;
const FAILED_AGAIN_MS = 5000;
const PAGE = 50;
const OUTAGE_TYPES: ('counterpart.paused' | 'counterpart.resumed')[] = ['counterpart.paused', 'counterpart.resumed'];

/** What could not be read is tried again soon. */
function again({ state: { status } }: { state: { status: string } }): number {
  return status === 'error' ? FAILED_AGAIN_MS : AGAIN_MS;
}

function afterFailure({ state: { status } }: { state: { status: string } }): number | false {
  return status === 'error' && FAILED_AGAIN_MS;
}

export const healthQuery = queryOptions({
  queryKey: ['operations', 'health'],
  queryFn: ({ signal }) => answer(api.GET('/v1/statistics/health', { signal })),
  refetchInterval: again,
});

export const caseFiguresQuery = (days: Days) =>
  queryOptions({
    queryKey: ['operations', 'cases', days],
    queryFn: ({ signal }) => {
      const query = { ...spanOf(days, new Date()), timeZone: ZONE };
      return answer(api.GET('/v1/statistics/cases', { params: { query }, signal }));
    },
    refetchInterval: again,
    placeholderData: keepPreviousData,
  });

export const messagesQuery = (filter: MessageFilter) =>
  infiniteQueryOptions({
    queryKey: ['operations', 'messages', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answer(api.GET('/v1/messages', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: again,
  });

/** With whether it can be sent again. */
export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ['operations', 'message', id],
    queryFn: ({ signal }) => answer(api.GET('/v1/messages/{id}', { params: { path: { id } }, signal })),
  });

/** How many there are under a filter, by counterpart and state. */
export const messageCountsQuery = (filter: MessageFilter = {}) =>
  queryOptions({
    queryKey: ['operations', 'message-counts', filter],
    queryFn: ({ signal }) => answer(api.GET('/v1/messages/counts', { params: { query: filter }, signal })),
    refetchInterval: again,
  });

export const inboundEventsQuery = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ['operations', 'inbound-events', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answer(api.GET('/v1/inbound-events', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: again,
  });

/** Every pause of a server and its end, as the feed keeps them; the oldest first. */
export const outagesQuery = queryOptions({
  queryKey: ['operations', 'outages'],
  queryFn: async ({ signal }) => {
    const items: Schemas['FeedEvent'][] = [];
    for (let after: string | undefined; ;) {
      const query = { types: OUTAGE_TYPES, limit: 200, ...(after === undefined ? {} : { after }) };
      const page = await answer(api.GET('/v1/events', { params: { query }, signal, parseAs: 'json' }));
      if (typeof page === 'string') throw new TypeError('a stream was not asked for');
      items.push(...page.items);
      if (!page.more) return items;
      after = page.cursor;
    }
  },
  refetchInterval: afterFailure,
});

export const vendorsQuery = queryOptions({
  queryKey: ['operations', 'vendors'],
  queryFn: async ({ signal }) => (await answer(api.GET('/v1/vendors', { signal }))).items,
  refetchInterval: afterFailure,
});

/** A vendor with the ETag to change it by. */
export const vendorQuery = (id: string) =>
  queryOptions({
    queryKey: ['operations', 'vendor', id],
    queryFn: ({ signal }) => taggedAnswer(api.GET('/v1/vendors/{id}', { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** A switch for all and for single buyers, with the ETag to turn it by. */
export const switchQuery = (name: Switch['name']) =>
  queryOptions({
    queryKey: ['operations', 'switch', name],
    queryFn: ({ signal }) => taggedAnswer(api.GET('/v1/switches/{name}', { params: { path: { name } }, signal })),
    refetchInterval: again,
  });

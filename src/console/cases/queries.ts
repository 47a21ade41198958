/** What the pages about cases read. Keys begin with what an event of the feed can be about: ["cases"], ["order", orderId]. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api, LOOK_AGAIN_MS, type QueryOf, type Schemas } from '../app/api.ts';

export type Case = Schemas['Case'];
export type CaseInFull = Schemas['CaseInFull'];
export type CaseAction = Case['actions'][number];
export type CaseFilter = Omit<QueryOf<'/v1/review-cases'>, 'cursor' | 'limit'>;

const PAGE = 50;
const UNDER_WAY_MS = 5000;
const ENDING_MS = 600_000;

export const casesQuery = (filter: CaseFilter) =>
  infiniteQueryOptions({
    queryKey: ['cases', filter],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/v1/review-cases', {
          params: { query: { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    // The more there is to read, the more rarely.
    refetchInterval: ({ state }) => LOOK_AGAIN_MS * Math.max(1, state.data?.pages.length ?? 1),
  });

export const caseQuery = (orderId: string, round: number | undefined) => {
  const params = { path: { orderId }, query: round === undefined ? {} : { round } };
  return queryOptions({
    queryKey: ['order', orderId, 'case', round],
    queryFn: ({ signal }) => answer(api.GET('/v1/review-cases/{orderId}', { params, signal })),
    // That its last message is through, so that it can be opened again, is no event of the feed.
    refetchInterval: ({ state }) => (state.data !== undefined && isEnding(state.data) ? UNDER_WAY_MS : LOOK_AGAIN_MS),
  });
};

/** Ended just now, and not to be opened again yet. */
function isEnding({ endedAt, actions, statusReason }: CaseInFull): boolean {
  if (endedAt === null || statusReason === 'SUPERSEDED_BY_ROUND') return false;
  return !actions.includes('reopen') && Date.now() - Date.parse(endedAt) < ENDING_MS;
}

export const historyQuery = (orderId: string, round: number | undefined) =>
  queryOptions({
    queryKey: ['order', orderId, 'history', round],
    queryFn: async ({ signal }) => {
      const items: Schemas['Event'][] = [];
      let cursor: string | null = null;
      do {
        const query = { limit: 200, ...(round === undefined ? {} : { round }), ...(cursor === null ? {} : { cursor }) };
        const page: { items: Schemas['Event'][]; nextCursor: string | null } = await answer(
          api.GET('/v1/review-cases/{orderId}/events', { params: { path: { orderId }, query }, signal }),
        );
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return items;
    },
    refetchInterval: LOOK_AGAIN_MS,
  });

export const messagesQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['order', orderId, 'messages'],
    queryFn: async ({ signal }) => (await answer(api.GET('/v1/messages', { params: { query: { orderId, limit: 200 } }, signal }))).items,
    // That a message is through is no event of the feed.
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.state === 'queued' || one.state === 'sending') ? UNDER_WAY_MS : LOOK_AGAIN_MS,
  });

export const explanationQuery = (orderId: string, round: number | undefined, lang: 'en' | 'zh-CN') => {
  const query = { lang, ...(round === undefined ? {} : { round }) };
  return queryOptions({
    queryKey: ['order', orderId, 'explanation', round, lang],
    queryFn: ({ signal }) => answer(api.GET('/v1/review-cases/{orderId}/explanation', { params: { path: { orderId }, query }, signal })),
  });
};

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) => (await answer(api.GET('/v1/liaisons', { signal }))).items,
  staleTime: 60_000,
});

export const orderQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['order', orderId, 'document'],
    queryFn: ({ signal }) => answer(api.GET('/v1/review-cases/{orderId}/order', { params: { path: { orderId } }, signal })),
  });

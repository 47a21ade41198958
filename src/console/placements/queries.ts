/** What the pages about placements read. Keys begin with what an event of the feed can be about: ["placements"], ["order", orderId]. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api, LOOK_AGAIN_MS, type QueryOf, type Schemas } from '../app/api.ts';

export type Placement = Schemas['Placement'];
export type Event = Schemas['Event'];
export type PlacementFilter = Omit<QueryOf<'/v1/placements'>, 'cursor' | 'limit'>;

const PAGE = 50;

/** That the last message of a failed one is through, and people can go on, is no event of the feed. */
const UNSETTLED_MS = 2000;
const isUnsettled = ({ status, actions }: Placement): boolean => status === 'failed' && actions.length === 0;

/** @param filter null: nothing is asked */
export const placementsQuery = (filter: PlacementFilter | null) =>
  infiniteQueryOptions({
    queryKey: ['placements', filter],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/v1/placements', {
          params: { query: { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isUnsettled))
        ? UNSETTLED_MS
        : LOOK_AGAIN_MS * Math.max(1, state.data?.pages.length ?? 1),
    enabled: filter !== null,
  });

/** How many there are in each state, whatever state is shown. */
export const countsQuery = (filter: PlacementFilter) =>
  queryOptions({
    queryKey: ['placements', 'counts', filter],
    queryFn: async ({ signal }) => (await answer(api.GET('/v1/placements', { params: { query: { ...filter, limit: 1 } }, signal }))).counts,
    placeholderData: keepPreviousData,
  });

export const vendorsQuery = queryOptions({
  queryKey: ['vendors'],
  queryFn: async ({ signal }) => (await answer(api.GET('/v1/vendors', { signal }))).items,
  staleTime: 60_000,
});

export const placementQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['order', orderId, 'placement'],
    queryFn: ({ signal }) => answer(api.GET('/v1/placements/{orderId}', { params: { path: { orderId } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnsettled(state.data) ? UNSETTLED_MS : LOOK_AGAIN_MS),
  });

export const eventsQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['order', orderId, 'placement-events'],
    queryFn: async ({ signal }) => {
      const items: Event[] = [];
      let cursor: string | null = null;
      do {
        const query = { limit: 200, ...(cursor === null ? {} : { cursor }) };
        const page: { items: Event[]; nextCursor: string | null } = await answer(
          api.GET('/v1/placements/{orderId}/events', { params: { path: { orderId }, query }, signal }),
        );
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return items;
    },
    refetchInterval: LOOK_AGAIN_MS,
  });

export const explanationQuery = (orderId: string, lang: 'en' | 'zh-CN') =>
  queryOptions({
    queryKey: ['order', orderId, 'placement-explanation', lang],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/placements/{orderId}/explanation', { params: { path: { orderId }, query: { lang } }, signal })),
  });

/** What the placement's own version of the policy plans; a version never changes. */
export const previewQuery = ({
  policyVersion,
  vendorId,
  campaign,
  openedAt,
}: Pick<Placement, 'policyVersion' | 'vendorId' | 'campaign' | 'openedAt'>) =>
  queryOptions({
    queryKey: ['placement-preview', policyVersion, vendorId, campaign, openedAt],
    queryFn: ({ signal }) =>
      answer(
        api.POST('/v1/policies/placement/schedule-preview', {
          body: { version: policyVersion ?? 0, notice: { vendorId, campaign }, from: openedAt },
          signal,
        }),
      ),
    enabled: policyVersion !== null,
    staleTime: Infinity,
  });

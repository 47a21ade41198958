/** The placements: those that need somebody first, then those that go by themselves. */
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { useInstant } from '../parts/instants.tsx';
import { Empty, PagePending, useProblemWords } from '../parts/page-states.tsx';
import type { PlacementWish } from './action-dialog.tsx';
import { PlacementFilters } from './placement-filters.tsx';
import { PlacementList, type ListItem } from './placement-list.tsx';
import { countsQuery, placementsQuery, vendorsQuery, type Placement } from './queries.ts';
import { commonFilter, isFiltered, OPEN, partsOf, type ListPart, type PlacementsSearch } from './search.ts';
import './words.ts';

// Asked for with the first action: most look first.
const PlacementDialog = lazy(async () => ({ default: (await import('./action-dialog.tsx')).PlacementDialog }));

const route = getRouteApi('/signed-in/placements');

export function PlacementsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/placements' });
  const words = useProblemWords();
  const instant = useInstant();
  const searchBox = useRef<HTMLInputElement>(null);
  const [wish, setWish] = useState<PlacementWish | null>(null);
  const lists = usePlacementLists(search);
  const counts = useQuery(countsQuery(commonFilter(search)));
  const vendors = useQuery({ ...vendorsQuery, enabled: useMay('counterparts.read') }).data ?? [];
  const vendorName = (id: string): string => vendors.find((vendor) => vendor.id === id)?.name ?? id;
  const change = (to: PlacementsSearch): void => void navigate({ search: to, replace: true });
  useHotkeys([['/', () => searchBox.current?.focus()]]);
  const isEmpty = lists.items.length === 0;

  return (
    <Stack gap="sm" maw={1200} mx="auto">
      <Group justify="space-between" align="baseline">
        <Title order={1} size="h3">
          {t('placements.title')}
        </Title>
        <Text size="xs" c="dimmed" visibleFrom="sm">
          {t('placements.keys')}
        </Text>
      </Group>
      <PlacementFilters
        search={search}
        counts={counts.data}
        needs={lists.needs}
        vendors={vendors}
        onChange={change}
        searchBox={searchBox}
      />
      {lists.error !== null && !isEmpty && (
        <Alert color="orange" role="alert">
          {t('desk.stale', { time: instant(lists.readAt) })} {words(lists.error)}
        </Alert>
      )}
      {lists.isPending && <PagePending />}
      {lists.error !== null && isEmpty && (
        <Alert color="red" role="alert" title={t('page.failed')}>
          <Stack align="flex-start">
            {words(lists.error)}
            <Button onClick={lists.again}>{t('page.again')}</Button>
          </Stack>
        </Alert>
      )}
      {lists.error === null && !lists.isPending && isEmpty && <NothingHere search={search} onClear={() => change({})} />}
      {!isEmpty && (
        <PlacementList
          items={lists.items}
          vendorName={vendorName}
          onAct={(action, one) => setWish({ action, one })}
          hasMore={lists.hasMore}
          isLoadingMore={lists.isLoadingMore}
          isMoreFailed={lists.isMoreFailed}
          onMore={lists.more}
        />
      )}
      <Suspense>{wish !== null && <PlacementDialog wish={wish} onClose={() => setWish(null)} />}</Suspense>
    </Stack>
  );
}

/** The parts one after another: what comes later is asked on only when all before it is there. */
function usePlacementLists(search: PlacementsSearch) {
  const parts = useMemo(() => partsOf(search), [search]);
  const filterOf = (index: number) => parts[index]?.filter ?? null;
  const first = useInfiniteQuery(placementsQuery(filterOf(0)));
  const second = useInfiniteQuery(placementsQuery(filterOf(1)));
  const third = useInfiniteQuery(placementsQuery(filterOf(2)));
  const used = [first, second, third].slice(0, parts.length);
  const unfinished = used.findIndex(({ hasNextPage }) => hasNextPage);
  const shown = unfinished === -1 ? used : used.slice(0, unfinished + 1);
  const next = used[unfinished];
  const items: ListItem[] = parts.length === 0 ? [] : itemsOf(parts, shown.map(rowsOf), used.map(countOf));
  const hasNeeds = parts[0]?.part === 'needs';
  const isPending = used.some((list) => list.isPending);
  const fetchNext = next?.fetchNextPage;
  const more = useCallback(() => void fetchNext?.(), [fetchNext]);
  return {
    items,
    needs: hasNeeds && !isPending ? countOf(first, 0) + countOf(second, 1) : undefined,
    isPending,
    error: used.find(({ error }) => error !== null)?.error ?? null,
    readAt: Math.min(...used.map(({ dataUpdatedAt }) => dataUpdatedAt)),
    hasMore: next !== undefined,
    isLoadingMore: next?.isFetchingNextPage ?? false,
    isMoreFailed: next?.isFetchNextPageError ?? false,
    more,
    again: () => used.forEach((list) => void list.refetch()),
  };

  function countOf(list: typeof first, index: number): number {
    const counts = list.data?.pages[0]?.counts;
    const { status, open } = parts[index]?.filter ?? {};
    const statuses = status ?? (open === true ? OPEN : []);
    return statuses.reduce((sum, one) => sum + (counts?.[one] ?? 0), 0);
  }
}

function rowsOf({ data }: { data: { pages: { items: Placement[] }[] } | undefined }): Placement[] {
  return data?.pages.flatMap(({ items }) => items) ?? [];
}

/** A heading before each part that has something; a list of one part needs none. */
function itemsOf(parts: ListPart[], rows: Placement[][], counts: number[]): ListItem[] {
  const items: ListItem[] = [];
  // While one is read anew it may stand in two lists.
  const seen = new Set<string>();
  rows.forEach((list, index) => {
    const part = parts[index]?.part ?? 'all';
    const count = counts.reduce((sum, one, other) => (parts[other]?.part === part ? sum + one : sum), 0);
    const isNew = !items.some((item) => item.kind === 'heading' && item.part === part);
    if (list.length > 0 && isNew && part !== 'all') items.push({ kind: 'heading', part, count });
    for (const one of list) {
      if (seen.has(one.placementId)) continue;
      seen.add(one.placementId);
      items.push({ kind: 'placement', one });
    }
  });
  return items;
}

function NothingHere({ search, onClear }: { search: PlacementsSearch; onClear: () => void }) {
  const { t } = useTranslation();
  if (search.state === 'needs' && Object.keys(search).length === 1)
    return <Empty title={t('placements.nobody')} about={t('placements.emptyAbout')} />;
  if (!isFiltered(search)) return <Empty title={t('placements.empty')} about={t('placements.emptyAbout')} />;
  return (
    <Empty title={t('placements.emptyFiltered')} about={t('placements.emptyFilteredAbout')}>
      <Button variant="default" onClick={onClear}>
        {t('placements.clear')}
      </Button>
    </Empty>
  );
}

/** What waits for the reader, the most urgent on top. */
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import type { Wish } from '../cases/action-dialog.tsx';
import { actionsOf } from '../cases/actions.ts';
import { casesQuery, type Case, type CaseAction } from '../cases/queries.ts';
import { useInstant } from '../parts/instants.tsx';
import { Empty, PagePending, useProblemWords } from '../parts/page-states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { CaseList } from './case-list.tsx';
import { DeskFilters } from './desk-filters.tsx';
import { filterOf, isFiltered, type DeskSearch } from './search.ts';

// Asked for with the first action: most look first.
const ActionDialog = lazy(async () => ({ default: (await import('../cases/action-dialog.tsx')).ActionDialog }));

const route = getRouteApi('/signed-in/desk');

export function DeskPage() {
  const { t } = useTranslation();
  const session = useSession();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/desk' });
  const words = useProblemWords();
  const instant = useInstant();
  const cases = useInfiniteQuery(casesQuery(filterOf(search, session.person.personId)));
  const items = useMemo(() => cases.data?.pages.flatMap((page) => page.items) ?? [], [cases.data]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [wish, setWish] = useState<Wish | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const isOwn = session.extents['cases.read'] === 'own';

  const change = (to: DeskSearch): void => {
    setSelected(new Set());
    void navigate({ search: to, replace: true });
  };
  const toggle = (one: Case): void => {
    const next = new Set(selected);
    if (!next.delete(one.caseId)) next.add(one.caseId);
    setSelected(next);
  };
  const ask = (action: CaseAction, one: Case): void => {
    if (actionsOf(one, session).includes(action)) setWish({ action, cases: [one] });
  };
  useHotkeys([['/', () => searchBox.current?.focus()]]);

  return (
    <Stack gap="sm" maw={1200} mx="auto">
      <Group justify="space-between" align="baseline">
        <Title order={1} size="h3">
          {t(isOwn || search.whose === 'mine' ? 'desk.title' : 'desk.titleAll')}
        </Title>
        <Text size="xs" c="dimmed" visibleFrom="sm">
          {t('desk.keys')}
        </Text>
      </Group>
      <DeskFilters search={search} counts={cases.data?.pages[0]?.counts} onChange={change} searchBox={searchBox} />
      {cases.isError && items.length > 0 && (
        <Alert color="orange" role="alert">
          {t('desk.stale', { time: instant(cases.dataUpdatedAt) })} {words(cases.error)}
        </Alert>
      )}
      {cases.isPending && <PagePending />}
      {cases.isError && items.length === 0 && (
        <Alert color="red" role="alert" title={t('page.failed')}>
          <Stack align="flex-start">
            {words(cases.error)}
            <Button onClick={() => void cases.refetch()}>{t('page.again')}</Button>
          </Stack>
        </Alert>
      )}
      {cases.isSuccess && items.length === 0 && <NothingHere search={search} onClear={() => change({})} />}
      {items.length > 0 && (
        <CaseList
          cases={items}
          selected={selected}
          onToggle={toggle}
          onAct={ask}
          hasMore={cases.hasNextPage}
          isLoadingMore={cases.isFetchingNextPage}
          isMoreFailed={cases.isFetchNextPageError}
          onMore={() => void cases.fetchNextPage()}
        />
      )}
      <BulkBar
        cases={items.filter(({ caseId }) => selected.has(caseId))}
        onAct={(action, chosen) => setWish({ action, cases: chosen })}
        onClear={() => setSelected(new Set())}
        onAll={() => setSelected(new Set(items.map(({ caseId }) => caseId)))}
      />
      <Suspense>
        {wish !== null && (
          <ActionDialog
            wish={wish}
            onClose={(done) => {
              if (done && wish !== null && wish.cases.length > 1) setSelected(new Set());
              setWish(null);
            }}
          />
        )}
      </Suspense>
    </Stack>
  );
}

function NothingHere({ search, onClear }: { search: DeskSearch; onClear: () => void }) {
  const { t } = useTranslation();
  if (!isFiltered(search)) return <Empty title={t('desk.empty')} about={t('desk.emptyAbout')} />;
  return (
    <Empty title={t('desk.emptyFiltered')} about={t('desk.emptyFilteredAbout')}>
      <Button variant="default" onClick={onClear}>
        {t('desk.clear')}
      </Button>
    </Empty>
  );
}

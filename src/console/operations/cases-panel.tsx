/** The cases behind a figure: counted by what stands in the address, to be worked on as on the desk. */
import { Alert, Button, Group, Pill, Select, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useSession } from '../app/session.ts';
import type { Wish } from '../cases/action-dialog.tsx';
import { actionsOf } from '../cases/actions.ts';
import { casesQuery, peopleQuery, type Case, type CaseAction, type CaseFilter } from '../cases/queries.ts';
import { BulkBar } from '../desk/bulk-bar.tsx';
import { CaseList } from '../desk/case-list.tsx';
import { SORTS, type Sort } from '../desk/search.ts';
import { useInstant } from '../parts/instants.tsx';
import { Empty } from '../parts/page-states.tsx';
import { useReasonWords, type CaseStatus } from '../parts/status.tsx';
import { Loaded } from './loaded.tsx';
import { flagOf, someOf, textsOf, type Field, type OperationsSearch } from './search.ts';

const ActionDialog = lazy(async () => ({ default: (await import('../cases/action-dialog.tsx')).ActionDialog }));

const route = getRouteApi('/signed-in/operations/{-$tab}');

const STATUSES = [
  'deciding',
  'held',
  'in_review',
  'awaiting_liaison',
  'order_unknown',
  'rejected',
  'approved',
  'declined',
  'expired',
  'cancelled',
] as const satisfies readonly CaseStatus[];
const FLAGS = ['open', 'attended', 'unassigned'] as const;
const TEXTS = ['openedAfter', 'openedBefore', 'endedAfter', 'endedBefore', 'reasonType', 'liaisonId', 'orderId'] as const;

function filterOf(search: OperationsSearch): CaseFilter {
  const status = someOf(search, 'status', STATUSES);
  const flags = FLAGS.flatMap((field) => (flagOf(search, field) === undefined ? [] : [[field, flagOf(search, field)]]));
  return {
    sort: SORTS.find((sort) => sort === search.sort) ?? '-openedAt',
    ...(status === undefined ? {} : { status }),
    ...(Object.fromEntries(flags) as Partial<Record<(typeof FLAGS)[number], boolean>>),
    ...textsOf(search, TEXTS),
  };
}

/** The API counts every state, also those that the filter leaves out. */
function countOf(counts: Partial<Record<CaseStatus, number>>, { status = [...STATUSES] }: CaseFilter): number {
  return STATUSES.filter((one) => status.includes(one)).reduce((sum, one) => sum + (counts[one] ?? 0), 0);
}

export function CasesPanel() {
  const { t } = useTranslation();
  const session = useSession();
  const search = route.useSearch();
  const navigate = useNavigate();
  const filter = filterOf(search);
  const cases = useInfiniteQuery(casesQuery(filter));
  const items = useMemo(() => cases.data?.pages.flatMap((page) => page.items) ?? [], [cases.data]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [wish, setWish] = useState<Wish | null>(null);
  const go = (to: OperationsSearch): void => {
    setSelected(new Set());
    void navigate({ to: '/operations/{-$tab}', params: { tab: 'cases' }, search: to, replace: true });
  };
  const toggle = (one: Case): void => {
    const next = new Set(selected);
    if (!next.delete(one.caseId)) next.add(one.caseId);
    setSelected(next);
  };
  const ask = (action: CaseAction, one: Case): void => {
    if (actionsOf(one, session).includes(action)) setWish({ action, cases: [one] });
  };
  const count = countOf(cases.data?.pages[0]?.counts ?? {}, filter);
  return (
    <Stack gap="sm">
      <Head search={search} count={cases.isSuccess ? count : null} onChange={go} />
      <Loaded reading={cases}>
        {() =>
          items.length === 0 ? (
            <Empty title={t('desk.emptyFiltered')} about={t('operations.cases.emptyAbout')} />
          ) : (
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
          )
        }
      </Loaded>
      <BulkBar
        cases={items.filter(({ caseId }) => selected.has(caseId))}
        onAct={(action, chosen) => setWish({ action, cases: chosen })}
        onClear={() => setSelected(new Set())}
        onAll={() => setSelected(new Set(items.map(({ caseId }) => caseId)))}
      />
      <Suspense>{wish !== null && <ActionDialog wish={wish} onClose={() => setWish(null)} />}</Suspense>
    </Stack>
  );
}

interface HeadProps {
  search: OperationsSearch;
  count: number | null;
  onChange: (search: OperationsSearch) => void;
}

function Head({ search, count, onChange }: HeadProps) {
  const { t } = useTranslation();
  const words = useFilterWords();
  const given = [...FLAGS, 'status' as const, ...TEXTS].filter((field) => search[field] !== undefined);
  const sorts: Record<Sort, string> = {
    deadlineAt: t('desk.sortDeadlineAt'),
    nextActionAt: t('desk.sortNextActionAt'),
    '-total': t('desk.sortTotal'),
    firstFailureAt: t('desk.sortFirstFailureAt'),
    '-openedAt': t('desk.sortOpenedAt'),
  };
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          {count === null ? t('operations.tab.cases') : t('operations.cases.count', { count })}
        </Title>
        <Group gap="xs" align="flex-end">
          <Select
            size="xs"
            label={t('desk.sort')}
            data={SORTS.map((value) => ({ value, label: sorts[value] }))}
            value={SORTS.find((sort) => sort === search.sort) ?? '-openedAt'}
            onChange={(sort) => onChange({ ...search, sort: sort ?? undefined })}
            allowDeselect={false}
          />
        </Group>
      </Group>
      {given.length === 0 ? (
        <Alert color="gray">{t('operations.cases.all')}</Alert>
      ) : (
        <Group gap={6} role="group" aria-label={t('operations.cases.filters')}>
          {given.map((field) => (
            <Pill
              key={field}
              withRemoveButton
              onRemove={() => onChange({ ...search, [field]: undefined })}
              removeButtonProps={{
                'aria-label': t('operations.cases.without', { filter: words(field, search) }),
                tabIndex: 0,
                'aria-hidden': false,
              }}
            >
              {words(field, search)}
            </Pill>
          ))}
          <Button size="compact-xs" variant="subtle" onClick={() => onChange({})}>
            {t('desk.clear')}
          </Button>
        </Group>
      )}
      <Text size="xs" c="dimmed">
        {t('operations.cases.moving')}
      </Text>
    </>
  );
}

/** A filter in words. */
function useFilterWords(): (field: Field, search: OperationsSearch) => string {
  const { t } = useTranslation();
  const instant = useInstant();
  const reasonWords = useReasonWords();
  const people = useQuery({ ...peopleQuery, enabled: useMay('people.read') }).data ?? [];
  return (field, search) => {
    const value = String(search[field]);
    const at = Number.isNaN(Date.parse(value)) ? value : instant(value);
    const words: Partial<Record<Field, () => string>> = {
      open: () => t(value === 'true' ? 'desk.open' : 'desk.ended'),
      attended: () => t(`operations.cases.attended${value === 'true' ? 'Yes' : 'No'}`),
      unassigned: () => t(`operations.cases.unassigned${value === 'true' ? 'Yes' : 'No'}`),
      status: () => (someOf(search, 'status', STATUSES) ?? []).map((status) => t(`status.${status}`)).join(' / '),
      reasonType: () => reasonWords(value),
      liaisonId: () => people.find(({ id }) => id === value)?.name ?? value,
      openedAfter: () => t('operations.cases.openedAfter', { at }),
      openedBefore: () => t('operations.cases.openedBefore', { at }),
      endedAfter: () => t('operations.cases.endedAfter', { at }),
      endedBefore: () => t('operations.cases.endedBefore', { at }),
    };
    return words[field]?.() ?? value;
  };
}

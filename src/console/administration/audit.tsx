/** Who changed what in the settings: filtered by the address, page by page. */
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answer, api, type QueryOf } from '../app/api.ts';
import { TextFilter } from '../operations/text-filter.tsx';
import { Empty, PagePending } from '../parts/page-states.tsx';
import { AuditLine } from './audit-line.tsx';
import { ListFailed } from './doing.tsx';
import type { AdministrationSearch } from './search.ts';
import './audit-words.ts';

type Query = QueryOf<'/v1/audit'>;
type Kind = NonNullable<Query['what']>[number];
const KINDS = [
  'person',
  'absence',
  'routing',
  'counterpart',
  'counterpart_secret',
  'vendor',
  'policy',
  'notice_template',
  'switch',
  'key',
  'subscription',
] as const satisfies readonly Kind[];
const FILTERS = ['what', 'name', 'by', 'from', 'to'] as const;
const PAGE = 50;

const auditQuery = (filter: Query) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answer(api.GET('/v1/audit', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** Days are the reader's own, the last one whole. */
function filterOf({ what, name, by, from, to }: AdministrationSearch): Query {
  const kind = KINDS.find((one) => one === what);
  const midnight = (day: string, later: number): string => {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    return new Date(year, month - 1, date + later).toISOString();
  };
  return {
    ...(kind === undefined ? {} : { what: [kind] }),
    ...(name === undefined ? {} : { name }),
    ...(by === undefined ? {} : { by }),
    ...(from === undefined ? {} : { from: midnight(from, 0) }),
    ...(to === undefined ? {} : { to: midnight(to, 1) }),
  };
}

export function Audit() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/signed-in/administration' });
  const navigate = useNavigate({ from: '/administration' });
  const isFiltered = FILTERS.some((name) => search[name] !== undefined);
  const set = (part: AdministrationSearch): void => {
    const kept = Object.entries({ ...search, ...part }).filter(([, value]) => value !== undefined && value !== '');
    void navigate({ search: Object.fromEntries(kept), replace: true });
  };
  const clear = (): void => void navigate({ search: { tab: 'audit' }, replace: true });
  return (
    <Stack>
      <Text size="sm">{t('audit.about')}</Text>
      <Group component="search" align="flex-end" gap="sm" aria-label={t('audit.filters')}>
        <Select
          clearable
          label={t('audit.what')}
          placeholder={t('audit.anything')}
          w={170}
          data={KINDS.map((value) => ({ value, label: t(`audit.kind.${value}`) }))}
          value={search.what ?? null}
          onChange={(what) => set({ what: what ?? undefined })}
        />
        <TextFilter label={t('audit.by')} value={search.by ?? ''} onChange={(by) => set({ by })} />
        <TextFilter label={t('audit.name')} value={search.name ?? ''} onChange={(name) => set({ name })} />
        {(['from', 'to'] as const).map((end) => (
          <TextInput
            key={end}
            type="date"
            label={t(`audit.${end}`)}
            value={search[end] ?? ''}
            onChange={(event) => set({ [end]: event.currentTarget.value })}
          />
        ))}
        {isFiltered && (
          <Button variant="default" onClick={clear}>
            {t('audit.clear')}
          </Button>
        )}
      </Group>
      <Lines filter={filterOf(search)} isFiltered={isFiltered} />
    </Stack>
  );
}

function Lines({ filter, isFiltered }: { filter: Query; isFiltered: boolean }) {
  const { t } = useTranslation();
  const found = useInfiniteQuery({ ...auditQuery(filter), placeholderData: (before) => before });
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  const lines = found.data.pages.flatMap(({ items }) => items);
  if (lines.length === 0) {
    const word = isFiltered ? 'noneFound' : 'none';
    return <Empty title={t(`audit.${word}`)} about={t(`audit.${word}About`)} />;
  }
  return (
    <Stack gap="sm">
      <Stack component="ul" aria-label={t('audit.list')} gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
        {lines.map((line) => (
          <AuditLine key={line.id} line={line} />
        ))}
      </Stack>
      {found.hasNextPage && (
        <Button
          variant="default"
          style={{ alignSelf: 'center' }}
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('desk.more')}
        </Button>
      )}
    </Stack>
  );
}

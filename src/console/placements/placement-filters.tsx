/** Search, filters and order of the placements: all of it is in the address. */
import { Chip, CloseButton, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement } from './queries.ts';
import { usePlacementReason } from './status.tsx';
import { ENDED, OPEN, SORTS, type PlacementsSearch } from './search.ts';

const TYPING_MS = 250;
const SORT_WORDS = {
  nextActionAt: 'placements.sorts.nextActionAt',
  deadlineAt: 'placements.sorts.deadlineAt',
  openedAt: 'placements.sorts.openedAt',
  '-openedAt': 'placements.sorts.newest',
} as const satisfies Record<(typeof SORTS)[number], string>;

export interface PlacementFiltersProps {
  search: PlacementsSearch;
  counts: Partial<Record<Placement['status'], number>> | undefined;
  /** How many need somebody; not given: not known. */
  needs: number | undefined;
  vendors: { id: string; name: string }[];
  onChange: (search: PlacementsSearch) => void;
  searchBox: RefObject<HTMLInputElement | null>;
}

export function PlacementFilters({ search, counts, needs, vendors, onChange, searchBox }: PlacementFiltersProps) {
  const { t } = useTranslation();
  const reasonWords = usePlacementReason();
  const set = (part: PlacementsSearch): void =>
    onChange(Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)));
  const { state } = search;
  const choose = (wanted: PlacementsSearch['state']) => () => set({ state: state === wanted ? undefined : wanted });
  const countOf = (statuses: readonly Placement['status'][]): string =>
    counts === undefined ? '' : ` ${statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0)}`;
  return (
    <>
      <Group gap="sm" align="flex-end">
        <SearchBox given={search.q ?? ''} onChange={(q) => set({ q })} box={searchBox} />
        {vendors.length > 0 && (
          <Select
            w={200}
            label={t('placements.vendor')}
            placeholder={t('placements.anyVendor')}
            data={vendors.map(({ id, name }) => ({ value: id, label: name }))}
            value={search.vendor ?? null}
            onChange={(vendor) => set({ vendor: vendor ?? undefined })}
            clearable
            searchable
          />
        )}
        <Select
          w={180}
          label={t('placements.sort')}
          placeholder={t('placements.sorts.nextActionAt')}
          data={SORTS.map((value) => ({ value, label: t(SORT_WORDS[value]) }))}
          value={search.sort ?? null}
          onChange={(sort) => set({ sort: SORTS.find((one) => one === sort) })}
          clearable
        />
      </Group>
      <Group gap={6} role="group" aria-label={t('placements.state')}>
        <Chip size="sm" checked={state === undefined} onChange={() => set({ state: undefined })}>
          {t('placements.toDo')}
        </Chip>
        <Chip size="sm" color="orange" checked={state === 'needs'} onChange={choose('needs')}>
          {t('placements.needs')} {needs}
        </Chip>
        <Chip size="sm" checked={state === 'open'} onChange={choose('open')}>
          {t('placements.open')}
          {countOf(OPEN)}
        </Chip>
        {[...OPEN, ...ENDED].map((status) => (
          <Chip key={status} size="sm" checked={state === status} onChange={choose(status)}>
            {t(`placements.status.${status}`)}
            {countOf([status])}
          </Chip>
        ))}
        <Chip
          size="sm"
          color="grape"
          checked={search.unmapped === true}
          onChange={() => set({ unmapped: search.unmapped ? undefined : true })}
        >
          {t('placements.unmapped')}
        </Chip>
        {search.word !== undefined && (
          <Chip size="sm" color="grape" checked onChange={() => set({ word: undefined })}>
            {t('placements.word', { word: search.word })}
          </Chip>
        )}
        {search.reason !== undefined && (
          <Chip size="sm" color="grape" checked onChange={() => set({ reason: undefined })}>
            {t('placements.because', { reason: reasonWords({ statusReason: search.reason }) })}
          </Chip>
        )}
        {search.campaign !== undefined && (
          <Chip size="sm" color="grape" checked onChange={() => set({ campaign: undefined })}>
            {t('placements.campaign', { campaign: search.campaign })}
          </Chip>
        )}
      </Group>
    </>
  );
}

function SearchBox({ given, onChange, box }: { given: string; onChange: (q: string) => void; box: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(given);
  const tell = useDebouncedCallback(onChange, TYPING_MS);
  useEffect(() => setTyped(given), [given]);
  const type = (value: string): void => {
    setTyped(value);
    tell(value);
  };
  return (
    <TextInput
      ref={box}
      flex={1}
      miw={220}
      type="search"
      label={t('placements.searchLabel')}
      placeholder={t('placements.search')}
      value={typed}
      maxLength={100}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      rightSection={typed === '' ? null : <CloseButton size="sm" aria-label={t('placements.clear')} onClick={() => type('')} />}
    />
  );
}

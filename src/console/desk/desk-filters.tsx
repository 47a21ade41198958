/** Search, filters, order and saved views: all of it is in the address. */
import { Button, Chip, CloseButton, Group, Menu, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useLocalStorage } from '@mantine/hooks';
import { useEffect, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { en } from '../words/en.ts';
import { OPEN, useReasonWords, type CaseStatus } from '../parts/status.tsx';
import { SORTS, type DeskSearch, type Sort } from './search.ts';

interface SavedView {
  name: string;
  search: DeskSearch;
}

const SORT_WORDS = {
  deadlineAt: 'desk.sortDeadlineAt',
  nextActionAt: 'desk.sortNextActionAt',
  '-total': 'desk.sortTotal',
  firstFailureAt: 'desk.sortFirstFailureAt',
  '-openedAt': 'desk.sortOpenedAt',
} as const satisfies Record<Sort, string>;
const REASONS = Object.keys(en.reason).filter((type) => type !== 'unknown');
const TYPING_MS = 250;

export interface DeskFiltersProps {
  search: DeskSearch;
  counts: Partial<Record<CaseStatus, number>> | undefined;
  onChange: (search: DeskSearch) => void;
  searchBox: RefObject<HTMLInputElement | null>;
}

export function DeskFilters({ search, counts, onChange, searchBox }: DeskFiltersProps) {
  const { t } = useTranslation();
  const reasonWords = useReasonWords();
  const { person, extents } = useSession();
  const set = (part: DeskSearch): void => onChange(Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)));
  const countOf = (statuses: readonly CaseStatus[]): string => {
    if (counts === undefined) return '';
    return ` ${statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0)}`;
  };
  const state = search.state ?? 'open';
  return (
    <>
      <Group gap="sm" align="flex-end">
        <SearchBox given={search.q ?? ''} onChange={(q) => set({ q })} box={searchBox} />
        <Select
          w={180}
          label={t('desk.sort')}
          data={SORTS.map((value) => ({ value, label: t(SORT_WORDS[value]) }))}
          value={search.sort ?? 'deadlineAt'}
          onChange={(sort) => set({ sort: sort ?? undefined })}
          allowDeselect={false}
        />
        <Select
          w={200}
          label={t('desk.reason')}
          data={REASONS.map((value) => ({ value, label: reasonWords(value) }))}
          value={search.reason ?? null}
          placeholder={t('desk.anyReason')}
          onChange={(reason) => set({ reason: reason ?? undefined })}
          clearable
        />
        <Views search={search} onChange={onChange} />
      </Group>
      <Group gap={6} role="group" aria-label={t('desk.state')}>
        <Chip checked={state === 'open'} onChange={() => set({ state: undefined })} size="sm">
          {t('desk.open')}
          {countOf(OPEN)}
        </Chip>
        {OPEN.map((status) => (
          <Chip key={status} checked={state === status} onChange={() => set({ state: state === status ? undefined : status })} size="sm">
            {t(`status.${status}`)}
            {countOf([status])}
          </Chip>
        ))}
        <Chip checked={state === 'ended'} onChange={() => set({ state: state === 'ended' ? undefined : 'ended' })} size="sm">
          {t('desk.ended')}
        </Chip>
        {extents['cases.read'] === 'all' && person.personId !== null && (
          <Chip
            checked={search.whose === 'mine'}
            onChange={(isMine) => set({ whose: isMine ? 'mine' : undefined })}
            size="sm"
            color="grape"
          >
            {t('desk.mine')}
          </Chip>
        )}
        {search.liaison !== undefined && (
          <Chip checked size="sm" color="grape" onChange={() => set({ liaison: undefined })}>
            {t('case.liaison')}: {search.liaison}
          </Chip>
        )}
        {search.buyer !== undefined && (
          <Chip checked size="sm" color="grape" onChange={() => set({ buyer: undefined })}>
            {t('case.told')}: {search.buyer}
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
      label={t('desk.searchLabel')}
      placeholder={t('desk.search')}
      value={typed}
      maxLength={200}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // What was typed stays: the keys go to the list again.
        event.preventDefault();
        event.currentTarget.blur();
      }}
      rightSection={typed === '' ? null : <CloseButton size="sm" aria-label={t('desk.clear')} onClick={() => type('')} />}
    />
  );
}

/** Kept in this browser: a name for an address. */
function Views({ search, onChange }: { search: DeskSearch; onChange: (search: DeskSearch) => void }) {
  const { t } = useTranslation();
  const [views, setViews] = useLocalStorage<SavedView[]>({ key: 'holdpoint-desk-views', defaultValue: [] });
  const [name, setName] = useState('');
  const save = (): void => {
    setViews([...views.filter((view) => view.name !== name.trim()), { name: name.trim(), search }]);
    setName('');
  };
  return (
    <Menu closeOnItemClick={false} width={280} position="bottom-end">
      <Menu.Target>
        <Button variant="default">{t('desk.views')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.map((view) => (
          <Group key={view.name} gap={0} wrap="nowrap">
            <Menu.Item closeMenuOnClick onClick={() => onChange(view.search)}>
              {view.name}
            </Menu.Item>
            <CloseButton
              aria-label={t('desk.removeView', { name: view.name })}
              onClick={() => setViews(views.filter((one) => one.name !== view.name))}
            />
          </Group>
        ))}
        {views.length > 0 && <Menu.Divider />}
        <Group p="xs" gap="xs" wrap="nowrap">
          <TextInput
            size="xs"
            aria-label={t('desk.viewName')}
            placeholder={t('desk.viewName')}
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="xs" onClick={save} disabled={name.trim() === ''}>
            {t('desk.saveView')}
          </Button>
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}

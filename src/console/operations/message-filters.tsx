/** Filters of messages: all of it is in the address. */
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useMessageKind } from '../parts/message-kind.ts';
import type { Message } from './queries.ts';
import { someOf, textOf, type Field, type OperationsSearch } from './search.ts';
import { TextFilter } from './text-filter.tsx';

export const STATES = [
  'queued',
  'sending',
  'sent',
  'refused',
  'dead',
  'dropped',
  'unknown',
  'shadow',
] as const satisfies readonly Message['state'][];
/** They have come out, and may not have arrived. */
export const RESENDABLE = ['dead', 'refused', 'unknown'] as const satisfies readonly Message['state'][];
export const COUNTERPARTS = [
  'buyer',
  'review',
  'liaison',
  'vendor',
  'customer',
  'platform',
  'operations',
] as const satisfies readonly Message['counterpart'][];
const KINDS = [
  'review_succeeded',
  'review_failed',
  'review_request',
  'liaison_notice',
  'placement',
  'placement_succeeded',
  'placement_failed',
  'cancellation',
  'refund_due',
  'outage_notice',
];

/** In one order, however an address has them. */
function inOrder(states: readonly Message['state'][]): Message['state'][] {
  return STATES.filter((state) => states.includes(state));
}

const NOT_ARRIVED = inOrder(RESENDABLE).join(',');
const ON_THE_WAY = inOrder(['queued', 'sending']).join(',');

/** On a phone they are shown when they are asked for. */
const RARE = ['orderId', 'counterpartId', 'from', 'to'] as const satisfies readonly Field[];

export interface MessageFiltersProps {
  search: OperationsSearch;
  onChange: (search: OperationsSearch) => void;
}

export function MessageFilters({ search, onChange }: MessageFiltersProps) {
  const { t } = useTranslation();
  const kindName = useMessageKind();
  const set = (field: Field, value: string | null): void =>
    onChange({ ...search, [field]: value === null || value === '' ? undefined : value });
  const asked = someOf(search, 'state', STATES) ?? RESENDABLE;
  const state = search.state === 'all' ? 'all' : inOrder(asked).join(',');
  const states = [
    { value: NOT_ARRIVED, label: t('operations.messages.notArrived') },
    { value: ON_THE_WAY, label: t('operations.messages.onTheWay') },
    { value: 'all', label: t('operations.messages.anyState') },
    ...STATES.map((value) => ({ value, label: t(`operations.messageState.${value}`) })),
  ];
  const [isMore, { open: showMore }] = useDisclosure(RARE.some((field) => search[field] !== undefined));
  const kinds = [...new Set([...KINDS, ...(search.kind === undefined ? [] : [String(search.kind)])])];
  return (
    <Group gap="sm" align="flex-end" role="search">
      <Select
        label={t('desk.state')}
        w={200}
        data={
          states.some(({ value }) => value === state)
            ? states
            : [...states, { value: state, label: asked.map((one) => t(`operations.messageState.${one}`)).join(' / ') }]
        }
        value={state}
        onChange={(to) => set('state', to === NOT_ARRIVED ? null : to)}
        allowDeselect={false}
      />
      <Select
        label={t('operations.messages.to')}
        w={150}
        data={COUNTERPARTS.map((value) => ({ value, label: t(`counterpart.${value}`) }))}
        value={textOf(search, 'counterpart') ?? null}
        placeholder={t('operations.any')}
        onChange={(to) => set('counterpart', to)}
        clearable
      />
      <Select
        label={t('operations.messages.kind')}
        w={190}
        data={kinds.map((value) => ({ value, label: kindName(value) }))}
        value={textOf(search, 'kind') ?? null}
        placeholder={t('operations.any')}
        onChange={(to) => set('kind', to)}
        clearable
      />
      {!isMore && (
        <Button variant="subtle" hiddenFrom="sm" onClick={showMore}>
          {t('operations.messages.moreFilters')}
        </Button>
      )}
      <Group gap="sm" align="flex-end" {...(isMore ? {} : { visibleFrom: 'sm' })}>
        <TextFilter label={t('operations.messages.order')} value={textOf(search, 'orderId') ?? ''} onChange={(to) => set('orderId', to)} />
        <TextFilter
          label={t('operations.messages.server')}
          value={textOf(search, 'counterpartId') ?? ''}
          onChange={(to) => set('counterpartId', to)}
        />
        <DayFilter label={t('operations.messages.from')} at={textOf(search, 'from')} onChange={(to) => set('from', to)} />
        <DayFilter label={t('operations.messages.until')} at={textOf(search, 'to')} onChange={(to) => set('to', to)} />
      </Group>
      {Object.keys(search).some((field) => search[field as Field] !== undefined) && (
        <Button variant="subtle" onClick={() => onChange({})}>
          {t('desk.clear')}
        </Button>
      )}
    </Group>
  );
}

interface DayFilterProps {
  label: string;
  at: string | undefined;
  onChange: (at: string) => void;
}

/** An instant of the reader's zone. */
function DayFilter({ label, at, onChange }: DayFilterProps) {
  const change = (value: string): void => onChange(value === '' || Number.isNaN(Date.parse(value)) ? '' : new Date(value).toISOString());
  return (
    <TextInput
      type="datetime-local"
      label={label}
      w={190}
      value={at === undefined || Number.isNaN(Date.parse(at)) ? '' : localOf(new Date(at))}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** As `datetime-local` takes it. */
function localOf(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

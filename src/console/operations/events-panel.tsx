/** What came in and waits for somebody: what it said, why it stands there, and what can be done about it. */
import { Anchor, Badge, Box, Button, Code, Collapse, Group, Paper, Select, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { Instant } from '../parts/instants.tsx';
import { Empty } from '../parts/page-states.tsx';
import { EventDialog, type EventWish } from './event-dialog.tsx';
import { Loaded } from './loaded.tsx';
import { useProblemAbout, useProblemName } from './names.ts';
import classes from './operations.module.css';
import { inboundEventsQuery, type EventFilter, type InboundEvent } from './queries.ts';
import { textOf, textsOf, type Field, type OperationsSearch } from './search.ts';
import { TextFilter } from './text-filter.tsx';

const route = getRouteApi('/signed-in/operations/{-$tab}');

const PROBLEMS = [
  'ORDER_UNKNOWN',
  'SUCCESS_AFTER_FAILURE_TOLD',
  'RESULT_CONTRADICTS',
  'RESULT_AFTER_END',
  'RESULT_OF_ANOTHER_ORDER',
  'PAYMENT_AFTER_END',
  'PLACED_ELSEWHERE',
  'PLACEMENT_UNKNOWN',
  'TOO_MANY_NOTICES',
];
const STATES = ['pending', 'handed_over', 'settled', 'excess'] as const;
const DISPOSITIONS = [
  'opened',
  'counted',
  'deferred',
  'recorded',
  'repeated',
  'not_theirs',
  'unknown_request',
  'late',
  'overtaken',
  'closed_round',
  'contradiction',
] as const;

/** Without anything in the address: every problem that nobody has settled. `problem=all`: whether there is one or not. */
function filterOf(search: OperationsSearch): EventFilter {
  const { problem, ...rest } = textsOf(search, ['orderId', 'state', 'disposition', 'problem']);
  const isAsked = Object.keys(rest).length > 0;
  if (problem === 'all' || (problem === undefined && isAsked)) return rest;
  return { ...rest, problem: problem ?? 'any' };
}

export function EventsPanel() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate();
  const maySettle = useMay('inbound-events.settle');
  const found = useInfiniteQuery(inboundEventsQuery(filterOf(search)));
  const [wish, setWish] = useState<EventWish | null>(null);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const change = (to: OperationsSearch): void =>
    void navigate({ to: '/operations/{-$tab}', params: { tab: 'events' }, search: to, replace: true });
  return (
    <Stack gap="sm">
      <EventFilters search={search} onChange={change} />
      <Loaded reading={found}>
        {() =>
          items.length === 0 ? (
            <Empty title={t('operations.events.empty')} about={t('operations.events.emptyAbout')} />
          ) : (
            <Paper withBorder component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-busy={found.isPlaceholderData}>
              {items.map((event) => (
                <EventRow key={event.id} event={event} onWish={maySettle ? (action) => setWish({ action, event }) : undefined} />
              ))}
            </Paper>
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <Button
          variant="subtle"
          disabled={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
          style={{ alignSelf: 'center' }}
        >
          {t(found.isFetchingNextPage ? 'desk.loadingMore' : 'desk.more')}
        </Button>
      )}
      {!maySettle && (
        <Text size="xs" c="dimmed">
          {t('operations.events.mayNot')}
        </Text>
      )}
      {wish !== null && <EventDialog key={wish.event.id} wish={wish} onClose={() => setWish(null)} />}
    </Stack>
  );
}

function EventFilters({ search, onChange }: { search: OperationsSearch; onChange: (search: OperationsSearch) => void }) {
  const { t } = useTranslation();
  const problemName = useProblemName();
  const set = (field: Field, value: string | null): void =>
    onChange({ ...search, [field]: value === null || value === '' ? undefined : value });
  const given = filterOf(search).problem ?? 'all';
  return (
    <Group gap="sm" align="flex-end" role="search">
      <Select
        label={t('operations.events.problem')}
        w={280}
        data={[
          { value: 'any', label: t('operations.events.anyProblem') },
          { value: 'all', label: t('operations.events.everything') },
          ...[...new Set([...PROBLEMS, ...(given === 'all' || given === 'any' ? [] : [given])])].map((value) => ({
            value,
            label: problemName(value),
          })),
        ]}
        value={given}
        onChange={(to) => set('problem', to)}
        allowDeselect={false}
      />
      <Select
        label={t('desk.state')}
        w={180}
        data={STATES.map((value) => ({ value, label: t(`operations.eventState.${value}`) }))}
        value={textOf(search, 'state') ?? null}
        placeholder={t('operations.any')}
        onChange={(to) => set('state', to)}
        clearable
      />
      <Select
        label={t('operations.events.disposition')}
        w={200}
        data={DISPOSITIONS.map((value) => ({ value, label: t(`operations.disposition.${value}`) }))}
        value={textOf(search, 'disposition') ?? null}
        placeholder={t('operations.any')}
        onChange={(to) => set('disposition', to)}
        clearable
      />
      <TextFilter label={t('operations.messages.order')} value={textOf(search, 'orderId') ?? ''} onChange={(to) => set('orderId', to)} />
      {Object.values(search).some((value) => value !== undefined) && (
        <Button variant="subtle" onClick={() => onChange({})}>
          {t('desk.clear')}
        </Button>
      )}
    </Group>
  );
}

interface EventRowProps {
  event: InboundEvent;
  onWish: ((action: EventWish['action']) => void) | undefined;
}

function EventRow({ event, onWish }: EventRowProps) {
  const { t } = useTranslation();
  const problemName = useProblemName();
  const problemAbout = useProblemAbout();
  const [isOpen, { toggle }] = useDisclosure(false);
  const { orderId, kind, sender, receivedAt, state, disposition, problem, settled, detail, actions } = event;
  const words = t(isOpen ? 'operations.less' : 'operations.events.payload');
  return (
    <Box component="li" className={classes['row'] ?? ''}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box flex={1} miw={220}>
          <Group gap="xs">
            <EventOrder event={event} />
            {problem !== null && (
              <Badge variant="light" tt="none" radius="sm" color={settled === null ? 'red' : 'gray'}>
                {problemName(problem)}
              </Badge>
            )}
            <Text size="sm">{t('operations.events.said', { kind: t(`operations.eventKind.${kind}`), sender })}</Text>
            <Instant at={receivedAt} size="xs" c="dimmed" />
          </Group>
          {problem !== null && <Text size="sm">{problemAbout(problem)}</Text>}
          <Group gap="xs">
            <Tooltip label={t(`operations.eventStateAbout.${state}`)} multiline maw={300}>
              <Text size="sm" c="dimmed">
                {t(`operations.eventState.${state}`)}
              </Text>
            </Tooltip>
            {disposition !== null && (
              <Text size="sm" c="dimmed">
                {t(`operations.disposition.${disposition}`)}
              </Text>
            )}
            {detail !== null && (
              <Text size="sm" c="dimmed" className={classes['lines'] ?? ''}>
                {detail}
              </Text>
            )}
            <UnstyledButton
              onClick={toggle}
              aria-expanded={isOpen}
              aria-label={`${words}: ${orderId}`}
              fz="sm"
              c="var(--mantine-color-anchor)"
            >
              {words}
            </UnstyledButton>
          </Group>
          {settled !== null && (
            <Text size="sm">
              {t('operations.events.settledBy', { by: settled.by })} <Instant at={settled.at} size="sm" />: {settled.note}
            </Text>
          )}
          <Collapse expanded={isOpen}>
            {isOpen && (
              <>
                <Text size="xs" c="dimmed" className={classes['lines'] ?? ''}>
                  {t('operations.events.ids', { eventId: event.eventId, attempts: event.attempts })}
                </Text>
                <Code block tabIndex={0} style={{ maxHeight: 320, overflow: 'auto' }} aria-label={t('operations.events.payload')}>
                  {JSON.stringify(event.payload, null, 2)}
                </Code>
              </>
            )}
          </Collapse>
        </Box>
        {onWish !== undefined && (
          <Group gap="xs">
            {actions.map((action) => (
              <Button key={action} size="xs" variant={action === 'retry' ? 'filled' : 'light'} onClick={() => onWish(action)}>
                {t(`operations.events.${action}`)}
              </Button>
            ))}
          </Group>
        )}
      </Group>
    </Box>
  );
}

/** Of a placement where it is of no review. */
function EventOrder({ event: { orderId, reviewRound, caseId, problem } }: { event: InboundEvent }) {
  if (caseId === null && problem !== 'ORDER_UNKNOWN') return <Text fw={650}>{orderId}</Text>;
  if (reviewRound === 0) {
    return (
      <Anchor component={Link} to={`/placements/${encodeURIComponent(orderId)}`} fw={650}>
        {orderId}
      </Anchor>
    );
  }
  return (
    <Anchor component={Link} to={`/cases/${encodeURIComponent(orderId)}`} search={{ round: reviewRound } as never} fw={650}>
      {orderId}
    </Anchor>
  );
}

/** The ledger of messages as operations work from it: those that may not have arrived first. */
import { Button, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { Empty } from '../parts/page-states.tsx';
import { Loaded } from './loaded.tsx';
import { COUNTERPARTS, MessageFilters, RESENDABLE, STATES } from './message-filters.tsx';
import { MessageRow } from './message-row.tsx';
import { messageCountsQuery, messagesQuery, type Message, type MessageFilter } from './queries.ts';
import { ResendDialog, type Resending } from './resend-dialog.tsx';
import { someOf, textsOf, type OperationsSearch } from './search.ts';

const route = getRouteApi('/signed-in/operations/{-$tab}');
const TEXTS = ['orderId', 'caseId', 'counterpartId', 'recipient', 'kind', 'from', 'to'] as const;

/** Without a state in the address: those that may not have arrived. `all`: whatever the state. */
function filterOf(search: OperationsSearch): MessageFilter {
  const [counterpart] = someOf(search, 'counterpart', COUNTERPARTS) ?? [];
  const state = search.state === 'all' ? undefined : (someOf(search, 'state', STATES) ?? [...RESENDABLE]);
  return {
    ...textsOf(search, TEXTS),
    ...(counterpart === undefined ? {} : { counterpart }),
    ...(state === undefined ? {} : { state }),
  };
}

/** @returns what of the list can be sent again as a whole; null: nothing, or more than a filter of resending can say */
function resendableOf({ state = [], caseId, ...filter }: MessageFilter): Resending | null {
  const wanted = RESENDABLE.filter((one) => state.length === 0 || state.includes(one));
  return caseId !== undefined || wanted.length === 0 ? null : { filter: { ...filter, state: wanted.join(',') } };
}

export function MessagesPanel() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate();
  const mayResend = useMay('messages.resend');
  const filter = filterOf(search);
  const found = useInfiniteQuery(messagesQuery(filter));
  const counts = useQuery(messageCountsQuery(filter)).data?.states;
  const count = counts && Object.values(counts).reduce((sum, one) => sum + one, 0);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [resending, setResending] = useState<Resending | null>(null);
  const change = (to: OperationsSearch): void => {
    setSelected(new Set());
    void navigate({ to: '/operations/{-$tab}', params: { tab: 'messages' }, search: to, replace: true });
  };
  const toggle = ({ key }: Message): void => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    setSelected(next);
  };
  const all = resendableOf(filter);
  const canSelect = ({ state }: Message): boolean => mayResend && RESENDABLE.some((one) => one === state);
  const selectable = items.filter(canSelect);
  const isAll = selectable.length > 0 && selectable.every(({ key }) => selected.has(key));
  return (
    <Stack gap="sm">
      <MessageFilters search={search} onChange={change} />
      {count !== undefined && count > 0 && (
        <Title order={2} size="h4">
          {t('operations.messages.count', { count })}
        </Title>
      )}
      {mayResend && items.length > 0 && (
        <Group gap="sm">
          {selectable.length > 0 && (
            <>
              <Checkbox
                label={t('desk.selectShown')}
                checked={isAll}
                indeterminate={!isAll && selected.size > 0}
                onChange={() => setSelected(new Set(isAll ? [] : selectable.map(({ key }) => key)))}
              />
              <Button size="xs" disabled={selected.size === 0} onClick={() => setResending({ keys: [...selected] })}>
                {t('operations.messages.resendSelected', { count: selected.size })}
              </Button>
            </>
          )}
          {all !== null && (
            <Button size="xs" variant="default" onClick={() => setResending(all)}>
              {t('operations.messages.resendAll')}
            </Button>
          )}
        </Group>
      )}
      <Loaded reading={found}>
        {() =>
          items.length === 0 ? (
            <Empty title={t('operations.messages.empty')} about={t('operations.messages.emptyAbout')} />
          ) : (
            <Paper withBorder component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-busy={found.isPlaceholderData}>
              {items.map((message) => (
                <MessageRow
                  key={message.id}
                  message={message}
                  {...(canSelect(message) ? { isSelected: selected.has(message.key), onToggle: toggle } : {})}
                  onResend={mayResend ? ({ key }) => setResending({ keys: [key] }) : undefined}
                />
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
      {!mayResend && (
        <Text size="xs" c="dimmed">
          {t('operations.messages.mayNot')}
        </Text>
      )}
      {resending !== null && (
        <ResendDialog
          resending={resending}
          onClose={(isDone) => {
            if (isDone) setSelected(new Set());
            setResending(null);
          }}
        />
      )}
    </Stack>
  );
}

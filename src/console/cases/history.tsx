/** Who did what, and when: the newest first. */
import { Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { Instant } from '../parts/instants.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { historyQuery } from './queries.ts';

type Event = Schemas['Event'];

export function History({ orderId, round }: { orderId: string; round: number | undefined }) {
  const words = useProblemWords();
  const found = useQuery(historyQuery(orderId, round));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <Text c="red">{words(found.error)}</Text>;
  return (
    <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {found.data.toReversed().map((event, index) => (
        <Line key={event.number ?? `n${index}`} event={event} />
      ))}
    </Stack>
  );
}

function Line({ event }: { event: Event }) {
  const { t } = useTranslation();
  const eventWords = useEventWords();
  const { actor, before, after, data, caseAt } = event;
  const note = typeof data['note'] === 'string' ? data['note'] : null;
  const facts = Object.entries(data).filter(([name, value]) => name !== 'note' && value !== null);
  return (
    <li>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="baseline">
        <Text size="sm" fw={600}>
          {eventWords(event)}
          {after !== null && after !== before && (
            <Text span size="sm" c="dimmed" fw={400}>
              {' → '}
              {t(`status.${after}` as 'status.held', { defaultValue: after })}
            </Text>
          )}
        </Text>
        <Instant at={caseAt} size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }} />
      </Group>
      {actor !== 'holdpoint' && (
        <Text size="xs" c="dimmed">
          {t('case.by', { name: actor })}
        </Text>
      )}
      {note !== null && <Text size="sm">“{note}”</Text>}
      {facts.length > 0 && (
        <details>
          <summary>{t('case.details')}</summary>
          <Code block tabIndex={0}>
            {JSON.stringify(Object.fromEntries(facts), null, 2)}
          </Code>
        </details>
      )}
    </li>
  );
}

export function useEventWords(): (event: Pick<Event, 'type'>) => string {
  const { t } = useTranslation();
  return ({ type }) => t(`case.event.${type}` as 'case.event.note', { defaultValue: type.replaceAll('_', ' ') });
}

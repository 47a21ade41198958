/** Who did what, and when: the newest first. */
import { Code, Group, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Instant } from '../parts/instants.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { useEventFacts, useEventWords } from './event-words.ts';
import { eventsQuery, type Event } from './queries.ts';

/** Actors that are no person and no server of others. */
const OURS = new Set(['holdpoint', 'vendor']);
/** What comes of them stands in the history itself. */
const PLANS = new Set(['poll_planned', 'verification_planned']);
/** What the line itself says, or nobody misses. */
const SAID = new Set(
  (
    'poll purpose vendorStatus placementNumber vendorId channel result at until to description reason why note ' +
    'unmapped retryAfterMs word resolved counts inboundId disposition'
  ).split(' '),
);

export function History({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const [withPlans, setWithPlans] = useState(false);
  const found = useQuery(eventsQuery(orderId));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <Text>{words(found.error)}</Text>;
  const shown = withPlans ? found.data : found.data.filter(({ type }) => !PLANS.has(type));
  return (
    <Stack gap="sm">
      <Switch size="xs" label={t('placements.plans')} checked={withPlans} onChange={(event) => setWithPlans(event.currentTarget.checked)} />
      <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {shown.toReversed().map((event, index) => (
          <Line key={event.number ?? `n${index}`} event={event} />
        ))}
      </Stack>
    </Stack>
  );
}

function Line({ event }: { event: Event }) {
  const { t } = useTranslation();
  const eventWords = useEventWords();
  const eventFacts = useEventFacts();
  const { actor, before, after, data, caseAt, type } = event;
  const note = typeof data['note'] === 'string' ? data['note'] : null;
  const details = Object.entries(data).filter(([, value]) => value !== null);
  const saysMore = details.some(([name]) => !SAID.has(name));
  return (
    <li>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="baseline">
        <Text size="sm" fw={600}>
          {eventWords(event)}
          {after !== null && after !== before && after !== type && (
            <Text span size="sm" c="dimmed" fw={400}>
              {' → '}
              {t(`placements.status.${after}`, { defaultValue: after })}
            </Text>
          )}
        </Text>
        <Instant at={caseAt} size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }} />
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {eventFacts(event)}
      </Text>
      {!OURS.has(actor) && (
        <Text size="xs" c="dimmed">
          {t('case.by', { name: actor.replace(/^person:/, '') })}
        </Text>
      )}
      {note !== null && <Text size="sm">“{note}”</Text>}
      {saysMore && (
        <details>
          <Text component="summary" size="xs" c="dimmed">
            {t('case.details')}
          </Text>
          <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap' }}>
            {JSON.stringify(Object.fromEntries(details), null, 2)}
          </Code>
        </details>
      )}
    </li>
  );
}

/** The servers of the other sides: which are not called for now and since when, what waits for them, and every outage before. */
import { Badge, Button, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { Instant, lengthInWords, Until } from '../parts/instants.tsx';
import { FigureLink, ListLink } from './figure-link.tsx';
import { Loaded } from './loaded.tsx';
import { messagesHitBy, outagesOf, type Outage } from './outages.ts';
import { healthQuery, messageCountsQuery, outagesQuery, type Health } from './queries.ts';
import { Wide } from './wide.tsx';

type Breaker = NonNullable<Health['breakers']>[number];

const FEW_OUTAGES = 20;

export function ServersPanel() {
  const { t } = useTranslation();
  const health = useQuery(healthQuery);
  const maySeeFeed = useMay('events.read');
  const outages = useQuery({ ...outagesQuery, enabled: maySeeFeed });
  return (
    <Stack gap="md">
      <Paper withBorder p="md" component="section" aria-labelledby="servers">
        <Title order={2} size="h4" id="servers">
          {t('operations.servers.title')}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t('operations.servers.about')}
        </Text>
        <Loaded reading={health}>{({ breakers }) => <Breakers breakers={breakers ?? []} />}</Loaded>
      </Paper>
      {maySeeFeed && (
        <Paper withBorder p="md" component="section" aria-labelledby="outages">
          <Title order={2} size="h4" id="outages">
            {t('operations.servers.outages')}
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            {t('operations.servers.outagesAbout')}
          </Text>
          <Loaded reading={outages}>{(events) => <Outages outages={outagesOf(events)} names={namesIn(health.data)} />}</Loaded>
        </Paper>
      )}
    </Stack>
  );
}

function namesIn(health: Health | undefined): ReadonlyMap<string, string> {
  return new Map((health?.breakers ?? []).map(({ counterpartId, name }) => [counterpartId, name]));
}

function Breakers({ breakers }: { breakers: Breaker[] }) {
  const { t } = useTranslation();
  const counts = useQuery(messageCountsQuery()).data?.items ?? [];
  const waitingFor = (id: string): number =>
    counts
      .filter(({ counterpartId }) => counterpartId === id)
      .reduce((sum, { states }) => sum + (states.queued ?? 0) + (states.sending ?? 0), 0);
  return (
    <Wide minWidth={720} label={t('operations.servers.title')}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('operations.servers.server')}</Table.Th>
            <Table.Th>{t('desk.state')}</Table.Th>
            <Table.Th>{t('operations.servers.began')}</Table.Th>
            <Table.Th>{t('operations.servers.nextTry')}</Table.Th>
            <Table.Th ta="right">{t('operations.servers.waiting')}</Table.Th>
            <Table.Th ta="right">{t('operations.servers.deadLetters')}</Table.Th>
            <Table.Th ta="right">{t('operations.servers.openings')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {breakers.map(({ counterpartId, name, kind, state, failures, openings, openedAt, probeAt, deadLetters }) => {
            const isOpen = state === 'open';
            const waiting = `/v1/messages?state=queued,sending&counterpartId=${encodeURIComponent(counterpartId)}`;
            return (
              <Table.Tr key={counterpartId}>
                <Table.Th scope="row" fw={400}>
                  <Text size="sm" fw={600}>
                    {name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {counterpartId} · {t(`operations.serverKind.${kind}`)}
                  </Text>
                </Table.Th>
                <Table.Td>
                  <Badge variant="light" tt="none" radius="sm" miw="max-content" color={isOpen ? 'red' : failures > 0 ? 'orange' : 'teal'}>
                    {t(isOpen ? 'operations.servers.paused' : failures > 0 ? 'operations.servers.failing' : 'operations.servers.called', {
                      count: failures,
                    })}
                  </Badge>
                </Table.Td>
                <Table.Td>{isOpen && openedAt !== null ? <Until at={openedAt} size="sm" /> : '–'}</Table.Td>
                <Table.Td>{isOpen && probeAt !== null ? <Until at={probeAt} size="sm" /> : '–'}</Table.Td>
                <Table.Td ta="right">
                  <FigureLink
                    figure={{ count: waitingFor(counterpartId), list: waiting }}
                    of={`${t('operations.servers.waiting')}, ${name}`}
                  />
                </Table.Td>
                <Table.Td ta="right">
                  <FigureLink figure={deadLetters} of={`${t('operations.servers.deadLetters')}, ${name}`} />
                </Table.Td>
                <Table.Td ta="right" className="hp-number">
                  {openings}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Outages({ outages, names }: { outages: Outage[]; names: ReadonlyMap<string, string> }) {
  const { t, i18n } = useTranslation();
  const [isAll, setAll] = useState(false);
  if (outages.length === 0) return <Text size="sm">{t('operations.servers.noOutages')}</Text>;
  const shown = isAll ? outages : outages.slice(0, FEW_OUTAGES);
  return (
    <>
      <Wide minWidth={560} label={t('operations.servers.outages')}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('operations.servers.server')}</Table.Th>
              <Table.Th>{t('operations.servers.began')}</Table.Th>
              <Table.Th>{t('operations.servers.lasted')}</Table.Th>
              <Table.Th>{t('operations.servers.hit')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((outage) => {
              const { counterpartId, from, to } = outage;
              const name = names.get(counterpartId) ?? counterpartId;
              return (
                <Table.Tr key={`${counterpartId} ${from}`}>
                  <Table.Th scope="row" fw={400}>
                    {name}
                  </Table.Th>
                  <Table.Td>
                    <Instant at={from} size="sm" />
                  </Table.Td>
                  <Table.Td>
                    {to === null ? (
                      <>
                        {t('operations.servers.goesOn')} <Until at={from} size="sm" />
                      </>
                    ) : (
                      lengthInWords(Date.parse(to) - Date.parse(from), i18n.language)
                    )}
                  </Table.Td>
                  <Table.Td>
                    <ListLink list={messagesHitBy(outage)} label={`${t('operations.servers.hitLink')}: ${name}`}>
                      {t('operations.servers.hitLink')}
                    </ListLink>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Wide>
      {!isAll && outages.length > FEW_OUTAGES && (
        <Button variant="subtle" size="xs" onClick={() => setAll(true)}>
          {t('operations.servers.allOutages', { count: outages.length })}
        </Button>
      )}
    </>
  );
}

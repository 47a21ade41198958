/** What stands still: messages, servers, what came in, words of vendors; and how late timers were. */
import { Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Until } from '../parts/instants.tsx';
import { MessageState } from './badges.tsx';
import { FigureLink, ListLink } from './figure-link.tsx';
import type { Figure, Health } from './queries.ts';
import { DELAYS, lateWords } from './tiles.tsx';
import { useProblemName } from './names.ts';
import { Wide } from './wide.tsx';

const MOST_WORDS = 8;

export function HealthFigures({ health: { messages, breakers, inboundEvents, unknownWords, timers } }: { health: Health }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Section title={t('operations.health.messages')}>
        <MessagesTable messages={messages} />
      </Section>
      <Section id={DELAYS} title={t('operations.health.timers')} about={t('operations.health.timersAbout')}>
        <TimersTable timers={timers} />
      </Section>
      {inboundEvents !== null && (
        <Section title={t('operations.health.events')}>
          <EventsTable events={inboundEvents} />
        </Section>
      )}
      <Stack>
        {breakers !== null && (
          <Section title={t('operations.health.breakers')}>
            <BreakersTable breakers={breakers} />
          </Section>
        )}
        {unknownWords !== null && (
          <Section title={t('operations.health.words')}>
            {unknownWords.length === 0 ? (
              <Text size="sm">{t('operations.health.noWords')}</Text>
            ) : (
              <Rows
                rows={unknownWords.slice(0, MOST_WORDS).map(({ vendorId, vendorStatus, count, list }) => ({
                  key: `${vendorId} ${vendorStatus}`,
                  label: `${vendorId}: ${vendorStatus}`,
                  figure: { count, list },
                }))}
              />
            )}
          </Section>
        )}
      </Stack>
    </SimpleGrid>
  );
}

interface SectionProps {
  id?: string;
  title: string;
  about?: string;
  children: ReactNode;
}

function Section({ id, title, about, children }: SectionProps) {
  return (
    <Paper id={id} withBorder p="md" component="section" aria-label={title}>
      <Title order={3} size="h5" mb="xs">
        {title}
      </Title>
      {about !== undefined && (
        <Text size="sm" c="dimmed" mb="xs">
          {about}
        </Text>
      )}
      {children}
    </Paper>
  );
}

function Rows({ rows }: { rows: { key: string; label: string; figure: Pick<Figure, 'count' | 'list'> }[] }) {
  return (
    <Table verticalSpacing={6}>
      <Table.Tbody>
        {rows.map(({ key, label, figure }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" fw={400}>
              {label}
            </Table.Th>
            <Table.Td ta="right">
              <FigureLink figure={figure} of={label} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function MessagesTable({ messages }: { messages: Health['messages'] }) {
  const { t } = useTranslation();
  const counterparts = [...new Set(messages.flatMap((one) => one.counterparts.map(({ counterpart }) => counterpart)))];
  return (
    <Wide minWidth={320} label={t('operations.health.messages')}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('desk.state')}</Table.Th>
            {counterparts.map((counterpart) => (
              <Table.Th key={counterpart} ta="right">
                {t(`counterpart.${counterpart}`)}
              </Table.Th>
            ))}
            <Table.Th ta="right">{t('operations.total')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {messages.map(({ state, count, list, counterparts: parts }) => {
            const name = t(`operations.messageState.${state}`);
            return (
              <Table.Tr key={state}>
                <Table.Th scope="row" fw={400}>
                  <MessageState state={state} />
                </Table.Th>
                {counterparts.map((counterpart) => {
                  const found = parts.find((one) => one.counterpart === counterpart);
                  const of = `${name}, ${t(`counterpart.${counterpart}`)}`;
                  return (
                    <Table.Td key={counterpart} ta="right">
                      <FigureLink figure={found ?? { count: 0, list }} of={of} />
                    </Table.Td>
                  );
                })}
                <Table.Td ta="right">
                  <FigureLink figure={{ count, list }} of={name} fw={650} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function TimersTable({ timers }: { timers: Health['timers'] }) {
  const { t, i18n } = useTranslation();
  if (timers.length === 0) return <Text size="sm">{t('operations.health.noTimers')}</Text>;
  return (
    <Wide minWidth={380} label={t('operations.health.timers')}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('operations.health.timer')}</Table.Th>
            <Table.Th ta="right">{t('operations.health.timerCount')}</Table.Th>
            <Table.Th ta="right">{t('operations.health.p50')}</Table.Th>
            <Table.Th ta="right">{t('operations.health.p95')}</Table.Th>
            <Table.Th ta="right">{t('operations.health.worst')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {timers.map(({ timer, count, p50Ms, p95Ms, maxMs, worst }) => (
            <Table.Tr key={timer}>
              <Table.Th scope="row" fw={400}>
                {t(`operations.timer.${timer}`)}
              </Table.Th>
              <Table.Td ta="right" className="hp-number">
                {count}
              </Table.Td>
              <Table.Td ta="right" className="hp-number">
                {lateWords(p50Ms, i18n.language)}
              </Table.Td>
              <Table.Td ta="right" className="hp-number">
                {lateWords(p95Ms, i18n.language)}
              </Table.Td>
              <Table.Td ta="right">
                <ListLink list={worst.list} label={`${lateWords(maxMs, i18n.language)}, ${worst.orderId}`}>
                  {lateWords(maxMs, i18n.language)}
                </ListLink>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function EventsTable({ events: { pending, parked, contradicting, problems } }: { events: NonNullable<Health['inboundEvents']> }) {
  const { t } = useTranslation();
  const nameOf = useProblemName();
  const first = Object.entries({ pending, parked, contradicting }).map(([key, figure]) => ({
    key,
    label: t(`operations.health.${key as 'pending'}`),
    figure,
  }));
  const rest = problems.map(({ problem, count, list }) => ({ key: problem, label: nameOf(problem), figure: { count, list } }));
  return <Rows rows={[...first, ...rest]} />;
}

function BreakersTable({ breakers }: { breakers: NonNullable<Health['breakers']> }) {
  const { t } = useTranslation();
  const open = breakers.filter(({ state }) => state === 'open');
  if (open.length === 0) return <Text size="sm">{t('operations.health.allCalled', { count: breakers.length })}</Text>;
  return (
    <Table verticalSpacing={6}>
      <Table.Tbody>
        {open.map(({ counterpartId, name, openedAt, deadLetters }) => (
          <Table.Tr key={counterpartId}>
            <Table.Th scope="row" fw={400}>
              <ListLink list={`/v1/messages?counterpartId=${encodeURIComponent(counterpartId)}`}>{name}</ListLink>
            </Table.Th>
            <Table.Td>
              {openedAt === null ? (
                t('operations.servers.paused')
              ) : (
                <>
                  {t('operations.servers.pausedBegan')} <Until at={openedAt} fz="inherit" />
                </>
              )}
            </Table.Td>
            <Table.Td ta="right">
              <FigureLink figure={deadLetters} of={t('operations.servers.deadLetters')} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

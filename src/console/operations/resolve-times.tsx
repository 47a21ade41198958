/** How long it takes from the first failure to the end: by reason and by liaison, drawn within a table. */
import { Group, Paper, SimpleGrid, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { peopleQuery } from '../cases/queries.ts';
import { lengthInWords } from '../parts/instants.tsx';
import { useReasonWords } from '../parts/status.tsx';
import { FigureLink } from './figure-link.tsx';
import classes from './operations.module.css';
import type { CaseFigures } from './queries.ts';
import { Wide } from './wide.tsx';

type Times = CaseFigures['timeToResolve'];

interface Row {
  key: string;
  label: string;
  count: number;
  p50Ms: number | null;
  p90Ms: number | null;
  list: string;
}

/** The rest stands in the API. */
const MOST = 12;

export function ResolveTimes({ times }: { times: Times }) {
  const { t } = useTranslation();
  const reasonWords = useReasonWords();
  const people = useQuery({ ...peopleQuery, enabled: useMay('people.read') }).data ?? [];
  const nameOf = (id: string | null): string => (id === null ? t('case.nobody') : (people.find((one) => one.id === id)?.name ?? id));
  const byReason = times.byReasonType.map((row): Row => ({ ...row, key: row.reasonType, label: reasonWords(row.reasonType) }));
  const byLiaison = times.byLiaison.map((row): Row => ({ ...row, key: row.liaisonId ?? '', label: nameOf(row.liaisonId) }));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Times title={t('operations.times.byReason')} first={t('desk.reason')} rows={byReason} all={times.all} />
      <Times title={t('operations.times.byLiaison')} first={t('case.liaison')} rows={byLiaison} all={times.all} />
    </SimpleGrid>
  );
}

function Times({ title, first, rows, all }: { title: string; first: string; rows: Row[]; all: Times['all'] }) {
  const { t, i18n } = useTranslation();
  const longest = Math.max(1, ...rows.map(({ p90Ms }) => p90Ms ?? 0));
  const words = (ms: number | null): string => (ms === null ? '–' : lengthInWords(ms, i18n.language));
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={3} size="h5">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('operations.times.about', { p50: words(all.p50Ms), p90: words(all.p90Ms) })}
      </Text>
      {rows.length === 0 ? (
        <Text>{t('operations.times.none')}</Text>
      ) : (
        <Wide minWidth={420} label={title}>
          <Table verticalSpacing={6} aria-label={title}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{first}</Table.Th>
                <Table.Th ta="right">{t('operations.times.cases')}</Table.Th>
                <Table.Th w="30%">{t('operations.times.p50')}</Table.Th>
                <Table.Th w="30%">{t('operations.times.p90')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.slice(0, MOST).map(({ key, label, count, list, p50Ms, p90Ms }) => (
                <Table.Tr key={key}>
                  <Table.Th scope="row" fw={400}>
                    {label}
                  </Table.Th>
                  <Table.Td ta="right">
                    <FigureLink figure={{ count, list }} of={label} />
                  </Table.Td>
                  <Table.Td>
                    <Bar part="p50" words={words(p50Ms)} share={(p50Ms ?? 0) / longest} />
                  </Table.Td>
                  <Table.Td>
                    <Bar part="p90" words={words(p90Ms)} share={(p90Ms ?? 0) / longest} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
    </Paper>
  );
}

function Bar({ part, words, share }: { part: 'p50' | 'p90'; words: string; share: number }) {
  return (
    <Group gap={4} style={{ flexDirection: 'column' }} align="stretch">
      <Text size="xs" className="hp-number">
        {words}
      </Text>
      <span aria-hidden className={classes['bar']} data-part={part} style={{ width: `${Math.round(share * 100)}%` }} />
    </Group>
  );
}

/** Open cases by state and age: the more, the darker; the number leads to them. */
import { Paper, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../parts/status.tsx';
import { FigureLink } from './figure-link.tsx';
import classes from './operations.module.css';
import type { CaseFigures } from './queries.ts';
import { Wide } from './wide.tsx';

type Open = CaseFigures['open'];

/** The API's bands, the oldest first. */
const BANDS = ['older', 'week', 'days', 'day', 'hours', 'hour'] as const;

export function AgeTable({ open }: { open: Open }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...open.states.flatMap(({ ages }) => ages.map(({ count }) => count)));
  // Read from left to right: what has just come in, and what has been here for longest.
  const order = BANDS.map((_, index) => BANDS.length - 1 - index);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="by-age">
      <Title order={2} size="h4" id="by-age" mb="xs">
        {t('operations.ages.title')}
      </Title>
      {open.count === 0 ? (
        <Text>{t('operations.ages.none')}</Text>
      ) : (
        <Wide minWidth={620} label={t('operations.ages.title')}>
          <Table verticalSpacing={6} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={170}>{t('desk.state')}</Table.Th>
                {order.map((index) => (
                  <Table.Th key={index} ta="right">
                    {t(`operations.ages.${BANDS[index] ?? 'hour'}`)}
                  </Table.Th>
                ))}
                <Table.Th ta="right">{t('operations.total')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {open.states.map(({ status, ages, count, list }) => (
                <Table.Tr key={status}>
                  <Table.Th scope="row" fw={400}>
                    <StatusBadge status={status} />
                  </Table.Th>
                  {order.map((index) => {
                    const age = ages[index];
                    if (age === undefined) return <Table.Td key={index} />;
                    const of = `${t(`status.${status}`)}, ${t(`operations.ages.${BANDS[index] ?? 'hour'}`)}`;
                    return (
                      <Table.Td key={index} ta="right" className={classes['heat']} style={heatOf(age.count, most)}>
                        <FigureLink figure={age} of={of} />
                      </Table.Td>
                    );
                  })}
                  <Table.Td ta="right">
                    <FigureLink figure={{ count, list }} of={t(`status.${status}`)} fw={650} />
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

/** By the root: few beside very many are seen too. */
function heatOf(count: number, most: number): Record<string, string> {
  return { '--heat': `${Math.round(Math.sqrt(count / most) * 20)}%` };
}

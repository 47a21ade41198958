/** What was ordered. */
import { Box, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Money } from '../parts/money.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { orderQuery } from './queries.ts';

const MOST = 50;

export function OrderLines({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const found = useQuery(orderQuery(orderId));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <Text c="red">{words(found.error)}</Text>;
  const { order } = found.data;
  if (order === null) return <Text>{t('status.order_unknown')}</Text>;
  const facts = [order.seller?.name, order.deliverTo, order.orderingUser?.name].filter((fact) => fact !== undefined && fact !== '');
  return (
    <Stack gap="xs">
      {facts.length > 0 && <Text size="sm">{facts.join(' · ')}</Text>}
      <Box style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={t('case.orderLines')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('case.item')}</Table.Th>
              <Table.Th ta="right">{t('case.quantity')}</Table.Th>
              <Table.Th ta="right">{t('case.price')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {order.lines.slice(0, MOST).map((line, index) => (
              <Table.Tr key={line.id ?? index}>
                <Table.Td>
                  {line.item ?? line.sellerItemId ?? line.id}
                  {line.sellerItemId !== undefined && (
                    <Text size="xs" c="dimmed">
                      {line.sellerItemId}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right" className="hp-number">
                  {line.quantity} {line.unitCode}
                </Table.Td>
                <Table.Td ta="right">
                  <Money total={line.lineTotal ?? line.price ?? null} size="sm" />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
      {order.lines.length > MOST && <Text size="sm">{t('case.moreLines', { count: order.lines.length - MOST })}</Text>}
      <Money total={order.total} fw={700} ta="right" />
    </Stack>
  );
}

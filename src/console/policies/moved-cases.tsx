/** Cases that are moved to another version: what becomes of each, or what came of it; of a preview some can be left out. */
import { Anchor, Badge, Checkbox, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Migration } from './queries.ts';
import { useOutcomeValue, useOutcomeWords } from './tried.tsx';

export type Moved = Migration['items'][number];

export interface MovedCasesProps {
  items: Moved[];
  /** Orders that are not moved, although they can be. */
  leftOut?: readonly string[];
  /** Without: nothing can be chosen. */
  onLeaveOut?: (orderIds: readonly string[]) => void;
}

const COLORS: Partial<Record<Moved['result'], string>> = { migrated: 'teal', would_migrate: 'blue', unchanged: 'gray' };

export function MovedCases({ items, leftOut = [], onLeaveOut }: MovedCasesProps) {
  const { t } = useTranslation();
  const possible = items.filter(({ result }) => result === 'would_migrate').map(({ orderId }) => orderId);
  const canChoose = onLeaveOut !== undefined && possible.length > 1;
  return (
    <Table.ScrollContainer minWidth={420} mah={480}>
      <Table fz="sm" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {canChoose && (
              <Table.Th w={40}>
                <Checkbox
                  aria-label={t('policies.moveAll')}
                  checked={leftOut.length === 0}
                  indeterminate={leftOut.length > 0 && leftOut.length < possible.length}
                  onChange={() => onLeaveOut(leftOut.length === 0 ? possible : [])}
                />
              </Table.Th>
            )}
            <Table.Th>{t('policies.order')}</Table.Th>
            <Table.Th>{t('policies.came')}</Table.Th>
            <Table.Th>{t('policies.whatOtherwise')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.orderId}>
              {canChoose && (
                <Table.Td>
                  {item.result === 'would_migrate' && (
                    <Checkbox
                      aria-label={item.orderId}
                      checked={!leftOut.includes(item.orderId)}
                      onChange={(event) => {
                        const others = leftOut.filter((orderId) => orderId !== item.orderId);
                        onLeaveOut(event.currentTarget.checked ? others : [...others, item.orderId]);
                      }}
                    />
                  )}
                </Table.Td>
              )}
              <Cells item={item} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cells({ item: { orderId, result, changed, detail } }: { item: Moved }) {
  const { t } = useTranslation();
  const name = useOutcomeWords();
  const value = useOutcomeValue();
  return (
    <>
      <Table.Td>
        <Anchor component={Link} to="/cases/$orderId" params={{ orderId } as never} size="sm">
          {orderId}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLORS[result] ?? 'orange'} tt="none">
          {t(`policies.result.${result}`)}
        </Badge>
        {detail !== null && <Text size="xs">{detail}</Text>}
      </Table.Td>
      <Table.Td>
        {changed
          .filter(({ what }) => what !== 'policyVersion')
          .map(({ what, from, to }) => (
            <Text key={what} size="xs">
              {name(what)}: {value(what, from)} → <b>{value(what, to)}</b>
            </Text>
          ))}
      </Table.Td>
    </>
  );
}

/** What a policy says, line by line; of two what differs. */
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { LinePair } from './document.ts';
import { useLineWords, useValueWords } from './say.ts';

export interface LinesTableProps {
  lines: LinePair[];
  /** Headings of the values: one, or both. */
  left: string;
  right?: string;
}

export function LinesTable({ lines, left, right }: LinesTableProps) {
  const { t } = useTranslation();
  const said = useValueWords();
  const lineWords = useLineWords();
  const rules = [...new Set(lines.map(({ rule }) => rule))];
  const value = (line: LinePair, side: 'left' | 'right'): string => {
    const given = line[side];
    return line.part === 'position' && typeof given === 'number' ? String(given) : said(line.path, given);
  };
  return (
    <Table.ScrollContainer minWidth={right === undefined ? 300 : 460}>
      <Table fz="sm" layout="fixed" style={{ overflowWrap: 'anywhere' }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('policies.what')}</Table.Th>
            <Table.Th>{left}</Table.Th>
            {right !== undefined && <Table.Th>{right}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map((rule) => (
            <Fragment key={rule ?? ''}>
              <Table.Tr>
                <Table.Th colSpan={right === undefined ? 2 : 3} bg="var(--mantine-color-default-hover)" scope="rowgroup">
                  {rule === null ? t('policies.base') : t('policies.rule', { name: rule })}
                </Table.Th>
              </Table.Tr>
              {lines
                .filter((line) => line.rule === rule)
                .map((line) => (
                  <Table.Tr
                    key={`${line.part} ${line.path}`}
                    {...(line.differs && right !== undefined ? { bg: 'var(--mantine-color-yellow-light)' } : {})}
                  >
                    <Table.Td>{lineWords(line)}</Table.Td>
                    <Table.Td c={line.left === undefined ? 'dimmed' : undefined}>{value(line, 'left')}</Table.Td>
                    {right !== undefined && (
                      <Table.Td>
                        <Text span inherit fw={line.differs ? 650 : 400}>
                          {value(line, 'right')}
                        </Text>
                        {line.differs && <VisuallyHidden> ≠</VisuallyHidden>}
                      </Table.Td>
                    )}
                  </Table.Tr>
                ))}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Vendors' own words: those that nobody has mapped first, each with the placements that stand on it; and what the others mean. */
import { Badge, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { Empty } from '../parts/page-states.tsx';
import { Meaning } from './badges.tsx';
import { FigureLink } from './figure-link.tsx';
import { Loaded } from './loaded.tsx';
import { healthQuery, vendorsQuery, type Figure, type Vendor, type WordMeaning } from './queries.ts';
import { WordDialog } from './word-dialog.tsx';
import { Wide } from './wide.tsx';

interface Word {
  word: string;
  meaning: WordMeaning | null;
  /** Placements that stand on it, unmapped; null: not known. */
  placements: Pick<Figure, 'count' | 'list'> | null;
}

interface Chosen {
  vendorId: string;
  word: string;
}

export function WordsPanel() {
  const { t } = useTranslation();
  const mayMap = useMay('counterparts.write');
  const vendors = useQuery(vendorsQuery);
  const health = useQuery({ ...healthQuery, enabled: useMay('messages.read') });
  const seen = health.data?.unknownWords ?? [];
  // Vendors with unknown words stand first: they are shown once it is known which those are.
  const shown = health.isLoading ? { ...vendors, data: undefined } : vendors;
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const wordsOf = ({ id, statuses, unmapped }: Vendor): Word[] => {
    const ofVendor = seen.filter(({ vendorId }) => vendorId === id);
    const unknown = [...new Set([...ofVendor.map(({ vendorStatus }) => vendorStatus), ...unmapped])].filter((word) => !(word in statuses));
    const placements = (word: string): Word['placements'] => ofVendor.find(({ vendorStatus }) => vendorStatus === word) ?? null;
    return [
      ...unknown.map((word) => ({ word, meaning: null, placements: placements(word) })),
      ...Object.entries(statuses).map(([word, meaning]) => ({ word, meaning, placements: placements(word) })),
    ];
  };
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('operations.words.about')} {!mayMap && t('operations.words.mayNot')}
      </Text>
      <Loaded reading={shown}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={t('operations.words.noVendors')} about={t('operations.words.noVendorsAbout')} />
          ) : (
            <Stack gap="md">
              {unknownFirst(found.map((vendor) => ({ vendor, words: wordsOf(vendor) }))).map(({ vendor, words }) => (
                <VendorWords
                  key={vendor.id}
                  vendor={vendor}
                  words={words}
                  onMap={mayMap ? (word) => setChosen({ vendorId: vendor.id, word }) : undefined}
                />
              ))}
            </Stack>
          )
        }
      </Loaded>
      {chosen !== null && <WordDialog key={`${chosen.vendorId} ${chosen.word}`} {...chosen} onClose={() => setChosen(null)} />}
    </Stack>
  );
}

function unknownOf(words: readonly Word[]): number {
  return words.filter(({ meaning }) => meaning === null).length;
}

/** Nobody knows what it means, or placements stand on it since nobody knew. */
function isToBeSeen({ meaning, placements }: Word): boolean {
  return meaning === null || placements !== null;
}

function unknownFirst<One extends { words: Word[] }>(vendors: readonly One[]): One[] {
  return vendors.toSorted((one, other) => unknownOf(other.words) - unknownOf(one.words));
}

interface VendorWordsProps {
  vendor: Vendor;
  words: Word[];
  onMap: ((word: string) => void) | undefined;
}

function VendorWords({ vendor: { id, name }, words, onMap }: VendorWordsProps) {
  const { t } = useTranslation();
  const [isAll, setAll] = useState(false);
  const unknown = unknownOf(words);
  const known = words.length - unknown;
  const shown = isAll ? words : words.filter(isToBeSeen);
  const changeWord = (meaning: WordMeaning | null): string => t(meaning === null ? 'operations.words.map' : 'operations.words.change');
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Group gap="xs" mb="xs">
        <Title order={2} size="h5">
          {name}
        </Title>
        <Text size="xs" c="dimmed">
          {id}
        </Text>
        {unknown > 0 && (
          <Badge variant="light" color="orange" tt="none">
            {t('operations.words.unknownCount', { count: unknown })}
          </Badge>
        )}
      </Group>
      {shown.length === 0 ? (
        <Text size="sm">{t('operations.words.allKnown')}</Text>
      ) : (
        <Wide minWidth={480} label={name}>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('operations.words.word')}</Table.Th>
                <Table.Th>{t('operations.words.means')}</Table.Th>
                <Table.Th ta="right">{t('operations.words.placements')}</Table.Th>
                {onMap !== undefined && <Table.Th ta="right">{t('operations.words.change')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ word, meaning, placements }) => (
                <Table.Tr key={word}>
                  <Table.Th scope="row" fw={meaning === null ? 650 : 400} ff="monospace">
                    {word}
                  </Table.Th>
                  <Table.Td>
                    <Meaning meaning={meaning} />
                  </Table.Td>
                  <Table.Td ta="right">
                    {placements === null ? '–' : <FigureLink figure={placements} of={t('operations.words.placementsOf', { word })} />}
                  </Table.Td>
                  {onMap !== undefined && (
                    <Table.Td ta="right">
                      <Button
                        size="compact-xs"
                        variant={meaning === null ? 'filled' : 'default'}
                        onClick={() => onMap(word)}
                        aria-label={t('operations.words.mapWord', { do: changeWord(meaning), word, vendor: name })}
                      >
                        {changeWord(meaning)}
                      </Button>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
      {known > 0 && (
        <Button variant="subtle" size="compact-sm" mt="xs" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
          {t(isAll ? 'operations.words.fewer' : 'operations.words.showAll', { count: known })}
        </Button>
      )}
    </Paper>
  );
}

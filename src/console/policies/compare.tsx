/** Two versions side by side: what they plan on one scale of time, and what differs line by line. */
import { Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty, PagePending } from '../parts/page-states.tsx';
import { comparedLines, type PolicyKind } from './document.ts';
import { ContentFailed, type KnownVersions } from './known-versions.tsx';
import { LinesTable } from './lines-table.tsx';
import { contentQuery, previewQuery } from './queries.ts';
import { Schedule } from './schedule.tsx';
import type { PolicySearch } from './search.ts';

export interface CompareProps {
  kind: PolicyKind;
  known: KnownVersions;
  search: PolicySearch;
  onGo: (search: PolicySearch) => void;
}

export function Compare({ kind, known: { items, inForce }, search, onGo }: CompareProps) {
  const { t } = useTranslation();
  const left = search.left ?? items.find(({ version }) => version < inForce)?.version ?? inForce;
  const right = search.right ?? inForce;
  const words = (version: number): string => {
    const name = t('policies.version', { version });
    return version === inForce ? `${name} (${t('policies.inForce')})` : name;
  };
  const data = [...new Set([...items.map(({ version }) => version), left, right])].map((version) => ({
    value: String(version),
    label: words(version),
  }));
  const choice = (side: 'left' | 'right', value: number) => (
    <Select
      searchable
      label={t(`policies.${side}`)}
      data={data}
      value={String(value)}
      allowDeselect={false}
      onChange={(chosen) => onGo({ tab: 'compare', left, right, [side]: Number(chosen ?? value) })}
    />
  );
  return (
    <Stack>
      <Group align="flex-end">
        {choice('left', left)}
        {choice('right', right)}
      </Group>
      <Difference key={`${left} ${right}`} kind={kind} left={left} right={right} />
    </Stack>
  );
}

function Difference({ kind, left, right }: { kind: PolicyKind; left: number; right: number }) {
  const { t } = useTranslation();
  const [onlyDiffering, setOnlyDiffering] = useState(true);
  const [from] = useState(() => new Date().toISOString());
  const one = useQuery(contentQuery(kind, left));
  const other = useQuery(contentQuery(kind, right));
  const before = useQuery(previewQuery(kind, { version: left }, null, from)).data;
  const after = useQuery(previewQuery(kind, { version: right }, null, from)).data;
  if (one.data === undefined || other.data === undefined) {
    const error = one.error ?? other.error;
    const again = (): void => {
      void one.refetch();
      void other.refetch();
    };
    return error === null ? <PagePending /> : <ContentFailed error={error} onAgain={again} />;
  }
  const lines = comparedLines(one.data, other.data);
  const count = lines.filter(({ differs }) => differs).length;
  const shown = onlyDiffering ? lines.filter(({ differs }) => differs) : lines;
  return (
    <Stack>
      {before !== undefined && after !== undefined && (
        <Schedule
          lanes={[
            { name: `v${left}`, tone: 'now', preview: before },
            { name: `v${right}`, tone: 'draft', preview: after },
          ]}
        />
      )}
      <Group justify="space-between">
        <Text fw={600} role="status">
          {t('policies.differing', { count })}
        </Text>
        <Switch
          label={t('policies.onlyDiffering')}
          checked={onlyDiffering}
          onChange={(event) => setOnlyDiffering(event.currentTarget.checked)}
        />
      </Group>
      {shown.length === 0 ? (
        <Empty title={t('policies.same')} about={t('policies.sameAbout', { left, right })} />
      ) : (
        <LinesTable lines={shown} left={t('policies.version', { version: left })} right={t('policies.version', { version: right })} />
      )}
    </Stack>
  );
}

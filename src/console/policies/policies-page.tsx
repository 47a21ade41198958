/** The rules as data: every version, what differs between two, a change with its schedule drawn, and moving open cases. */
import { Group, SegmentedControl, Stack, Tabs, Text, Title } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { PagePending } from '../parts/page-states.tsx';
import { Compare } from './compare.tsx';
import type { PolicyKind } from './document.ts';
import { useKeptDraft } from './draft.ts';
import { Editor } from './editor.tsx';
import { ContentFailed, knownOf, useVersions } from './known-versions.tsx';
import { Move } from './move.tsx';
import { contentQuery } from './queries.ts';
import type { PolicySearch, PolicyTab } from './search.ts';
import { Versions } from './versions.tsx';
import './words.ts';

export function PoliciesPage() {
  const { t } = useTranslation();
  const { kind } = useParams({ from: '/signed-in/policies/$kind' });
  const search = useSearch({ from: '/signed-in/policies/$kind' });
  const navigate = useNavigate({ from: '/policies/$kind' });
  const kindNow: PolicyKind = kind === 'placement' ? 'placement' : 'review';
  const go = (to: PolicySearch): void => void navigate({ search: to });
  return (
    <Stack gap="sm" maw={1400} mx="auto">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('policies.title')}
        </Title>
        <SegmentedControl
          aria-label={t('policies.title')}
          value={kindNow}
          onChange={(to) => void navigate({ params: { kind: to }, search: search.tab === 'move' ? {} : { tab: search.tab } })}
          data={(['review', 'placement'] as const).map((value) => ({ value, label: t(`policies.kind.${value}`) }))}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {t(`policies.kindAbout.${kindNow}`)}
      </Text>
      <OfKind key={kindNow} kind={kindNow} search={search} onGo={go} />
    </Stack>
  );
}

function OfKind({ kind, search, onGo }: { kind: PolicyKind; search: PolicySearch; onGo: (search: PolicySearch) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const mayMove = useMay('policies.write') && kind === 'review';
  const [kept, keep] = useKeptDraft(kind);
  const versions = useVersions(kind);
  if (versions.isPending) return <PagePending />;
  if (versions.data === undefined) return <ContentFailed error={versions.error} onAgain={() => void versions.refetch()} />;
  const known = knownOf(versions.data.pages);
  const tab = search.tab === 'move' && !mayMove ? 'versions' : (search.tab ?? 'versions');
  const changeFrom = async (version: number): Promise<void> => {
    const content = await queries.fetchQuery(contentQuery(kind, version));
    // An older version is a draft that is based on the newest: what came after it is what it changes.
    keep(version === known.inForce ? null : { basedOn: known.newest, content });
    onGo({ tab: 'edit' });
  };
  return (
    <Tabs value={tab} onChange={(to) => onGo({ tab: (to ?? 'versions') as PolicyTab })} keepMounted={false}>
      <Tabs.List mb="md">
        {(['versions', 'compare', 'edit', ...(mayMove ? (['move'] as const) : [])] as const).map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`policies.tab.${name}`)}
            {name === 'edit' && kept !== null && ' •'}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {versions.isError && <ContentFailed error={versions.error} onAgain={() => void versions.refetch()} />}
      <Tabs.Panel value="versions">
        <Versions kind={kind} known={known} onGo={onGo} onChangeFrom={(version) => void changeFrom(version)} />
      </Tabs.Panel>
      <Tabs.Panel value="compare">
        <Compare kind={kind} known={known} search={search} onGo={onGo} />
      </Tabs.Panel>
      <Tabs.Panel value="edit">
        <Editor
          kind={kind}
          known={known}
          kept={kept}
          onKeep={keep}
          onPublished={() => {
            keep(null);
            onGo({});
          }}
          onCompare={(left, right) => onGo({ tab: 'compare', left, right })}
        />
      </Tabs.Panel>
      {mayMove && (
        <Tabs.Panel value="move">
          <Move known={known} />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

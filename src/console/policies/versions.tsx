/** Every version: who published it, why, since when, and which is in force. */
import { Badge, Button, Drawer, Group, Menu, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { Instant, useInstant } from '../parts/instants.tsx';
import { Empty, PagePending } from '../parts/page-states.tsx';
import { comparedLines, type PolicyKind } from './document.ts';
import { LinesTable } from './lines-table.tsx';
import { ContentFailed, useVersions, type KnownVersions } from './known-versions.tsx';
import { PublishDialog, type PublishWish } from './publish-dialog.tsx';
import { contentQuery, previewQuery, type Version } from './queries.ts';
import { Schedule } from './schedule.tsx';
import type { PolicySearch } from './search.ts';

/** What was in force before there was a Holdpoint was so from the start. */
const FIRST = '2000';

export interface VersionsProps {
  kind: PolicyKind;
  known: KnownVersions;
  onGo: (search: PolicySearch) => void;
  onChangeFrom: (version: number) => void;
}

export function Versions({ kind, known, onGo, onChangeFrom }: VersionsProps) {
  const { t } = useTranslation();
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = useVersions(kind);
  const [read, setRead] = useState<Version | null>(null);
  const [wish, setWish] = useState<PublishWish | null>(null);
  const [failed, setFailed] = useState<{ version: number; error: unknown } | null>(null);
  const queries = useQueryClient();
  const { items, newest, inForce } = known;
  // Both contents are read before the dialog opens.
  const rollBack = async (version: number): Promise<void> => {
    setFailed(null);
    try {
      const [content, now] = await Promise.all([version, inForce].map((one) => queries.fetchQuery(contentQuery(kind, one))));
      if (content !== undefined && now !== undefined) {
        setWish({ content, basedOn: newest, inForce: { version: inForce, content: now }, rollsBackTo: version });
      }
    } catch (error) {
      setFailed({ version, error });
    }
  };
  if (items.length === 0) return <Empty title={t('policies.none')} about={t('policies.noneAbout')} />;
  return (
    <Stack>
      <Table.ScrollContainer minWidth={300}>
        <Table verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('policies.version', { version: '' })}</Table.Th>
              <Table.Th>{t('policies.since')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('policies.by')}</Table.Th>
              <Table.Th w="40%">{t('policies.why')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('policies.tab.edit')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((version) => (
              <VersionRow
                key={version.version}
                version={version}
                inForce={inForce}
                onRead={() => setRead(version)}
                onGo={onGo}
                onChangeFrom={onChangeFrom}
                onRollBack={() => void rollBack(version.version)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} style={{ alignSelf: 'center' }}>
          {t('policies.more')}
        </Button>
      )}
      <Drawer
        opened={read !== null}
        onClose={() => setRead(null)}
        position="right"
        size="lg"
        title={read === null ? '' : t('policies.version', { version: read.version })}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        {read !== null && <Content kind={kind} version={read} />}
      </Drawer>
      {failed !== null && <ContentFailed error={failed.error} onAgain={() => void rollBack(failed.version)} />}
      <PublishDialog kind={kind} wish={wish} onClose={() => setWish(null)} />
    </Stack>
  );
}

interface VersionRowProps {
  version: Version;
  inForce: number;
  onRead: () => void;
  onRollBack: () => void;
  onGo: (search: PolicySearch) => void;
  onChangeFrom: (version: number) => void;
}

function VersionRow({ version, inForce, onRead, onRollBack, onGo, onChangeFrom }: VersionRowProps) {
  const { t } = useTranslation();
  const mayWrite = useMay('policies.write');
  const number = version.version;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={4}>
          <Button
            variant="subtle"
            size="compact-sm"
            style={{ flexShrink: 0 }}
            onClick={onRead}
            aria-label={`${t('policies.read')} ${t('policies.version', { version: number })}`}
          >
            {number}
          </Button>
          <State version={version} />
        </Group>
      </Table.Td>
      <Table.Td>
        {version.effectiveFrom < FIRST ? (
          <Text size="sm">{t('policies.fromStart')}</Text>
        ) : (
          <Instant at={version.effectiveFrom} size="sm" />
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{version.by}</Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {version.why}
        </Text>
        <Text size="xs" hiddenFrom="sm">
          {version.by}
        </Text>
        {version.rules.length > 0 && (
          <Text size="xs" c="dimmed">
            {t('policies.rules', { count: version.rules.length })}: {version.rules.join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="compact-sm" aria-label={t('policies.actions', { version: number })}>
              ⋯
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onRead}>{t('policies.read')}</Menu.Item>
            {number !== inForce && (
              <Menu.Item onClick={() => onGo({ tab: 'compare', left: inForce, right: number })}>{t('policies.compareWith')}</Menu.Item>
            )}
            <Menu.Item onClick={() => onChangeFrom(number)}>{t('policies.changeFrom')}</Menu.Item>
            {mayWrite && number < inForce && (
              <Menu.Item color="red" onClick={onRollBack}>
                {t('policies.rollBack')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}

function State({ version: { inForce, effectiveFrom } }: { version: Version }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const isPlanned = !inForce && Date.parse(effectiveFrom) > Date.now();
  if (!inForce && !isPlanned) return null;
  return (
    <Badge variant="light" color={inForce ? 'teal' : 'blue'} tt="none" miw="max-content">
      {inForce ? t('policies.inForce') : t('policies.planned', { time: instant(effectiveFrom) })}
    </Badge>
  );
}

function Content({ kind, version }: { kind: PolicyKind; version: Version }) {
  const { t } = useTranslation();
  const [from] = useState(() => new Date().toISOString());
  const content = useQuery(contentQuery(kind, version.version));
  const preview = useQuery(previewQuery(kind, { version: version.version }, null, from));
  if (content.isPending) return <PagePending />;
  if (content.data === undefined) return <ContentFailed error={content.error} onAgain={() => void content.refetch()} />;
  const name = t('policies.version', { version: version.version });
  return (
    <Stack>
      <Text size="sm">
        {version.by}: “{version.why}”
      </Text>
      {preview.data !== undefined && <Schedule lanes={[{ name: `v${version.version}`, tone: 'draft', preview: preview.data }]} />}
      <LinesTable lines={comparedLines(content.data, content.data)} left={name} />
    </Stack>
  );
}

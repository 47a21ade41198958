/** What was saved of a template, by whom and why; each text can be taken up again. */
import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Instant } from '../parts/instants.tsx';
import { PagePending } from '../parts/page-states.tsx';
import { ListFailed } from './doing.tsx';
import { versionsQuery, type Stage, type Version } from './template-queries.ts';

export interface TemplateVersionsProps {
  stage: Stage;
  reasonType: string | null;
  /** Not given: one may not write. */
  onTake: ((version: Version) => void) | undefined;
}

export function TemplateVersions({ stage, reasonType, onTake }: TemplateVersionsProps) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(versionsQuery(stage, reasonType));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  const versions = found.data.pages.flatMap((page) => page.versions);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('templates.versions')}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t('templates.versions')}
        </Title>
        {versions.length === 0 && <Text size="sm">{t('templates.noVersions')}</Text>}
        {versions.map((one) => (
          <Group key={one.version} justify="space-between" wrap="nowrap" align="flex-start">
            <div>
              <Text size="sm">
                <b>{t('templates.version', { version: one.version })}</b> · {one.by} · <Instant at={one.at} size="sm" />{' '}
                {one.texts === null && (
                  <Badge variant="light" color="gray" tt="none" size="sm">
                    {t('templates.takenBack')}
                  </Badge>
                )}
              </Text>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                “{one.why}”
              </Text>
            </div>
            {onTake !== undefined && one.texts !== null && (
              <Button
                size="compact-xs"
                variant="default"
                style={{ flexShrink: 0 }}
                aria-label={`${t('templates.take')}: ${t('templates.version', { version: one.version })}`}
                onClick={() => onTake(one)}
              >
                {t('templates.take')}
              </Button>
            )}
          </Group>
        ))}
        {found.hasNextPage && (
          <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('desk.more')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

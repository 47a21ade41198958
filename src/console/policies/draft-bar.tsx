/** Where a draft comes from, how far it has come, and what was published since it was begun. */
import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import type { KnownVersions } from './known-versions.tsx';

export interface DraftBarProps {
  known: KnownVersions;
  basedOn: number;
  changes: number;
  onDiscard: () => void;
  onRebase: () => void;
  onCompare: (left: number, right: number) => void;
}

export function DraftBar({ known, basedOn, changes, onDiscard, onRebase, onCompare }: DraftBarProps) {
  const { t } = useTranslation();
  const [isAsked, { open, close }] = useDisclosure(false);
  const { newest } = known;
  return (
    <>
      <Group gap="sm">
        <Badge variant="light" tt="none" size="lg">
          {t('policies.basedOn', { version: basedOn })}
        </Badge>
        <Text size="sm" role="status">
          {changes === 0 ? t('policies.noChange') : t('policies.changes', { count: changes })}
        </Text>
        {changes > 0 && (
          <>
            <Text size="xs" c="dimmed">
              {t('policies.kept')}
            </Text>
            <Button size="compact-sm" variant="default" onClick={open}>
              {t('policies.discard')}
            </Button>
          </>
        )}
      </Group>
      {newest > basedOn && (
        <Alert color="orange" role="alert">
          <Stack gap="xs" align="flex-start">
            <Theirs known={known} basedOn={basedOn} />
            <Text size="sm">{t('policies.rebaseAbout', { version: newest })}</Text>
            <Group>
              <Button size="xs" variant="default" onClick={() => onCompare(basedOn, newest)}>
                {t('policies.seeTheirs')}
              </Button>
              <Button size="xs" onClick={onRebase}>
                {t('policies.rebase', { version: newest })}
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
      <Dialog opened={isAsked} onClose={close} title={t('policies.discard')}>
        <Stack>
          <Text size="sm">{t('policies.discardAbout', { version: basedOn })}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('policies.cancel')}
            </Button>
            <Button
              color="red"
              onClick={() => {
                onDiscard();
                close();
              }}
            >
              {t('policies.discard')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}

/** What was published since a draft was begun: by whom, and why. */
export function Theirs({ known: { newest, items }, basedOn }: Pick<DraftBarProps, 'known' | 'basedOn'>) {
  const { t } = useTranslation();
  const theirs = items[0];
  return (
    <>
      <Text size="sm">{t('policies.behind', { newest, version: basedOn })}</Text>
      {theirs !== undefined && (
        <Text size="sm">
          {theirs.by}: “{theirs.why}”
        </Text>
      )}
    </>
  );
}

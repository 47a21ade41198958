/** How a switch stands, and who turned it when and why. */
import { Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Instant } from '../parts/instants.tsx';
import type { Switch } from './queries.ts';

export function Who({ change: { by, at, note } }: { change: Switch }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed">
      {t('case.by', { name: by })}, <Instant at={at} size="sm" />: {note}
    </Text>
  );
}

export function OnBadge({ on }: { on: boolean }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={on ? 'orange' : 'gray'} tt="none" radius="sm">
      {t(on ? 'operations.switches.on' : 'operations.switches.off')}
    </Badge>
  );
}

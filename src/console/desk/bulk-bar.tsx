/** What can be done to all selected cases at once. */
import { Button, Group, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { actionsOf, BULK_ACTIONS } from '../cases/actions.ts';
import type { Case, CaseAction } from '../cases/queries.ts';

export interface BulkBarProps {
  cases: Case[];
  onAct: (action: CaseAction, cases: Case[]) => void;
  onClear: () => void;
  onAll: () => void;
}

export function BulkBar({ cases, onAct, onClear, onAll }: BulkBarProps) {
  const { t } = useTranslation();
  const session = useSession();
  if (cases.length === 0) return null;
  const possible = BULK_ACTIONS.filter((action) => cases.some((one) => actionsOf(one, session).includes(action)));
  return (
    <Paper withBorder shadow="md" p="sm" pos="sticky" bottom={8} role="region" aria-label={t('desk.selected', { count: cases.length })}>
      <Group gap="xs">
        <Text fw={600}>{t('desk.selected', { count: cases.length })}</Text>
        {possible.map((action) => (
          <Button key={action} size="xs" variant="light" onClick={() => onAct(action, cases)}>
            {t(`action.${action}`)}
          </Button>
        ))}
        <Button size="xs" variant="subtle" onClick={onAll}>
          {t('desk.selectShown')}
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
          {t('desk.unselect')}
        </Button>
      </Group>
    </Paper>
  );
}

import { ActionIcon, Button, Checkbox, Group, Menu, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { actionsOf, FINAL_ACTIONS } from '../cases/actions.ts';
import type { Case, CaseAction } from '../cases/queries.ts';
import { aheadOf } from '../parts/clock.ts';
import { Until } from '../parts/instants.tsx';
import { Money } from '../parts/money.tsx';
import { NextStep } from '../parts/next-step.tsx';
import { StatusBadge, useReasonWords } from '../parts/status.tsx';
import classes from './desk.module.css';

const HOUR_MS = 3_600_000;
const URGENT_MS = 8 * HOUR_MS;

interface CaseRowProps {
  one: Case;
  isSelected: boolean;
  onToggle: (one: Case) => void;
  onAct: (action: CaseAction, one: Case) => void;
}

export const CaseRow = memo(function CaseRow({ one, isSelected, onToggle, onAct }: CaseRowProps) {
  const { t } = useTranslation();
  const reasonWords = useReasonWords();
  const { orderId, buyer, total, status, reason, deadlineAt, endedAt, escalation, links } = one;
  const ahead = aheadOf(one);
  const who = escalation?.acknowledged?.by;
  return (
    <div className={classes['row']} style={urgencyOf(one, ahead)}>
      <Checkbox checked={isSelected} onChange={() => onToggle(one)} aria-label={t('desk.select', { order: orderId })} />
      <div className={classes['cell']}>
        <Group gap={8} wrap="nowrap">
          <Text
            component={Link}
            to={`/cases/${encodeURIComponent(orderId)}${links.newest === undefined ? '' : `?round=${one.reviewRound}`}`}
            fw={650}
            truncate
          >
            {orderId}
          </Text>
          <StatusBadge status={status} paused={one.paused} />
        </Group>
        <Text size="sm" truncate>
          {buyer.name ?? buyer.id ?? '–'}
          {buyer.orderNumber !== null && (
            <Text span c="dimmed">
              {' '}
              · {buyer.orderNumber}
            </Text>
          )}
        </Text>
      </div>
      <div className={classes['cell']}>
        <Text size="sm" truncate title={reason.text ?? undefined}>
          {reasonWords(reason.type)}
        </Text>
        <Money total={total} size="sm" fw={600} />
      </div>
      <div className={classes['cell']}>
        {endedAt === null ? (
          <>
            <NextStep one={one} />
            {deadlineAt !== null && (
              <Text size="sm">
                {t('desk.deadline')} <Until at={deadlineAt} ahead={ahead} urgentMs={URGENT_MS} />
              </Text>
            )}
          </>
        ) : (
          <Until at={endedAt} ahead={ahead} size="sm" c="dimmed" />
        )}
        {who !== undefined && (
          <Text size="xs" c="dimmed" truncate>
            {t('case.acknowledgedBy', { name: who })}
          </Text>
        )}
      </div>
      <RowActions one={one} onAct={onAct} />
    </div>
  );
});

/** The two that are most likely meant as buttons, the rest in a menu. */
function RowActions({ one, onAct }: Pick<CaseRowProps, 'one' | 'onAct'>) {
  const { t } = useTranslation();
  const actions = actionsOf(one, useSession());
  const isFirst = (action: CaseAction): boolean => action === 'review-succeeded' || action === 'request-review';
  const first = actions.filter(isFirst);
  const rest = actions.filter((action) => !isFirst(action));
  return (
    <Group gap={6} wrap="nowrap" className={classes['acts'] ?? ''} justify="flex-end">
      {first.map((action) => (
        <Button
          key={action}
          size="compact-sm"
          variant={action === 'review-succeeded' ? 'filled' : 'light'}
          onClick={() => onAct(action, one)}
        >
          {t(`action.${action}`)}
        </Button>
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" aria-label={t('action.more', { order: one.orderId })}>
              ⋯
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((action) => (
              <Menu.Item key={action} onClick={() => onAct(action, one)} {...(FINAL_ACTIONS.has(action) ? { color: 'red' } : {})}>
                {t(`action.${action}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

function urgencyOf({ deadlineAt, endedAt, status }: Case, ahead: number): Record<string, string> {
  if (endedAt !== null || deadlineAt === null) return {};
  const left = Date.parse(deadlineAt) - ahead - Date.now();
  if (left < URGENT_MS / 4) return { '--urgency': 'var(--mantine-color-red-7)' };
  if (left < URGENT_MS || status === 'awaiting_liaison') return { '--urgency': 'var(--mantine-color-orange-6)' };
  return {};
}

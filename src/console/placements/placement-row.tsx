import { ActionIcon, Badge, Button, Group, Menu, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { aheadOf } from '../parts/clock.ts';
import { Until } from '../parts/instants.tsx';
import { useStepWords } from '../parts/next-step.tsx';
import { FINAL_ACTIONS, placementActionsOf, type PlacementAction } from './actions.ts';
import classes from './placements.module.css';
import type { Placement } from './queries.ts';
import { needsSomebody } from './search.ts';
import { PlacementBadge, usePlacementReason, VendorWord } from './status.tsx';

const URGENT_MS = 8 * 3_600_000;

interface PlacementRowProps {
  one: Placement;
  vendor: string;
  onAct: (action: PlacementAction, one: Placement) => void;
}

export const PlacementRow = memo(function PlacementRow({ one, vendor, onAct }: PlacementRowProps) {
  const { t } = useTranslation();
  const reasonWords = usePlacementReason();
  const { orderId, customer, refundDue, vendorStatus, vendorOrderId, placementNumber } = one;
  return (
    <div className={classes['row']} data-needs={needsSomebody(one)}>
      <div className={classes['cell']}>
        <Group gap={8} wrap="nowrap">
          <Text component={Link} to={`/placements/${encodeURIComponent(orderId)}`} fw={650} truncate>
            {orderId}
          </Text>
          <PlacementBadge one={one} />
          {refundDue && (
            <Badge variant="outline" color="red" tt="none" radius="sm">
              {t('placements.refundDue')}
            </Badge>
          )}
        </Group>
        <Text size="sm" truncate>
          {vendor}
          {(vendorOrderId ?? placementNumber) !== null && (
            <Text span c="dimmed">
              {' '}
              · {vendorOrderId ?? placementNumber}
            </Text>
          )}
          {(customer?.name ?? null) !== null && ` · ${customer?.name}`}
        </Text>
      </div>
      <div className={classes['cell']}>
        <Text size="sm" truncate title={reasonWords(one)}>
          {reasonWords(one)}
        </Text>
        {vendorStatus !== null && (
          <Text size="sm" truncate component="div">
            <VendorWord one={one} />
          </Text>
        )}
      </div>
      <div className={classes['cell']}>
        <WhenNext one={one} />
      </div>
      <RowActions one={one} onAct={onAct} />
    </div>
  );
});

function WhenNext({ one }: { one: Placement }) {
  const { t } = useTranslation();
  const stepWords = useStepWords();
  const { nextAction, deadlineAt, endedAt, ending } = one;
  const ahead = aheadOf(one);
  if (endedAt !== null) {
    return (
      <Text size="sm" c="dimmed">
        {t('placements.ended')} <Until at={endedAt} ahead={ahead} />
      </Text>
    );
  }
  return (
    <>
      <Text size="sm" truncate>
        {ending !== null && t('placements.next.cancelling')}
        {ending === null && nextAction === null && t('placements.next.calling')}
        {ending === null && nextAction !== null && (
          <>
            <Until at={nextAction.at} ahead={ahead} fw={600} /> · {stepWords(nextAction.what)}
          </>
        )}
      </Text>
      {deadlineAt !== null && (
        <Text size="sm" truncate>
          {t('placements.deadline')} <Until at={deadlineAt} ahead={ahead} urgentMs={URGENT_MS} />
        </Text>
      )}
    </>
  );
}

/** The one that is most likely meant as a button, the rest in a menu. */
function RowActions({ one, onAct }: Omit<PlacementRowProps, 'vendor'>) {
  const { t } = useTranslation();
  const [first, ...rest] = placementActionsOf(one, useSession());
  if (first === undefined) return <span />;
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button size="compact-sm" variant="light" onClick={() => onAct(first, one)}>
        {t(`placements.action.${first}`)}
      </Button>
      {rest.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" aria-label={t('placements.action.more', { order: one.orderId })}>
              ⋯
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((action) => (
              <Menu.Item key={action} onClick={() => onAct(action, one)} {...(FINAL_ACTIONS.has(action) ? { color: 'red' } : {})}>
                {t(`placements.action.${action}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

/** What a placement is, its state in plain words, and what can be done now. */
import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PLACEMENT_FAILURES } from '../../domain/placement-status.js';
import { useMay, useSession } from '../app/session.ts';
import { PlacementDialog, type PlacementWish } from './action-dialog.tsx';
import { FINAL_ACTIONS, placementActionsOf } from './actions.ts';
import { vendorsQuery, type Placement } from './queries.ts';
import { PlacementBadge, usePlacementReason, VendorWord } from './status.tsx';

export function PlacementHead({ one }: { one: Placement }) {
  const { t } = useTranslation();
  const session = useSession();
  const reasonWords = usePlacementReason();
  const [wish, setWish] = useState<PlacementWish | null>(null);
  const vendors = useQuery({ ...vendorsQuery, enabled: useMay('counterparts.read') }).data ?? [];
  const { orderId, vendorId, opening, refundDue, vendorStatus } = one;
  const said = saidOf(one);
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group gap="sm">
          <Title order={1} size="h3">
            {t('placements.order', { order: orderId })}
          </Title>
          <PlacementBadge one={one} />
          {opening > 1 && (
            <Badge variant="default" tt="none">
              {t('placements.opening', { number: opening })}
            </Badge>
          )}
          {refundDue && (
            <Badge variant="outline" color="red" tt="none">
              {t('placements.refundDue')}
            </Badge>
          )}
        </Group>
        <Group gap="lg">
          <Text>
            {t('placements.vendor')}: <b>{vendors.find(({ id }) => id === vendorId)?.name ?? vendorId}</b>
          </Text>
          {vendorStatus !== null && (
            <Text component="div">
              {t('placements.vendorWord')}: <VendorWord one={one} />
            </Text>
          )}
        </Group>
        <Text>
          <b>{reasonWords(one)}</b>
          {said !== null && `: ${said}`}
        </Text>
        <Group gap="xs">
          {placementActionsOf(one, session).map((action, index) => (
            <Button
              key={action}
              size="sm"
              variant={FINAL_ACTIONS.has(action) ? 'outline' : index === 0 ? 'filled' : 'light'}
              {...(FINAL_ACTIONS.has(action) ? { color: 'red' } : {})}
              onClick={() => setWish({ action, one })}
            >
              {t(`placements.action.${action}`)}
            </Button>
          ))}
        </Group>
        <Ways one={one} />
      </Stack>
      <PlacementDialog wish={wish} onClose={() => setWish(null)} />
    </Paper>
  );
}

/** What the vendor, a person or an error says in words; not our own sentence a second time. */
function saidOf({ description, statusReason }: Placement): string | null {
  const ours = Object.entries(PLACEMENT_FAILURES).find(([reason]) => reason === statusReason)?.[1].text;
  // A vendor's mapping may say its reason's own word in words.
  const isItself = description?.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_') === statusReason;
  return description === ours || isItself ? null : description;
}

function Ways({ one: { orderId, links, policyVersion, vendorId, vendorStatus, unmapped, status, statusReason } }: { one: Placement }) {
  const { t } = useTranslation();
  return (
    <Group gap="md">
      {links.temporal !== undefined && (
        <Text component="a" href={links.temporal} target="_blank" rel="noreferrer" size="sm" td="underline">
          {t('placements.temporal')} ↗
        </Text>
      )}
      {links.reviewCase !== undefined && (
        <Text component={Link} to={`/cases/${encodeURIComponent(orderId)}`} size="sm" td="underline">
          {t('placements.reviewCase')}
        </Text>
      )}
      {unmapped && vendorStatus !== null && (
        <Link to="/placements" search={{ word: vendorStatus }}>
          <Text span size="sm" td="underline">
            {t('placements.wordFilter', { word: vendorStatus })}
          </Text>
        </Link>
      )}
      {status === 'failed' && statusReason !== null && (
        <Link to="/placements" search={{ reason: statusReason, vendor: vendorId }}>
          <Text span size="sm" td="underline">
            {t('placements.reasonFilter')}
          </Text>
        </Link>
      )}
      {policyVersion !== null && (
        <Text size="sm" c="dimmed">
          {t('placements.policy', { version: policyVersion })}
        </Text>
      )}
    </Group>
  );
}

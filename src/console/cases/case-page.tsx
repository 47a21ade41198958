/** One case: what it is, what happens next, all that has happened, and what can be done. */
import { Alert, Badge, Button, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useSession } from '../app/session.ts';
import { aheadOf } from '../parts/clock.ts';
import { Instant, Until, useInstant } from '../parts/instants.tsx';
import { Money } from '../parts/money.tsx';
import { useStepWords } from '../parts/next-step.tsx';
import { PageFailed, PagePending, useProblemWords } from '../parts/page-states.tsx';
import { StatusBadge, useReasonWords } from '../parts/status.tsx';
import { ActionDialog, type Wish } from './action-dialog.tsx';
import { actionsOf, FINAL_ACTIONS } from './actions.ts';
import { Explanation } from './explanation.tsx';
import { History } from './history.tsx';
import { LifeLine } from './life-line.tsx';
import { Messages } from './messages.tsx';
import { OrderLines } from './order-lines.tsx';
import { caseQuery, peopleQuery, type CaseInFull } from './queries.ts';

const route = getRouteApi('/signed-in/cases/$orderId');
const URGENT_MS = 8 * 3_600_000;

export function CasePage() {
  const { t } = useTranslation();
  const { orderId } = route.useParams();
  const { round } = route.useSearch();
  const words = useProblemWords();
  const instant = useInstant();
  const mayReadMessages = useMay('messages.read');
  const found = useQuery(caseQuery(orderId, round));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <PageFailed error={found.error ?? new Error()} reset={() => void found.refetch()} />;
  const one = found.data;
  return (
    <Stack maw={1200} mx="auto" gap="md">
      {found.isError && (
        <Alert color="orange" role="alert">
          {t('desk.stale', { time: instant(found.dataUpdatedAt) })} {words(found.error)}
        </Alert>
      )}
      {one.links.newest !== undefined && (
        <Alert color="blue" role="status">
          {t('case.older')}{' '}
          <Text component={Link} to={`/cases/${encodeURIComponent(orderId)}`} size="sm" td="underline">
            {t('case.newest')}
          </Text>
        </Alert>
      )}
      <Head one={one} />
      <Panel title={t('case.timeline')}>
        <LifeLine one={one} round={round} />
      </Panel>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            <Panel title={t('case.whatNext')}>
              <WhatNext one={one} />
            </Panel>
            <Panel title={t('case.told')}>
              <Told one={one} />
            </Panel>
            <Panel title={t('case.decided')}>
              <Explanation orderId={orderId} round={round} />
            </Panel>
            <Panel title={t('case.order')}>
              <OrderLines orderId={orderId} />
            </Panel>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            {mayReadMessages && (
              <Panel title={t('case.messages')}>
                <Messages orderId={orderId} />
              </Panel>
            )}
            <Panel title={t('case.history')}>
              <History orderId={orderId} round={round} />
            </Panel>
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md" aria-label={title}>
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

function Head({ one }: { one: CaseInFull }) {
  const { t } = useTranslation();
  const session = useSession();
  const reasonWords = useReasonWords();
  const [wish, setWish] = useState<Wish | null>(null);
  const people = useQuery(peopleQuery);
  const liaison = people.data?.find(({ id }) => id === one.liaisonId)?.name ?? one.liaisonId ?? t('case.nobody');
  const { orderId, buyer, reason, links, escalation } = one;
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group gap="sm">
          <Title order={1} size="h3">
            {t('case.title', { order: orderId })}
          </Title>
          <StatusBadge status={one.status} paused={one.paused} />
          <Badge variant="default" tt="none">
            {t('case.round', { round: one.reviewRound })}
          </Badge>
          {one.shadow && <Badge color="grape">{t('case.shadow')}</Badge>}
        </Group>
        <Group gap="lg">
          <Text>
            {buyer.name ?? buyer.id}
            {buyer.orderNumber !== null && (
              <Text span c="dimmed">
                {' '}
                · {buyer.orderNumber}
              </Text>
            )}
          </Text>
          <Money total={one.total} fw={600} />
          <Text>
            {t('case.liaison')}: {liaison}
          </Text>
          {(escalation?.acknowledged ?? null) !== null && <Text>{t('case.acknowledgedBy', { name: escalation?.acknowledged?.by })}</Text>}
        </Group>
        <Text>
          <b>{reasonWords(reason.type)}</b>
          {reason.text !== null && `: ${reason.text}`}
          {reason.code !== null && (
            <Text span c="dimmed" size="sm">
              {' '}
              ({reason.code})
            </Text>
          )}
        </Text>
        <Group gap="xs">
          {actionsOf(one, session).map((action, index) => (
            <Button
              key={action}
              size="sm"
              variant={index === 0 ? 'filled' : FINAL_ACTIONS.has(action) ? 'outline' : 'light'}
              {...(FINAL_ACTIONS.has(action) ? { color: 'red' } : {})}
              onClick={() => setWish({ action, cases: [one] })}
            >
              {t(`action.${action}`)}
            </Button>
          ))}
        </Group>
        <Group gap="md">
          {links.temporal !== undefined && (
            <Text component="a" href={links.temporal} target="_blank" rel="noreferrer" size="sm" td="underline">
              {t('case.temporal')} ↗
            </Text>
          )}
          {links.placement !== undefined && (
            <Text component={Link} to={`/placements/${encodeURIComponent(orderId)}`} size="sm" td="underline">
              {t('case.placement')}
            </Text>
          )}
          {one.policyVersion !== null && (
            <Text size="sm" td="underline" component="span">
              <Link
                to="/policies/$kind"
                params={{ kind: 'review' }}
                search={one.policyVersion > 1 ? { tab: 'compare', left: one.policyVersion - 1, right: one.policyVersion } : {}}
              >
                {t('case.policy', { version: one.policyVersion })}
              </Link>
            </Text>
          )}
        </Group>
      </Stack>
      <ActionDialog wish={wish} onClose={() => setWish(null)} />
    </Paper>
  );
}

function WhatNext({ one }: { one: CaseInFull }) {
  const { t } = useTranslation();
  const words = useStepWords();
  const ahead = aheadOf(one);
  if (one.ending !== null) return <Text>{t('next.ending')}</Text>;
  if (one.planned.length === 0) return <Text>{t('next.nothing')}</Text>;
  return (
    <Stack gap={4} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {one.planned.map(({ what, at }) => (
        <Group key={`${what}${at}`} justify="space-between" wrap="nowrap" component="li">
          <Text size="sm">{words(what)}</Text>
          <Group gap="xs" wrap="nowrap">
            <Until at={at} ahead={ahead} size="sm" urgentMs={what === 'resolution deadline' ? URGENT_MS : 0} />
            <Instant at={at} size="xs" c="dimmed" />
          </Group>
        </Group>
      ))}
    </Stack>
  );
}

function Told({ one }: { one: CaseInFull }) {
  const { t } = useTranslation();
  if (one.told.length === 0) return <Text>{t('case.toldNot')}</Text>;
  return (
    <Stack gap={4} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {one.told.map(({ key, kind, provisional, state, settledAt }) => (
        <Group key={key} gap="xs" component="li">
          <Text size="sm">{t(provisional ? 'case.toldEarly' : kind === 'review_succeeded' ? 'case.toldSuccess' : 'case.toldFailure')}</Text>
          <Badge size="sm" variant="light" tt="none" color={state === 'sent' ? 'teal' : 'orange'}>
            {t(`case.toldState.${state}`, { defaultValue: state })}
          </Badge>
          {settledAt !== null && <Instant at={settledAt} size="xs" c="dimmed" />}
        </Group>
      ))}
    </Stack>
  );
}

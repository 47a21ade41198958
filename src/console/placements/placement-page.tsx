/** One placement: what it is, what happens next, the questions to the vendor, all that has happened, and what can be done. */
import { Alert, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { OrderLines } from '../cases/order-lines.tsx';
import { aheadOf } from '../parts/clock.ts';
import { Instant, lengthInWords, Until, useInstant, useLocalInstants } from '../parts/instants.tsx';
import { useStepWords } from '../parts/next-step.tsx';
import { PageFailed, PagePending, useProblemWords } from '../parts/page-states.tsx';
import { History } from './history.tsx';
import { Messages } from './messages.tsx';
import { PlacementHead } from './placement-head.tsx';
import classes from './placements.module.css';
import { PollLine } from './poll-line.tsx';
import { eventsQuery, explanationQuery, placementQuery, previewQuery, type Placement } from './queries.ts';
import { QuestionTable } from './question-table.tsx';
import { plannedQuestions, questionsOf } from './schedule.ts';
import { needsSomebody } from './search.ts';
import './words.ts';

const route = getRouteApi('/signed-in/placements/$orderId');
const URGENT_MS = 8 * 3_600_000;

export function PlacementPage() {
  const { t } = useTranslation();
  const { orderId } = route.useParams();
  const words = useProblemWords();
  const instant = useInstant();
  const mayReadMessages = useMay('messages.read');
  const found = useQuery(placementQuery(orderId));
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
      <PlacementHead one={one} />
      <Questions one={one} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            <Panel title={t('placements.next.title')}>
              <WhatNext one={one} />
            </Panel>
            <Panel title={t('placements.explanation')}>
              <Explanation orderId={orderId} />
            </Panel>
            <Panel title={t('placements.facts')}>
              <Facts one={one} />
              {one.links.reviewCase !== undefined && <OrderLines orderId={orderId} />}
            </Panel>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            {mayReadMessages && (
              <Panel title={t('placements.messages')}>
                <Messages orderId={orderId} />
              </Panel>
            )}
            <Panel title={t('placements.history')}>
              <History orderId={orderId} />
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

function Questions({ one }: { one: Placement }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const events = useQuery(eventsQuery(one.orderId));
  const preview = useQuery({ ...previewQuery(one), enabled: one.endedAt === null && one.policyVersion !== null });
  const questions = questionsOf(events.data ?? []);
  const planned = plannedQuestions(one, preview.data ?? null);
  return (
    <Panel title={t('placements.line.title')}>
      {events.isPending && <PagePending />}
      {events.data === undefined && events.isError && <Text>{words(events.error)}</Text>}
      {events.data !== undefined && (
        <Stack gap="xs">
          <PollLine one={one} events={events.data} questions={questions} planned={planned} />
          {preview.isError && <Text size="sm">{t('placements.line.noRest', { why: words(preview.error) })}</Text>}
          <QuestionTable questions={questions} planned={planned} />
        </Stack>
      )}
    </Panel>
  );
}

function WhatNext({ one }: { one: Placement }) {
  const { t } = useTranslation();
  const stepWords = useStepWords();
  const { nextAction, deadlineAt, ending, endedAt } = one;
  const ahead = aheadOf(one);
  if (endedAt !== null) {
    return (
      <>
        <Text>{t('placements.next.ended')}</Text>
        {needsSomebody(one) && <Text>{t('placements.uncertainAbout')}</Text>}
      </>
    );
  }
  return (
    <Stack gap={4}>
      {ending !== null && <Text>{t('placements.next.cancelling')}</Text>}
      {ending === null && nextAction === null && <Text>{t('placements.next.calling')}</Text>}
      {nextAction !== null && <Step what={stepWords(nextAction.what)} at={nextAction.at} ahead={ahead} />}
      {deadlineAt !== null && <Step what={t('placements.deadline')} at={deadlineAt} ahead={ahead} urgentMs={URGENT_MS} />}
    </Stack>
  );
}

function Step({ what, at, ahead, urgentMs = 0 }: { what: string; at: string; ahead: number; urgentMs?: number }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{what}</Text>
      <Group gap="xs" wrap="nowrap">
        <Until at={at} ahead={ahead} size="sm" urgentMs={urgentMs} />
        <Instant at={at} size="xs" c="dimmed" />
      </Group>
    </Group>
  );
}

function Explanation({ orderId }: { orderId: string }) {
  const { i18n } = useTranslation();
  const words = useProblemWords();
  const local = useLocalInstants();
  const found = useQuery(explanationQuery(orderId, i18n.language === 'zh-CN' ? 'zh-CN' : 'en'));
  if (found.isPending) return <PagePending />;
  return (
    <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
      {found.data === undefined ? words(found.error) : local(found.data.text)}
    </Text>
  );
}

/** What the vendor takes decides what people can do; the customer is told by the ways given. */
function Facts({ one: { decision, customer, placementNumber, vendorOrderId, polls } }: { one: Placement }) {
  const { t, i18n } = useTranslation();
  const terms = decision?.inputs.vendor ?? null;
  const yesNo = (holds: boolean): string => t(`placements.terms.yesNo.${holds ? 'yes' : 'no'}`);
  const ways = [
    (customer?.email ?? null) === null ? null : t('placements.mail', { to: customer?.email }),
    (customer?.webhook ?? null) === null ? null : t('placements.call', { to: customer?.webhook }),
  ].filter((way) => way !== null);
  const facts: [string, string | null][] = [
    [t('placements.number'), placementNumber],
    [t('placements.vendorNumber'), vendorOrderId],
    [t('placements.asked'), t('placements.times', { count: polls })],
    [t('placements.customer'), customer?.name ?? customer?.id ?? t('placements.noCustomer')],
    [t('placements.toldBy'), ways.length === 0 ? t('placements.notTold') : ways.join(', ')],
    [t('placements.terms.idempotent'), terms === null ? null : yesNo(terms.idempotent)],
    [t('placements.terms.queryByOurNumber'), terms === null ? null : yesNo(terms.queryByOurNumber)],
    [t('placements.terms.cancellable'), terms === null ? null : yesNo(terms.cancellable)],
    [t('placements.terms.settle'), terms === null ? null : lengthInWords(terms.settleMs, i18n.language)],
  ];
  return (
    <dl className={classes['facts']}>
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <Fragment key={name}>
            <Text component="dt" size="sm">
              {name}
            </Text>
            <Text component="dd" size="sm">
              {value}
            </Text>
          </Fragment>
        ))}
    </dl>
  );
}

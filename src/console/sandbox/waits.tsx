/** What of an order waits, and until when; its wait can be skipped. */
import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { aheadOf } from '../parts/clock.ts';
import { Until, useInstant } from '../parts/instants.tsx';
import { useStepWords } from '../parts/next-step.tsx';
import { useProblemWords } from '../parts/page-states.tsx';
import { StatusBadge } from '../parts/status.tsx';
import { PlacementBadge } from '../placements/status.tsx';
import { notMovedWhy, skipWait, waitsQuery, type Waiting } from './control.ts';

interface WaitProps {
  one: { orderId: string; endedAt: string | null; nextAction: { what: string; at: string } | null; caseAt: string; asOf: string };
  of: Waiting;
  badge: ReactNode;
}

/** Nothing for an order that has neither. */
export function Waits({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const { data, error } = useQuery(waitsQuery(orderId));
  if (error !== null && data === undefined) return <Text role="alert">{words(error)}</Text>;
  const { reviewCase, placement } = data ?? { reviewCase: null, placement: null };
  if (reviewCase === null && placement === null) return null;
  return (
    <Paper component="section" withBorder p="md" aria-label={t('sandbox.waits')}>
      <Title order={2} size="h5">
        {t('sandbox.waits')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('sandbox.waitsAbout')}
      </Text>
      <Stack gap="xs">
        {reviewCase !== null && (
          <Wait key={reviewCase.caseId} one={reviewCase} of="review-case" badge={<StatusBadge status={reviewCase.status} />} />
        )}
        {placement !== null && (
          <Wait key={placement.placementId} one={placement} of="placement" badge={<PlacementBadge one={placement} />} />
        )}
      </Stack>
    </Paper>
  );
}

function Wait({ one, of, badge }: WaitProps) {
  const { t } = useTranslation();
  const stepWords = useStepWords();
  const problemWords = useProblemWords();
  const instant = useInstant();
  const queries = useQueryClient();
  const [isRunning, setRunning] = useState(false);
  const [outcome, setOutcome] = useState<{ isGood: boolean; words: string } | null>(null);
  const { orderId, endedAt, nextAction } = one;
  const name = t(`sandbox.waiting.${of}`);

  const skip = async (): Promise<void> => {
    setRunning(true);
    setOutcome(null);
    try {
      const { from, to } = await skipWait(of, orderId);
      setOutcome({ isGood: true, words: t('sandbox.moved', { from: instant(from), to: instant(to) }) });
    } catch (error) {
      const why = notMovedWhy(error);
      setOutcome({ isGood: false, words: why === null ? problemWords(error) : t(`sandbox.notMoved.${why}`) });
    }
    setRunning(false);
    void queries.invalidateQueries({ queryKey: ['order', orderId] });
    void queries.invalidateQueries({ queryKey: ['sandbox'] });
  };
  return (
    <div role="group" aria-label={name}>
      <Group gap="sm">
        <Anchor component={Link} to={`/${of === 'placement' ? 'placements' : 'cases'}/${encodeURIComponent(orderId)}`} size="sm" fw={600}>
          {name}
        </Anchor>
        {badge}
        <Text size="sm" flex={1} miw={180}>
          {endedAt !== null && t('sandbox.hasEnded')}
          {endedAt === null && nextAction === null && t('sandbox.nothingPlanned')}
          {endedAt === null && nextAction !== null && (
            <>
              {stepWords(nextAction.what)} <Until at={nextAction.at} ahead={aheadOf(one)} fw={600} />
            </>
          )}
        </Text>
        {endedAt === null && (
          <Button
            size="compact-sm"
            variant="light"
            loading={isRunning}
            disabled={nextAction === null}
            aria-label={t('sandbox.skipOf', { what: name })}
            onClick={() => void skip()}
          >
            {t('sandbox.skip')}
          </Button>
        )}
      </Group>
      {outcome !== null && (
        <Alert color={outcome.isGood ? 'teal' : 'orange'} mt="xs" role={outcome.isGood ? 'status' : 'alert'}>
          {outcome.words}
        </Alert>
      )}
    </div>
  );
}

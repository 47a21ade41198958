/** The few figures that say whether somebody has to do something, each with a word for how it stands. */
import { Anchor, Badge, Group, Paper, SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { lengthInWords } from '../parts/instants.tsx';
import { FigureLink, ListLink } from './figure-link.tsx';
import type { CaseFigures, Figure, Health } from './queries.ts';

type Tone = 'good' | 'look' | 'plain';

interface TileProps {
  word: string;
  figure?: Pick<Figure, 'count' | 'list'>;
  /** In place of a figure. */
  text?: ReactNode;
  tone: Tone;
  about?: string;
}

const TONES: Record<Tone, string> = { good: 'teal', look: 'red', plain: 'gray' };
/** Steps that are later than this at the 95th percentile want a look. */
const LATE_MS = 5000;
/** Where the table of delays stands in the page. */
export const DELAYS = 'delays';

export function Tiles({ cases, health }: { cases: CaseFigures; health: Health | undefined }) {
  const { t, i18n } = useTranslation();
  const waiting = cases.open.states.find(({ status }) => status === 'awaiting_liaison');
  const { share } = cases.ended.savedAlone;
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }} spacing="sm">
      <Tile word="open" figure={cases.open} tone="plain" />
      {waiting !== undefined && <Tile word="waiting" figure={waiting} tone="plain" />}
      <Tile
        word="saved"
        text={
          share === null || share === 0 ? (
            <Text inherit span c="dimmed">
              {share === null ? '–' : percent.format(0)}
            </Text>
          ) : (
            <ListLink list={cases.ended.savedAlone.list} label={`${percent.format(share)} ${t('operations.tile.saved')}`} fw={650}>
              {percent.format(share)}
            </ListLink>
          )
        }
        tone="plain"
        about={t('operations.tile.savedAbout', { saved: cases.ended.savedAlone.count, ended: cases.ended.count })}
      />
      {health !== undefined && <HealthTiles health={health} />}
    </SimpleGrid>
  );
}

function HealthTiles({ health }: { health: Health }) {
  const { messages, inboundEvents, breakers, unknownWords, timers } = health;
  const notArrived = messages.filter(({ state }) => ['dead', 'refused', 'unknown'].includes(state));
  const problems = sum(inboundEvents?.problems ?? []);
  const paused = (breakers ?? []).filter(({ state }) => state === 'open').length;
  const good = (isGood: boolean): Tone => (isGood ? 'good' : 'look');
  return (
    <>
      <Tile
        word="notArrived"
        figure={{ count: sum(notArrived), list: '/v1/messages?state=dead,refused,unknown' }}
        tone={good(sum(notArrived) === 0)}
      />
      {inboundEvents !== null && (
        <Tile word="problems" figure={{ count: problems, list: '/v1/inbound-events?problem=any' }} tone={good(problems === 0)} />
      )}
      {breakers !== null && <Tile word="paused" figure={{ count: paused, list: '/v1/counterparts' }} tone={good(paused === 0)} />}
      {unknownWords !== null && breakers !== null && (
        <Tile word="words" figure={{ count: unknownWords.length, list: '/v1/vendors' }} tone={good(unknownWords.length === 0)} />
      )}
      <DelayTile timers={timers} />
    </>
  );
}

/** Of each kind 19 of 20 were no later than that of the latest kind: so were 19 of 20 of all. */
function DelayTile({ timers }: Pick<Health, 'timers'>) {
  const { t, i18n } = useTranslation();
  const latest = timers.reduce((most, { p95Ms }) => Math.max(most, p95Ms), 0);
  const count = sum(timers);
  if (count === 0) return <Tile word="late" text={t('operations.tile.lateNone')} tone="plain" about={t('operations.tile.lateNoneAbout')} />;
  const words =
    latest < 1000 ? t('operations.tile.lateUnder') : t('operations.tile.lateUpTo', { time: lengthInWords(latest, i18n.language) });
  return (
    <Tile
      word="late"
      text={
        <Anchor component={Link} to="." hash={DELAYS} search={((now: object) => now) as never} fz="inherit" fw={650} className="hp-number">
          {words}
        </Anchor>
      }
      tone={latest <= LATE_MS ? 'good' : 'look'}
      about={t('operations.tile.lateAbout', { count, good: lengthInWords(LATE_MS, i18n.language) })}
    />
  );
}

function Tile({ word, figure, text, tone, about }: TileProps) {
  const { t } = useTranslation();
  const label = t(`operations.tile.${word}` as 'operations.tile.open');
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap={4}>
        <Text size="sm">{label}</Text>
        {tone !== 'plain' && (
          <Badge size="sm" variant="light" color={TONES[tone]} tt="none" flex="none">
            {t(`operations.tone.${tone}`)}
          </Badge>
        )}
      </Group>
      {figure === undefined ? (
        <Text component="div" fz={28} fw={650} className="hp-number" lh={1.3}>
          {text}
        </Text>
      ) : (
        <FigureLink figure={figure} of={label} fz={28} fw={650} lh={1.3} />
      )}
      {about !== undefined && (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      )}
    </Paper>
  );
}

/** Below a second in milliseconds. */
export function lateWords(ms: number, language: string): string {
  if (ms >= 1000) return lengthInWords(ms, language);
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 }).format(Math.max(ms, 0));
}

function sum(figures: readonly { count: number }[]): number {
  return figures.reduce((total, { count }) => total + count, 0);
}

/** The whole life of a case drawn to scale: what was asked and answered, said, done by people, and what is planned. */
import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { useMay } from '../app/session.ts';
import { aheadOf, useNow } from '../parts/clock.ts';
import { useInstant, ZONE } from '../parts/instants.tsx';
import { useStepWords } from '../parts/next-step.tsx';
import { gathered, tickNames, ticksOf, timeScale, type TimeScale } from '../parts/time-scale.ts';
import { formatLanguage } from '../words/words.ts';
import { useEventWords } from './history.tsx';
import classes from './life-line.module.css';
import { useMessageKind } from '../parts/message-kind.ts';
import { historyQuery, messagesQuery, type CaseInFull } from './queries.ts';

type Lane = 'review' | 'message' | 'person';
type Tone = 'good' | 'bad' | 'plain';
interface Mark {
  at: number;
  lane: Lane;
  tone: Tone;
  words: string;
  planned: boolean;
}

const LANES: readonly Lane[] = ['review', 'message', 'person'];
const LANE_PX = 34;
const TOP_PX = 8;
const MARGIN_PX = 20;
const LABEL_PX = 84;
const MARK_PX = 12;
const HEIGHT_PX = TOP_PX + LANES.length * LANE_PX + 26;

const REVIEW = new Set([
  'review_failed',
  'review_requested',
  'review_accepted',
  'review_unanswered',
  'review_succeeded',
  'last_look',
  'result_pending',
]);
const PEOPLE = new Set([
  'acknowledged',
  'reassigned',
  'rescheduled',
  'paused',
  'resumed',
  'review_asked_for',
  'policy_changed',
  'note',
  'reminded',
  'escalated',
]);
const GOOD = new Set(['review_succeeded', 'acknowledged']);
const BAD = new Set(['review_failed', 'review_unanswered', 'contradiction']);

export function LifeLine({ one, round }: { one: CaseInFull; round: number | undefined }) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize();
  const marks = useMarks(one, round);
  const now = useNow() + aheadOf(one);
  const end =
    one.endedAt === null
      ? Math.max(now, ...marks.map(({ at }) => at))
      : Math.max(Date.parse(one.endedAt), ...marks.filter(({ planned }) => !planned).map(({ at }) => at));
  const scale = timeScale(Date.parse(one.firstFailureAt), end, width - LABEL_PX, MARGIN_PX);
  return (
    <div ref={ref}>
      {width > 0 && (
        <svg width={width} height={HEIGHT_PX} role="img" aria-label={t('case.timelineAbout', { zone: ZONE })} className={classes['life']}>
          <Grid scale={scale} width={width} />
          <g transform={`translate(${LABEL_PX} 0)`}>
            <Spans one={one} scale={scale} now={now} />
            {LANES.map((lane, index) => (
              <LaneMarks key={lane} marks={marks.filter((mark) => mark.lane === lane)} scale={scale} y={TOP_PX + (index + 0.5) * LANE_PX} />
            ))}
          </g>
        </svg>
      )}
      <Text size="xs" c="dimmed">
        {t('case.timelineAbout', { zone: ZONE })}
      </Text>
    </div>
  );
}

function useMarks(one: CaseInFull, round: number | undefined): Mark[] {
  const eventWords = useEventWords();
  const stepWords = useStepWords();
  const kindWords = useMessageKind();
  const history = useQuery(historyQuery(one.orderId, round)).data ?? [];
  const messages = useQuery({ ...messagesQuery(one.orderId), enabled: useMay('messages.read') }).data ?? [];
  const done = history.flatMap((event): Mark[] => {
    const lane = laneOf(event);
    return lane === null
      ? []
      : [{ at: Date.parse(event.caseAt), lane, tone: toneOf(event.type), words: eventWords(event), planned: false }];
  });
  const sent = messages
    .filter(({ caseId }) => caseId === one.caseId)
    .map(({ caseAt, state, kind, recipient }): Mark => ({
      at: Date.parse(caseAt),
      lane: 'message',
      tone: state === 'sent' ? 'good' : state === 'dead' ? 'bad' : 'plain',
      words: `${kindWords(kind)} → ${recipient}`,
      planned: false,
    }));
  const planned = one.planned.map(({ what, at }): Mark => ({
    at: Date.parse(at),
    lane: /remind|escalation/.test(what) ? 'person' : 'review',
    tone: 'plain',
    words: stepWords(what),
    planned: true,
  }));
  return [...done, ...sent, ...planned];
}

function laneOf({ type }: Schemas['Event']): Lane | null {
  if (REVIEW.has(type)) return 'review';
  return PEOPLE.has(type) ? 'person' : null;
}

function toneOf(type: string): Tone {
  return GOOD.has(type) ? 'good' : BAD.has(type) ? 'bad' : 'plain';
}

function Grid({ scale, width }: { scale: TimeScale; width: number }) {
  const { t, i18n } = useTranslation();
  const nameOf = tickNames(formatLanguage(i18n.language));
  const bottom = TOP_PX + LANES.length * LANE_PX;
  return (
    <g aria-hidden>
      {LANES.map((lane, index) => (
        <g key={lane}>
          <text x={0} y={TOP_PX + (index + 0.5) * LANE_PX + 4} className={classes['label']}>
            {t(`case.lane.${lane}`)}
          </text>
          <line
            x1={LABEL_PX}
            x2={width}
            y1={TOP_PX + (index + 0.5) * LANE_PX}
            y2={TOP_PX + (index + 0.5) * LANE_PX}
            className={classes['lane']}
          />
        </g>
      ))}
      {ticksOf(scale, Math.max(Math.floor(width / 110), 2)).map((at) => (
        <g key={at} transform={`translate(${LABEL_PX + scale.x(at)} 0)`}>
          <line y1={TOP_PX} y2={bottom} className={classes['tick']} />
          <text y={bottom + 16} textAnchor="middle" className={classes['label']}>
            {nameOf(at)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The retry window, the deadline, and where the case is now. */
function Spans({ one, scale, now }: { one: CaseInFull; scale: TimeScale; now: number }) {
  const { t } = useTranslation();
  const bottom = TOP_PX + LANES.length * LANE_PX;
  const windowEnd = one.windowEndsAt === null ? null : Math.min(Date.parse(one.windowEndsAt), scale.to);
  const deadline = one.deadlineAt === null ? null : Date.parse(one.deadlineAt);
  return (
    <>
      {windowEnd !== null && (
        <rect
          x={scale.x(scale.from)}
          width={Math.max(scale.x(windowEnd) - scale.x(scale.from), 0)}
          y={TOP_PX}
          height={bottom - TOP_PX}
          className={classes['window']}
        >
          <title>{t('next.window')}</title>
        </rect>
      )}
      {deadline !== null && deadline <= scale.to && (
        <line x1={scale.x(deadline)} x2={scale.x(deadline)} y1={TOP_PX} y2={bottom} className={classes['deadline']}>
          <title>{t('next.deadline')}</title>
        </line>
      )}
      {one.endedAt === null && now <= scale.to && (
        <line x1={scale.x(now)} x2={scale.x(now)} y1={TOP_PX - 6} y2={bottom + 4} className={classes['now']}>
          <title>{t('next.due')}</title>
        </line>
      )}
    </>
  );
}

function LaneMarks({ marks, scale, y }: { marks: Mark[]; scale: TimeScale; y: number }) {
  const instant = useInstant();
  return gathered(marks, scale, MARK_PX).map(({ x, marks: together }) => {
    const [first] = together;
    const worst = together.find(({ tone }) => tone === 'bad') ?? together.find(({ tone }) => tone === 'good') ?? first;
    const isPlanned = together.every(({ planned }) => planned);
    return (
      <g key={x} transform={`translate(${x} ${y})`} className={classes[worst?.tone ?? 'plain']} data-planned={isPlanned}>
        <circle r={together.length > 1 ? 8 : 5.5} />
        {together.length > 1 && (
          <text textAnchor="middle" y={3.5} className={classes['count']}>
            {together.length}
          </text>
        )}
        <title>{together.map(({ at, words }) => `${instant(at)} ${words}`).join('\n')}</title>
      </g>
    );
  });
}

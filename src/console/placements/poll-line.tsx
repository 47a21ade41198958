/** The questions to the vendor drawn to scale: what was asked and answered, what the vendor and people said, what is planned. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesQuery } from '../cases/queries.ts';
import { aheadOf, useNow } from '../parts/clock.ts';
import { useInstant, ZONE } from '../parts/instants.tsx';
import { gathered, tickNames, ticksOf, timeScale, type TimeScale } from '../parts/time-scale.ts';
import { formatLanguage } from '../words/words.ts';
import { useEventWords, useKindWords } from './event-words.ts';
import { isOfPlacement } from './messages.tsx';
import classes from './placements.module.css';
import type { Event, Placement } from './queries.ts';
import { useAnswerWords, useQuestionWords } from './question-words.ts';
import type { AnswerKind, PlannedQuestion, Question } from './schedule.ts';

type Lane = 'question' | 'vendor' | 'customer' | 'person';
type Tone = 'plain' | 'good' | 'bad' | 'odd';
interface Mark {
  at: number;
  lane: Lane;
  tone: Tone;
  words: string;
  planned: boolean;
}

const LANES: readonly Lane[] = ['question', 'vendor', 'customer', 'person'];
const LANE_PX = 34;
const TOP_PX = 22;
const MARGIN_PX = 20;
const LABEL_PX = 76;
const MARK_PX = 12;
const BOTTOM_PX = TOP_PX + LANES.length * LANE_PX;
const HEIGHT_PX = BOTTOM_PX + 26;

/** Of the vendor without having been asked for the result. */
const VENDOR = new Set([
  'order_sent',
  'order_taken',
  'order_unanswered',
  'order_waits',
  'absence_confirmed',
  'cancellation_asked',
  'not_cancelled',
]);
const PEOPLE = new Set(['cancellation_wanted', 'payment_received', 'note', 'taken_up_again']);
const BAD = new Set(['order_unanswered', 'contradiction', 'failed']);

export interface PollLineProps {
  one: Placement;
  events: Event[];
  questions: Question[];
  planned: PlannedQuestion[];
}

export function PollLine({ one, events, questions, planned }: PollLineProps) {
  const { t } = useTranslation();
  const { ref, width } = useWidth();
  const marks = useMarks({ one, events, questions, planned });
  const now = useNow() + aheadOf(one);
  const deadline = one.deadlineAt === null ? null : Date.parse(one.deadlineAt);
  const instants = marks.map(({ at }) => at);
  const end = one.endedAt === null ? Math.max(now, deadline ?? 0, ...instants) : Math.max(Date.parse(one.endedAt), ...instants);
  const scale = timeScale(Date.parse(one.openedAt), end, width - LABEL_PX, MARGIN_PX);
  const about = t('placements.line.about', { zone: ZONE });
  return (
    <div ref={ref} style={{ minHeight: HEIGHT_PX }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT_PX} role="img" aria-label={about} className={classes['line']}>
          <Grid scale={scale} width={width} />
          <g transform={`translate(${LABEL_PX} 0)`}>
            <Spreads planned={planned} scale={scale} />
            {deadline !== null && deadline <= scale.to && (
              <Upright at={deadline} scale={scale} kind="deadline" words={t('next.deadline')} />
            )}
            {one.endedAt === null && now <= scale.to && <Upright at={now} scale={scale} kind="now" words={t('placements.line.now')} />}
            {LANES.map((lane, index) => (
              <LaneMarks key={lane} marks={marks.filter((mark) => mark.lane === lane)} scale={scale} y={TOP_PX + (index + 0.5) * LANE_PX} />
            ))}
          </g>
        </svg>
      )}
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    </div>
  );
}

/** Known before it is painted first, so that nothing jumps. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (ref.current === null) return;
    const measure = (): void => setWidth((before) => ref.current?.clientWidth || before);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

function useMarks({ one, events, questions, planned }: PollLineProps): Mark[] {
  const { t } = useTranslation();
  const eventWords = useEventWords();
  const kindWords = useKindWords();
  const questionWords = useQuestionWords();
  const answerWords = useAnswerWords();
  const messages = useQuery(messagesQuery(one.orderId)).data ?? [];
  const asked = questions.map((question): Mark => ({
    at: question.at,
    lane: question.purpose === 'by_hand' ? 'person' : 'question',
    tone: toneOf(question.answer),
    words: `${questionWords(question)}: ${answerWords(question)}`,
    planned: false,
  }));
  const heard = events.flatMap((event): Mark[] => {
    const lane = laneOf(event);
    if (lane === null) return [];
    const word = typeof event.data['vendorStatus'] === 'string' ? ` ${event.data['vendorStatus']}` : '';
    const tone = event.type === 'succeeded' ? 'good' : BAD.has(event.type) ? 'bad' : event.data['unmapped'] === true ? 'odd' : 'plain';
    return [{ at: Date.parse(event.caseAt), lane, tone, words: `${eventWords(event)}${word}`, planned: false }];
  });
  const told = messages
    .filter((message) => isOfPlacement(message, one.orderId) && message.counterpart !== 'vendor')
    .map((message): Mark => ({
      at: Date.parse(message.caseAt),
      lane: 'customer',
      tone: message.state === 'sent' ? 'good' : message.state === 'dead' ? 'bad' : 'plain',
      words: kindWords(message),
      planned: false,
    }));
  const toCome = planned.map((question): Mark => ({
    at: question.at,
    lane: 'question',
    tone: 'plain',
    words: `${questionWords(question)} (${t('placements.line.planned')})`,
    planned: true,
  }));
  return [...asked, ...heard, ...told, ...toCome];
}

/** Answers to questions stand at the questions. */
function laneOf({ type, actor, before }: Event): Lane | null {
  if (VENDOR.has(type)) return 'vendor';
  if (PEOPLE.has(type)) return 'person';
  if (type === 'vendor_asked' || type === 'opened' || actor === 'holdpoint') return null;
  const isReport = type === 'vendor_reported' || type === 'succeeded' || type === 'failed' || type === 'contradiction';
  if (actor === 'vendor') return type === 'vendor_reported' && before === 'sent' ? 'vendor' : null;
  return isReport ? 'vendor' : 'person';
}

function toneOf(answer: AnswerKind): Tone {
  if (answer === 'final') return 'good';
  if (answer === 'no_answer' || answer === 'waits') return 'bad';
  return answer === 'not_found' ? 'odd' : 'plain';
}

function Grid({ scale, width }: { scale: TimeScale; width: number }) {
  const { t, i18n } = useTranslation();
  const nameOf = tickNames(formatLanguage(i18n.language));
  const middle = (index: number): number => TOP_PX + (index + 0.5) * LANE_PX;
  return (
    <g aria-hidden>
      {LANES.map((lane, index) => (
        <g key={lane}>
          <text x={0} y={middle(index) + 4} className={classes['label']}>
            {t(`placements.line.lane.${lane}`)}
          </text>
          <line x1={LABEL_PX} x2={width} y1={middle(index)} y2={middle(index)} className={classes['lane']} />
        </g>
      ))}
      {ticksOf(scale, Math.max(Math.floor(width / 110), 2)).map((at) => (
        <g key={at} transform={`translate(${LABEL_PX + scale.x(at)} 0)`}>
          <line y1={TOP_PX} y2={BOTTOM_PX} className={classes['tick']} />
          <text y={BOTTOM_PX + 16} textAnchor="middle" className={classes['label']}>
            {nameOf(at)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Where chance may put what is planned. */
function Spreads({ planned, scale }: { planned: PlannedQuestion[]; scale: TimeScale }) {
  return planned
    .filter(({ earliest, latest }) => latest > earliest)
    .map(({ number, earliest, latest }) => (
      <rect
        key={`${number} ${earliest}`}
        x={scale.x(earliest)}
        width={Math.max(scale.x(latest) - scale.x(earliest), 1)}
        y={TOP_PX + LANE_PX / 2 - 5}
        height={10}
        rx={5}
        className={classes['spread']}
      />
    ));
}

function Upright({ at, scale, kind, words }: { at: number; scale: TimeScale; kind: 'deadline' | 'now'; words: string }) {
  return (
    <g transform={`translate(${scale.x(at)} 0)`}>
      <line y1={TOP_PX - 6} y2={BOTTOM_PX + 4} className={classes[kind]} />
      <text y={TOP_PX - 10} textAnchor={scale.x(at) > scale.x(scale.to) - MARGIN_PX ? 'end' : 'middle'} className={classes['label']}>
        {words}
      </text>
    </g>
  );
}

function LaneMarks({ marks, scale, y }: { marks: Mark[]; scale: TimeScale; y: number }) {
  const instant = useInstant();
  return gathered(marks, scale, MARK_PX).map(({ x, marks: together }) => {
    const worst = (['bad', 'odd', 'good'] as const).find((tone) => together.some((mark) => mark.tone === tone)) ?? 'plain';
    const isPlanned = together.every(({ planned }) => planned);
    return (
      <g key={x} transform={`translate(${x} ${y})`} className={`${classes['mark']} ${classes[worst]}`} data-planned={isPlanned}>
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

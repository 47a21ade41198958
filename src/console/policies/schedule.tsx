/** What a policy plans, drawn on a scale of time: a draft above the version in force, so that one sees what becomes otherwise. */
import { Box, SegmentedControl, Spoiler, Table, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lengthInWords, useInstant, ZONE } from '../parts/instants.tsx';
import { ticksOf, timeScale, type TimeScale } from '../parts/time-scale.ts';
import type { PlannedPoint, Preview } from './queries.ts';
import classes from './schedule.module.css';

export interface DrawnLane {
  name: string;
  tone: 'draft' | 'now';
  preview: Preview;
}

const LANE_PX = 40;
const PEOPLE_PX = 26;
const TOP_PX = 6;
const AXIS_PX = 24;
const MARGIN_PX = 14;
const LABEL_PX = 76;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Of the window, drawn beyond its end. */
const BEYOND = 0.03;
const ms = (at: string): number => Date.parse(at);

/** @param isOutdated it is drawn paler: what is typed is not what it shows */
export function Schedule({ lanes, isOutdated = false }: { lanes: DrawnLane[]; isOutdated?: boolean }) {
  const { ref, width } = useElementSize();
  const { t } = useTranslation();
  const words = useSummary();
  const [span, setSpan] = useState<'window' | 'deadline'>('window');
  const [first] = lanes;
  if (first === undefined) return null;
  const from = ms(first.preview.from);
  const windowEnd = Math.max(...lanes.map(({ preview }) => ms(preview.windowEndsAt ?? preview.from)));
  const deadline = Math.max(...lanes.map(({ preview }) => ms(preview.deadlineAt)));
  const isNear = span === 'window' && windowEnd > from;
  const to = isNear ? windowEnd + (windowEnd - from) * BEYOND : deadline;
  const scale = timeScale(from, to, width - LABEL_PX, MARGIN_PX);
  const withPeople = lanes.some(({ preview }) => preview.escalation.length > 0);
  const rows = lanes.map((lane) => ({ lane, height: LANE_PX + (withPeople ? PEOPLE_PX : 0) }));
  const bottom = TOP_PX + rows.reduce((sum, { height }) => sum + height, 0);
  return (
    <Box>
      <div ref={ref}>
        {width > 0 && (
          <svg
            width={width}
            height={bottom + AXIS_PX}
            opacity={isOutdated ? 0.5 : 1}
            role="img"
            aria-label={words(first.preview)}
            className={classes['drawing']}
          >
            <Axis scale={scale} width={width} bottom={bottom} isRelative={first.preview.workingTime === null} />
            {rows.map(({ lane, height }, index) => (
              <g key={lane.tone} transform={`translate(0 ${TOP_PX + index * height})`}>
                <Lane lane={lane} scale={scale} height={height} />
              </g>
            ))}
          </svg>
        )}
      </div>
      {windowEnd > from && (
        <SegmentedControl
          size="xs"
          mb={4}
          aria-label={t('policies.span')}
          value={span}
          onChange={setSpan}
          data={[
            { value: 'window', label: t('policies.toWindow') },
            { value: 'deadline', label: t('policies.toDeadline') },
          ]}
        />
      )}
      {lanes.map(({ name, tone, preview }) => (
        <Text key={tone} size="sm">
          <b>{name}</b>: {words(preview)}
        </Text>
      ))}
      <Text size="xs" c="dimmed">
        {t(first.preview.windowEndsAt === null ? 'policies.pollsAbout' : 'policies.scheduleAbout')}
      </Text>
      {first.preview.notes.map((note) => (
        <Text key={note} size="xs">
          {note}
        </Text>
      ))}
      <Spoiler maxHeight={0} showLabel={t('policies.instants')} hideLabel={t('page.close')} fz="sm">
        <Instants preview={first.preview} />
      </Spoiler>
    </Box>
  );
}

function useSummary(): (preview: Preview) => string {
  const { t, i18n } = useTranslation();
  return ({ from, points, deadlineAt }) => {
    const after = (at: string | undefined): string => (at === undefined ? '–' : lengthInWords(ms(at) - ms(from), i18n.language));
    const plain = points.flatMap(({ at }) => (at === null ? [] : [at]));
    return t('policies.drawing', { count: plain.length, first: after(plain[0]), last: after(plain.at(-1)), deadline: after(deadlineAt) });
  };
}

/** How long after the start; with a working calendar the days themselves. */
function Axis({ scale, width, bottom, isRelative }: { scale: TimeScale; width: number; bottom: number; isRelative: boolean }) {
  const { i18n } = useTranslation();
  const most = Math.max(Math.floor(width / 90), 2);
  const zoneless = { ...scale, from: scale.from - new Date(scale.from).getTimezoneOffset() * 60_000 };
  const long = scale.to - scale.from > 1.5 * DAY_MS;
  const format = new Intl.DateTimeFormat(i18n.language, long ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' });
  const step = stepOf(zoneless, most);
  const ticks = isRelative
    ? Array.from({ length: Math.floor((scale.to - scale.from) / step) + 1 }, (_, index) => scale.from + index * step)
    : ticksOf(scale, most);
  const label = (at: number): string => {
    if (!isRelative) return format.format(at);
    return at === scale.from ? '0' : `+${lengthInWords(at - scale.from, i18n.language)}`;
  };
  return (
    <g aria-hidden transform={`translate(${LABEL_PX} 0)`}>
      {ticks.map((at) => (
        <g key={at} transform={`translate(${scale.x(at)} 0)`}>
          <line y1={TOP_PX} y2={bottom} className={classes['tick']} />
          <text y={bottom + 16} textAnchor="middle" className={classes['label']}>
            {label(at)}
          </text>
        </g>
      ))}
    </g>
  );
}

const STEPS = [10 * 60_000, 30 * 60_000, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS];

function stepOf({ from, to }: { from: number; to: number }, most: number): number {
  return STEPS.find((step) => (to - from) / step <= most) ?? Math.ceil((to - from) / most / DAY_MS) * DAY_MS;
}

function Lane({ lane: { name, tone, preview }, scale, height }: { lane: DrawnLane; scale: TimeScale; height: number }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const middle = LANE_PX / 2;
  const { windowEndsAt, deadlineAt, workingTime, escalation } = preview;
  const start = scale.x(scale.from);
  const deadline = scale.x(ms(deadlineAt));
  return (
    <>
      <text x={0} y={middle + 4} className={classes['name']}>
        {name}
      </text>
      {escalation.length > 0 && (
        <text x={0} y={LANE_PX + 12} className={classes['label']}>
          {t('policies.people')}
        </text>
      )}
      <g transform={`translate(${LABEL_PX} 0)`} className={classes[tone]}>
        {windowEndsAt !== null && (
          <rect x={start} width={Math.max(scale.x(ms(windowEndsAt)) - start, 0)} y={4} height={LANE_PX - 8} className={classes['window']}>
            <title>{`${t('policies.windowEnd')}: ${instant(windowEndsAt)}`}</title>
          </rect>
        )}
        {workingTime?.map((open) => (
          <rect
            key={open.from}
            x={scale.x(Math.max(ms(open.from), scale.from))}
            width={Math.max(scale.x(Math.min(ms(open.to), scale.to)) - scale.x(Math.max(ms(open.from), scale.from)), 0)}
            y={LANE_PX - 4}
            height={3}
            className={classes['open']}
          >
            <title>{`${t('policies.workingTime')}: ${instant(open.from)} – ${instant(open.to)}`}</title>
          </rect>
        ))}
        <line x1={start} x2={deadline} y1={middle} y2={middle} className={classes['axis']} />
        {preview.points.map((point) => (
          <Point key={point.number} point={point} scale={scale} y={middle} />
        ))}
        {escalation.map(({ to, at }, index) =>
          at === null ? null : (
            <rect key={index} x={scale.x(ms(at)) - 5} y={LANE_PX + 3} width={10} height={10} className={classes['person']}>
              <title>{`${t(`group.${to}`)}: ${instant(at)}`}</title>
            </rect>
          ),
        )}
        <line x1={deadline} x2={deadline} y1={2} y2={height - 6} className={classes['deadline']}>
          <title>{`${t('policies.deadlineWord')}: ${instant(deadlineAt)}`}</title>
        </line>
      </g>
    </>
  );
}

function Point({ point: { number, at, earliest, latest, lastLook }, scale, y }: { point: PlannedPoint; scale: TimeScale; y: number }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const from = scale.x(ms(earliest));
  return (
    <g>
      <rect x={from - 2} width={Math.max(scale.x(ms(latest)) - from, 0) + 4} y={y - 4} height={8} rx={4} className={classes['spread']} />
      {at !== null && <circle cx={scale.x(ms(at))} cy={y} r={4} className={classes['point']} />}
      <title>{`${number}. ${instant(at ?? earliest)}${lastLook ? ` (${t('policies.lastLook')})` : ''}`}</title>
    </g>
  );
}

function Instants({ preview: { points, from, escalation } }: { preview: Preview }) {
  const { t, i18n } = useTranslation();
  const instant = useInstant();
  const after = (at: string): string => `+${lengthInWords(ms(at) - ms(from), i18n.language)}`;
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table fz="sm" className="hp-number">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('policies.number')}</Table.Th>
            <Table.Th>{t('policies.at')}</Table.Th>
            <Table.Th>{t('policies.between')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map(({ number, at, earliest, latest, lastLook }) => (
            <Table.Tr key={number}>
              <Table.Td>
                {number}
                {lastLook && ` (${t('policies.lastLook')})`}
              </Table.Td>
              <Table.Td>{at === null ? '–' : `${after(at)} · ${instant(at)}`}</Table.Td>
              <Table.Td>{`${after(earliest)} – ${after(latest)}`}</Table.Td>
            </Table.Tr>
          ))}
          {escalation.map(({ to, afterMs, at }) => (
            <Table.Tr key={`${to}${afterMs}`}>
              <Table.Td>{t(`group.${to}`)}</Table.Td>
              <Table.Td>{at === null ? t('policies.leftOut') : `${after(at)} · ${instant(at)}`}</Table.Td>
              <Table.Td>{ZONE}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Figures over cases as they are answered. */
import type { CaseStatistics, Durations } from '../../db/case-statistics.js';
import { RESOLVED_STATUSES } from '../../domain/attendance.js';
import { OPEN_STATUSES } from '../../domain/case-status.js';
import { figure } from './lists.js';

const CASES = '/v1/review-cases';
const HOUR_MS = 3_600_000;
/** Open cases by age: up to 1 h, 4 h, a day, 3 days, a week, and beyond. */
const AGES_MS = [1, 4, 24, 72, 168].map((hours) => hours * HOUR_MS);

/** @returns the instants between the ages, rising, epoch ms */
export function agesAt(now: number): number[] {
  return AGES_MS.map((age) => now - age).toReversed();
}

export interface Asked {
  bounds: readonly number[];
  every: string;
  timeZone: string;
  now: number;
}

export function caseStatisticsView(found: CaseStatistics, { bounds, every, timeZone, now }: Asked) {
  const whole = spanBetween(bounds[0], bounds.at(-1));
  const during = { endedAfter: whole.from, endedBefore: whole.to };
  const ended = found.ended.reduce(
    (sum, { count, approved, alone }) => ({ count: sum.count + count, approved: sum.approved + approved, alone: sum.alone + alone }),
    { count: 0, approved: 0, alone: 0 },
  );
  const resolved = { status: RESOLVED_STATUSES.join(','), ...during };
  return {
    ...whole,
    every,
    timeZone,
    asOf: isoOf(now),
    open: openView(found, now),
    intervals: bounds.slice(0, -1).map((_, index) => intervalView(found, bounds, index)),
    ended: {
      ...figure(ended.count, CASES, during),
      approved: figure(ended.approved, CASES, { status: 'approved', ...during }),
      savedAlone: { ...savedAlone(ended.alone, during), share: ended.count === 0 ? null : ended.alone / ended.count },
    },
    timeToResolve: {
      all: durationsView(found.resolved, resolved),
      byReasonType: found.byReasonType.map(({ reasonType, ...rest }) => ({
        reasonType,
        ...durationsView(rest, { ...resolved, reasonType }),
      })),
      byLiaison: found.byLiaison.map(({ liaisonId, ...rest }) => ({
        liaisonId,
        ...durationsView(rest, { ...resolved, ...(liaisonId === null ? { unassigned: 'true' } : { liaisonId }) }),
      })),
    },
  };
}

function openView({ open }: CaseStatistics, now: number) {
  const edges = agesAt(now);
  const sum = (counted: CaseStatistics['open']): number => counted.reduce((total, { count }) => total + count, 0);
  const states = OPEN_STATUSES.map((status) => {
    const ofState = open.filter((one) => one.status === status);
    const ages = [...edges, null].map((_, age) => {
      const [openedAfter, openedBefore] = [age === 0 ? null : isoOf(edges[age - 1]), age === edges.length ? null : isoOf(edges[age])];
      const count = sum(ofState.filter((one) => one.age === age));
      return { openedAfter, openedBefore, ...figure(count, CASES, { open: 'true', status, openedAfter, openedBefore }) };
    });
    return { status, ...figure(sum(ofState), CASES, { open: 'true', status }), ages };
  });
  return { ...figure(sum(open), CASES, { open: 'true' }), states };
}

function intervalView({ opened, ended }: CaseStatistics, bounds: readonly number[], index: number) {
  const { from, to } = spanBetween(bounds[index], bounds[index + 1]);
  const during = { endedAfter: from, endedBefore: to };
  const of = <T extends { interval: number }>(counted: readonly T[]): T | undefined =>
    counted.find(({ interval }) => interval === index + 1);
  const { count = 0, approved = 0, alone = 0 } = of(ended) ?? {};
  return {
    from,
    to,
    opened: figure(of(opened)?.count ?? 0, CASES, { openedAfter: from, openedBefore: to }),
    ended: figure(count, CASES, during),
    approved: figure(approved, CASES, { status: 'approved', ...during }),
    savedAlone: savedAlone(alone, during),
  };
}

function savedAlone(count: number, during: Record<string, string>) {
  return figure(count, CASES, { status: 'approved', attended: 'false', ...during });
}

function durationsView({ count, p50, p90 }: Durations, filters: Record<string, string>) {
  return { p50Ms: msOf(p50), p90Ms: msOf(p90), ...figure(count, CASES, filters) };
}

function msOf(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1000);
}

function spanBetween(from = 0, to = 0): { from: string; to: string } {
  return { from: isoOf(from), to: isoOf(to) };
}

function isoOf(instant = 0): string {
  return new Date(instant).toISOString();
}

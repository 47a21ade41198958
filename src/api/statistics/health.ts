/** Figures for operations as they are answered. */
import { WATCHED_STATES, type BreakerFigures, type HealthStatistics, type Lateness } from '../../db/health-statistics.js';
import { figure, listAt } from './lists.js';

const MESSAGES = '/v1/messages';
const EVENTS = '/v1/inbound-events';

export function healthView(found: HealthStatistics, { from, to, now }: { from: number; to: number; now: number }) {
  const { breakers, waiting, problems, words } = found;
  return {
    from: new Date(from),
    to: new Date(to),
    asOf: new Date(now),
    breakers: breakers?.map(breakerView) ?? null,
    messages: WATCHED_STATES.map((state) => messagesView(found, state)),
    inboundEvents: waiting === null || problems === null ? null : inboundView(waiting, problems),
    unknownWords:
      words?.map(({ vendorId, vendorStatus, count }) => ({
        vendorId,
        vendorStatus,
        ...figure(count, '/v1/placements', { unmapped: 'true', vendorId, vendorStatus }),
      })) ?? null,
    timers: found.lateness.map(timerView),
  };
}

function messagesView({ messages }: HealthStatistics, state: string) {
  const ofState = messages.filter((one) => one.state === state);
  const counterparts = ofState.map(({ counterpart, count }) => ({ counterpart, ...figure(count, MESSAGES, { state, counterpart }) }));
  const all = counterparts.reduce((total, { count }) => total + count, 0);
  return { state, ...figure(all, MESSAGES, { state }), counterparts };
}

function inboundView(waiting: NonNullable<HealthStatistics['waiting']>, problems: NonNullable<HealthStatistics['problems']>) {
  const inState = (state: string): number => waiting.find((one) => one.state === state)?.count ?? 0;
  const contradicting = problems.reduce((total, { contradictions }) => total + contradictions, 0);
  return {
    pending: figure(inState('pending'), EVENTS, { state: 'pending' }),
    parked: figure(inState('excess'), EVENTS, { state: 'excess' }),
    contradicting: figure(contradicting, EVENTS, { disposition: 'contradiction', problem: 'any' }),
    problems: problems.map(({ problem, count }) => ({ problem, ...figure(count, EVENTS, { problem }) })),
  };
}

function breakerView({ openedAt, probeAt, deadLetters, ...breaker }: BreakerFigures) {
  return {
    ...breaker,
    openedAt: instantOf(openedAt),
    probeAt: instantOf(probeAt),
    deadLetters: figure(deadLetters, MESSAGES, { state: 'dead', counterpartId: breaker.counterpartId }),
  };
}

function timerView({ timer, count, p50, p95, max, worst }: Lateness) {
  const history = timer === 'poll' ? `/v1/placements/${worst.orderId}/events` : roundOf(worst);
  const ms = (seconds: number): number => Math.round(seconds * 1000);
  const { orderId, caseId, at } = worst;
  return { timer, count, p50Ms: ms(p50), p95Ms: ms(p95), maxMs: ms(max), worst: { orderId, caseId, at: instantOf(at), list: history } };
}

/** A case's id has its round. */
function roundOf({ orderId, caseId }: Lateness['worst']): string {
  return listAt(`/v1/review-cases/${orderId}/events`, { round: /\/(\d+)[^/]*$/.exec(caseId)?.[1] ?? null });
}

function instantOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

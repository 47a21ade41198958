import { hasEnded } from '../../domain/case-status.js';
import { stepsToCome } from './ladder.js';
import type { CaseState } from './state.js';

/** An instant at which the clock alone does something, epoch ms. */
export interface Instant {
  at: number;
  what: string;
}

export const DEADLINE = 'resolution deadline';
export const WINDOW_END = 'end of the retry window';

/** The nearest instant at which the clock alone changes something, or null when only an event does. */
export function nextInstant(state: CaseState): Instant | null {
  const { request } = state;
  // The call under way is bounded by the answer deadline itself: no timer beside it.
  if (request?.querying === true) return null;
  const atLast = deadline(state);
  if (atLast === null) return null;
  // … but for what comes before that: a step of the ladder, or a deadline that a change of policy has moved.
  if (request !== null && !request.accepted) {
    return nearest([...steps(state), atLast].filter(({ at }) => at < request.answerDueAt));
  }
  const windowEnd = state.nextReviewAt !== null && state.paused ? [{ at: (state.windowEndsAt ?? atLast.at) + 1, what: WINDOW_END }] : [];
  return nearest([...requests(state), ...windowEnd, ...steps(state), atLast]);
}

/** Everything that is planned, the nearest first: what comes to pass if nothing else happens before. */
export function plannedInstants(state: CaseState): Instant[] {
  const atLast = deadline(state);
  if (atLast === null) return [];
  const asks = state.status === 'held' || state.status === 'in_review';
  const windowEnd = asks && state.windowEndsAt !== null ? [{ at: state.windowEndsAt, what: WINDOW_END }] : [];
  return [...requests(state), ...steps(state), ...windowEnd, atLast].toSorted((a, b) => a.at - b.at);
}

/** Null: no clock runs, before the decision and from the ending on. */
function deadline({ status, ending, deadlineAt }: CaseState): Instant | null {
  return hasEnded(status) || ending !== null || deadlineAt === null ? null : { at: deadlineAt, what: DEADLINE };
}

/** The next review request, or what is planned for the one under way. */
function requests({ nextReviewAt, paused, attempts, request }: CaseState): Instant[] {
  const instants: Instant[] = [];
  if (nextReviewAt !== null && !paused) instants.push({ at: nextReviewAt, what: `review request ${attempts + 1}` });
  if (request === null) return instants;
  instants.push({ at: request.answerDueAt, what: `answer to request ${request.attempt} due` });
  if (request.nextQueryAt !== null) instants.push({ at: request.nextQueryAt, what: `ask for the result of request ${request.attempt}` });
  return instants;
}

function steps(state: CaseState): Instant[] {
  return stepsToCome(state).map(({ to, at }) => ({ at, what: to === 'liaison' ? 'reminder' : `escalation_${to}` }));
}

function nearest(instants: Instant[]): Instant | null {
  return instants.reduce<Instant | null>((found, instant) => (found === null || instant.at < found.at ? instant : found), null);
}

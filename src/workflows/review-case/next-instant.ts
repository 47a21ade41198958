import { hasEnded } from '../../domain/case-status.js';
import type { CaseState } from './state.js';

/** The nearest instant at which the clock alone changes something, or null when only an event does. */
export function nextInstant(state: CaseState): { at: number; what: string } | null {
  if (hasEnded(state.status) || state.ending !== null || state.deadlineAt === null) return null;
  const instants: { at: number; what: string }[] = [{ at: state.deadlineAt, what: 'resolution deadline' }];
  if (state.nextReviewAt !== null && state.paused)
    instants.push({ at: (state.windowEndsAt ?? state.deadlineAt) + 1, what: 'end of the retry window' });
  if (state.nextReviewAt !== null && !state.paused) instants.push({ at: state.nextReviewAt, what: `review request ${state.attempts + 1}` });
  const request = state.request;
  if (request !== null) {
    // The call under way is bounded by the answer deadline itself: no timer beside it.
    if (request.querying) return null;
    // … unless a change of policy has moved the deadline before it.
    if (!request.accepted) return request.answerDueAt > state.deadlineAt ? { at: state.deadlineAt, what: 'resolution deadline' } : null;
    instants.push({ at: request.answerDueAt, what: `answer to request ${request.attempt} due` });
    if (request.nextQueryAt !== null) instants.push({ at: request.nextQueryAt, what: `ask for the result of request ${request.attempt}` });
  }
  return instants.reduce((nearest, instant) => (instant.at < nearest.at ? instant : nearest));
}

import { placementHasEnded } from '../../domain/placement-status.js';
import type { PlacementState } from './state.js';

/** The nearest instant at which the clock alone changes something, or null when only an event does. */
export function nextInstant(state: PlacementState): { at: number; what: string } | null {
  const { deadlineAt } = state;
  if (placementHasEnded(state.status) || deadlineAt === null) return null;
  if (state.status === 'created') return state.paymentDueAt === null ? null : { at: state.paymentDueAt, what: 'payment due' };
  // A call under way is bounded by the deadline itself: no timer beside it.
  if (state.placing || state.query !== null || state.cancelling) return null;
  const instants = [{ at: deadlineAt, what: 'last look, at the deadline' }];
  if (state.nextPollAt !== null && state.nextPollAt < deadlineAt) instants.push({ at: state.nextPollAt, what: `poll ${state.polls + 1}` });
  const { verification } = state;
  if (verification !== null && verification.nextAt !== null && verification.nextAt < deadlineAt) {
    instants.push({ at: verification.nextAt, what: `ask whether the vendor has the order, question ${verification.asked + 1}` });
  }
  return instants.reduce((nearest, instant) => (instant.at < nearest.at ? instant : nearest));
}

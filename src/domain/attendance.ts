/** Whether a person has done something in a case: what "saved without a person" is counted by. */
import { OPEN_STATUSES } from './case-status.js';

/**
 * Lines of a case's audit that are a person's whoever wrote them. Beside them a person's are the beginning of an ending that is not the
 * clock's (`ending`), and a success on a liaison's word (`review_succeeded`).
 */
export const PERSONS_LINES = [
  'review_asked_for',
  'paused',
  'resumed',
  'rescheduled',
  'reassigned',
  'acknowledged',
  'policy_changed',
  'note',
  'case_reopened',
] as const;

/** What is done after the end has saved nobody. */
export const ATTENDED_WHILE = OPEN_STATUSES;

/** Endings of cases that were held: those whose time to resolve tells something. What is decided at once, or of no known order, is left out. */
export const RESOLVED_STATUSES = ['approved', 'declined', 'expired', 'cancelled'] as const;

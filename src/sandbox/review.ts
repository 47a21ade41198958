import { reasonOf, type Reason } from './reason.js';
import type { AnswerMode } from './scenario.js';

/** A review the review server has decided on; what it decided is known to others only from `dueAt` on. */
export interface Review {
  /** Null when a liaison asked for it. */
  reviewRequestId: string | null;
  orderId: string;
  reviewRound: number;
  attempt: number;
  answer: AnswerMode;
  /** The liaison who asked; null for a request of Holdpoint. */
  liaisonId: string | null;
  /** ISO 8601, wall time. */
  requestedAt: string;
  /** When the outcome becomes known, ISO 8601; null = never. */
  dueAt: string | null;
  outcome: Outcome;
  withdrawnAt: string | null;
}

export type Outcome = { outcome: 'succeeded' } | { outcome: 'failed'; reason: Reason };

/** @returns what a review is known to have come to at `now` (Unix ms); a withdrawal counts only before the outcome */
export function outcomeAt(review: Review, now: number): Outcome | { outcome: 'pending' } {
  const dueAt = review.dueAt === null ? Infinity : Date.parse(review.dueAt);
  if (review.withdrawnAt !== null && Date.parse(review.withdrawnAt) < dueAt) {
    return { outcome: 'failed', reason: reasonOf('WITHDRAWN') };
  }
  return now < dueAt ? { outcome: 'pending' } : review.outcome;
}

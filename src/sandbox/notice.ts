import { randomUUID } from 'node:crypto';
import type { Review } from './review.js';
import type { NoticeTry } from './scenario.js';

/** A call that the review server, the liaison server or a vendor owes Holdpoint. */
export interface Notice {
  /** Stays the same over all its tries and over a restart. */
  eventId: string;
  orderId: string;
  /** Whose bearer key it carries. */
  sender: 'review' | 'liaison' | 'vendor';
  /** Below Holdpoint's base address, without a leading slash. */
  path: string;
  body: Record<string, unknown>;
  /** Not sent before this instant, ISO 8601, wall time. */
  dueAt: string;
}

/** How one try of a notice went out, and the status of Holdpoint's answer; null: there was none. */
export interface NoticeAnswer {
  how: NoticeTry;
  status: number | null;
}

/** How a notice came to its end; `status` and `detail` are those of Holdpoint's last answer, if there was one. */
export interface NoticeEnding {
  how: 'delivered' | 'refused' | 'withdrawn' | 'given-up';
  at: string;
  status: number | null;
  detail: string | null;
  /** Its latest tries, in order. */
  answers?: NoticeAnswer[];
}

/** @returns the notice of a review's outcome, due when the outcome is */
export function noticeOf(review: Review, dueAt: string, order: Record<string, unknown> | undefined): Notice {
  const failed = review.outcome.outcome === 'failed';
  const eventId = `${failed ? 'rf' : 'rs'}-${randomUUID()}`;
  const { orderId, reviewRound, reviewRequestId } = review;
  const common = { eventId, orderId, reviewRound, reviewRequestId, occurredAt: dueAt };
  const outcome =
    review.outcome.outcome === 'failed'
      ? { reason: review.outcome.reason, ...(order && { order }) }
      : { reviewedBy: review.liaisonId === null ? 'review-server' : `review-server, asked by ${review.liaisonId}` };
  return {
    eventId,
    orderId,
    sender: 'review',
    path: failed ? 'v1/review-failures' : 'v1/review-successes',
    body: { ...common, ...outcome },
    dueAt,
  };
}

/** @returns a liaison's own word that the order's review succeeded, due at once */
export function resolutionOf(orderId: string, liaisonId: string, note: string): Notice {
  const eventId = `ls-${randomUUID()}`;
  return {
    eventId,
    orderId,
    sender: 'liaison',
    path: `v1/review-cases/${encodeURIComponent(orderId)}/review-succeeded`,
    body: { eventId, by: liaisonId, note },
    dueAt: new Date().toISOString(),
  };
}

/** @returns a vendor's push of a status; instants in ms since the epoch */
export function pushOf(orderId: string, push: { status: string; description: string | null; dueAt: number; occurredAt: number }): Notice {
  const eventId = `vp-${randomUUID()}`;
  const { status, description } = push;
  return {
    eventId,
    orderId,
    sender: 'vendor',
    path: `v1/placements/${encodeURIComponent(orderId)}/result`,
    body: { eventId, status, description, occurredAt: new Date(push.occurredAt).toISOString() },
    dueAt: new Date(push.dueAt).toISOString(),
  };
}

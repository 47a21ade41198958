import type { Router } from 'express';
import type { InboundEvent } from '../../db/generated/client.js';
import { EventIdReused, type Arrival, type Inbox } from '../../inbox/inbox.js';
import { senderOf } from '../authentication.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { reachOf, requireOwnOrder } from '../reach.js';
import { reportReviewFailure, reportReviewSuccess } from './operations.js';

/** The review server's notices (A1, A8). Committed is accepted: 202, also while Temporal is away. */
export function reviewNoticeRoutes(dependencies: ApiDependencies): Router {
  const { db, inbox } = dependencies;
  return resource(dependencies, [
    serve(reportReviewFailure, async ({ body: notice }, response) => {
      await requireOwnOrder(db, reachOf(response), notice.orderId, notice.order);
      const event = await accept(inbox, { ...keysOf(notice), kind: 'review_failure', sender: senderOf(response), payload: notice });
      response.status(202).json(acceptedAnswer(event));
    }),
    serve(reportReviewSuccess, async ({ body: notice }, response) => {
      await requireOwnOrder(db, reachOf(response), notice.orderId, null);
      const event = await accept(inbox, { ...keysOf(notice), kind: 'review_success', sender: senderOf(response), payload: notice });
      response.status(202).json(acceptedAnswer(event));
    }),
  ]);
}

function keysOf({ eventId, orderId, reviewRound }: { eventId: string; orderId: string; reviewRound: number }) {
  return { eventId, orderId, reviewRound };
}

/** @throws Problem EVENT_ID_REUSED */
export async function accept(inbox: Inbox, arrival: Arrival): Promise<InboundEvent> {
  try {
    return await inbox.accept(arrival);
  } catch (error) {
    if (!(error instanceof EventIdReused)) throw error;
    throw new Problem(
      'EVENT_ID_REUSED',
      `eventId "${arrival.eventId}" was accepted before with other content. Send new content under a new eventId.`,
    );
  }
}

/** The same for the same event, however often it comes. */
export function acceptedAnswer({ id, eventId, orderId, reviewRound }: InboundEvent) {
  const order = encodeURIComponent(orderId);
  return {
    eventId,
    orderId,
    links: {
      event: `/v1/inbound-events/${id}`,
      case: `/v1/review-cases/${order}?round=${reviewRound}`,
      history: `/v1/review-cases/${order}/events`,
    },
  };
}

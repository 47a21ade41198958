import { Router } from 'express';
import type { InboundEvent } from '../../db/generated/client.js';
import { EventIdReused, type Arrival, type Inbox } from '../../inbox/inbox.js';
import { senderOf } from '../authentication.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { reviewFailureSchema, reviewSuccessSchema } from './schema.js';

/** The review server's notices (A1, A8). Committed is accepted: 202, also while Temporal is away. */
export function reviewNoticeRoutes({ inbox }: ApiDependencies): Router {
  const router = Router();
  router.post('/review-failures', async (request, response) => {
    const notice = validated(reviewFailureSchema, request.body);
    const event = await accept(inbox, { ...keysOf(notice), kind: 'review_failure', sender: senderOf(response), payload: notice });
    response.status(202).json(acceptedAnswer(event));
  });
  router.post('/review-successes', async (request, response) => {
    const notice = validated(reviewSuccessSchema, request.body);
    const event = await accept(inbox, { ...keysOf(notice), kind: 'review_success', sender: senderOf(response), payload: notice });
    response.status(202).json(acceptedAnswer(event));
  });
  router.all(['/review-failures', '/review-successes'], onlyMethods('POST'));
  return router;
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

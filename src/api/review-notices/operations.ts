import { operation } from '../contract/operation.js';
import { acceptedEventSchema, reviewFailureSchema, reviewSuccessSchema } from './schema.js';

const accepted = { description: 'Committed: nothing is lost from here on. The same for the same event, however often it comes.' };

export const reportReviewFailure = operation({
  id: 'reportReviewFailure',
  method: 'post',
  path: '/review-failures',
  tag: 'Review notices',
  summary: 'Report that an order failed its review',
  permission: 'cases.report',
  event: true,
  body: reviewFailureSchema,
  answers: { 202: { ...accepted, body: acceptedEventSchema } },
  problems: ['EVENT_ID_REUSED'],
  example: {
    body: {
      eventId: 'evt-20260101-0001',
      orderId: 'P-1001',
      reviewRound: 1,
      reviewRequestId: null,
      occurredAt: '2026-01-01T08:00:00Z',
      reason: { type: 'STOCK_SHORT', code: 'WH-17', text: 'Two of three lines are short' },
    },
  },
});

export const reportReviewSuccess = operation({
  id: 'reportReviewSuccess',
  method: 'post',
  path: '/review-successes',
  tag: 'Review notices',
  summary: 'Report that an order passed its review',
  permission: 'cases.report',
  event: true,
  body: reviewSuccessSchema,
  answers: { 202: { ...accepted, body: acceptedEventSchema } },
  problems: ['EVENT_ID_REUSED'],
  example: { body: { eventId: 'evt-20260101-0002', orderId: 'P-1001', reviewRound: 1, reviewedBy: 'Li Wei' } },
});

import { z } from 'zod';
import { orderDocumentSchema, orderIdSchema } from '../../wire/order-document.js';
import { trimmedText } from '../../wire/trimmed-text.js';

export const eventIdSchema = z.string().min(1).max(200).describe("the sender's own ID of the event: the same again is the same event");
const reviewRound = z.int().min(1).max(1000).default(1);
const reviewRequestId = z.string().min(1).max(300).nullish();
export const instantSchema = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 instant with offset, like "2026-01-01T08:00:00Z"',
});
export const nameSchema = trimmedText(200).describe('the name of who does it');
export const noteSchema = trimmedText(2000).describe('why');

/** `POST /v1/review-failures` (A1). */
export const reviewFailureSchema = z
  .strictObject({
    eventId: eventIdSchema,
    orderId: orderIdSchema,
    reviewRound,
    reviewRequestId,
    occurredAt: instantSchema.nullish(),
    reason: z
      .strictObject({
        type: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case word like "STOCK_SHORT", at most 64 characters')
          .describe('what kind of failure it is, like "STOCK_SHORT"'),
        code: z.string().max(200).nullish(),
        text: z.string().max(2000).nullish(),
      })
      .describe('why the review failed'),
    order: orderDocumentSchema.nullish(),
  })
  .refine((notice) => notice.order === null || notice.order === undefined || notice.order.orderId === notice.orderId, {
    path: ['order', 'orderId'],
    message: "must be the same as the notice's orderId",
  });

/** `POST /v1/review-successes` (A8). */
export const reviewSuccessSchema = z.strictObject({
  eventId: eventIdSchema,
  orderId: orderIdSchema,
  reviewRound,
  reviewRequestId,
  occurredAt: instantSchema.nullish(),
  reviewedBy: nameSchema.nullish(),
});

/** What is said of every accepted event: where to see what becomes of it. */
export const acceptedEventSchema = z
  .object({
    eventId: z.string(),
    orderId: z.string(),
    links: z.object({ event: z.string(), case: z.string(), history: z.string() }),
  })
  .meta({ id: 'AcceptedEvent' });

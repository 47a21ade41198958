/** What operations on the feed take and answer. */
import { z } from 'zod';
import { FEED_TYPE_NAMES } from '../../domain/feed-types.js';
import { instant } from '../contract/answers.js';
import { limitSchema } from '../cursor.js';
import { severalOf } from '../filters.js';
import { instantSchema } from '../review-notices/schema.js';

const filter = z.string().min(1).max(200).optional();

export const cursorText = z.string().max(200);

/** `GET /v1/events` */
export const listQuerySchema = z.strictObject({
  after: cursorText
    .optional()
    .describe('the `cursor` of a page or of an event: what comes after it. `end`: what comes from now on. Default: from the beginning'),
  since: instantSchema.optional().describe('where there is no cursor: what was recorded from then on'),
  types: severalOf(FEED_TYPE_NAMES, 'only these types'),
  orderId: filter,
  caseId: filter,
  placementId: filter,
  limit: limitSchema.describe('how many at most'),
});

export const eventHeaders = z.object({
  Prefer: z.string().optional().describe('`wait=N`: when there is nothing after the cursor, waits up to N seconds (30 at most) for it.'),
  'Last-Event-ID': cursorText.optional().describe('Of a stream: the `id` of the last event that came; it counts before `after`.'),
});

const text = z.string().optional();
const dataSchema = z
  .object({
    orderId: text,
    buyerId: text.describe("the order's buyer as it was known then"),
    caseId: text,
    placementId: text,
    reviewRound: z.int().optional(),
    status: text.describe('of the case or placement, once this had happened'),
    reason: text.describe('why: a stable word'),
    reasonType: text.describe('why the review failed'),
    liaisonId: text,
    vendorId: text,
    reviewRequestId: text,
    placementNumber: text,
    vendorStatus: text.describe("the vendor's own word"),
    messageId: text.describe('the key of a message in the ledger'),
    outcome: text,
    counterpartId: text,
    subscriptionId: text,
    eventId: text.describe('of `event.withdrawn`: the event that did not come to pass'),
    eventType: text,
  })
  .meta({ id: 'FeedEventData', description: 'What it is about: ids and stable words. What does not apply is left out.' });

/** What a webhook's body is too. */
export const feedEventShape = {
  id: z.uuid().describe('the same for everyone, and for every delivery of it'),
  type: z.enum(FEED_TYPE_NAMES),
  timestamp: instant.describe('when it happened'),
  data: dataSchema,
};

export const feedEventSchema = z
  .object({ ...feedEventShape, cursor: z.string().describe('the place after this event') })
  .meta({ id: 'FeedEvent', description: 'Something that happened.' });

export const feedPageSchema = z
  .object({
    items: z.array(feedEventSchema),
    cursor: z.string().describe('to go on from, as `after`; also when there are no items'),
    more: z.boolean().describe('whether there is more already'),
  })
  .meta({ id: 'FeedPage' });

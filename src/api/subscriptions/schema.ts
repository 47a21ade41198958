/** What operations on subscriptions take and answer. */
import { z } from 'zod';
import { FEED_TYPE_NAMES } from '../../domain/feed-types.js';
import { DISABLED_REASONS } from '../../domain/subscription.js';
import { httpUrlSchema } from '../../wire/http-url.js';
import { instant, pageOf } from '../contract/answers.js';
import { pageQuery } from '../cursor.js';
import { cursorText } from '../events/schema.js';
import { severalOf } from '../filters.js';
import { instantSchema, nameSchema } from '../review-notices/schema.js';

const DAY_MS = 86_400_000;
export const DELIVERY_STATES = ['trying', 'delivered', 'queued', 'failed'] as const;

const url = httpUrlSchema
  .refine(
    (value) => !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === ''),
    'must have no user and password',
  )
  .describe('where events are sent; a public address, or one of HOLDPOINT_ALLOWED_NETWORKS');
const types = z
  .array(z.enum(FEED_TYPE_NAMES))
  .max(FEED_TYPE_NAMES.length)
  .describe('which types; none: all of them, also those that are new later');
const buyers = z
  .array(z.string().min(1).max(200))
  .min(1)
  .max(1000)
  .nullable()
  .describe('events of these alone; null: all. Who is bound to buyers can have theirs');

/** `POST /v1/subscriptions` */
export const newSubscriptionSchema = z.strictObject({ name: nameSchema, url, types: types.default([]), buyers: buyers.optional() });

/** `PATCH /v1/subscriptions/{id}` */
export const subscriptionChangeSchema = z.strictObject({
  name: nameSchema.optional(),
  url: url.optional(),
  types: types.optional(),
  buyers: buyers.optional(),
  status: z.enum(['active', 'disabled']).optional().describe('`active` also begins anew with what had failed'),
});

export const rotateSchema = z.strictObject({
  overlapMs: z
    .int()
    .min(0)
    .max(30 * DAY_MS)
    .default(DAY_MS)
    .describe('for how long the secret before signs too: a day, at most 30'),
});

/** `POST …/replay` */
export const replaySchema = z
  .strictObject({
    after: cursorText.optional().describe('a cursor of the feed: everything after it; `end`: nothing that is there by now'),
    since: instantSchema.optional().describe('everything that was recorded from then on'),
  })
  .refine(({ after, since }) => (after === undefined) !== (since === undefined), 'must have either after or since')
  .meta({ oneOf: [{ required: ['after'] }, { required: ['since'] }] });

/** Not checked: what is no UUID is not there. */
export const subscriptionParams = z.object({ id: z.string().describe("a subscription's UUID") });
export const deliveryParams = subscriptionParams.extend({ eventId: z.string().describe("an event's UUID") });

export const deliveriesQuery = z.strictObject({ state: severalOf(DELIVERY_STATES, 'in these states'), ...pageQuery });
export const deliveryCursor = z.strictObject({ p: z.string().regex(/^\d{1,18}$/) });

const shape = {
  id: z.uuid(),
  name: z.string(),
  url: z.string(),
  types: z.array(z.enum(FEED_TYPE_NAMES)).describe('none: all'),
  buyers: z.array(z.string()).nullable().describe('null: all'),
  status: z.enum(['active', 'disabled']),
  disabled: z
    .object({ reason: z.enum(DISABLED_REASONS), at: instant })
    .nullable()
    .describe('why it gets nothing: people disabled it, it answered 410, or an event could not be delivered for three days'),
  failingSince: instant.nullable().describe('the first failure since the last success'),
  cursor: z.string().describe('up to here there is nothing left to deliver'),
  createdBy: z.string(),
  createdAt: instant,
  secrets: z
    .array(
      z.object({
        fingerprint: z.string().describe('the first characters of its SHA-256'),
        createdAt: instant,
        expiresAt: instant.nullable(),
      }),
    )
    .describe('those that sign now, the newest first'),
};
export const subscriptionSchema = z.object(shape).meta({ id: 'Subscription' });
export const issuedSubscriptionSchema = z
  .object({ ...shape, secret: z.string().describe('signs what is sent (Standard Webhooks): told now, and never again') })
  .meta({ id: 'IssuedSubscription' });

const deliveryShape = {
  eventId: z.uuid(),
  type: z.enum(FEED_TYPE_NAMES),
  state: z.enum(DELIVERY_STATES).describe('`queued`: people want it once more; `failed`: so wanted, and given up'),
  attempts: z.int().describe('since it was last begun'),
  nextAttemptAt: instant.nullable(),
  deliveredAt: instant.nullable().describe('the last time'),
  lastStatus: z.int().nullable().describe('HTTP status of the last answer'),
  lastError: z.string().nullable(),
};
const deliverySchema = z.object(deliveryShape).meta({ id: 'SubscriptionDelivery' });
export const deliveryPageSchema = pageOf(deliverySchema);
const attemptSchema = z.object({
  startedAt: instant,
  finishedAt: instant.nullable(),
  status: z.int().nullable(),
  error: z.string().nullable(),
});
export const deliveryHistorySchema = z
  .object({ ...deliveryShape, tries: z.array(attemptSchema).describe('the newest first') })
  .meta({ id: 'SubscriptionDeliveryHistory' });

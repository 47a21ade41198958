/** What operations on placements take. */
import { z } from 'zod';
import { LOCALES } from '../../domain/locale.js';
import { PLACEMENT_STATUSES } from '../../domain/placement-status.js';
import { PLACEMENT_SORT_FIELDS, sortsBy } from '../../domain/sorting.js';
import { orderDocumentSchema, orderIdSchema } from '../../wire/order-document.js';
import { httpUrlSchema } from '../../wire/http-url.js';
import { trimmedText } from '../../wire/trimmed-text.js';
import { instantPlace, pageQuery, sortedCursorSchema, sortQuery } from '../cursor.js';
import { flag, searchFor, severalOf, spanFilters } from '../filters.js';
import { eventsQuerySchema, explanationQuerySchema } from '../review-cases/schema.js';
import { eventIdSchema, instantSchema, nameSchema, noteSchema } from '../review-notices/schema.js';
import { failureReasonSchema } from '../vendors/schema.js';

const text = trimmedText(200);

const customerSchema = z.strictObject({
  id: text.nullish(),
  name: text.nullish(),
  email: z.email('must be a mail address like "li.na@example.com"').max(320).nullish().describe('told by mail, where it is given'),
  phone: text.nullish(),
  locale: z
    .enum(LOCALES, `must be ${LOCALES.map((locale) => `"${locale}"`).join(' or ')}`)
    .default('en')
    .describe('the language in which the customer is told'),
  webhook: httpUrlSchema.nullish().describe('told by a call, where it is given'),
});

/** `POST /v1/placements` (B1). */
export const placementSchema = z
  .strictObject({
    eventId: eventIdSchema,
    orderId: orderIdSchema,
    vendorId: text.describe('a vendor\'s ID, like "swift-post"'),
    campaign: text.nullish().describe('a rule of the placement policy can look at it'),
    order: orderDocumentSchema.nullish().describe('needed where Holdpoint does not have it already'),
    customer: customerSchema,
  })
  .refine((placement) => placement.order === null || placement.order === undefined || placement.order.orderId === placement.orderId, {
    path: ['order', 'orderId'],
    message: "must be the same as the placement's orderId",
  });

/** `POST …/payment` (B2). */
export const paymentSchema = z.strictObject({
  eventId: eventIdSchema,
  reference: text.nullish().describe('the name of the payment where it was made'),
  paidAt: instantSchema.nullish(),
});

/** `POST …/result`: a vendor's push (D5), in the vendor's own word. */
export const resultSchema = z.strictObject({
  eventId: eventIdSchema,
  status: z.string().min(1).max(100).describe("the vendor's own word"),
  description: z.string().max(2000).nullish(),
  placementNumber: text.nullish().describe('ours, as the vendor got it: tells words about an earlier number apart'),
  vendorOrderId: text.nullish().describe("the vendor's own number of the order"),
  notBefore: instantSchema.nullish().describe('the vendor asks not to be asked before'),
  occurredAt: instantSchema.nullish().describe("by the vendor's clock: orders its words"),
});

/** `POST …/resolve`: what it came to, with who and why (B7). */
export const resolveSchema = z.discriminatedUnion(
  'outcome',
  [
    z.strictObject({ by: nameSchema, note: noteSchema, outcome: z.literal('succeeded'), reason: failureReasonSchema.nullish() }),
    z.strictObject({
      by: nameSchema,
      note: noteSchema,
      outcome: z.literal('failed'),
      reason: failureReasonSchema.describe('why it failed, like "OUT_OF_STOCK"'),
    }),
  ],
  'must be "succeeded", or "failed" with a "reason"',
);

/** `POST …/retry`: once more (B7). */
export const retrySchema = z.strictObject({
  by: nameSchema,
  note: noteSchema,
  absenceConfirmed: z.boolean().default(false).describe('a person has made sure that the vendor does not have the order'),
});

export const awaitedPlacementQuerySchema = z.strictObject({
  until: severalOf(PLACEMENT_STATUSES, 'with `Prefer: wait=N`: waits until the placement is there, in this state'),
});

export const eventsOfPlacementQuerySchema = eventsQuerySchema.omit({ round: true });
export const explanationOfPlacementQuerySchema = explanationQuerySchema.omit({ round: true });

const severalReasons = z
  .string()
  .max(2000)
  .transform((value) => value.split(','))
  .pipe(z.array(failureReasonSchema).min(1).max(50))
  .optional()
  .meta({
    description: 'only placements that are in their state for this reason, like "OUTCOME_UNKNOWN"; several with commas',
    param: { style: 'form', explode: false },
    override: { type: 'array', items: { type: 'string', pattern: '^[A-Z][A-Z0-9_]{0,63}$' }, minItems: 1, maxItems: 50 },
  });

const ORDERS = sortsBy(PLACEMENT_SORT_FIELDS);

export const placementListSchema = z.strictObject({
  status: severalOf(PLACEMENT_STATUSES, 'only placements in this state'),
  statusReason: severalReasons,
  vendorId: text.optional(),
  campaign: text.optional(),
  orderId: text.optional(),
  vendorStatus: text.optional().describe("the vendor's own latest word"),
  unmapped: flag("whether nobody has mapped the vendor's latest word"),
  ...spanFilters,
  q: searchFor("the order's ID, our number of it or the vendor's own"),
  ...sortQuery(ORDERS),
  ...pageQuery,
});

export const placementCursorSchema = sortedCursorSchema(ORDERS, () => instantPlace);

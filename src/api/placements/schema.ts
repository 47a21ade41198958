import { z } from 'zod';
import { PLACEMENT_STATUSES } from '../../domain/placement-status.js';
import { orderDocumentSchema, orderIdSchema } from '../../wire/order-document.js';
import { limitSchema } from '../cursor.js';
import { oneOrMoreOf } from '../filters.js';
import { eventIdSchema, instantSchema, nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().trim().min(1).max(200);
const isHttpUrl = (value: string): boolean => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);

const customerSchema = z.strictObject({
  id: text.nullish(),
  name: text.nullish(),
  email: z.email('must be a mail address like "li.na@example.com"').max(320).nullish(),
  phone: text.nullish(),
  locale: z.enum(['en', 'zh-CN'], 'must be "en" or "zh-CN"').default('en'),
  webhook: z.string().max(2000).refine(isHttpUrl, 'must be an http or https address').nullish(),
});

/** `POST /v1/placements` (B1). */
export const placementSchema = z
  .strictObject({
    eventId: eventIdSchema,
    orderId: orderIdSchema,
    vendorId: text,
    campaign: text.nullish(),
    order: orderDocumentSchema.nullish(),
    customer: customerSchema,
  })
  .refine((placement) => placement.order === null || placement.order === undefined || placement.order.orderId === placement.orderId, {
    path: ['order', 'orderId'],
    message: "must be the same as the placement's orderId",
  });

/** `POST …/payment` (B2). */
export const paymentSchema = z.strictObject({ eventId: eventIdSchema, reference: text.nullish(), paidAt: instantSchema.nullish() });

/** `POST …/result`: a vendor's push (D5), in the vendor's own word. */
export const resultSchema = z.strictObject({
  eventId: eventIdSchema,
  status: z.string().min(1).max(100),
  description: z.string().max(2000).nullish(),
  /** Ours, as the vendor got it: tells words about an earlier number apart. */
  placementNumber: text.nullish(),
  vendorOrderId: text.nullish(),
  notBefore: instantSchema.nullish(),
  occurredAt: instantSchema.nullish(),
});

/** `POST …/poll|cancel`: who and why. */
export const personSchema = z.strictObject({ by: nameSchema, note: noteSchema.nullish() });

const reason = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case word like "OUT_OF_STOCK", at most 64 characters');

/** `POST …/resolve`: what it came to, with who and why (B7). */
export const resolveSchema = z
  .strictObject({ by: nameSchema, note: noteSchema, outcome: z.enum(['succeeded', 'failed']), reason: reason.nullish() })
  .refine(({ outcome, reason: given }) => outcome !== 'failed' || (given !== null && given !== undefined), {
    path: ['reason'],
    message: 'must be given when the outcome is "failed", like "OUT_OF_STOCK"',
  });

/** `POST …/retry`: once more (B7). `absenceConfirmed`: a person has made sure that the vendor does not have the order. */
export const retrySchema = z.strictObject({ by: nameSchema, note: noteSchema, absenceConfirmed: z.boolean().default(false) });

export const placementListSchema = z.strictObject({
  status: oneOrMoreOf(PLACEMENT_STATUSES).optional(),
  vendorId: text.optional(),
  campaign: text.optional(),
  orderId: text.optional(),
  unmapped: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
  limit: limitSchema,
  cursor: z.string().max(500).optional(),
});

export const placementCursorSchema = z.strictObject({ openedAt: z.iso.datetime(), placementId: text });

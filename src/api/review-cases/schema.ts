import { z } from 'zod';
import { CASE_STATUSES } from '../../domain/case-status.js';
import { limitSchema } from '../cursor.js';
import { eventIdSchema, nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().min(1).max(200);

/** `GET /v1/review-cases`; several statuses are separated by commas. */
export const listQuerySchema = z.strictObject({
  status: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(CASE_STATUSES, `must be of: ${CASE_STATUSES.join(', ')}`)))
    .optional(),
  buyerId: text.optional(),
  liaisonId: text.optional(),
  reasonType: text.optional(),
  orderId: text.optional(),
  limit: limitSchema,
  cursor: z.string().max(500).optional(),
});

export const listCursorSchema = z.strictObject({ openedAt: z.iso.datetime(), caseId: text });

const round = z.coerce.number<string>('must be a whole number').int().min(1).max(1000);
export const caseQuerySchema = z.strictObject({ round: round.optional() });

export const eventsQuerySchema = z.strictObject({ round: round.optional(), limit: limitSchema, cursor: z.string().max(500).optional() });
export const eventsCursorSchema = z.strictObject({ number: z.int().min(0) });

/** `POST …/review-succeeded`: the liaison's word, with who and why (A8). */
export const liaisonSuccessSchema = z.strictObject({ eventId: eventIdSchema, by: nameSchema, note: noteSchema });

/** `POST …/request-review|decline|cancel`: who and why. */
export const personRequestSchema = z.strictObject({ by: nameSchema, note: noteSchema.nullish() });

/** `Idempotency-Key`, where one is sent. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')
  .optional();

import { z } from 'zod';
import { CASE_STATUSES } from '../../domain/case-status.js';
import { LOCALES } from '../../domain/locale.js';
import { limitSchema } from '../cursor.js';
import { oneOrMoreOf } from '../filters.js';
import { eventIdSchema, instantSchema, nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().min(1).max(200);

/** `GET /v1/review-cases`; several statuses are separated by commas. */
export const listQuerySchema = z.strictObject({
  status: oneOrMoreOf(CASE_STATUSES).optional(),
  buyerId: text.optional(),
  liaisonId: text.optional(),
  reasonType: text.optional(),
  orderId: text.optional(),
  limit: limitSchema,
  cursor: z.string().max(500).optional(),
});

/** `GET /v1/review-cases.csv`: the list's filters. */
export const exportQuerySchema = listQuerySchema.omit({ limit: true, cursor: true });

export const listCursorSchema = z.strictObject({ openedAt: z.iso.datetime(), caseId: text });

const round = z.coerce.number<string>('must be a whole number, 1 to 1000').int().min(1).max(1000);
export const caseQuerySchema = z.strictObject({ round: round.optional() });

/** `GET …/explanation` */
export const explanationQuerySchema = z.strictObject({
  round: round.optional(),
  lang: z.enum(LOCALES, `must be one of: ${LOCALES.join(', ')}`).default('en'),
});

export const eventsQuerySchema = z.strictObject({ round: round.optional(), limit: limitSchema, cursor: z.string().max(500).optional() });
export const eventsCursorSchema = z.strictObject({ id: z.string().regex(/^\d{1,18}$/) });

/** `POST …/review-succeeded`: the liaison's word, with who and why (A8). */
export const liaisonSuccessSchema = z.strictObject({ eventId: eventIdSchema, by: nameSchema, note: noteSchema });

/** `POST …/request-review|pause|resume|acknowledge|decline|cancel`: who and why. */
export const personRequestSchema = z.strictObject({ by: nameSchema, note: noteSchema.nullish() });

/** `POST …/reschedule`: when the next review request is made. */
export const rescheduleSchema = personRequestSchema.extend({ at: instantSchema });

/** `POST …/reassign`: who is responsible from now on. */
export const reassignSchema = personRequestSchema.extend({ liaisonId: z.string().min(1).max(200).describe('the liaison who takes over') });

/** `POST …/change-policy`: under which version of the policy this case goes on. */
export const changePolicySchema = personRequestSchema.extend({ version: z.int().min(1).describe('a version of the policy') });

/** `POST …/notes`, `…/reopen`: both tell why. */
export const noteRequestSchema = z.strictObject({ by: nameSchema, note: noteSchema });

/** `Idempotency-Key`, where one is sent. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')
  .optional();

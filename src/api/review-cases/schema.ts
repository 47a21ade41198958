/** What operations on cases take. */
import { z } from 'zod';
import { CASE_STATUSES } from '../../domain/case-status.js';
import { LOCALES } from '../../domain/locale.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { versionSchema } from '../contract/requests.js';
import { pageQuery } from '../cursor.js';
import { severalOf } from '../filters.js';
import { eventIdSchema, instantSchema, nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().min(1).max(200);

export const orderParams = z.object({ orderId: orderIdSchema });

/** `GET /v1/review-cases.csv`: the list's filters. */
export const exportQuerySchema = z.strictObject({
  status: severalOf(CASE_STATUSES, 'only cases in this state'),
  buyerId: text.optional(),
  liaisonId: text.optional().describe('only cases of this liaison'),
  reasonType: text.optional().describe('only cases whose latest failure is of this type, like "STOCK_SHORT"'),
  orderId: text.optional(),
});

/** `GET /v1/review-cases`. */
export const listQuerySchema = exportQuerySchema.extend(pageQuery);

export const listCursorSchema = z.strictObject({ openedAt: z.iso.datetime(), caseId: text });

const round = z.coerce.number<string>('must be a whole number, 1 to 1000').int().min(1).max(1000);
const reviewRound = round.optional().describe('the review round; without it the newest');
export const caseQuerySchema = z.strictObject({ round: reviewRound });

/** `GET /v1/review-cases/{orderId}` */
export const awaitedCaseQuerySchema = caseQuerySchema.extend({
  until: severalOf(CASE_STATUSES, 'with `Prefer: wait=N`: waits until the case is there, in this state'),
});

/** `GET …/explanation` */
export const explanationQuerySchema = z.strictObject({
  round: reviewRound,
  lang: z
    .enum(LOCALES, `must be one of: ${LOCALES.join(', ')}`)
    .default('en')
    .describe('the language of `text`'),
});

export const eventsQuerySchema = z.strictObject({ round: reviewRound, ...pageQuery });
export const eventsCursorSchema = z.strictObject({ id: z.string().regex(/^\d{1,18}$/) });

/** `POST …/review-succeeded`: the liaison's word, with who and why (A8). */
export const liaisonSuccessSchema = z.strictObject({ eventId: eventIdSchema, by: nameSchema, note: noteSchema });

/** `POST …/request-review|pause|resume|acknowledge|decline|cancel`: who and why. */
export const personRequestSchema = z.strictObject({ by: nameSchema, note: noteSchema.nullish() });

/** `POST …/reschedule`. */
export const rescheduleSchema = personRequestSchema.extend({
  at: instantSchema.describe('when the next review request is made: from now to the end of the retry window'),
});

/** `POST …/reassign`. */
export const reassignSchema = personRequestSchema.extend({ liaisonId: z.string().min(1).max(200).describe('the liaison who takes over') });

/** `POST …/change-policy`: under which version of the policy this case goes on. */
export const changePolicySchema = personRequestSchema.extend({ version: versionSchema.describe('a version of the policy') });

/** `POST …/notes`, `…/reopen`: both tell why. */
export const noteRequestSchema = z.strictObject({ by: nameSchema, note: noteSchema });

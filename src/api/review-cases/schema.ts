/** What operations on cases take. */
import { z } from 'zod';
import { CASE_STATUSES } from '../../domain/case-status.js';
import { LOCALES } from '../../domain/locale.js';
import { CASE_SORT_FIELDS, sortsBy } from '../../domain/sorting.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { versionSchema } from '../contract/requests.js';
import { instantPlace, pageQuery, sortedCursorSchema, sortQuery } from '../cursor.js';
import { flag, searchFor, severalOf, spanFilters } from '../filters.js';
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
  ...spanFilters,
  unassigned: flag('whether nobody is responsible for it'),
  attended: flag('whether a person has done something in it before its end; notes count'),
  q: searchFor("the order's ID, the buyer's own number of it, the buyer's name or ID"),
});

const ORDERS = sortsBy(CASE_SORT_FIELDS);

/** `GET /v1/review-cases`. */
export const listQuerySchema = exportQuerySchema.extend({
  ...sortQuery(ORDERS, 'By `total`: by currency, then by the amount as a number.'),
  ...pageQuery,
});

const amountPlace = z.tuple([z.string().max(10), z.string().regex(/^-?\d{1,18}(\.\d{1,8})?$/)]).nullable();
export const listCursorSchema = sortedCursorSchema(ORDERS, (sort) => (sort.endsWith('total') ? amountPlace : instantPlace));

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

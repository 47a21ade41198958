import { z } from 'zod';
import { DECIMAL } from '../../domain/decimal.js';
import { CASE_STATUSES } from '../../domain/case-status.js';
import { POLICY_KINDS } from '../../domain/policy-kinds.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { policyDocumentSchemas } from '../../wire/policy-document.js';
import { judgedByHandler, MAX_VERSION, versionSchema as version } from '../contract/requests.js';
import { pageQuery } from '../cursor.js';
import { instantSchema, nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().min(1).max(200);

/** Of paths of every kind: a kind that there is. */
export const kindParams = z.object({ kind: z.enum(POLICY_KINDS, `must be one of: ${POLICY_KINDS.join(', ')}`) });
export const versionParams = z.object({
  version: z.coerce.number<string>(`must be a whole number, 1 to ${MAX_VERSION}`).int().min(1).max(MAX_VERSION),
});

/** `GET /v1/policies/{kind}` */
export const policyListSchema = z.strictObject(pageQuery);
export type Page = z.output<typeof policyListSchema>;
export const policyCursorSchema = z.strictObject({ version });

/** `POST /v1/policies/{kind}`: a new version. */
const publication = {
  effectiveFrom: instantSchema.nullish().describe('from when it is in force, not in the past; not given: at once'),
  basedOn: version.nullish().describe('the newest version that the author has seen: when there is another by now, nothing is added'),
  by: nameSchema,
  why: noteSchema,
};
const contents = {
  review: judgedByHandler(policyDocumentSchemas.review),
  placement: judgedByHandler(policyDocumentSchemas.placement),
};
export const publishSchemas = {
  review: z.strictObject({ content: contents.review, ...publication }),
  placement: z.strictObject({ content: contents.placement, ...publication }),
};
export type Publication = z.output<typeof publishSchemas.review>;

const amount = z.strictObject({
  value: z.string().regex(DECIMAL, 'must be a decimal string like "1000.00"'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code like "EUR"'),
});

const reviewNotice = z
  .strictObject({
    reasonType: text,
    buyerId: z.string().min(1).max(2000).nullish(),
    amount: amount.nullish().describe("the order's total"),
  })
  .describe('a sample; what is not given counts as not known');
const placementNotice = z.strictObject({ vendorId: text, campaign: text.nullish() }).describe('a sample');

/** Either what is not published yet, or a version; without both the version in force. */
const number = { version: version.optional().describe('a published version; without it and `content`: the one in force') };
const chosen = {
  review: { content: contents.review.optional().describe('a draft'), ...number },
  placement: { content: contents.placement.optional().describe('a draft'), ...number },
};
const exclusive = (body: { content?: unknown; version?: number | undefined }): boolean =>
  body.content === undefined || body.version === undefined;
const eitherOr = { path: ['version'], message: 'must not be given beside content' };
const notBoth = { not: { required: ['content', 'version'] } };

const overCases = z
  .strictObject({
    status: z.array(z.enum(CASE_STATUSES)).min(1).optional(),
    buyerId: text.optional(),
    reasonType: text.optional(),
    endedWithinDays: z.int().min(0).max(90).default(7).describe('cases that ended so many days ago or later are looked at too'),
    limit: z.int().min(1).max(500).default(100).describe('how many are looked at, the newest first'),
  })
  .describe('which cases are compared with what their own version says; without it none');
const overPlacements = overCases
  .omit({ status: true, buyerId: true, reasonType: true })
  .extend({ vendorId: text.optional() })
  .describe('which placements are compared with what their own version says; without it none');

const receivedAt = instantSchema.optional().describe('when the sample is received; not given: now');

/** `POST /v1/policies/{kind}/dry-run`: a sample, cases, or both. */
export const dryRunSchemas = {
  review: z
    .strictObject({ ...chosen.review, notice: reviewNotice.optional(), receivedAt, cases: overCases.optional() })
    .refine(exclusive, eitherOr)
    .meta(notBoth),
  placement: z
    .strictObject({ ...chosen.placement, notice: placementNotice.optional(), receivedAt, cases: overPlacements.optional() })
    .refine(exclusive, eitherOr)
    .meta(notBoth),
};
export type ReviewCases = z.output<typeof overCases>;
export type PlacementCases = z.output<typeof overPlacements>;

/** `POST /v1/policies/{kind}/schedule-preview`. */
const deciding = 'decides which rule applies; without it the base';
export const previewSchemas = {
  review: z
    .strictObject({
      ...chosen.review,
      notice: reviewNotice.optional().describe(deciding),
      from: instantSchema.optional().describe('the first failure; not given: now'),
    })
    .refine(exclusive, eitherOr)
    .meta(notBoth),
  placement: z
    .strictObject({
      ...chosen.placement,
      notice: placementNotice.optional().describe(deciding),
      from: instantSchema.optional().describe('when the vendor has taken the order; not given: now'),
    })
    .refine(exclusive, eitherOr)
    .meta(notBoth),
};
export type ReviewNotice = z.output<typeof reviewNotice>;
export type PlacementNotice = z.output<typeof placementNotice>;

/** At most so many cases go to another version in one call: each is a message to its workflow. */
export const MOST_MIGRATED = 200;

/** `POST /v1/policies/review/migrate`: cases by their orders, or by a filter. */
export const migrateSchema = z.strictObject({
  version: version.describe('to which they are moved'),
  cases: z.union(
    [
      z.strictObject({ orderIds: z.array(orderIdSchema).min(1).max(MOST_MIGRATED) }),
      z.strictObject({
        filter: z.strictObject({
          status: z
            .array(z.enum(['held', 'in_review', 'awaiting_liaison']))
            .min(1)
            .optional(),
          buyerId: text.optional(),
          reasonType: text.optional(),
          liaisonId: text.optional(),
          fromVersion: version.optional().describe('only cases that follow this version'),
        }),
      }),
    ],
    `must be {"orderIds": […]} (at most ${MOST_MIGRATED}) or {"filter": {…}}`,
  ),
  dryRun: z.boolean().default(false).describe('says what would be done, and does nothing'),
  by: nameSchema,
  why: noteSchema,
});
export type Migration = z.output<typeof migrateSchema>;

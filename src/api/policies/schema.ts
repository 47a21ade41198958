import { z } from 'zod';
import { DECIMAL } from '../../domain/decimal.js';
import { CASE_STATUSES } from '../../domain/case-status.js';
import { POLICY_KINDS } from '../../domain/policy-kinds.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { limitSchema } from '../cursor.js';
import { instantSchema, nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().min(1).max(200);
export const kindSchema = z.enum(POLICY_KINDS, `must be one of: ${POLICY_KINDS.join(', ')}`);
const version = z.int().min(1).max(1_000_000_000);
export const versionSchema = z.coerce.number<string>('must be a whole number').pipe(version);

/** `GET /v1/policies/{kind}` */
export const policyListSchema = z.strictObject({ limit: limitSchema, cursor: z.string().max(500).optional() });
export const policyCursorSchema = z.strictObject({ version });

/** `POST /v1/policies/{kind}`: a new version. */
export const publishSchema = z.strictObject({
  content: z.unknown(),
  effectiveFrom: instantSchema.nullish(),
  /** The newest version that the author has seen. */
  basedOn: version.nullish(),
  by: nameSchema,
  why: noteSchema,
});

const amount = z.strictObject({
  value: z.string().regex(DECIMAL, 'must be a decimal string like "1000.00"'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code like "EUR"'),
});

const reviewNotice = z.strictObject({ reasonType: text, buyerId: z.string().min(1).max(2000).nullish(), amount: amount.nullish() });
const placementNotice = z.strictObject({ vendorId: text, campaign: text.nullish() });

/** Either what is not published yet, or a version; without both the version in force. */
const chosen = { content: z.unknown().optional(), version: version.optional() };
const exclusive = (body: { content?: unknown; version?: number | undefined }): boolean =>
  body.content === undefined || body.version === undefined;
const eitherOr = { path: ['version'], message: 'must not be given beside content' };

const overCases = z.strictObject({
  status: z.array(z.enum(CASE_STATUSES)).min(1).optional(),
  buyerId: text.optional(),
  reasonType: text.optional(),
  /** Ended cases as old as this are looked at too. */
  endedWithinDays: z.int().min(0).max(90).default(7),
  limit: z.int().min(1).max(500).default(100),
});
const overPlacements = overCases.omit({ status: true, buyerId: true, reasonType: true }).extend({ vendorId: text.optional() });

const receivedAt = instantSchema.optional();

/** `POST /v1/policies/{kind}/dry-run`: a sample, cases, or both. */
export const dryRunSchemas = {
  review: z
    .strictObject({ ...chosen, notice: reviewNotice.optional(), receivedAt, cases: overCases.optional() })
    .refine(exclusive, eitherOr),
  placement: z
    .strictObject({ ...chosen, notice: placementNotice.optional(), receivedAt, cases: overPlacements.optional() })
    .refine(exclusive, eitherOr),
};
export type ReviewCases = z.output<typeof overCases>;
export type PlacementCases = z.output<typeof overPlacements>;

/** `POST /v1/policies/{kind}/schedule-preview`; `notice` decides which rule applies, without it the base. */
export const previewSchemas = {
  review: z.strictObject({ ...chosen, notice: reviewNotice.optional(), from: instantSchema.optional() }).refine(exclusive, eitherOr),
  placement: z.strictObject({ ...chosen, notice: placementNotice.optional(), from: instantSchema.optional() }).refine(exclusive, eitherOr),
};
export type ReviewNotice = z.output<typeof reviewNotice>;
export type PlacementNotice = z.output<typeof placementNotice>;

/** At most so many cases go to another version in one call: each is a message to its workflow. */
export const MOST_MIGRATED = 200;

/** `POST /v1/policies/review/migrate`: cases by their orders, or by a filter. */
export const migrateSchema = z.strictObject({
  version,
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
          fromVersion: version.optional(),
        }),
      }),
    ],
    `must be {"orderIds": […]} (at most ${MOST_MIGRATED}) or {"filter": {…}}`,
  ),
  dryRun: z.boolean().default(false),
  by: nameSchema,
  why: noteSchema,
});
export type Migration = z.output<typeof migrateSchema>;

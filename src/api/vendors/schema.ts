/** What operations on vendors take and answer. */
import { z } from 'zod';
import { COUNTERPART_ID, MAX_TIMEOUT_MS } from '../../domain/counterpart.js';
import { httpUrlSchema } from '../../wire/http-url.js';
import { trimmedText } from '../../wire/trimmed-text.js';
import { listOf } from '../contract/answers.js';

const word = trimmedText(100);
const DAY_MS = 24 * 3_600_000;

export const failureReasonSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case word like "OUT_OF_STOCK", at most 64 characters');

export const meaningSchema = z.discriminatedUnion(
  'means',
  [
    z.strictObject({ means: z.literal('in_progress') }),
    z.strictObject({ means: z.literal('succeeded') }),
    z.strictObject({ means: z.literal('failed'), reason: failureReasonSchema }),
  ],
  'must have "means": "in_progress", "succeeded", or "failed" with a "reason"',
);
const shownMeaningSchema = meaningSchema.meta({ id: 'WordMeaning', description: "What a vendor's word means." });

export const vendorParams = z.object({ id: z.string().regex(COUNTERPART_ID, 'must be 1 to 60 characters of a-z, 0-9 and -') });
export const wordParams = vendorParams.extend({ word: word.describe("the vendor's own word") });

const terms = {
  idempotent: z.boolean().describe('whether the same request under the same key may be sent again: only where the vendor promises it'),
  queryByOurNumber: z.boolean().describe('whether it can be asked by our `placementNumber`'),
  settleMs: z
    .int()
    .min(0)
    .max(7 * DAY_MS)
    .describe('after a lost request, how long until its "not found" can be believed'),
  cancellable: z.boolean().describe('whether it takes cancellations'),
};
const limits = {
  maxPerSecond: z.number().min(0.01).max(1000).describe('calls a second, over all workers'),
  maxConcurrent: z.int().min(1).max(100).describe('calls at once, over all workers'),
};
const timeoutMs = z.int().min(100).max(MAX_TIMEOUT_MS).describe('the limit of one call');
const vocabulary = z.array(word).max(1000).describe('every word that the vendor documents');

/** `PUT /v1/vendors/{id}`. */
export const vendorSchema = z.strictObject({
  name: trimmedText(200),
  baseUrl: httpUrlSchema,
  ...terms,
  ...limits,
  timeoutMs: timeoutMs.default(10_000),
  statuses: z.record(word, meaningSchema).describe("what each of the vendor's words means"),
  vocabulary: vocabulary.default([]),
});

/** What a placement keeps of its vendor. */
export const vendorTermsSchema = z.object({ id: z.string(), ...terms });

export const shownVendorSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    baseUrl: z.string().describe('without a slash at its end'),
    ...terms,
    ...limits,
    timeoutMs,
    statuses: z.record(z.string(), shownMeaningSchema).describe("what each of the vendor's words means"),
    vocabulary,
    unmapped: z.array(z.string()).describe('the words of its vocabulary that nobody has mapped: they are never final'),
  })
  .meta({ id: 'Vendor', description: 'Who orders are placed with, on which terms, and what its words mean.' });

export const vendorListSchema = listOf(shownVendorSchema);

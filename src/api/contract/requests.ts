/** What requests have in common. */
import { z } from 'zod';

/** More than there will ever be, and no more than the database's numbers hold. */
export const MAX_VERSION = 1_000_000_000;
/** The number of a version: of a policy or a template. */
export const versionSchema = z.int().min(1).max(MAX_VERSION);

/** `Idempotency-Key`, bare. */
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters');

/** Headers of an operation that can be sent again without being done twice. */
export const optionalKeyHeaders = z.object({
  'Idempotency-Key': idempotencyKeySchema.optional().describe('the same key again: answered as the first time, and nothing is done twice'),
});

/**
 * What the contract shows, and the handler judges together with what only it knows, so that one answer names every mistake.
 * @returns a schema that lets every value through as it came
 */
export function judgedByHandler(schema: z.ZodType): z.ZodType<unknown, unknown> {
  return schema.catch((context?: { input: unknown }) => context?.input);
}

/** What requests have in common. */
import { z } from 'zod';
import { idempotencyKeySchema } from '../review-cases/schema.js';

/** Headers of an operation that can be sent again without being done twice. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': idempotencyKeySchema.describe('the same key again: answered as the first time, and nothing is done twice'),
});

/**
 * What the contract shows, and the handler judges together with what only it knows, so that one answer names every mistake.
 * @returns a schema that lets every value through as it came
 */
export function judgedByHandler(schema: z.ZodType): z.ZodType<unknown, unknown> {
  return schema.catch((context?: { input: unknown }) => context?.input);
}

/** What requests have in common. */
import type { z } from 'zod';

/**
 * What the contract shows, and the handler judges together with what only it knows, so that one answer names every mistake.
 * @returns a schema that lets every value through as it came
 */
export function judgedByHandler(schema: z.ZodType): z.ZodType<unknown, unknown> {
  return schema.catch((context?: { input: unknown }) => context?.input);
}

/** What requests have in common. */
import { z } from 'zod';

/** More than there will ever be, and no more than the database's numbers hold. */
export const MAX_VERSION = 1_000_000_000;
/** The number of a version: of a policy or a template. */
export const versionSchema = z.int().min(1).max(MAX_VERSION);

/**
 * What the contract shows, and the handler judges together with what only it knows, so that one answer names every mistake.
 * @returns a schema that lets every value through as it came
 */
export function judgedByHandler(schema: z.ZodType): z.ZodType<unknown, unknown> {
  return schema.catch((context?: { input: unknown }) => context?.input);
}

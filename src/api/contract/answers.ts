/** What answers have in common. */
import { z } from 'zod';

/** A whole list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item) });
}

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('for the next page, as `cursor`; null on the last page'),
  });
}

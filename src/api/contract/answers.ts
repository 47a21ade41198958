/** What answers have in common. */
import { z } from 'zod';

/** An instant as answers say it: ISO 8601 in UTC. */
export const instant = z.iso.datetime();

/** The address of something else in this API. */
export const linkTo = (what: string) => z.string().meta({ format: 'uri-reference', description: what });

/** How many there are by state, those that have none left out. */
export function countsBy<const State extends string>(states: readonly State[]) {
  const count = z.int().optional();
  return z.object(Object.fromEntries(states.map((state) => [state, count])) as Record<State, typeof count>);
}

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

import { z } from 'zod';
import { NEWEST_FIRST, type SortedPlace } from '../domain/sorting.js';
import { findUnstorable } from '../wire/storable.js';
import { Problem } from './problems.js';

/** A page's size: 1 to 200, 50 when not given. */
export const limitSchema = z.coerce.number<string>('must be a whole number, 1 to 200').int().min(1).max(200).default(50);

/** What every list by pages takes. */
export const pageQuery = {
  limit: limitSchema.describe('how many at most'),
  cursor: z.string().max(500).optional().describe('the `nextCursor` of the page before'),
};

export function encodeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @returns the place a cursor stands for, or null when none was given. @throws Problem VALIDATION_FAILED */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | null {
  if (cursor === undefined) return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (findUnstorable(place) !== null) throw new RangeError('no place');
    return schema.parse(place);
  } catch {
    throw new Problem('VALIDATION_FAILED', 'cursor: must be a nextCursor of this list, unchanged', {
      errors: [{ path: 'cursor', message: 'must be a nextCursor of this list, unchanged' }],
    });
  }
}

/** What every list takes that can be had in several orders. @param said what they sort by, where that is not plain */
export function sortQuery<const Order extends string>(orders: readonly Order[], said = '') {
  return {
    sort: z
      .enum(orders, `must be one of: ${orders.join(', ')}`)
      .optional()
      .describe(
        `by which field, \`-\` before it: descending; without it \`${NEWEST_FIRST}\`, with a \`cursor\` that of the cursor. ` +
          `What has nothing there comes last both ways. ${said}`.trim(),
      ),
  };
}

/** The instant of a place. */
export const instantPlace = z.tuple([z.iso.datetime()]).nullable();

/** @returns the schema of a cursor of such a list */
export function sortedCursorSchema<const Order extends string>(
  orders: readonly Order[],
  valuesOf: (sort: Order) => z.ZodType<string[] | null>,
) {
  const place = z.strictObject({ sort: z.enum(orders), values: z.array(z.string()).nullable(), id: z.string().max(300) });
  return place.refine(({ sort, values }) => valuesOf(sort).safeParse(values).success) as z.ZodType<SortedPlace<Order>>;
}

/**
 * @returns the order in which the list is wanted, and the place to go on from: a cursor has its order in it
 * @throws Problem VALIDATION_FAILED for a cursor of another order than the one asked for
 */
export function sortedPlace<Order extends string>(
  schema: z.ZodType<SortedPlace<Order>>,
  { sort, cursor }: { sort?: Order | undefined; cursor?: string | undefined },
): { sort: Order | typeof NEWEST_FIRST; after: SortedPlace<Order> | null } {
  const after = decodeCursor(schema, cursor);
  if (after !== null && sort !== undefined && after.sort !== sort) {
    const message = `must be a nextCursor of this list sorted by "${sort}"; this one is of "${after.sort}"`;
    throw new Problem('VALIDATION_FAILED', `cursor: ${message}`, { errors: [{ path: 'cursor', message }] });
  }
  return { sort: after?.sort ?? sort ?? NEWEST_FIRST, after };
}

/** Cuts a list read one too long into a page. */
export function pageOf<T>(rows: T[], limit: number, placeOf: (row: T) => object): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null };
}

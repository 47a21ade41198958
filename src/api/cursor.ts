import { z } from 'zod';
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

/** Cuts a list read one too long into a page. */
export function pageOf<T>(rows: T[], limit: number, placeOf: (row: T) => object): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null };
}

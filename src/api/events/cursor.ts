/** Cursors of the feed: a position, and enough of its event's id to find out that the feed is no longer the one that the cursor is of. */
import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { BEGINNING, endOfFeed, eventIdAt, placeBefore, type Place } from '../../db/feed.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { Problem } from '../problems.js';

const schema = z.strictObject({ p: z.string().regex(/^\d{1,18}$/), e: z.string().regex(/^[0-9a-f]{8}$|^$/) });

export function cursorOf({ position, id }: Place): string {
  return encodeCursor({ p: String(position), e: id.slice(0, 8) });
}

/** @returns the place before what was recorded from an instant on */
export async function placeSince(db: Database, since: string): Promise<Place> {
  const position = await placeBefore(db, new Date(since));
  if (position <= 0n) return BEGINNING;
  const id = await eventIdAt(db, position);
  return id === null ? endOfFeed(db) : { position, id };
}

/**
 * @param cursor a cursor, or `end`; undefined: `otherwise`
 * @throws Problem VALIDATION_FAILED; CURSOR_GONE when its event is not there
 */
export async function placeAfter(db: Database, cursor: string | undefined, otherwise: 'beginning' | 'end'): Promise<Place> {
  if (cursor === undefined && otherwise === 'beginning') return BEGINNING;
  if (cursor === undefined || cursor === 'end') return endOfFeed(db);
  const { p, e } = decodeCursor(schema, cursor) ?? { p: '0', e: '' };
  const position = BigInt(p);
  if (position === 0n) return BEGINNING;
  const id = await eventIdAt(db, position);
  if (id === null || e === '' || !id.startsWith(e)) {
    throw new Problem(
      'CURSOR_GONE',
      'The event of this cursor is not in the feed: the database was set back since. Compare what you have with the cases and placements ' +
        'as they are, and go on after=end; or read from the beginning, without a cursor.',
    );
  }
  return { position, id };
}

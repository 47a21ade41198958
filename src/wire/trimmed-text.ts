import { z } from 'zod';

/** What `String.prototype.trim` takes away, written out: `\s` is something else in other languages' regular expressions. */
const NOT_BLANK = String.raw`[^\x09-\x0d\x20\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]`;

/** @returns text of 1 to `max` characters, without the blanks around it; the contract says that it has more than blanks */
export function trimmedText(max: number) {
  return z.string().trim().min(1).max(max).meta({ pattern: NOT_BLANK });
}

import { createHash } from 'node:crypto';

/** The same for two JSON values that differ only in the order of their fields: tells a repetition from a contradiction. */
export function contentHashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortedFields)).digest('hex');
}

function sortedFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

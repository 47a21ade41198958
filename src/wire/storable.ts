/** What PostgreSQL cannot keep in JSON or text: NUL characters and halves of surrogate pairs; and nesting without end. */

const MAX_DEPTH = 64;
/** In one list or object. */
const MAX_ENTRIES = 10_000;

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/**
 * Looks through a parsed JSON value without recursion, however deep it is.
 * @returns the first mistake and its place, or null
 */
export function findUnstorable(value: unknown): { path: string; message: string } | null {
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const path = item.path || '(body)';
    if (typeof item.value === 'string' && !isStorable(item.value)) {
      return { path, message: 'must not contain NUL characters or halves of surrogate pairs' };
    }
    if (typeof item.value !== 'object' || item.value === null) continue;
    if (item.depth >= MAX_DEPTH) return { path: '(body)', message: `must not be nested deeper than ${MAX_DEPTH} levels` };
    const inside = Object.entries(item.value);
    if (inside.length > MAX_ENTRIES) return { path, message: `must not have more than ${MAX_ENTRIES} entries` };
    for (const [key, inner] of inside) {
      if (!isStorable(key)) return { path, message: 'must not have names with NUL characters or halves of surrogate pairs' };
      open.push({ value: inner, path: item.path === '' ? key : `${item.path}.${key}`, depth: item.depth + 1 });
    }
  }
  return null;
}

/** A JSON reviver that leaves out what cannot be kept: for answers of counterparts, which cannot be sent back for correction. */
export function storableOnly(_key: string, value: unknown): unknown {
  return typeof value === 'string' && !isStorable(value) ? value.replaceAll('\u0000', '').toWellFormed() : value;
}

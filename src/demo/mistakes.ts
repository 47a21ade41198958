/** How the demo's judges say what is not as it must be. */

export function mistake(expected: string, seen: string): string {
  return `expected: ${expected}; seen: ${seen}`;
}

export function counted(what: string, expected: number, seen: number): string[] {
  return expected === seen ? [] : [mistake(`${expected} ${what}`, String(seen))];
}

/** Each is a text, and there is no other like it. */
export function unequal(what: string, ids: readonly unknown[]): string[] {
  const wrong = ids.filter((id, index) => typeof id !== 'string' || id === '' || ids.indexOf(id) !== index);
  return wrong.length === 0 ? [] : [mistake(`${ids.length} distinct ${what}`, `${wrong.map(String).join(', ')} again or empty`)];
}

/** A value of another side in words. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

export function instant(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

export function shownInstant(at: number): string {
  return Number.isNaN(at) ? 'none' : new Date(at).toISOString();
}

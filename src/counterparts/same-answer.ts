import type { HttpAnswer } from './http.js';

/** @returns whether two answers say the same, leaving aside the paths asked for, numbers, instants and identifiers in them */
export function sameButForNames(one: HttpAnswer, onePath: string, other: HttpAnswer, otherPath: string): boolean {
  return one.status === other.status && essence(one.text, onePath) === essence(other.text, otherPath);
}

function essence(text: string, path: string): string {
  const parts = [path, ...path.split('/').filter((part) => part.length > 3)];
  const nameless = parts.reduce((rest, part) => rest.replaceAll(part, ''), text);
  // Trace identifiers, instants and counters differ from answer to answer.
  return nameless.replaceAll(/[0-9a-f-]{8,}|\d+/gi, '').replaceAll(/[\s/]+/g, '');
}

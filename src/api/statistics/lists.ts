/** The lists behind figures. */

/** @returns the address of a list under these filters, those that are null left out */
export function listAt(path: string, filters: Readonly<Record<string, string | null>>): string {
  const given = Object.entries(filters).filter((filter): filter is [string, string] => filter[1] !== null);
  const query = new URLSearchParams(given).toString();
  return query === '' ? path : `${path}?${query}`;
}

export interface Figure {
  count: number;
  list: string;
}

/** A number of things, and the address of their list. */
export function figure(count: number, path: string, filters: Readonly<Record<string, string | null>>): Figure {
  return { count, list: listAt(path, filters) };
}

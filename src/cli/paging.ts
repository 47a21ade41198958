/** Lists of the API, page after page. */
import type { Api } from './api.js';

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** As many as the API gives at once. */
const LARGEST_PAGE = 200;

/**
 * @param most as many as are wanted
 * @returns the first page with the items of the pages behind it, and the cursor behind the last of them
 */
export async function pages<P extends Page<unknown>>(
  api: Api,
  path: string,
  query: Record<string, string | undefined>,
  most: number,
): Promise<P> {
  const page = (left: number, cursor?: string): Promise<P> =>
    api.get(path, { ...query, cursor, limit: String(Math.min(left, LARGEST_PAGE)) });
  const list = await page(most);
  while (list.nextCursor !== null && list.items.length < most) {
    const more = await page(most - list.items.length, list.nextCursor);
    list.items.push(...more.items);
    list.nextCursor = more.nextCursor;
  }
  return list;
}

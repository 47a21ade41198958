/** Where somebody goes after they have signed in: a page of the console, whatever the address says (no open redirect). */

/** Where the console begins. */
export const HOME = '/console/';

const LONGEST = 2000;
/** They are no pages: who came back to them would go round and round, or be signed in anew by nobody's wish. */
const NO_PAGES = /^\/console\/(sign-in|signed-in|sign-out|session|sandbox\/.*|assets\/.*)$/;

/** @returns the path with its query and fragment when it is a page of the console, else the console's first one */
export function ownPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > LONGEST || !/^\/console\/[!-[\]-~]*$/.test(given)) return HOME;
  const base = 'https://console.invalid';
  // As a browser understands it, which takes dots, and dots in disguise, for steps upwards.
  const { origin, pathname, search, hash } = new URL(given, base);
  const stays = origin === base && pathname.startsWith(HOME) && !NO_PAGES.test(pathname);
  return stays ? pathname + search + hash : HOME;
}

/** Whether a call that comes with the console's cookie was made by a page of the console (CSRF): a browser sends cookies for everybody. */
import type { Request } from 'express';
import { Problem } from '../problems.js';

/** What pages of the console send, for browsers that say nothing of where a call comes from. */
const HEADER = 'x-holdpoint-console';

/**
 * Fetch Metadata says which site a call is of; what knows none of it says `Origin` where something may be changed, and a header that no other
 * site can send without asking us first.
 * @param origin our own, as browsers see it
 * @throws Problem NOT_OWN_PAGE
 */
export function requireOwnPage(request: Request, origin: string): void {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) {
    if (site === 'same-origin') return;
    throw refused(`The browser says that it comes from elsewhere (Sec-Fetch-Site: ${site.slice(0, 20)}).`);
  }
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (request.get(HEADER) === '1') return;
    throw refused('It has neither Sec-Fetch-Site nor X-Holdpoint-Console: 1.');
  }
  if (request.get('origin') === origin) return;
  throw refused(`It has no Sec-Fetch-Site, and its Origin is not ${origin}.`);
}

function refused(why: string): Problem {
  return new Problem('NOT_OWN_PAGE', `${why} Nothing was done. Programs send a key or an access token, and no cookie.`);
}

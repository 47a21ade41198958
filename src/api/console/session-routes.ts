/** Who is signed in, for the console's pages; and signing out. */
import { Router } from 'express';
import type { Logger } from 'pino';
import { extentOf, PERMISSIONS } from '../../domain/access.js';
import { keptNowhere } from '../head.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import type { Console } from './console.js';

const SESSION = '/console/session';
const SIGN_OUT = '/console/sign-out';

export function sessionRoutes(console: Console | undefined, temporalUiUrl: string | undefined, log: Logger): Router {
  const router = Router();
  router.use([SESSION, SIGN_OUT], keptNowhere);
  router.get(SESSION, async (request, response) => {
    if (console === undefined) throw new Problem('SESSION_OVER', 'Nobody can sign in here: no issuer is set (HOLDPOINT_OIDC_ISSUER).');
    const { caller, sub, roles, personId, expiresAt } = await console.personOf(request);
    response.json({
      person: { name: caller.name, sub, personId },
      roles,
      extents: Object.fromEntries(PERMISSIONS.map((permission) => [permission, extentOf(caller, permission)])),
      buyers: caller.buyers,
      expiresAt: expiresAt.toISOString(),
      now: new Date().toISOString(),
      temporalUiUrl: temporalUiUrl ?? null,
      sandbox: console.sandboxUrl !== undefined && caller.buyers === null,
    });
  });
  router.all(SESSION, onlyMethods('GET', 'HEAD'));
  router.post(SIGN_OUT, async (request, response) => {
    const secret = console?.sessionOf(request);
    if (console === undefined || secret === undefined) return void response.json({ location: null });
    await console.sessions.end(secret);
    console.cookies.clearSession(response);
    const location = await console.issuer.signOutUrl().catch((error: unknown) => {
      log.warn({ reason: (error as Error).message }, 'the issuer cannot be asked where people sign out');
      return null;
    });
    response.json({ location });
  });
  router.all(SIGN_OUT, onlyMethods('POST'));
  return router;
}

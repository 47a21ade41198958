import { Router } from 'express';
import type { ApiDependencies } from '../dependencies.js';
import { sandboxRoutes } from './sandbox.js';
import { sessionRoutes } from './session-routes.js';
import { signInRoutes } from './sign-in.js';

/** What the console's pages need beside the API itself; no part of the contract, for it is for them alone. */
export function consoleRoutes(dependencies: ApiDependencies): Router {
  const { console, temporalUiUrl, sealing, log } = dependencies;
  const router = Router();
  router.use(signInRoutes(console, sealing, log), sessionRoutes(console, temporalUiUrl, log), sandboxRoutes(dependencies));
  return router;
}

import { Router } from 'express';
import type { ApiDependencies } from '../dependencies.js';
import { onlyMethods } from '../methods.js';

/** `/healthz`: the process lives. `/readyz`: it can take events, which needs the database alone. */
export function healthRoutes({ db }: Pick<ApiDependencies, 'db'>): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    try {
      await db.$queryRaw`SELECT 1 FROM "inbound_event" LIMIT 1`;
      response.json({ status: 'ready' });
    } catch {
      response.status(503).json({ status: 'not ready', waitingFor: 'database' });
    }
  });
  router.all(['/healthz', '/readyz'], onlyMethods('GET', 'HEAD'));
  return router;
}

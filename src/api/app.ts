import express, { type Express } from 'express';
import { actRoutes } from './act/routes.js';
import { requireKey } from './authentication.js';
import type { ApiDependencies } from './dependencies.js';
import { notFound, problemHandler } from './errors.js';
import { healthRoutes } from './health/routes.js';
import { inboundEventRoutes } from './inbound-events/routes.js';
import { messageRoutes } from './messages/routes.js';
import { requireJson, requireStorable } from './media-type.js';
import { placementActionRoutes } from './placements/actions.js';
import { placementExplanationRoutes } from './placements/explanation.js';
import { placementRoutes } from './placements/routes.js';
import { policyRoutes } from './policies/routes.js';
import { reviewCaseRoutes } from './review-cases/routes.js';
import { reviewNoticeRoutes } from './review-notices/routes.js';
import { switchRoutes } from './switches/routes.js';
import { trackingRoutes } from './tracking/routes.js';
import { vendorRoutes } from './vendors/routes.js';

const MAX_BODY = '1mb';

/** The API: health without a key, everything under /v1 with one. */
export function createApp(dependencies: ApiDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(healthRoutes(dependencies), trackingRoutes(dependencies), actRoutes(dependencies));
  app.use('/v1', requireKey(dependencies.keys), requireJson, express.json({ limit: MAX_BODY, strict: true }), requireStorable);
  app.use(
    '/v1',
    reviewNoticeRoutes(dependencies),
    reviewCaseRoutes(dependencies),
    inboundEventRoutes(dependencies),
    placementRoutes(dependencies),
    placementActionRoutes(dependencies),
    placementExplanationRoutes(dependencies),
    vendorRoutes(dependencies),
    messageRoutes(dependencies),
    switchRoutes(dependencies),
    policyRoutes(dependencies),
  );
  app.use(notFound);
  app.use(problemHandler(dependencies.log));
  return app;
}

import express, { type Express } from 'express';
import { actRoutes } from './act/routes.js';
import { authenticate } from './authentication.js';
import { contractRoutes } from './contract/routes.js';
import { requireSaid } from './contract/said.js';
import { docsRoutes } from './docs/routes.js';
import { counterpartRoutes } from './counterparts/routes.js';
import type { ApiDependencies } from './dependencies.js';
import { notFound, problemHandler } from './errors.js';
import { healthRoutes } from './health/routes.js';
import { handoverRoutes } from './liaisons/handover.js';
import { inboundEventRoutes } from './inbound-events/routes.js';
import { absenceRoutes } from './liaisons/absences.js';
import { keyRoutes } from './keys/routes.js';
import { liaisonRoutes } from './liaisons/routes.js';
import { messageRoutes } from './messages/routes.js';
import { requireJson, requireStorable } from './media-type.js';
import { noticeTemplateRoutes } from './notice-templates/routes.js';
import { placementActionRoutes } from './placements/action-routes.js';
import { placementRoutes } from './placements/routes.js';
import { policyRoutes } from './policies/routes.js';
import { caseActionRoutes } from './review-cases/action-routes.js';
import { reviewCaseRoutes } from './review-cases/routes.js';
import { reviewNoticeRoutes } from './review-notices/routes.js';
import { refuseReplays } from './replays.js';
import { keepRawBody, requireSignature } from './signatures.js';
import { switchRoutes } from './switches/routes.js';
import { trackingRoutes } from './tracking/routes.js';
import { vendorRoutes } from './vendors/routes.js';

const MAX_BODY = '1mb';

/** The API: health without a key, everything under /v1 with one, as far as it goes. */
export function createApp(dependencies: ApiDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(healthRoutes(dependencies), contractRoutes(), docsRoutes(), trackingRoutes(dependencies), actRoutes(dependencies));
  app.use(
    '/v1',
    authenticate(dependencies),
    requireSaid(),
    requireJson,
    express.json({ limit: MAX_BODY, strict: true, verify: keepRawBody }),
  );
  app.use('/v1', requireSignature(dependencies), refuseReplays(dependencies), requireStorable);
  app.use(
    '/v1',
    reviewNoticeRoutes(dependencies),
    reviewCaseRoutes(dependencies),
    caseActionRoutes(dependencies),
    inboundEventRoutes(dependencies),
    handoverRoutes(dependencies),
    placementRoutes(dependencies),
    placementActionRoutes(dependencies),
    vendorRoutes(dependencies),
    counterpartRoutes(dependencies),
    messageRoutes(dependencies),
    switchRoutes(dependencies),
    policyRoutes(dependencies),
    liaisonRoutes(dependencies),
    absenceRoutes(dependencies),
    noticeTemplateRoutes(dependencies),
    keyRoutes(dependencies),
  );
  app.use(notFound);
  app.use(problemHandler(dependencies.log));
  return app;
}

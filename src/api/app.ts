import express, { type Express } from 'express';
import { actRoutes } from './act/routes.js';
import { authenticate } from './authentication.js';
import { consoleFiles } from './console/files.js';
import { consoleRoutes } from './console/routes.js';
import { operations } from './contract/operations.js';
import { contractRoutes } from './contract/routes.js';
import { createWaiting } from './contract/waiting.js';
import { requireSaid } from './contract/said.js';
import { docsRoutes } from './docs/routes.js';
import { counterpartRoutes } from './counterparts/routes.js';
import { orderMarks } from '../db/order-marks.js';
import type { ApiDependencies, ApiLimits } from './dependencies.js';
import { notFound, problemHandler } from './errors.js';
import { eventRoutes } from './events/routes.js';
import { guardedAnswers, keptNowhere, requireSaneHead } from './head.js';
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
import { shedOverload } from './overload.js';
import { policyKinds, policyRoutes } from './policies/routes.js';
import { caseActionRoutes } from './review-cases/action-routes.js';
import { limitRate } from './rate-limits.js';
import { reviewCaseRoutes } from './review-cases/routes.js';
import { reviewNoticeRoutes } from './review-notices/routes.js';
import { refuseReplays } from './replays.js';
import { identifyRequest } from './request-identity.js';
import { keepRawBody, requireSignature } from './signatures.js';
import { statisticsRoutes } from './statistics/routes.js';
import { subscriptionRoutes } from './subscriptions/routes.js';
import { auditRoutes } from './audit/routes.js';
import { switchRoutes } from './switches/routes.js';
import { trackingRoutes } from './tracking/routes.js';
import { vendorRoutes } from './vendors/routes.js';

const MAX_BODY = '1mb';
const LIMITS: ApiLimits = { callsPerSecond: 500, maxInFlight: 200, maxWaitMs: 500 };

/** The API: health without a key, everything under /v1 with one, as far as it goes. */
export function createApp(dependencies: ApiDependencies): Express {
  const limits = { ...LIMITS, ...dependencies.limits };
  const waiting = createWaiting((orderIds) => orderMarks(dependencies.db, orderIds));
  const app = express();
  app.disable('x-powered-by');
  // Only what says so has an ETag, and a strong one.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(identifyRequest, guardedAnswers, requireSaneHead);
  app.use(healthRoutes(dependencies));
  // Files cost next to nothing: who has the console open is not to lose it when there is much to do.
  if (dependencies.consoleDirectory !== undefined) app.use(consoleFiles(dependencies.consoleDirectory));
  app.use(
    shedOverload(limits, operations, dependencies.log),
    consoleRoutes(dependencies),
    contractRoutes(),
    docsRoutes(),
    trackingRoutes(dependencies),
    actRoutes(dependencies),
  );
  app.use(
    '/v1',
    keptNowhere,
    authenticate(dependencies),
    limitRate(limits.callsPerSecond),
    requireSaid(),
    requireJson,
    express.json({ limit: MAX_BODY, strict: true, verify: keepRawBody }),
  );
  app.use('/v1', requireSignature(dependencies), refuseReplays(dependencies), requireStorable);
  app.use(
    '/v1',
    reviewNoticeRoutes(dependencies),
    reviewCaseRoutes(dependencies, waiting),
    caseActionRoutes(dependencies),
    eventRoutes(dependencies),
    subscriptionRoutes(dependencies),
    inboundEventRoutes(dependencies),
    handoverRoutes(dependencies),
    placementRoutes(dependencies, waiting),
    placementActionRoutes(dependencies),
    vendorRoutes(dependencies),
    counterpartRoutes(dependencies),
    messageRoutes(dependencies),
    statisticsRoutes(dependencies),
    switchRoutes(dependencies),
    policyKinds(),
    policyRoutes(dependencies),
    liaisonRoutes(dependencies),
    absenceRoutes(dependencies),
    noticeTemplateRoutes(dependencies),
    keyRoutes(dependencies),
    auditRoutes(dependencies),
  );
  app.use(notFound);
  app.use(problemHandler(dependencies.log));
  return app;
}

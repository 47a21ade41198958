import { Router } from 'express';
import { EVERYTHING } from '../../domain/access.js';
import { composeTrackingPage } from '../../domain/customer-notice.js';
import type { PlacementStatus } from '../../domain/placement-status.js';
import { customerOf } from '../../db/customers.js';
import { requireOrder } from '../../db/orders.js';
import { newestPlacement } from '../../db/placements.js';
import { isTrackingToken } from '../../wire/tracking-link.js';
import type { ApiDependencies } from '../dependencies.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';

/** The customer's private link (B5): a page without a key or a script, for whoever holds the link. */
export function trackingRoutes({ db, linkKey }: ApiDependencies): Router {
  const router = Router();
  router.get('/track/:orderId/:token', async (request, response) => {
    const { orderId, token } = request.params;
    const placement = isTrackingToken(linkKey, orderId, token) ? await newestPlacement(db, EVERYTHING, orderId) : null;
    // The same answer for a wrong token and an unknown order: nobody learns which orders there are.
    if (placement === null) throw new Problem('NOT_FOUND', 'This link does not lead to an order. Check that it is complete.');
    const [order, customer] = await Promise.all([requireOrder(db, orderId), customerOf(db, orderId)]);
    const { status, statusReason: reason, customerText: description, caseAt } = placement;
    const now = { status: status as PlacementStatus, reason, description, caseAt: caseAt.getTime() };
    response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-robots-tag', 'noindex');
    response.type('html').send(composeTrackingPage(now, customer, order));
  });
  router.all('/track/:orderId/:token', onlyMethods('GET', 'HEAD'));
  return router;
}

import { Router } from 'express';
import { storedPolicy } from '../../db/policies.js';
import { explainPlacement } from '../../domain/explanation.js';
import { resolvePolicy } from '../../domain/policy-kinds.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { decidingVersion } from '../policies/view.js';
import { reachOf } from '../reach.js';
import { explanationQuerySchema } from '../review-cases/schema.js';
import { requirePlacement } from './placement.js';

/** Why a placement goes as it does (D2): in words, and with what the words are made of. */
export function placementExplanationRoutes({ db }: ApiDependencies): Router {
  const router = Router();
  router.get('/placements/:orderId/explanation', async (request, response) => {
    const { lang } = validated(explanationQuerySchema.omit({ round: true }), request.query);
    const row = await requirePlacement(db, reachOf(response), request.params.orderId);
    const { placementId, orderId, vendorId, campaign, policyVersion, status, asOf } = row;
    const stored = policyVersion === null ? null : await storedPolicy(db, 'placement', policyVersion);
    const inputs = { vendorId, campaign };
    // A version is never edited: what it says for these inputs is what it said when it decided.
    const matchedRule = stored === null ? null : resolvePolicy('placement', stored.version, stored.content, inputs).matchedRule;
    const decision = policyVersion === null ? null : { policyVersion, matchedRule, inputs };
    const policy = stored === null ? null : decidingVersion(stored);
    const deadlineAt = row.deadlineAt?.toISOString() ?? null;
    const text = explainPlacement({ orderId, decision, policy, status, statusReason: row.statusReason, deadlineAt }, lang);
    response.json({ placementId, orderId, lang, text, decision: row.decision, policy, policyVersion, asOf });
  });
  router.all('/placements/:orderId/explanation', onlyMethods('GET', 'HEAD'));
  return router;
}

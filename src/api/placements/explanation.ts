import type { Database } from '../../db/database.js';
import type { Placement } from '../../db/generated/client.js';
import { storedPolicy } from '../../db/policies.js';
import { explainPlacement } from '../../domain/explanation.js';
import type { Locale } from '../../domain/locale.js';
import { resolvePolicy } from '../../domain/policy-kinds.js';
import { decidingVersion } from '../policies/view.js';

/**
 * Why a placement goes as it does (D2): in words, and with what the words are made of.
 * @param withPolicy who published the version, and why: not for those who may not read policies, which name buyers
 */
export async function explanationOf(db: Database, row: Placement, lang: Locale, withPolicy: boolean) {
  const { placementId, orderId, vendorId, campaign, policyVersion, status, asOf } = row;
  const stored = policyVersion === null ? null : await storedPolicy(db, 'placement', policyVersion);
  const inputs = { vendorId, campaign };
  // A version is never edited: what it says for these inputs is what it said when it decided.
  const matchedRule = stored === null ? null : resolvePolicy('placement', stored.version, stored.content, inputs).matchedRule;
  const decision = policyVersion === null ? null : { policyVersion, matchedRule, inputs };
  const policy = stored === null || !withPolicy ? null : decidingVersion(stored);
  const deadlineAt = row.deadlineAt?.toISOString() ?? null;
  const text = explainPlacement({ orderId, decision, policy, status, statusReason: row.statusReason, deadlineAt }, lang);
  return { placementId, orderId, lang, text, decision: row.decision, policy, policyVersion, asOf };
}

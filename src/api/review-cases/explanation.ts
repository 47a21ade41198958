import { decisionOf } from '../../db/case-inputs.js';
import type { Database } from '../../db/database.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { storedPolicy } from '../../db/policies.js';
import type { ShownEscalation } from '../../domain/case-record.js';
import { explainReview } from '../../domain/explanation.js';
import type { Locale } from '../../domain/locale.js';
import { decidingVersion } from '../policies/view.js';

/**
 * Why a case was decided as it was (D2): in words, and with what the words are made of.
 * @param withPolicy who published the version, and why: not for those who may not read policies, which name buyers
 */
export async function explanationOf(db: Database, row: ReviewCase, lang: Locale, withPolicy: boolean) {
  const decision = decisionOf(row);
  const stored = decision === null || !withPolicy ? null : await storedPolicy(db, 'review', decision.policyVersion);
  const policy = stored === null ? null : decidingVersion(stored);
  const { windowEndsAt, deadlineAt } = row;
  const held = decision?.preset === true && windowEndsAt !== null && deadlineAt !== null;
  const limits = held ? { windowEndsAt: windowEndsAt.toISOString(), deadlineAt: deadlineAt.toISOString() } : null;
  const escalation = (row.escalation as unknown as ShownEscalation | null)?.toCome ?? [];
  const text = explainReview({ orderId: row.orderId, decision, policy, versionNow: row.policyVersion, limits, escalation }, lang);
  return { caseId: row.caseId, orderId: row.orderId, lang, text, decision, policy, policyVersion: row.policyVersion, asOf: row.asOf };
}

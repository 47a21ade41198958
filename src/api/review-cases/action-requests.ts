/** What each action's body asks, checked and completed into what the case's update takes. */
import type { Database } from '../../db/database.js';
import { policyForCase } from '../../calendar/working-intervals.js';
import { reviewInputsOf } from '../../db/case-inputs.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { policyVersion } from '../../db/policies.js';
import { findLiaison } from '../../db/reference-data.js';
import type { PersonRequest } from '../../workflows/review-case/contract.js';
import { validated } from '../errors.js';
import { Problem } from '../problems.js';
import { unknownVersion } from '../policies/chosen.js';
import type { UpdateAction } from './actions.js';
import { changePolicySchema, personRequestSchema, reassignSchema, rescheduleSchema } from './schema.js';

/**
 * @param findCase asked only once the body is as it must be: what is malformed is said first
 * @throws Problem VALIDATION_FAILED, LIAISON_UNKNOWN, POLICY_UNKNOWN, and what `findCase` throws
 */
export async function actionRequest(
  db: Database,
  action: UpdateAction,
  body: unknown,
  findCase: () => Promise<ReviewCase>,
): Promise<PersonRequest> {
  switch (action) {
    case 'reschedule': {
      const { at, ...person } = validated(rescheduleSchema, body);
      return { ...who(person), at: Date.parse(at) } as PersonRequest;
    }
    case 'reassign': {
      const { liaisonId, ...person } = validated(reassignSchema, body);
      if ((await findLiaison(db, liaisonId)) === null) throw new Problem('LIAISON_UNKNOWN', `There is no liaison "${liaisonId}".`);
      return { ...who(person), liaisonId } as PersonRequest;
    }
    case 'change-policy': {
      const { version, ...person } = validated(changePolicySchema, body);
      const row = await findCase();
      const policy = await policyVersion(db, 'review', version, reviewInputsOf(row));
      if (policy === null) throw unknownVersion('review', version);
      return { ...who(person), policy: await policyForCase(policy, row.firstFailureAt.getTime()) } as PersonRequest;
    }
    case 'request-review':
    case 'pause':
    case 'resume':
    case 'acknowledge':
    case 'decline':
    case 'cancel':
      return who(validated(personRequestSchema, body));
  }
}

function who({ by, note }: { by: string; note?: string | null | undefined }): PersonRequest {
  return { by, note: note ?? null };
}

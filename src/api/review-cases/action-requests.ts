/** What each action's body asks, completed into what the case's update takes. */
import type { z } from 'zod';
import type { Database } from '../../db/database.js';
import { policyForCase } from '../../calendar/working-intervals.js';
import { reviewInputsOf } from '../../db/case-inputs.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { policyVersion } from '../../db/policies.js';
import { findLiaison } from '../../db/reference-data.js';
import type { ChangePolicyRequest, PersonRequest, ReassignRequest, RescheduleRequest } from '../../workflows/review-case/contract.js';
import { Problem } from '../problems.js';
import { unknownVersion } from '../policies/chosen.js';
import type { changePolicySchema, personRequestSchema, reassignSchema, rescheduleSchema } from './schema.js';

type Said = z.output<typeof personRequestSchema>;

export function asSaid({ by, note }: Said): PersonRequest {
  return { by, note: note ?? null };
}

export function rescheduling({ at, ...said }: z.output<typeof rescheduleSchema>): RescheduleRequest {
  return { ...asSaid(said), at: Date.parse(at) };
}

/** @throws Problem LIAISON_UNKNOWN */
export async function reassignment(db: Database, { liaisonId, ...said }: z.output<typeof reassignSchema>): Promise<ReassignRequest> {
  if ((await findLiaison(db, liaisonId)) === null) throw new Problem('LIAISON_UNKNOWN', `There is no liaison "${liaisonId}".`);
  return { ...asSaid(said), liaisonId };
}

/** @throws Problem POLICY_UNKNOWN */
export async function policyChange(
  db: Database,
  { version, ...said }: z.output<typeof changePolicySchema>,
  row: ReviewCase,
): Promise<ChangePolicyRequest> {
  const policy = await policyVersion(db, 'review', version, reviewInputsOf(row));
  if (policy === null) throw unknownVersion('review', version);
  return { ...asSaid(said), policy: await policyForCase(policy, row.firstFailureAt.getTime()) };
}

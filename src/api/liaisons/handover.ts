/** Hands all open cases of a liaison over to another (D6), each through its own workflow, and says of each what came of it. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Router } from 'express';
import { z } from 'zod';
import type { ReviewCase } from '../../db/generated/client.js';
import { findLiaison } from '../../db/reference-data.js';
import { casesOfLiaison } from '../../db/review-cases.js';
import { workflowIdOf } from '../../domain/identifiers.js';
import { reassign, type CaseAnswer, type ReassignRequest } from '../../workflows/review-case/contract.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { inTurns } from '../in-turns.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import { idempotencyKeySchema, personRequestSchema } from '../review-cases/schema.js';
import { actionsOf } from '../review-cases/view.js';
import { refused, updateWorkflow } from '../workflow-update.js';
import { requirePersonOf } from './person.js';

/** At most so many cases in one call: each is a message to its workflow, and a notice to the new liaison. */
const MOST_HANDED_OVER = 500;
/** Updates under way at once: each waits for a worker. */
const AT_ONCE = 8;
/** A call must be answered; what has not been begun by then is left for the next one. */
const LIMIT_MS = 30_000;

const text = z.string().min(1).max(200);

/** `POST /v1/liaisons/{id}/handover` */
const handoverSchema = personRequestSchema.extend({
  to: text.describe('the liaison who takes over'),
  /** Changes nothing, and says what would be. */
  preview: z.boolean().default(false),
  filter: z
    .strictObject({
      status: z
        .array(z.enum(['held', 'in_review', 'awaiting_liaison']))
        .min(1)
        .optional(),
      buyerId: text.optional(),
      reasonType: text.optional(),
    })
    .default({}),
});

/** `why`: the reason of a refusal, or of an outcome that is not known. */
interface HandedOver {
  caseId: string;
  orderId: string;
  outcome: 'reassigned' | 'would_be_reassigned' | 'refused' | 'unknown';
  why: string | null;
}

export function handoverRoutes({ db, client }: ApiDependencies): Router {
  const router = Router();
  router.post('/liaisons/:id/handover', async (request, response) => {
    const { id: from } = request.params;
    const { to, by, note, preview, filter } = validated(handoverSchema, request.body);
    const key = validated(idempotencyKeySchema, request.get('idempotency-key')) ?? randomUUID();
    if (to === from) throw new Problem('VALIDATION_FAILED', 'to: must be another liaison than the one whose cases they are.');
    if ((await findLiaison(db, to)) === null) throw new Problem('LIAISON_UNKNOWN', `There is no liaison "${to}".`);
    const { rows, total } = await casesOfLiaison(db, reachOf(response), from, filter, MOST_HANDED_OVER);
    // Cases of somebody who is not known any more can still be handed over.
    if (total === 0) await requirePersonOf(db, from);
    const asked = { by, note: note ?? null, liaisonId: to };
    const until = Date.now() + LIMIT_MS;
    const results = await inTurns(rows, AT_ONCE, async (row) => {
      if (preview) return wouldBe(row);
      return Date.now() > until ? null : handOver(client, row, asked, key);
    });
    const items = results.filter((item) => item !== null);
    response.json({ from, to, preview, items, counts: countsOf(items), left: total - items.length });
  });
  router.all('/liaisons/:id/handover', onlyMethods('POST'));
  return router;
}

/** Under a key of its own in each case: the same call again is answered as the first was, and hands nothing over twice. */
async function handOver(client: Client, row: ReviewCase, request: ReassignRequest, key: string): Promise<HandedOver> {
  const { caseId, orderId } = row;
  const action = 'reassign';
  try {
    const update = {
      workflowId: workflowIdOf(caseId),
      name: reassign.name,
      action,
      request,
      key: `handover/${key}/${request.liaisonId}/${caseId}`,
    };
    const answer = await updateWorkflow<CaseAnswer, ReassignRequest>(client, update);
    if (answer === null) throw refused(action, row.status, actionsOf(row));
    return { caseId, orderId, outcome: 'reassigned', why: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { caseId, orderId, outcome: error.code === 'OUTCOME_UNKNOWN' ? 'unknown' : 'refused', why: error.detail };
  }
}

/** What the read model lets foresee. */
function wouldBe(row: ReviewCase): HandedOver {
  const { caseId, orderId } = row;
  const actions = actionsOf(row);
  if (actions.includes('reassign')) return { caseId, orderId, outcome: 'would_be_reassigned', why: null };
  return { caseId, orderId, outcome: 'refused', why: refused('reassign', row.status, actions).detail };
}

function countsOf(items: readonly HandedOver[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

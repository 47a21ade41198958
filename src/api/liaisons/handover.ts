/** Hands all open cases of a liaison over to another (D6), each through its own workflow, and says of each what came of it. */
import type { Client } from '@temporalio/client';
import type { Router } from 'express';
import type { ReviewCase } from '../../db/generated/client.js';
import { findLiaison } from '../../db/reference-data.js';
import { casesOfLiaison } from '../../db/review-cases.js';
import { workflowIdOf } from '../../domain/identifiers.js';
import { reassign, type CaseAnswer, type ReassignRequest } from '../../workflows/review-case/contract.js';
import { resource, serve } from '../contract/operation.js';
import { listed } from '../../wire/mistakes.js';
import type { ApiDependencies } from '../dependencies.js';
import { inTurns } from '../in-turns.js';
import { Problem } from '../problems.js';
import { actionsOf } from '../review-cases/view.js';
import { refused, updateWorkflow } from '../workflow-update.js';
import { type HANDOVER_OUTCOMES } from './answers.js';
import { handOverCases } from './operations.js';
import { requirePersonOf } from './person.js';

/** At most so many cases in one call: each is a message to its workflow, and a notice to the new liaison. */
const MOST_HANDED_OVER = 500;
/** Updates under way at once: each waits for a worker. */
const AT_ONCE = 8;
/** A call must be answered; what has not been begun by then is left for the next one. */
const LIMIT_MS = 30_000;

/** `why`: the reason of a refusal, or of an outcome that is not known. */
interface HandedOver {
  caseId: string;
  orderId: string;
  outcome: (typeof HANDOVER_OUTCOMES)[number];
  why: string | null;
}

export function handoverRoutes(dependencies: ApiDependencies): Router {
  const { db, client } = dependencies;
  const handler = serve(handOverCases, async ({ reach, params: { id: from }, once, body: { to, by, note, preview, filter } }, response) => {
    if (to === from) throw sameLiaison();
    if ((await findLiaison(db, to)) === null) throw new Problem('LIAISON_UNKNOWN', `There is no liaison "${to}".`);
    const { rows, total } = await casesOfLiaison(db, reach, from, filter, MOST_HANDED_OVER);
    // Cases of somebody who is not known any more can still be handed over.
    if (total === 0) await requirePersonOf(db, from);
    const asked = { by, note: note ?? null, liaisonId: to };
    const until = Date.now() + LIMIT_MS;
    const results = await inTurns(rows, AT_ONCE, async (row) => {
      if (preview) return wouldBe(row);
      return Date.now() > until ? null : handOver(client, row, asked, once.id);
    });
    const items = results.filter((item) => item !== null);
    const counts = countsOf(items);
    if (counts['unknown'] !== undefined) once.leaveOpen();
    response.json({ from, to, preview, items, counts, left: total - items.length });
  });
  return resource(dependencies, [handler]);
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
      updateId: `${action}/handover/${key}`,
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

function sameLiaison(): Problem {
  const mistake = { path: 'to', message: 'must be another liaison than the one whose cases they are' };
  return new Problem('VALIDATION_FAILED', listed([mistake]), { errors: [mistake] });
}

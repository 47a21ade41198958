/** Moves running cases to another version of the review policy (D2), each through its own workflow, and says of each what came of it. */
import type { Client } from '@temporalio/client';
import { policyForCase } from '../../calendar/working-intervals.js';
import { reviewInputsOf } from '../../db/case-inputs.js';
import type { Database } from '../../db/database.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { casesToMigrate, newestCase } from '../../db/review-cases.js';
import type { Reach } from '../../domain/access.js';
import { workflowIdOf } from '../../domain/identifiers.js';
import { decideReason } from '../../domain/failure-reason.js';
import { resolvePolicy } from '../../domain/policy-kinds.js';
import { differences, type Difference } from '../../domain/policy-outcome.js';
import type { ReviewPolicy } from '../../domain/review-policy.js';
import { caseLimits } from '../../domain/schedule.js';
import type { CaseAnswer, ChangePolicyRequest } from '../../workflows/review-case/contract.js';
import { inTurns } from '../in-turns.js';
import { Problem } from '../problems.js';
import { UPDATES } from '../review-cases/actions.js';
import { refused, updateWorkflow } from '../workflow-update.js';
import { actionsOf } from '../review-cases/view.js';
import { type MIGRATION_RESULTS } from './answers.js';
import type { Chosen } from './chosen.js';
import { MOST_MIGRATED, type Migration } from './schema.js';

/** Updates under way at once: each waits for a worker. */
const AT_ONCE = 10;
/** A call must be answered; what is left then has not been tried. */
const LIMIT_MS = 30_000;

export interface MigratedCase {
  orderId: string;
  caseId: string | null;
  result: (typeof MIGRATION_RESULTS)[number];
  /** What has changed, or would. */
  changed: Difference[];
  detail: string | null;
}

type Outcome = Pick<MigratedCase, 'result' | 'changed' | 'detail'>;

export interface Dependencies {
  db: Database;
  client: Client;
  /** Of the caller: cases beyond it are not found. */
  reach: Reach;
}

/**
 * @param key of the call, the same in every try of it: a case that was moved by an earlier one is answered from that
 * @returns what came of each case, and whether the filter has more
 */
export async function migrateCases(
  { db, client, reach }: Dependencies,
  chosen: Chosen<'review'>,
  { cases, dryRun, by, why, version }: Migration,
  key: string,
): Promise<{ items: MigratedCase[]; more: boolean }> {
  const { found, missing, more } = await casesOf(db, reach, cases, version);
  const until = Date.now() + LIMIT_MS;
  const move = async (row: ReviewCase): Promise<MigratedCase> => {
    const target = await policyFor(row, chosen);
    const outcome = row.policyVersion === version ? alreadyThere(version) : dryRun ? wouldChange(row, target) : null;
    const { orderId, caseId } = row;
    if (outcome !== null) return { orderId, caseId, ...outcome };
    if (Date.now() > until) return { orderId, caseId, result: 'not_tried', changed: [], detail: 'the call took too long: call again' };
    return { orderId, caseId, ...(await change(client, row, { by, note: why, policy: target }, key)) };
  };
  const items = await inTurns(found, AT_ONCE, move);
  const notFound = missing.map((orderId) => ({
    orderId,
    caseId: null,
    result: 'not_found' as const,
    changed: [],
    detail: 'there is no case',
  }));
  return { items: [...items, ...notFound], more };
}

async function casesOf(db: Database, reach: Reach, cases: Migration['cases'], version: number) {
  if ('filter' in cases) {
    const { fromVersion, ...filter } = cases.filter;
    const rows = await casesToMigrate(
      db,
      reach,
      filter,
      { version, ...(fromVersion === undefined ? {} : { fromVersion }) },
      MOST_MIGRATED + 1,
    );
    return { found: rows.slice(0, MOST_MIGRATED), missing: [], more: rows.length > MOST_MIGRATED };
  }
  const orderIds = [...new Set(cases.orderIds)];
  const rows = await Promise.all(orderIds.map((orderId) => newestCase(db, reach, orderId)));
  return { found: rows.filter((row) => row !== null), missing: orderIds.filter((_, index) => rows[index] === null), more: false };
}

async function policyFor(row: ReviewCase, { version, document }: Chosen<'review'>): Promise<ReviewPolicy> {
  return policyForCase(resolvePolicy('review', version, document, reviewInputsOf(row)), row.firstFailureAt.getTime());
}

async function change(client: Client, row: ReviewCase, request: ChangePolicyRequest, key: string): Promise<Outcome> {
  try {
    const action = 'change-policy';
    const update = { workflowId: workflowIdOf(row.caseId), name: UPDATES[action].name, action, request, updateId: `${action}/${key}` };
    const answer = await updateWorkflow<CaseAnswer, ChangePolicyRequest>(client, update);
    if (answer === null) throw refused('change-policy', row.status, actionsOf(row));
    return { result: 'migrated', changed: answer.changed, detail: remark(row, request.policy) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { result: error.code === 'OUTCOME_UNKNOWN' ? 'outcome_unknown' : 'refused', changed: [], detail: error.detail };
  }
}

function alreadyThere(version: number): Outcome {
  return { result: 'unchanged', changed: [], detail: `it follows version ${version} already` };
}

/** What the read model lets foresee; when the next request is made, the case itself plans anew. */
function wouldChange(row: ReviewCase, target: ReviewPolicy): Outcome {
  if (!actionsOf(row).includes('change-policy')) {
    return { result: 'refused', changed: [], detail: refused('change-policy', row.status, actionsOf(row)).detail };
  }
  const limits = caseLimits(target, row.firstFailureAt.getTime());
  const before = { policyVersion: row.policyVersion, windowEndsAt: iso(row.windowEndsAt), deadlineAt: iso(row.deadlineAt) };
  const after = { policyVersion: target.version, windowEndsAt: iso(limits.windowEndsAt), deadlineAt: iso(limits.deadlineAt) };
  return { result: 'would_migrate', changed: differences(before, after), detail: remark(row, target) };
}

/** A case that is held is not decided again; whoever moves it should know. */
function remark(row: ReviewCase, target: ReviewPolicy): string | null {
  const { preset, inputs } = decideReason(reviewInputsOf(row), target);
  return preset ? null : `${inputs.reasonType} is not preset in version ${target.version}; the case stays open all the same`;
}

function iso(instant: Date | number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

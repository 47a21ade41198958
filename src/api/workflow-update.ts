/** People's actions on a running workflow: updates, answered by the workflow itself. */
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { hasGrpcCode } from '../temporal/grpc-code.js';
import { ACTION_NOT_ALLOWED, INSTANT_NOT_ALLOWED, NOT_YOUR_CASE } from '../workflows/review-case/contract.js';
import { Problem } from './problems.js';

/** No worker within this: the outcome is unknown. */
const ANSWER_LIMIT_MS = 5000;

export interface WorkflowUpdate<Request> {
  workflowId: string;
  /** The update's name. */
  name: string;
  /** The action's name, as the API has it. */
  action: string;
  request: Request;
  /** The same however often it is tried: it is then answered from the first call. */
  updateId: string;
}

/**
 * @returns null when the workflow does not run any more, and was not answered under this ID before: whether it has ended, it alone knows
 * @throws Problem ACTION_NOT_ALLOWED with the actions allowed now, INSTANT_NOT_ALLOWED, NOT_YOUR_CASE, OUTCOME_UNKNOWN when no worker answered in time
 */
export async function updateWorkflow<Answer, Request>(client: Client, update: WorkflowUpdate<Request>): Promise<Answer | null> {
  const { workflowId, name, action, request, updateId } = update;
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + ANSWER_LIMIT_MS, () =>
      handle.executeUpdate<Answer, [Request], string>(name, { args: [request], updateId }),
    );
  } catch (error) {
    // An action that led to the ending is still answered under its own ID.
    if (error instanceof WorkflowNotFoundError) return earlierAnswer(client, workflowId, action, updateId);
    throw asActionProblem(error, action);
  }
}

/**
 * What an action was answered under its update ID, also when its workflow has ended since.
 * @returns null when the ID is not known, or not any more (the namespace's retention)
 * @throws Problem OUTCOME_UNKNOWN
 */
export async function earlierAnswer<Answer>(client: Client, workflowId: string, action: string, updateId: string): Promise<Answer | null> {
  const handle = client.workflow.getHandle(workflowId).getUpdateHandle<Answer>(updateId);
  try {
    return await client.withDeadline(Date.now() + ANSWER_LIMIT_MS, () => handle.result());
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isUnreachable(error)) throw asActionProblem(error, action);
    return null;
  }
}

function asActionProblem(error: unknown, action: string): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure && error.cause.type === INSTANT_NOT_ALLOWED) {
    const [bounds] = (error.cause.details ?? []) as [{ earliest: number; latest: number }?];
    return new Problem('INSTANT_NOT_ALLOWED', `${error.cause.message}.`, {
      earliest: new Date(bounds?.earliest ?? 0).toISOString(),
      latest: new Date(bounds?.latest ?? 0).toISOString(),
    });
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure && error.cause.type === ACTION_NOT_ALLOWED) {
    const [details] = (error.cause.details ?? []) as [{ status?: string; actions?: string[] }?];
    return refused(action, details?.status ?? 'unknown', details?.actions ?? []);
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure && error.cause.type === NOT_YOUR_CASE) {
    return new Problem('NOT_YOUR_CASE', 'The case was given to somebody else. Ask whoever has it now, or operations.');
  }
  if (error instanceof WorkflowUpdateFailedError) return refused(action, 'ended', []);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isUnreachable(error)) {
    return new Problem('OUTCOME_UNKNOWN', 'The case did not answer within 5 s. Send the same request with the same Idempotency-Key again.');
  }
  return error;
}

/** An action that the present state does not allow. */
export function refused(action: string, status: string, actions: readonly string[]): Problem {
  const now = actions.length === 0 ? 'Nothing can be done to it now.' : `Possible now: ${actions.join(', ')}.`;
  return new Problem('ACTION_NOT_ALLOWED', `${action} is not possible while it is ${status}. ${now}`, { caseStatus: status, actions });
}

/** gRPC codes that say something about the request itself; any other leaves the outcome unknown. */
const DEFINITE_CODES = new Set([3, 5, 7, 16]);

/** Whether Temporal, or the way to it, failed: directly or behind the client's own error. */
function isUnreachable(error: unknown): boolean {
  return hasGrpcCode(error, (code) => !DEFINITE_CODES.has(code));
}

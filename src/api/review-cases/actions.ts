/** People's actions on a running case: updates, answered by the case itself. */
import { randomUUID } from 'node:crypto';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { workflowIdOf } from '../../domain/identifiers.js';
import { hasGrpcCode } from '../../temporal/grpc-code.js';
import {
  ACTION_NOT_ALLOWED,
  cancel,
  changePolicy,
  decline,
  INSTANT_NOT_ALLOWED,
  pause,
  reassign,
  requestReview,
  reschedule,
  resume,
  type CaseAnswer,
  type PersonRequest,
} from '../../workflows/review-case/contract.js';
import { Problem } from '../problems.js';

const UPDATES = {
  'request-review': requestReview,
  reschedule,
  pause,
  resume,
  reassign,
  'change-policy': changePolicy,
  decline,
  cancel,
} as const;
export type UpdateAction = keyof typeof UPDATES;
export const UPDATE_ACTIONS = Object.keys(UPDATES) as UpdateAction[];

/** No worker within this: the outcome is unknown. */
const ANSWER_LIMIT_MS = 5000;

/**
 * @param request what the update takes: a person's name and note, and what the action wants beside
 * @param key the caller's Idempotency-Key: the same key again is answered from the first call
 * @returns null when the case does not run any more, and was not answered under this key before: whether it has ended, it alone knows
 * @throws Problem ACTION_NOT_ALLOWED with the actions allowed now, OUTCOME_UNKNOWN when no worker answered in time
 */
export async function performAction(
  client: Client,
  caseId: string,
  action: UpdateAction,
  request: PersonRequest,
  key: string | undefined,
): Promise<CaseAnswer | null> {
  const handle = client.workflow.getHandle(workflowIdOf(caseId));
  const updateId = updateIdOf(action, key);
  try {
    return await client.withDeadline(Date.now() + ANSWER_LIMIT_MS, () =>
      handle.executeUpdate<CaseAnswer, [PersonRequest], string>(UPDATES[action].name, { args: [request], updateId }),
    );
  } catch (error) {
    // An action that led to the ending is still answered to its own key.
    if (error instanceof WorkflowNotFoundError) return key === undefined ? null : earlierAnswer(client, caseId, action, key);
    throw asActionProblem(error, action);
  }
}

/**
 * What an action was answered under a key, when its case has ended since.
 * @returns null when the key is not known, or not any more (the namespace's retention)
 */
async function earlierAnswer(client: Client, caseId: string, action: UpdateAction, key: string): Promise<CaseAnswer | null> {
  const handle = client.workflow.getHandle(workflowIdOf(caseId)).getUpdateHandle<CaseAnswer>(updateIdOf(action, key));
  try {
    return await client.withDeadline(Date.now() + ANSWER_LIMIT_MS, () => handle.result());
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isUnreachable(error)) throw asActionProblem(error, action);
    return null;
  }
}

function updateIdOf(action: UpdateAction, key: string | undefined): string {
  return key === undefined ? randomUUID() : `${action}/${key}`;
}

function asActionProblem(error: unknown, action: UpdateAction): unknown {
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
  if (error instanceof WorkflowUpdateFailedError) return refused(action, 'ended', []);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isUnreachable(error)) {
    return new Problem('OUTCOME_UNKNOWN', 'The case did not answer within 5 s. Send the same request with the same Idempotency-Key again.');
  }
  return error;
}

export function refused(action: string, status: string, actions: readonly string[]): Problem {
  const now = actions.length === 0 ? 'Nothing can be done to it now.' : `Possible now: ${actions.join(', ')}.`;
  return new Problem('ACTION_NOT_ALLOWED', `${action} is not possible while the case is ${status}. ${now}`, {
    caseStatus: status,
    actions,
  });
}

/** gRPC codes that say something about the request itself; any other leaves the outcome unknown. */
const DEFINITE_CODES = new Set([3, 5, 7, 16]);

/** Whether Temporal, or the way to it, failed: directly or behind the client's own error. */
function isUnreachable(error: unknown): boolean {
  return hasGrpcCode(error, (code) => !DEFINITE_CODES.has(code));
}

/** What every hand-over has, and what it comes to. */
import type { Disposition } from '../domain/case-record.js';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { Transaction } from '../db/database.js';
import { hasGrpcCode } from '../temporal/grpc-code.js';

export interface HandOverContext {
  tx: Transaction;
  client: Client;
  taskQueue: string;
}

/** What is written to the event: `handed_over` leaves the disposition to the workflow. */
export type HandedOver =
  | { state: 'handed_over'; caseId: string | null }
  | { state: 'settled'; caseId: string | null; disposition: Disposition['disposition']; problem?: string }
  | { state: 'excess'; caseId: string; problem: string };

/**
 * Signals a workflow that has been started, if it still runs. It alone knows whether it has ended: the row may tell of an ending that a
 * lost workflow task had written.
 * @returns whether it runs
 */
export async function signalled<Signal>(
  { client }: HandOverContext,
  workflowId: string,
  signal: SignalDefinition<[Signal]>,
  argument: Signal,
): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).signal(signal, argument);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Whether a workflow still runs. One that is not known any more, beyond retention, does not. */
export async function runs({ client }: HandOverContext, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** gRPC UNAVAILABLE, DEADLINE_EXCEEDED or CANCELLED, directly or behind the client's own error: the way to Temporal is not there. */
export function isTemporalAway(error: unknown): boolean {
  return hasGrpcCode(error, (code) => code === 14 || code === 4 || code === 1);
}

/**
 * Moves one case's clock ahead on a server that allows time skipping (the embedded one): D11, and the tests. Time is skipped
 * only while nothing of the run is under way; its timers fire on the way, each in its turn.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/** The server does not allow time skipping, or is too old for it. */
export class NoTimeSkippingError extends Error {}

/** How a fast-forward came out: `ended` when the run came to its end on the way. */
export type FastForwardOutcome = 'reached' | 'ended';

/** FastForwardPollingResult of the API. */
const POLL_TIMEOUT = 1;
const COMPLETED = 2;

/** gRPC. */
const UNIMPLEMENTED = 12;

/**
 * @param ms how far the workflow's clock is moved
 * @throws NoTimeSkippingError; Error when the clock does not arrive within `limitMs` of wall time
 */
export async function fastForward(client: Client, workflowId: string, ms: number, limitMs = 30_000): Promise<FastForwardOutcome> {
  const service = client.workflowService;
  const { namespace } = client.options;
  const workflowExecution = { workflowId };
  const id = randomUUID();
  const seconds = Math.floor(ms / 1000);
  try {
    await service.updateWorkflowExecutionOptions({
      namespace,
      workflowExecution,
      workflowExecutionOptions: {
        timeSkippingConfig: {
          enabled: true,
          fastForwardConfig: { id, duration: { seconds: seconds as never, nanos: (ms % 1000) * 1_000_000 } },
        },
      },
      updateMask: { paths: ['time_skipping_config'] },
    });
  } catch (error) {
    const { code, details } = error as { code?: number; details?: string };
    throw code === UNIMPLEMENTED ? new NoTimeSkippingError(details) : error;
  }
  return settled(client, workflowId, id, Date.now() + limitMs);
}

/** @returns what a run's own clock shows, epoch ms */
export async function clockOf(client: Client, workflowId: string): Promise<number> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const { currentTime } = raw.workflowExtendedInfo?.timeSkippingInfo ?? {};
  return currentTime ? Number(currentTime.seconds) * 1000 + (currentTime.nanos ?? 0) / 1e6 : Date.now();
}

/** Waits until the clock has arrived; the server's own poll may end before, then it is asked again. */
async function settled(client: Client, workflowId: string, fastForwardId: string, until: number): Promise<FastForwardOutcome> {
  const { namespace } = client.options;
  for (;;) {
    const { fastForwardPollingResult } = await client.withDeadline(until, () =>
      client.workflowService.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution: { workflowId }, fastForwardId }),
    );
    const result: number = fastForwardPollingResult;
    if (result === COMPLETED) return 'reached';
    if (result !== POLL_TIMEOUT) return 'ended';
  }
}

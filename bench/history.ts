/** What an order costs in Temporal: counted from histories. */
import proto from '@temporalio/proto';
import { billableActions } from '../scripts/billable-actions.js';
import type { Side } from './side.js';
import { median } from './statistics.js';

const { EVENT_TYPE_WORKFLOW_TASK_COMPLETED } = proto.temporal.api.enums.v1.EventType;

export interface HistoryCost {
  side: string;
  events: number;
  workflowTasks: number;
  actions: number;
  bytes: number;
}

/** @returns the medians over these orders */
export async function historyCost(side: Side, orderIds: string[]): Promise<HistoryCost> {
  const costs = await Promise.all(orderIds.map((orderId) => costOf(side, orderId)));
  const medianOf = (figure: keyof (typeof costs)[number]): number => median(costs.map((cost) => cost[figure]));
  return {
    side: side.name,
    events: medianOf('events'),
    workflowTasks: medianOf('workflowTasks'),
    actions: medianOf('actions'),
    bytes: medianOf('bytes'),
  };
}

async function costOf({ client, workflowIdOf }: Side, orderId: string) {
  const handle = client.workflow.getHandle(workflowIdOf(orderId));
  const [{ events }, description] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  const history = events ?? [];
  return {
    events: history.length,
    workflowTasks: history.filter(({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_TASK_COMPLETED).length,
    actions: billableActions(history).total,
    bytes: Number(description.raw.workflowExecutionInfo?.historySizeBytes ?? 0),
  };
}

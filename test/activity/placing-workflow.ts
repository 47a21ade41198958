/** Places many orders at once, each on its vendor's own task queue, as placements do. */
import { proxyActivities } from '@temporalio/workflow';
import type { PlaceOrderInput, VendorActivities } from '../../src/domain/placement-effects.js';

/** @returns how many were placed */
export async function placeAll({ queue, calls }: { queue: string; calls: PlaceOrderInput[] }): Promise<number> {
  const { placeOrder } = proxyActivities<VendorActivities>({
    taskQueue: queue,
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { initialInterval: 200, maximumAttempts: 3 },
  });
  const outcomes = await Promise.allSettled(calls.map((call) => placeOrder(call)));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

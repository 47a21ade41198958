/** The barest workflow's input and signal. */
import { defineSignal } from '@temporalio/workflow';

export interface BarestInput {
  /** The order as the buyer server is to have it. */
  order: { orderId: string } & Record<string, unknown>;
  /** Before each review request, in ms. */
  waitMs: number;
}

export const orderFailed = defineSignal<[reasonType: string]>('orderFailed');

/** What an order has with a clock of its own: its review case, and its placement. */
import { hasEnded, type CaseStatus } from '../domain/case-status.js';
import { placementWorkflowIdOf, workflowIdOf } from '../domain/identifiers.js';
import { placementHasEnded, type PlacementStatus } from '../domain/placement-status.js';
import type { StackCalls } from './stack-calls.js';

/** How it stands with its newest run. */
export interface Clocked {
  workflowId: string;
  status: string;
  statusReason: string | null;
  ended: boolean;
  nextAction: { what: string; at: string } | null;
  links: { temporal?: string };
}

export interface Story {
  name: 'review case' | 'placement';
  /** @returns null when the order has none */
  find(calls: StackCalls, orderId: string): Promise<Clocked | null>;
}

export const REVIEW_CASE: Story = {
  name: 'review case',
  find: async (calls, orderId) => {
    const found = await calls.caseOf(orderId);
    return found && { ...found, workflowId: workflowIdOf(found.caseId), ended: hasEnded(found.status as CaseStatus) };
  },
};

export const PLACEMENT: Story = {
  name: 'placement',
  find: async (calls, orderId) => {
    const found = await calls.placementOf(orderId);
    if (found === null) return null;
    const workflowId = placementWorkflowIdOf(found.orderId, found.opening);
    return { ...found, workflowId, ended: placementHasEnded(found.status as PlacementStatus) };
  },
};

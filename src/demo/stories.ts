/** What an order has with a clock of its own: its review case, and its placement. */
import { hasEnded } from '../domain/case-status.js';
import { placementWorkflowIdOf, workflowIdOf } from '../domain/identifiers.js';
import { placementHasEnded } from '../domain/placement-status.js';
import { CannotMoveError } from './cannot-move.js';
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
    return found && { ...found, workflowId: workflowIdOf(found.caseId), ended: hasEnded(found.status) };
  },
};

export const PLACEMENT: Story = {
  name: 'placement',
  find: async (calls, orderId) => {
    const found = await calls.placementOf(orderId);
    if (found === null) return null;
    const workflowId = placementWorkflowIdOf(found.orderId, found.opening);
    return { ...found, workflowId, ended: placementHasEnded(found.status) };
  },
};

/**
 * Which of an order's stories a clock is moved of, when nobody said: the open one.
 *
 * @throws CannotMoveError when there is none, or both are open
 */
export async function openStory(calls: StackCalls, orderId: string): Promise<Story> {
  const stories = [REVIEW_CASE, PLACEMENT];
  const found = await Promise.all(stories.map(async (story) => ({ story, at: await story.find(calls, orderId) })));
  const there = found.filter(({ at }) => at !== null);
  const open = there.filter(({ at }) => at?.ended === false);
  if (there.length === 0) throw new CannotMoveError(`order ${orderId} has neither a review case nor a placement`);
  if (open.length > 1)
    throw new CannotMoveError(`order ${orderId} has an open review case and an open placement: say --case or --placement`);
  if (open.length === 0)
    throw new CannotMoveError(there.map(({ story, at }) => `the ${story.name} of ${orderId} has ended (${at?.status})`).join(', '));
  return open[0]?.story ?? REVIEW_CASE;
}

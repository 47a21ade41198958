/** What people do to a running placement (B7). Which of it is allowed is in domain/placement-status.ts. */
import { placementActionsFor, placementHasEnded, type PlacementAction } from '../../domain/placement-status.js';
import { cancelled, goOn } from './answers.js';
import { end } from './endings.js';
import { ask, dropOrder } from './requests.js';
import { audit, type Draft } from './step.js';
import type { PlacementEvent, PlacementState } from './state.js';

export type PeopleEvent = Extract<PlacementEvent, { type: 'poll' | 'resolve' | 'cancel' }>;

/** @returns what people may do to the run now; after its end only a new opening can do more */
export function allowedActions(state: PlacementState): readonly PlacementAction[] {
  // Not before it is known what was paid, and what the vendor may have.
  if (placementHasEnded(state.status) || state.policy === null) return [];
  const actions = placementActionsFor(state.status, state.ending !== null);
  const calling = state.query !== null || state.placing;
  const last = state.query?.purpose === 'last_look';
  return actions.filter((action) => !(action === 'poll' && calling) && !(action === 'cancel' && last));
}

export function isFromPeople(event: PlacementEvent): event is PeopleEvent {
  return event.type === 'poll' || event.type === 'resolve' || event.type === 'cancel';
}

/** People's updates: the validator let them through, but a signal of the same activation may have changed the placement since. */
export function hearPeople(draft: Draft, event: PeopleEvent): void {
  if (!allowedActions(draft.state).includes(event.type)) return;
  switch (event.type) {
    case 'poll':
      return ask(draft, 'by_hand', event.by);
    case 'resolve':
      return resolve(draft, event);
    case 'cancel':
      return cancel(draft, event);
  }
}

/** A person knows what it came to. What the vendor says later is recorded, and alerts people where it contradicts. */
export function resolve(
  draft: Draft,
  word: { by: string; note: string | null; outcome: 'succeeded' | 'failed' | null; reason: string | null },
): void {
  const { by, note } = word;
  const reason = word.outcome === 'failed' ? (word.reason ?? 'RESOLVED') : 'RESOLVED';
  const status = word.outcome === 'failed' ? 'failed' : 'succeeded';
  end(draft, { status, reason, actor: by, description: note, customerText: null, data: { resolved: true, note } });
}

/** Before it is sent it ends at once; afterwards the vendor is asked, and meanwhile nothing else can be. */
function cancel(draft: Draft, { by, note }: Extract<PeopleEvent, { type: 'cancel' }>): void {
  const { state } = draft;
  state.unwantedBy = { by, note };
  if (state.status === 'created') return cancelled(draft, 'CANCELLED_BEFORE_SENDING');
  state.ending = state.unwantedBy;
  audit(draft, 'cancellation_wanted', by, { note });
  // What has surely not arrived need not be cancelled: the request is stopped, and how it came out decides.
  dropOrder(draft);
  goOn(draft);
}

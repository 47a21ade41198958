/** What people can do to a placement: which of it this person may, and the call that does it. */
import { answer, api } from '../app/api.ts';
import type { Session } from '../app/session.ts';
import type { Placement } from './queries.ts';

/** Those of the API's table, and a vendor's word entered by hand. */
export type PlacementAction = Placement['actions'][number] | 'result';

const PERMISSION: Record<PlacementAction, string> = {
  poll: 'placements.act',
  retry: 'placements.act',
  resolve: 'placements.act',
  result: 'placements.report',
  payment: 'placements.report',
  cancel: 'placements.act',
};
const ORDER = Object.keys(PERMISSION) as PlacementAction[];

/** What cannot be taken back. */
export const FINAL_ACTIONS: ReadonlySet<PlacementAction> = new Set<PlacementAction>(['cancel']);
/** Those that must say why. */
export const NOTE_NEEDED: ReadonlySet<PlacementAction> = new Set<PlacementAction>(['resolve', 'retry']);
/** Those that a vendor or a payment server would send: events, which have no note. */
export const EVENTS: ReadonlySet<PlacementAction> = new Set<PlacementAction>(['payment', 'result']);

/** @returns what this person can do to the placement now, what is done most first */
export function placementActionsOf({ actions, status, ending }: Placement, { extents }: Session): PlacementAction[] {
  const takesWords = (status === 'sent' || status === 'placed') && ending === null;
  return ORDER.filter((action) => {
    const isPossible = action === 'result' ? takesWords : actions.includes(action);
    return isPossible && (extents[PERMISSION[action]] ?? 'none') !== 'none';
  });
}

export interface PlacementRequest {
  action: PlacementAction;
  orderId: string;
  by: string;
  note: string;
  /** Of `resolve`. */
  outcome: 'succeeded' | 'failed' | null;
  reason: string;
  /** Of `retry`. */
  absenceConfirmed: boolean;
  /** Of `result`. */
  word: string;
  description: string;
  vendorOrderId: string;
  /** The number that the word is about. */
  placementNumber: string | null;
  /** Of `payment`. */
  reference: string;
}

const given = <Name extends string>(name: Name, value: string) =>
  (value.trim() === '' ? {} : { [name]: value.trim() }) as Partial<Record<Name, string>>;

/**
 * @param key the same in every try of the same wish: it is done once
 * @throws CallFailed
 */
export async function actOnPlacement(request: PlacementRequest, key: string): Promise<void> {
  const { action, orderId, by, note, outcome, reason, absenceConfirmed, placementNumber } = request;
  const path = { orderId };
  const params = { path, header: { 'Idempotency-Key': key } };
  await answer<unknown>(called());

  function called(): Promise<{ data?: unknown; error?: unknown; response: Response }> {
    switch (action) {
      case 'poll':
        return api.POST('/v1/placements/{orderId}/poll', { params, body: { by, ...given('note', note) } });
      case 'cancel':
        return api.POST('/v1/placements/{orderId}/cancel', { params, body: { by, ...given('note', note) } });
      case 'retry':
        return api.POST('/v1/placements/{orderId}/retry', { params, body: { by, note, absenceConfirmed } });
      case 'resolve':
        return outcome === 'failed'
          ? api.POST('/v1/placements/{orderId}/resolve', { params, body: { by, note, outcome, reason: reason.trim() } })
          : api.POST('/v1/placements/{orderId}/resolve', { params, body: { by, note, outcome: 'succeeded' } });
      case 'payment':
        return api.POST('/v1/placements/{orderId}/payment', {
          params: { path },
          body: { eventId: key, ...given('reference', request.reference) },
        });
      case 'result':
        return api.POST('/v1/placements/{orderId}/result', {
          params: { path },
          body: {
            eventId: key,
            status: request.word.trim(),
            ...given('description', request.description),
            ...given('vendorOrderId', request.vendorOrderId),
            ...(placementNumber === null ? {} : { placementNumber }),
          },
        });
    }
  }
}

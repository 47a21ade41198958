/** What people can do to a case: which of it this person may, and the call that does it. */
import { answer, api } from '../app/api.ts';
import type { Session } from '../app/session.ts';
import type { Case, CaseAction } from './queries.ts';

/** As the API asks for them; an action that the API adds does not compile until it is here. */
const PERMISSION: Record<CaseAction, string> = {
  'review-succeeded': 'cases.act',
  'request-review': 'cases.act',
  acknowledge: 'cases.act',
  reschedule: 'cases.act',
  pause: 'cases.act',
  resume: 'cases.act',
  notes: 'cases.act',
  reassign: 'cases.supervise',
  'change-policy': 'cases.supervise',
  reopen: 'cases.supervise',
  decline: 'cases.act',
  cancel: 'cases.cancel',
};
const ORDER = Object.keys(PERMISSION) as CaseAction[];

/** Only these can be done to several at once. */
export const BULK_ACTIONS = ['acknowledge', 'request-review', 'reassign', 'pause', 'resume'] as const satisfies readonly CaseAction[];

/** Those that end a case and cannot be taken back. */
export const FINAL_ACTIONS: ReadonlySet<CaseAction> = new Set<CaseAction>(['decline', 'cancel']);

/** Those that must say why; the others may. */
export const NOTE_NEEDED: ReadonlySet<CaseAction> = new Set<CaseAction>(['review-succeeded', 'reopen', 'notes']);

/** @returns what this person can do to the case now, what is done most first */
export function actionsOf({ actions, escalation }: Case, { extents }: Session): CaseAction[] {
  const isHeld = (escalation?.acknowledged ?? null) !== null;
  return ORDER.filter((action) => actions.includes(action) && mayDo(action, extents) && !(action === 'acknowledge' && isHeld));
}

/** @returns whether a person may do it to any case at all; who takes over is chosen from the people that they may see */
export function mayDo(action: CaseAction, extents: Session['extents']): boolean {
  if (action === 'reassign' && (extents['people.read'] ?? 'none') === 'none') return false;
  return (extents[PERMISSION[action]] ?? 'none') !== 'none';
}

export interface ActionRequest {
  action: CaseAction;
  orderId: string;
  by: string;
  note: string;
  /** Of `reassign`. */
  liaisonId?: string | undefined;
  /** Of `reschedule`: ISO 8601. */
  at?: string | undefined;
  /** Of `change-policy`. */
  version?: number | undefined;
}

/**
 * @param key the same in every try of the same wish: it is done once
 * @throws CallFailed
 */
export async function act({ action, orderId, by, note, liaisonId = '', at = '', version = 0 }: ActionRequest, key: string): Promise<void> {
  const params = { path: { orderId }, header: { 'Idempotency-Key': key } };
  const why = note === '' ? {} : { note };
  await answer<unknown>(called());

  function called(): Promise<{ data?: unknown; error?: unknown; response: Response }> {
    switch (action) {
      case 'review-succeeded':
        return api.POST('/v1/review-cases/{orderId}/review-succeeded', { params: { path: { orderId } }, body: { eventId: key, by, note } });
      case 'notes':
        return api.POST('/v1/review-cases/{orderId}/notes', { params, body: { by, note } });
      case 'reopen':
        return api.POST('/v1/review-cases/{orderId}/reopen', { params, body: { by, note } });
      case 'reassign':
        return api.POST('/v1/review-cases/{orderId}/reassign', { params, body: { by, liaisonId, ...why } });
      case 'reschedule':
        return api.POST('/v1/review-cases/{orderId}/reschedule', { params, body: { by, at, ...why } });
      case 'change-policy':
        return api.POST('/v1/review-cases/{orderId}/change-policy', { params, body: { by, version, ...why } });
      case 'request-review':
        return api.POST('/v1/review-cases/{orderId}/request-review', { params, body: { by, ...why } });
      case 'acknowledge':
        return api.POST('/v1/review-cases/{orderId}/acknowledge', { params, body: { by, ...why } });
      case 'pause':
        return api.POST('/v1/review-cases/{orderId}/pause', { params, body: { by, ...why } });
      case 'resume':
        return api.POST('/v1/review-cases/{orderId}/resume', { params, body: { by, ...why } });
      case 'decline':
        return api.POST('/v1/review-cases/{orderId}/decline', { params, body: { by, ...why } });
      case 'cancel':
        return api.POST('/v1/review-cases/{orderId}/cancel', { params, body: { by, ...why } });
    }
  }
}

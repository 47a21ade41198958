/** What a call brought, in the ledger's words. */
import type { CallOutcome } from '../counterparts/http.js';
import type { EffectOutcome } from './effect.js';

/** Of a message that can be known already: 2xx and 409 are delivered, other 4xx and redirects refused. */
export function deliveryOutcome(outcome: CallOutcome): EffectOutcome {
  const { status: httpStatus } = outcome;
  if (outcome.kind === 'answered' || httpStatus === 409) return { kind: 'delivered', httpStatus, result: {} };
  if (outcome.kind === 'refused') return { kind: 'refused', httpStatus, error: outcome.error };
  return notDelivered(outcome);
}

/** What brought no answer that could be used. */
export function notDelivered({ status, ...outcome }: Extract<CallOutcome, { kind: 'not_acted' | 'unknown' }>): EffectOutcome {
  return { ...outcome, httpStatus: status };
}

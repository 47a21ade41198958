import { ApplicationFailure } from '@temporalio/common';
import { customerOf } from '../../db/customers.js';
import type { Database } from '../../db/database.js';
import { reopenMessage, settleMessage, type MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { findVendor } from '../../db/vendors.js';
import type { Customer } from '../../domain/customer-notice.js';
import { placementKeys, type VendorActivities, type VendorCall } from '../../domain/placement-effects.js';
import { meaningOf, type Vendor, type VendorCancelResult, type VendorQueryResult, type VendorReport } from '../../domain/vendor.js';
import { atCounterpart, NOT_BEGUN } from '../at-counterpart.js';
import { notDelivered } from '../delivery.js';
import { EFFECT_FAILURES, performEffect, type EffectOutcome } from '../effect.js';
import type { Counterparts } from '../../counterparts/caller.js';
import type { CallOutcome } from '../../counterparts/http.js';
import { asVendorAnswer, notBeforeOnCaseClock, type VendorAnswer } from './wire.js';

const NOT_UNDERSTOOD = 'answer not understood';

/** Placement requests, result queries and cancellations at vendors (B2–B4, B6): on each vendor's own task queue. */
export function createVendorActivities(db: Database, counterparts: Counterparts): VendorActivities {
  const call = async (vendor: Vendor, input: VendorCall, request: { path: string; key: string; body?: string }): Promise<CallOutcome> => {
    const method = request.body === undefined ? 'GET' : 'POST';
    const common = { method, traceOf: input.placementId, answer: 'vendor-answer' } as const;
    return counterparts.call(await counterparts.require(vendor.id), { ...common, ...request });
  };

  return {
    async placeOrder(input) {
      const { placementNumber, once } = input;
      const vendor = await requireVendor(db, input.vendorId);
      const [order, customer] = await Promise.all([requireOrder(db, input.orderId), customerOf(db, input.orderId)]);
      const placement = { placementNumber, order, customer: recipientOf(customer) };
      const body = await counterparts.shape(await counterparts.require(vendor.id), 'placement', placement);
      const claim = ledgerRow(input, {
        key: placementKeys.place(placementNumber),
        stage: `place/${placementNumber}`,
        kind: 'placement',
        body,
      });
      if (!once) await reopenMessage(db, claim, ['unknown']);
      const send = async (text: string, mayHaveActed: boolean): Promise<EffectOutcome> =>
        placementOutcome(await call(vendor, input, { path: '/orders', key: claim.key, body: text }), { once, mayHaveActed });
      const result = await performEffect(db, claim, send, { counterpart: vendor, once, whenNotBegun: 'tell' });
      return reportOf(db, input, result as unknown as VendorAnswer);
    },

    async queryVendor(input) {
      const vendor = await requireVendor(db, input.vendorId);
      const path = `/orders/${encodeURIComponent(input.placementNumber)}`;
      const query = () => call(vendor, input, { path, key: `${input.placementNumber}/query` });
      const settings = { counterpart: vendor, orderId: input.orderId, whenNotBegun: 'retry' } as const;
      const outcome = await atCounterpart(db, settings, async (heard) => heard(await query())).catch(notAsked);
      if (outcome.kind === 'not_asked') return outcome;
      if (outcome.kind === 'refused' && outcome.status === 404) return { kind: 'not_found' };
      if (outcome.kind !== 'answered') return { kind: 'no_answer', error: outcome.error, retryAfterMs: retryAfterOf(outcome) };
      const answer = asVendorAnswer(outcome.body);
      if (answer === null) return { kind: 'no_answer', error: NOT_UNDERSTOOD, retryAfterMs: null };
      return { kind: 'found', report: await reportOf(db, input, answer) };
    },

    async cancelAtVendor(input) {
      const vendor = await requireVendor(db, input.vendorId);
      const { placementNumber } = input;
      const key = placementKeys.cancel(placementNumber);
      const claim = ledgerRow(input, { key, stage: `cancel/${placementNumber}`, kind: 'cancellation', body: '{}' });
      // Asked for anew, it is sent anew: what was refused in the morning may be granted in the evening.
      await reopenMessage(db, claim, ['refused', 'unknown', 'dropped', 'dead']);
      const path = `/orders/${encodeURIComponent(placementNumber)}/cancel`;
      const send = async (text: string): Promise<EffectOutcome> =>
        cancelOutcome(await call(vendor, input, { path, key, body: text }), vendor);
      try {
        await performEffect(db, claim, send, { counterpart: vendor, once: false });
        return { kind: 'cancelled' };
      } catch (error) {
        return await notCancelled(db, key, error);
      }
    },
  };
}

/** @throws ApplicationFailure VENDOR_UNKNOWN (final): it was taken away while a placement was under way */
async function requireVendor(db: Database, id: string): Promise<Vendor> {
  const vendor = await findVendor(db, id);
  if (vendor !== null) return vendor;
  throw ApplicationFailure.create({ type: 'VENDOR_UNKNOWN', nonRetryable: true, message: `vendor ${id} is not known` });
}

function ledgerRow(input: VendorCall, what: Pick<MessageClaim, 'key' | 'stage' | 'kind' | 'body'>): MessageClaim {
  const { placementId, orderId, vendorId, caseAt } = input;
  return {
    ...what,
    caseId: placementId,
    orderId,
    reviewRound: 0,
    counterpart: 'vendor',
    recipient: vendorId,
    caseAt,
  };
}

/** What a vendor needs of the customer to deliver. */
function recipientOf(customer: Customer | null): Pick<Customer, 'id' | 'name' | 'email' | 'phone'> | null {
  if (customer === null) return null;
  const { id, name, email, phone } = customer;
  return { id, name, email, phone };
}

/** The vendor's words, with what they mean by its mapping now. */
async function reportOf(db: Database, input: VendorCall, answer: VendorAnswer): Promise<VendorReport> {
  const { statuses } = await requireVendor(db, input.vendorId);
  const { status, description, vendorOrderId } = answer;
  const notBefore = notBeforeOnCaseClock(answer.notBefore, input.caseAt, Date.now());
  return { status, meaning: meaningOf(statuses, status), description, vendorOrderId, notBefore };
}

/**
 * What a placement request came to. It counts as refused only by a 4xx that says no to a request that was the first to arrive:
 * a 409 or a redirect may stand for an order that is there, and so may a "no" to a repetition.
 */
function placementOutcome(outcome: CallOutcome, { once, mayHaveActed }: { once: boolean; mayHaveActed: boolean }): EffectOutcome {
  if (outcome.kind === 'answered') {
    const answer = asVendorAnswer(outcome.body);
    if (answer === null) return { kind: 'unknown', httpStatus: outcome.status, error: NOT_UNDERSTOOD, retryAfterMs: null };
    return { kind: 'delivered', httpStatus: outcome.status, result: { ...answer } };
  }
  const { status: httpStatus, error } = outcome;
  if (outcome.kind === 'refused') {
    const saysNo = outcome.status >= 400 && outcome.status !== 409 && !mayHaveActed;
    return saysNo ? { kind: 'refused', httpStatus, error } : { kind: 'unknown', httpStatus, error, retryAfterMs: null };
  }
  const { retryAfterMs } = outcome;
  // A 503 that does not say when to come back may be a gateway's, sent after the vendor had acted.
  const perhapsActed = once && httpStatus === 503 && retryAfterMs === null;
  return perhapsActed ? { kind: 'unknown', httpStatus, error, retryAfterMs } : notDelivered(outcome);
}

/** Cancelled is what the vendor says is over: by an answer without a word, or by a word that means a failure. */
function cancelOutcome(outcome: CallOutcome, vendor: Vendor): EffectOutcome {
  if (outcome.kind === 'refused') return { kind: 'refused', httpStatus: outcome.status, error: outcome.error };
  const { status: httpStatus } = outcome;
  if (outcome.kind !== 'answered') return notDelivered(outcome);
  const done: EffectOutcome = { kind: 'delivered', httpStatus, result: {} };
  if (outcome.status === 204 || isWordless(outcome.body)) return done;
  const answer = asVendorAnswer(outcome.body);
  if (answer === null) return { kind: 'unknown', httpStatus, error: NOT_UNDERSTOOD, retryAfterMs: null };
  const means = meaningOf(vendor.statuses, answer.status)?.means;
  if (means === 'failed') return done;
  const error = `the vendor says ${answer.status}`;
  return means === 'succeeded' ? { kind: 'refused', httpStatus, error } : { kind: 'unknown', httpStatus, error, retryAfterMs: null };
}

function isWordless(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && !Object.hasOwn(body, 'status');
}

/** The vendor is not called for now (D10): its workflow plans the question anew. A busy one is waited for. */
function notAsked(error: unknown): Extract<VendorQueryResult, { kind: 'not_asked' }> {
  if (!(error instanceof ApplicationFailure) || error.type !== NOT_BEGUN.paused) throw error;
  const [details] = (error.details ?? []) as [{ retryAfterMs: number }?];
  return { kind: 'not_asked', error: error.message, retryAfterMs: details?.retryAfterMs ?? 0 };
}

async function notCancelled(db: Database, key: string, error: unknown): Promise<VendorCancelResult> {
  if (!(error instanceof ApplicationFailure)) throw error;
  if (error.type === EFFECT_FAILURES.refused) return { kind: 'refused', error: error.message };
  if (error.type !== EFFECT_FAILURES.unavailable && error.type !== EFFECT_FAILURES.settled) throw error;
  const known = await settleMessage(db, key, 'dropped');
  return { kind: known === 'refused' ? 'refused' : 'no_answer', error: error.message };
}

function retryAfterOf(outcome: Exclude<CallOutcome, { kind: 'answered' }>): number | null {
  return outcome.kind === 'refused' ? null : outcome.retryAfterMs;
}

import { ApplicationFailure } from '@temporalio/common';
import { composeBuyerMessage, type BuyerMessage } from '../../domain/buyer-message.js';
import { orderFacts } from '../../domain/order.js';
import { earlySuccessStopped } from '../../domain/switches.js';
import type { Database } from '../../db/database.js';
import { claimBuyerMessage, dropUntold, type MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { readSwitches } from '../../db/switches.js';
import { claimedInSequence, EFFECT_FAILURES, performEffect, type EffectOutcome } from '../effect.js';
import { callCounterpart, type HttpSettings } from '../http.js';

export interface BuyerServerSettings extends HttpSettings {
  baseUrl: string;
}

export interface SendBuyerMessageInput {
  caseId: string;
  message: BuyerMessage;
  supersedesCaseId: string | null;
  shadow: boolean;
  /** The workflow's clock, epoch ms. */
  caseAt: number;
}

/** Messages to the buyer server (A3, A4, D1), in the order's sequence. */
export function createBuyerServerActivities(db: Database, settings: BuyerServerSettings) {
  return {
    /** Sends one order review message; 2xx and 409 (already known) are delivered. */
    async sendBuyerMessage(input: SendBuyerMessageInput): Promise<void> {
      const { message } = input;
      const order = await requireOrder(db, message.orderId);
      const claimWith = (supersedes: string | null): MessageClaim => {
        const final = { ...message, supersedes: message.supersedes ?? supersedes };
        return {
          key: message.messageId,
          caseId: input.caseId,
          orderId: message.orderId,
          reviewRound: message.reviewRound,
          stage: message.stage,
          counterpart: 'buyer',
          recipient: order.buyer.id ?? order.buyer.name ?? 'buyer',
          sequence: message.sequence,
          kind: message.kind,
          provisional: message.provisional,
          supersedes: final.supersedes,
          body: JSON.stringify(composeBuyerMessage(final, order, input.caseAt)),
          caseAt: input.caseAt,
          ...(input.shadow ? { shadow: { result: {} } } : {}),
        };
      };
      const claimed = await claimedInSequence(() => claimBuyerMessage(db, message, input.supersedesCaseId, claimWith));
      if (message.provisional && !input.shadow) await stopIfStopped(db, message.messageId, orderFacts(order).buyerId);
      const call = { key: message.messageId, traceOf: input.caseId };
      await performEffect(db, claimWith(null), (body) => postBuyerMessage(settings, { ...call, body }), { claimed });
    },
  };
}

/** The switch that stops early successes at once: also those that are on their way, as long as none may have arrived. */
async function stopIfStopped(db: Database, messageId: string, buyerId: string): Promise<void> {
  if (!earlySuccessStopped(await readSwitches(db), buyerId) || !(await dropUntold(db, messageId))) return;
  throw ApplicationFailure.create({
    type: EFFECT_FAILURES.settled,
    nonRetryable: true,
    message: 'early successes are stopped for this buyer',
  });
}

/** Posts one message; 2xx and 409 (already known) are delivered. */
export async function postBuyerMessage(
  settings: BuyerServerSettings,
  message: { key: string; traceOf: string; body: string },
): Promise<EffectOutcome> {
  const outcome = await callCounterpart({ method: 'POST', url: `${settings.baseUrl}/order-review-messages`, ...message }, settings);
  if (outcome.kind === 'answered') return { kind: 'delivered', httpStatus: outcome.status, result: {} };
  if (outcome.kind === 'refused') {
    if (outcome.status === 409) return { kind: 'delivered', httpStatus: 409, result: {} };
    return { kind: 'refused', httpStatus: outcome.status, error: outcome.error };
  }
  return { kind: outcome.kind, httpStatus: outcome.status, error: outcome.error, retryAfterMs: outcome.retryAfterMs };
}

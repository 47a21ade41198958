import { ApplicationFailure } from '@temporalio/common';
import { composeBuyerMessage, type BuyerMessage } from '../../domain/buyer-message.js';
import { orderFacts } from '../../domain/order.js';
import { earlySuccessStopped } from '../../domain/switches.js';
import { requireCounterpart } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import { claimBuyerMessage, dropUntold, EarlierMessagePending, type ClaimedMessage, type MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { readSwitches } from '../../db/switches.js';
import { EFFECT_FAILURES, performEffect, type EffectOutcome } from '../effect.js';
import { callCounterpart, type HttpSettings } from '../../counterparts/http.js';

export interface BuyerServerSettings extends HttpSettings {
  baseUrl: string;
}

export interface SendBuyerMessageInput {
  caseId: string;
  message: BuyerMessage;
  supersedesCaseId: string | null;
  shadow: boolean;
  /** The buyer server that is told. */
  counterpartId: string;
  /** The workflow's clock, epoch ms. */
  caseAt: number;
}

/** Messages to the buyer server (A3, A4, D1), in the order's sequence. */
export function createBuyerServerActivities(db: Database, settings: BuyerServerSettings) {
  return {
    /** Sends one order review message; 2xx and 409 (already known) are delivered. */
    async sendBuyerMessage(input: SendBuyerMessageInput): Promise<void> {
      const { message } = input;
      const [order, counterpart] = await Promise.all([requireOrder(db, message.orderId), requireCounterpart(db, input.counterpartId)]);
      const claimWith = (supersedes: string | null): MessageClaim => {
        const final = { ...message, supersedes: message.supersedes ?? supersedes };
        return {
          key: message.messageId,
          caseId: input.caseId,
          orderId: message.orderId,
          reviewRound: message.reviewRound,
          stage: message.stage,
          counterpart: 'buyer',
          counterpartId: counterpart.id,
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
      const claimed = await claimInSequence(db, input, claimWith);
      if (message.provisional && !input.shadow) await stopIfStopped(db, message.messageId, orderFacts(order).buyerId);
      await performEffect(db, claimWith(null), (body) => post(settings, input, body), { counterpart, claimed });
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

async function claimInSequence(
  db: Database,
  input: SendBuyerMessageInput,
  claimWith: (supersedes: string | null) => MessageClaim,
): Promise<ClaimedMessage> {
  try {
    return await claimBuyerMessage(db, input.message, input.supersedesCaseId, claimWith);
  } catch (error) {
    if (!(error instanceof EarlierMessagePending)) throw error;
    throw ApplicationFailure.create({
      type: EFFECT_FAILURES.earlierPending,
      message: 'an earlier message of this order is still on its way',
      nextRetryDelay: '2 seconds',
    });
  }
}

async function post(settings: BuyerServerSettings, input: SendBuyerMessageInput, body: string): Promise<EffectOutcome> {
  const url = `${settings.baseUrl}/order-review-messages`;
  const outcome = await callCounterpart({ method: 'POST', url, key: input.message.messageId, traceOf: input.caseId, body }, settings);
  if (outcome.kind === 'answered') return { kind: 'delivered', httpStatus: outcome.status, result: {} };
  if (outcome.kind === 'refused') {
    if (outcome.status === 409) return { kind: 'delivered', httpStatus: 409, result: {} };
    return { kind: 'refused', httpStatus: outcome.status, error: outcome.error };
  }
  return { kind: outcome.kind, httpStatus: outcome.status, error: outcome.error, retryAfterMs: outcome.retryAfterMs };
}

import { ApplicationFailure } from '@temporalio/common';
import { composeBuyerMessage, type BuyerMessage } from '../../domain/buyer-message.js';
import { orderFacts } from '../../domain/order.js';
import { earlySuccessStopped } from '../../domain/switches.js';
import type { Database } from '../../db/database.js';
import { claimBuyerMessage, dropUntold, EarlierMessagePending, earlySuccessBefore, type MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { readSwitches } from '../../db/switches.js';
import { deliveryOutcome } from '../delivery.js';
import { claimedInSequence, EFFECT_FAILURES, performEffect, type EffectOutcome } from '../effect.js';
import type { Counterparts } from '../../counterparts/caller.js';
import type { Counterpart } from '../../domain/counterpart.js';

export interface SendBuyerMessageInput {
  caseId: string;
  message: BuyerMessage;
  supersedesCaseId: string | null;
  shadow: boolean;
  /** The workflow's clock, epoch ms. */
  caseAt: number;
  /** The buyer server that is told. */
  counterpartId: string;
}

/** Messages to the buyer server (A3, A4, D1), in the order's sequence. */
export function createBuyerServerActivities(db: Database, counterparts: Counterparts) {
  return {
    /** Sends one order review message; 2xx and 409 (already known) are delivered. */
    async sendBuyerMessage(input: SendBuyerMessageInput): Promise<void> {
      const { message } = input;
      const corrects = { caseId: input.caseId, kind: message.kind, supersedesCaseId: input.supersedesCaseId };
      const [order, server, superseded] = await Promise.all([
        requireOrder(db, message.orderId),
        counterparts.require(input.counterpartId),
        earlySuccessBefore(db, message.orderId, corrects),
      ]);
      const final = { ...message, supersedes: message.supersedes ?? superseded };
      const claim: MessageClaim = {
        key: message.messageId,
        caseId: input.caseId,
        orderId: message.orderId,
        reviewRound: message.reviewRound,
        stage: message.stage,
        counterpart: 'buyer',
        counterpartId: server.id,
        recipient: order.buyer.id ?? order.buyer.name ?? 'buyer',
        sequence: message.sequence,
        kind: message.kind,
        provisional: message.provisional,
        supersedes: final.supersedes,
        body: await counterparts.shape(server, 'order-review-message', composeBuyerMessage(final, order, input.caseAt)),
        caseAt: input.caseAt,
        ...(input.shadow ? { shadow: { result: {} } } : {}),
      };
      const claimed = await claimedInSequence(() =>
        claimBuyerMessage(db, message, corrects, (supersedes) => {
          // What the text was composed with must still be so when the message takes its place.
          if (supersedes !== superseded) throw new EarlierMessagePending();
          return claim;
        }),
      );
      if (message.provisional && !input.shadow) await stopIfStopped(db, message.messageId, orderFacts(order).buyerId);
      const call = { key: claim.key, traceOf: input.caseId };
      const send = (body: string): Promise<EffectOutcome> => postBuyerMessage(counterparts, server, { ...call, body });
      await performEffect(db, claim, send, { counterpart: server, claimed });
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

/** Posts one composed message; 2xx and 409 (already known) are delivered. */
export async function postBuyerMessage(
  counterparts: Counterparts,
  server: Counterpart,
  message: { key: string; traceOf: string; body: string },
): Promise<EffectOutcome> {
  return deliveryOutcome(await counterparts.call(server, { method: 'POST', path: '/order-review-messages', ...message }));
}

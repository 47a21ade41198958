/** Deliveries outside a case (D9): messages that people have sent again, and notices that belong to no case. */
import { ApplicationFailure } from '@temporalio/common';
import type { Database } from '../../db/database.js';
import { findCounterpart } from '../../db/counterparts.js';
import { takeTurn, type Sending } from '../../db/deliveries.js';
import type { Message } from '../../db/generated/client.js';
import type { MessageClaim } from '../../db/messages.js';
import { DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import type { MessageCounterpart } from '../../domain/ledger.js';
import type { CustomerChannel } from '../../domain/placement-effects.js';
import { postBuyerMessage, type BuyerServerSettings } from '../buyer-server/activities.js';
import { customerTransport, postMessage, reachedBy, type CustomerSettings } from '../customer/activities.js';
import { earlierPending, EFFECT_FAILURES, performEffect, type EffectOutcome } from '../effect.js';
import type { LiaisonSettings } from '../liaison/activities.js';
import { mailEffect } from '../liaison/mailer.js';

export interface DeliverySettings {
  buyerServer: BuyerServerSettings;
  customer: CustomerSettings;
  liaison: LiaisonSettings;
}

type Send = (body: string) => Promise<EffectOutcome>;
/** Finds how a message is sent, before an attempt is written down. */
type Transport = (message: Message) => Send | Promise<Send>;

/** On the task queue of the message's counterpart. */
export function createDeliveryActivities(db: Database, settings: DeliverySettings) {
  const transports = createTransports(db, settings);
  return {
    /**
     * Makes the next attempt of a message, with its text as the ledger has it and under its own key.
     * @throws ApplicationFailure as every effect does; EARLIER_MESSAGE_PENDING (retried); MESSAGE_SETTLED (final): it is not to be sent any more
     */
    async deliverMessage(sending: Sending): Promise<void> {
      const turn = await takeTurn(db, sending);
      if (turn.kind === 'sent') return;
      if (turn.kind === 'wait') throw earlierPending();
      if (turn.kind === 'settled') throw finalFailure(EFFECT_FAILURES.settled, `message ${sending.key} is not sent: ${turn.why}`);
      const { message } = turn;
      const send = await transports[message.counterpart as MessageCounterpart](message);
      // The one place between the ledger's text and what leaves.
      await performEffect(db, claimOf(message), (body) => send(body), { claimed: { ...message, result: {} } });
    },
  };
}

/** The way of each counterpart's messages; calls that ask for something are never sent again. */
function createTransports(db: Database, { buyerServer, customer, liaison }: DeliverySettings): Record<MessageCounterpart, Transport> {
  const customers = customerTransport(customer);
  const never: Transport = ({ counterpart }) => {
    throw finalFailure('NOT_FOR_RESENDING', `calls to a ${counterpart} server are never sent from the ledger`);
  };
  const notice: Transport = async ({ key, caseId, orderId, counterpartId }) => {
    if (counterpartId === null || counterpartId === DEFAULT_COUNTERPARTS.mail) {
      return (body) => mailEffect(liaison.mailer, liaison.from, { key, orderId, body });
    }
    const { baseUrl: url = null } = (await findCounterpart(db, counterpartId)) ?? {};
    if (url === null) throw finalFailure('COUNTERPART_UNKNOWN', `there is no liaison server ${counterpartId} any more`);
    return (body) => postMessage(buyerServer, { url, key, traceOf: caseId, body });
  };
  return {
    buyer:
      ({ key, caseId }) =>
      (body) =>
        postBuyerMessage(buyerServer, { key, traceOf: caseId, body }),
    customer: async ({ key, caseId, orderId, recipient }) => {
      const channel = recipient as CustomerChannel;
      // A mail goes to where its text says, a webhook to where it is now.
      const { address } = await reachedBy(db, orderId, channel);
      return (body) => customers.toCustomer(channel, address, { key, traceOf: caseId, orderId, body });
    },
    platform:
      ({ key, caseId }) =>
      (body) =>
        customers.toPlatform({ key, traceOf: caseId, body }),
    liaison: notice,
    operations: notice,
    review: never,
    vendor: never,
  };
}

function claimOf(message: Message): MessageClaim {
  const { key, caseId, orderId, reviewRound, stage, recipient, kind, body } = message;
  const counterpart = message.counterpart as MessageCounterpart;
  return { key, caseId, orderId, reviewRound, stage, counterpart, recipient, kind, body, caseAt: message.caseAt.getTime() };
}

function finalFailure(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, nonRetryable: true, message });
}

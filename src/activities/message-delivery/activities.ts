/** Deliveries outside a case (D9): messages that people have sent again, and notices that belong to no case. */
import { EVERYTHING } from '../../domain/access.js';
import { ApplicationFailure } from '@temporalio/common';
import type { Counterparts } from '../../counterparts/caller.js';
import type { Database } from '../../db/database.js';
import { takeTurn, type Sending } from '../../db/deliveries.js';
import type { Message } from '../../db/generated/client.js';
import { findMessage } from '../../db/ledger.js';
import type { ClaimedMessage, MessageClaim } from '../../db/messages.js';
import { DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import { counterpartIdOf, type MessageCounterpart } from '../../domain/ledger.js';
import type { CustomerChannel } from '../../domain/placement-effects.js';
import { postBuyerMessage } from '../buyer-server/activities.js';
import { findCustomerWay, postRefundDue, sendToCustomer } from '../customer/activities.js';
import { earlierPending, EFFECT_FAILURES, performEffect, type EffectOptions, type EffectOutcome } from '../effect.js';
import { textToSend } from '../liaison/action-links.js';
import type { LiaisonSettings } from '../liaison/activities.js';
import { sendByWay, wayOf } from '../liaison/channels.js';
import { composeOutageText, isUncomposed } from './outage-text.js';

/** How a message goes: whose turn is waited for, and what sends its text. */
interface Route extends Pick<EffectOptions, 'counterpart' | 'breaker'> {
  send: (body: string) => Promise<EffectOutcome>;
  /** The text, where it has been composed only now. */
  body?: string;
}

/** On the task queue of the message's counterpart. */
export function createDeliveryActivities(db: Database, counterparts: Counterparts, channels: LiaisonSettings) {
  const routes = createRoutes(db, counterparts, channels);
  return {
    /**
     * Makes the next attempt of a message, with its text as the ledger has it and under its own key.
     * @throws ApplicationFailure as every effect does; EARLIER_MESSAGE_PENDING (retried); MESSAGE_SETTLED (final): it is not to be sent any more
     */
    async deliverMessage(sending: Sending): Promise<void> {
      const message = await findMessage(db, EVERYTHING, sending.key);
      if (message === null) throw finalFailure(EFFECT_FAILURES.settled, `the ledger has no message ${sending.key}`);
      const { send, body = message.body, ...route } = await routes[message.counterpart as MessageCounterpart](message);
      const claimed = (): Promise<ClaimedMessage> => taken(db, sending, { ...message, body });
      await performEffect(db, claimOf(message), send, { ...route, claimed });
    },
  };
}

/** Looked at when its turn has come: what was true when it was asked for may not be so any more. */
async function taken(db: Database, sending: Sending, { body, result }: Message): Promise<ClaimedMessage> {
  const turn = await takeTurn(db, sending);
  if (turn.kind === 'wait') throw earlierPending();
  if (turn.kind === 'settled') throw finalFailure(EFFECT_FAILURES.settled, `message ${sending.key} is not sent: ${turn.why}`);
  return { state: turn.kind === 'go' ? 'sending' : 'sent', body, result: (result ?? {}) as ClaimedMessage['result'] };
}

/** The way of each counterpart's messages; calls that ask for something are never sent again. */
function createRoutes(
  db: Database,
  counterparts: Counterparts,
  channels: LiaisonSettings,
): Record<MessageCounterpart, (message: Message) => Promise<Route>> {
  const serverOf = (message: Message) =>
    counterparts.require(counterpartIdOf({ ...message, counterpart: message.counterpart as MessageCounterpart }));
  const never = ({ counterpart }: Message): Promise<Route> =>
    Promise.reject(finalFailure('NOT_FOR_RESENDING', `calls to a ${counterpart} server are never sent from the ledger`));
  const notice = async (message: Message): Promise<Route> => {
    const { key, caseId, orderId, counterpartId } = message;
    const byMail = counterpartId === null || counterpartId === DEFAULT_COUNTERPARTS.mail;
    const way = await wayOf(db, counterparts, byMail ? { type: 'email' } : { type: 'server', counterpartId });
    const text = isUncomposed(message) ? { body: await composeOutageText(db, counterparts, way, message) } : {};
    // The one place between the ledger's text of a notice and what leaves: its links get their tokens.
    const send: Route['send'] = async (kept) => {
      const body = await textToSend(db, channels.linkKey, key, kept);
      return sendByWay(counterparts, channels, way, { key, caseId, orderId, body });
    };
    return { counterpart: way.server, send, ...text };
  };
  return {
    buyer: async (message) => {
      const server = await serverOf(message);
      const call = { key: message.key, traceOf: message.caseId };
      return { counterpart: server, send: (body) => postBuyerMessage(counterparts, server, { ...call, body }) };
    },
    customer: async ({ key, caseId, orderId, recipient }) => {
      const way = await findCustomerWay(db, counterparts, orderId, recipient as CustomerChannel);
      const { counterpart, breaker } = way;
      const send: Route['send'] = (body) => sendToCustomer(counterparts, channels, way, { key, traceOf: caseId, orderId, body });
      return { counterpart, send, ...(breaker === undefined ? {} : { breaker }) };
    },
    platform: async (message) => {
      const platform = await serverOf(message);
      const call = { key: message.key, traceOf: message.caseId };
      return { counterpart: platform, send: (body) => postRefundDue(counterparts, platform, { ...call, body }) };
    },
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

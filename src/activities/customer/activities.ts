import { ApplicationFailure } from '@temporalio/common';
import { customerOf, paymentReferenceOf } from '../../db/customers.js';
import type { Database } from '../../db/database.js';
import { claimCustomerMessage, type MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { composeCustomerMessage, composeCustomerNotice, type Customer } from '../../domain/customer-notice.js';
import { placementKeys, type CustomerChannel, type CustomerMessage, type PlacementMessages } from '../../domain/placement-effects.js';
import { DEFAULT_COUNTERPARTS, type Counterpart } from '../../domain/counterpart.js';
import type { OrderDocument } from '../../domain/order.js';
import { trackingUrl } from '../../wire/tracking-link.js';
import type { Counterparts } from '../../counterparts/caller.js';
import { deliveryOutcome } from '../delivery.js';
import { claimedInSequence, performEffect, type EffectOutcome } from '../effect.js';
import { asMailServer, mailEffect, type Mailer } from '../liaison/mailer.js';

export interface CustomerSettings {
  mailer: Mailer;
  from: string;
  /** Base address under which an order is looked at. */
  publicUrl: string;
  /** The secret of the customers' private links. */
  linkKey: string;
}

/** By which counterpart's row each channel goes. */
const CUSTOMER_SIDE = { webhook: DEFAULT_COUNTERPARTS.customer, email: DEFAULT_COUNTERPARTS.mail } as const;

/** What customers are told of their placements (B5), and the platform of refunds that are due. */
export function createCustomerActivities(db: Database, counterparts: Counterparts, settings: CustomerSettings): PlacementMessages {
  return {
    async tellCustomer(message) {
      const { orderId, sequence, channel } = message;
      const [order, customers] = await Promise.all([requireOrder(db, orderId), counterparts.require(CUSTOMER_SIDE[channel])]);
      const { address, content } = await composed(db, settings, message, order);
      const way = customerWay(customers, channel, address);
      const body = channel === 'email' ? JSON.stringify(content) : await counterparts.shape(customers, 'customer-message', content);
      const claim: MessageClaim = {
        key: placementKeys.customer(orderId, sequence, channel),
        caseId: message.placementId,
        orderId,
        reviewRound: 0,
        stage: `customer/${sequence}/${channel}`,
        counterpart: 'customer',
        counterpartId: customers.id,
        recipient: channel,
        sequence,
        kind: `placement_${message.status}`,
        body,
        caseAt: message.caseAt,
      };
      const claimed = () => claimedInSequence(() => claimCustomerMessage(db, claim));
      const call = { key: claim.key, traceOf: message.placementId, orderId };
      const send = (text: string): Promise<EffectOutcome> => sendToCustomer(counterparts, settings, way, { ...call, body: text });
      await performEffect(db, claim, send, { ...way, claimed });
    },

    async tellRefundDue(refund) {
      const { placementId, orderId, placementNumber, reason } = refund;
      const order = await requireOrder(db, orderId);
      const key = placementKeys.refund(placementId);
      const platform = await counterparts.require(refund.counterpartId);
      const body = await counterparts.shape(platform, 'refund-due', {
        messageId: key,
        orderId,
        placementNumber,
        amount: order.total.value,
        currency: order.total.currency,
        paymentReference: (await paymentReferenceOf(db, orderId)) ?? referenceIn(order),
        reason,
        at: new Date(refund.caseAt).toISOString(),
      });
      const common = { key, caseId: placementId, orderId, reviewRound: 0, stage: 'refund', body, caseAt: refund.caseAt };
      const claim: MessageClaim = {
        ...common,
        counterpart: 'platform',
        counterpartId: platform.id,
        recipient: 'platform',
        kind: 'refund_due',
      };
      const send = (text: string): Promise<EffectOutcome> =>
        postRefundDue(counterparts, platform, { key, traceOf: placementId, body: text });
      await performEffect(db, claim, send, { counterpart: platform });
    },
  };
}

/** The way to a customer: whose turn is waited for, and where it leads. */
export interface CustomerWay {
  counterpart: Counterpart;
  channel: CustomerChannel;
  address: string;
  /** One customer's server that is away does not hold up the others'. */
  breaker?: string;
}

function customerWay(counterpart: Counterpart, channel: CustomerChannel, address: string): CustomerWay {
  if (channel === 'email') return { counterpart: asMailServer(counterpart), channel, address };
  return { counterpart, channel, address, breaker: breakerOf(address) };
}

/** The way to an order's customer as it is now. @throws ApplicationFailure CUSTOMER_UNREACHABLE (final): no address was given */
export async function findCustomerWay(
  db: Database,
  counterparts: Counterparts,
  orderId: string,
  channel: CustomerChannel,
): Promise<CustomerWay> {
  const [{ address }, counterpart] = await Promise.all([reachedBy(db, orderId, channel), counterparts.require(CUSTOMER_SIDE[channel])]);
  return customerWay(counterpart, channel, address);
}

/** Sends a composed text; a mail goes to where its text says. */
export async function sendToCustomer(
  counterparts: Counterparts,
  { mailer, from }: Pick<CustomerSettings, 'mailer' | 'from'>,
  { counterpart, channel, address }: CustomerWay,
  { orderId, ...call }: { key: string; traceOf: string; orderId: string; body: string },
): Promise<EffectOutcome> {
  if (channel === 'email') return mailEffect(mailer, from, { key: call.key, orderId, body: call.body });
  return deliveryOutcome(await counterparts.call(counterpart, { method: 'POST', url: address, ...call }));
}

/** Tells the platform by a composed text. */
export async function postRefundDue(
  counterparts: Counterparts,
  platform: Counterpart,
  refund: { key: string; traceOf: string; body: string },
): Promise<EffectOutcome> {
  return deliveryOutcome(await counterparts.call(platform, { method: 'POST', path: '/refunds-due', ...refund }));
}

/** @throws ApplicationFailure CUSTOMER_UNREACHABLE (final): no address was given */
async function reachedBy(db: Database, orderId: string, channel: CustomerChannel): Promise<{ customer: Customer; address: string }> {
  const customer = await customerOf(db, orderId);
  const address = (channel === 'email' ? customer?.email : customer?.webhook) ?? null;
  if (customer !== null && address !== null) return { customer, address };
  const message = `no ${channel} address is known of the customer of ${orderId}`;
  throw ApplicationFailure.create({ type: 'CUSTOMER_UNREACHABLE', nonRetryable: true, message });
}

/** The text for one channel, and where it goes. */
async function composed(
  db: Database,
  { publicUrl, linkKey }: CustomerSettings,
  message: CustomerMessage,
  order: OrderDocument,
): Promise<{ address: string; content: object }> {
  const { customer, address } = await reachedBy(db, message.orderId, message.channel);
  if (message.channel === 'webhook') return { address, content: composeCustomerMessage(message) };
  const notice = composeCustomerNotice(message, customer, order, trackingUrl(publicUrl, linkKey, message.orderId));
  return { address, content: { to: { name: customer.name ?? '', address }, ...notice } };
}

function breakerOf(webhook: string): string {
  return `${DEFAULT_COUNTERPARTS.customer}/${new URL(webhook).host}`.slice(0, 300);
}

function referenceIn(order: OrderDocument): string | null {
  const payment = order['payment'];
  const reference = typeof payment === 'object' && payment !== null ? (payment as Record<string, unknown>)['reference'] : null;
  return typeof reference === 'string' && reference !== '' ? reference : null;
}

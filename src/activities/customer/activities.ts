import { ApplicationFailure } from '@temporalio/common';
import { customerOf, paymentReferenceOf } from '../../db/customers.js';
import type { Database } from '../../db/database.js';
import type { MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { composeCustomerMessage, composeCustomerNotice } from '../../domain/customer-notice.js';
import { placementKeys, type CustomerMessage, type PlacementMessages } from '../../domain/placement-effects.js';
import { DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import type { OrderDocument } from '../../domain/order.js';
import { trackingUrl } from '../../wire/tracking-link.js';
import type { Counterparts } from '../../counterparts/caller.js';
import { deliveryOutcome } from '../delivery.js';
import { performEffect, type EffectOutcome } from '../effect.js';
import { mailEffect, type Mailer } from '../liaison/mailer.js';

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
      const call = { method: 'POST', url: address, key: claim.key, traceOf: message.placementId } as const;
      const send = async (text: string): Promise<EffectOutcome> =>
        channel === 'email'
          ? mailEffect(settings.mailer, settings.from, { key: claim.key, orderId, body: text })
          : deliveryOutcome(await counterparts.call(customers, { ...call, body: text }));
      const host = channel === 'webhook' ? { breaker: breakerOf(address) } : {};
      await performEffect(db, claim, send, { counterpart: customers, ...host });
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
      const call = { method: 'POST', path: '/refunds-due', key, traceOf: placementId } as const;
      const send = async (text: string) => deliveryOutcome(await counterparts.call(platform, { ...call, body: text }));
      await performEffect(db, claim, send, { counterpart: platform });
    },
  };
}

/** The text for one channel, and where it goes. @throws ApplicationFailure CUSTOMER_UNREACHABLE (final): no address was given */
async function composed(
  db: Database,
  { publicUrl, linkKey }: CustomerSettings,
  message: CustomerMessage,
  order: OrderDocument,
): Promise<{ address: string; content: object }> {
  const customer = await customerOf(db, message.orderId);
  const address = (message.channel === 'email' ? customer?.email : customer?.webhook) ?? null;
  if (customer === null || address === null) {
    const text = `no ${message.channel} address is known of the customer of ${message.orderId}`;
    throw ApplicationFailure.create({ type: 'CUSTOMER_UNREACHABLE', nonRetryable: true, message: text });
  }
  if (message.channel === 'webhook') return { address, content: composeCustomerMessage(message) };
  const notice = composeCustomerNotice(message, customer, order, trackingUrl(publicUrl, linkKey, message.orderId));
  return { address, content: { to: { name: customer.name ?? '', address }, ...notice } };
}

/** One customer's server that is away does not hold up the others'. */
function breakerOf(webhook: string): string {
  return `${DEFAULT_COUNTERPARTS.customer}/${new URL(webhook).host}`.slice(0, 300);
}

function referenceIn(order: OrderDocument): string | null {
  const payment = order['payment'];
  const reference = typeof payment === 'object' && payment !== null ? (payment as Record<string, unknown>)['reference'] : null;
  return typeof reference === 'string' && reference !== '' ? reference : null;
}

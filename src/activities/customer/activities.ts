import { ApplicationFailure } from '@temporalio/common';
import { customerOf, paymentReferenceOf } from '../../db/customers.js';
import type { Database } from '../../db/database.js';
import { claimCustomerMessage, type MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { composeCustomerMessage, composeCustomerNotice, type Customer } from '../../domain/customer-notice.js';
import { placementKeys, type CustomerChannel, type CustomerMessage, type PlacementMessages } from '../../domain/placement-effects.js';
import type { OrderDocument } from '../../domain/order.js';
import { trackingUrl } from '../../wire/tracking-link.js';
import { claimedInSequence, performEffect, type EffectOutcome } from '../effect.js';
import { callCounterpart, type HttpSettings } from '../http.js';
import { mailEffect, type Mailer } from '../liaison/mailer.js';
import { publicNetworksOnly } from './public-networks.js';

export interface CustomerSettings extends HttpSettings {
  mailer: Mailer;
  from: string;
  /** Base address under which an order is looked at. */
  publicUrl: string;
  /** The secret of the customers' private links. */
  linkKey: string;
  /** Where the platform is told of refunds. */
  buyerServerUrl: string;
  /** Webhooks' addresses come from outside: `any` only where other sides are on networks of our own. */
  webhookNetworks: 'public' | 'any';
}

/** What customers are told of their placements (B5), and the platform of refunds that are due. */
export function createCustomerActivities(db: Database, settings: CustomerSettings): PlacementMessages {
  const transport = customerTransport(settings);
  return {
    async tellCustomer(message) {
      const { orderId, sequence, channel } = message;
      const order = await requireOrder(db, orderId);
      const { address, body } = await composed(db, settings, message, order);
      const claim: MessageClaim = {
        key: placementKeys.customer(orderId, sequence, channel),
        caseId: message.placementId,
        orderId,
        reviewRound: 0,
        stage: `customer/${sequence}/${channel}`,
        counterpart: 'customer',
        recipient: channel,
        sequence,
        kind: `placement_${message.status}`,
        body,
        caseAt: message.caseAt,
      };
      const claimed = await claimedInSequence(() => claimCustomerMessage(db, claim));
      const { key, caseId: traceOf } = claim;
      await performEffect(db, claim, (text) => transport.toCustomer(channel, address, { key, traceOf, orderId, body: text }), { claimed });
    },

    async tellRefundDue(refund) {
      const { placementId, orderId, placementNumber, reason } = refund;
      const order = await requireOrder(db, orderId);
      const key = placementKeys.refund(placementId);
      const body = JSON.stringify({
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
      const claim: MessageClaim = { ...common, counterpart: 'platform', recipient: 'platform', kind: 'refund_due' };
      await performEffect(db, claim, (text) => transport.toPlatform({ key, traceOf: placementId, body: text }));
    },
  };
}

/** How composed texts go to customers and the platform. */
export function customerTransport(settings: CustomerSettings) {
  const webhooks = settings.webhookNetworks === 'any' ? settings : { ...settings, dispatcher: publicNetworksOnly() };
  return {
    /** @param address of the webhook; a mail has its own in its text */
    toCustomer: (
      channel: CustomerChannel,
      address: string,
      { orderId, ...call }: { key: string; traceOf: string; orderId: string; body: string },
    ): Promise<EffectOutcome> =>
      channel === 'email'
        ? mailEffect(settings.mailer, settings.from, { key: call.key, orderId, body: call.body })
        : postMessage(webhooks, { url: address, ...call }),
    toPlatform: (call: { key: string; traceOf: string; body: string }): Promise<EffectOutcome> =>
      postMessage(settings, { url: `${settings.buyerServerUrl}/refunds-due`, ...call }),
  };
}

/** The customer of an order, and where a channel leads. @throws ApplicationFailure CUSTOMER_UNREACHABLE (final): no address was given */
export async function reachedBy(db: Database, orderId: string, channel: CustomerChannel): Promise<{ customer: Customer; address: string }> {
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
): Promise<{ address: string; body: string }> {
  const { customer, address } = await reachedBy(db, message.orderId, message.channel);
  if (message.channel === 'webhook') return { address, body: JSON.stringify(composeCustomerMessage(message)) };
  const notice = composeCustomerNotice(message, customer, order, trackingUrl(publicUrl, linkKey, message.orderId));
  return { address, body: JSON.stringify({ to: { name: customer.name ?? '', address }, ...notice }) };
}

/** 2xx and 409 (already known) are delivered. */
export async function postMessage(
  settings: HttpSettings,
  call: { url: string; key: string; traceOf: string; body: string },
): Promise<EffectOutcome> {
  const outcome = await callCounterpart({ method: 'POST', ...call }, settings);
  const { status: httpStatus } = outcome;
  if (outcome.kind === 'answered' || httpStatus === 409) return { kind: 'delivered', httpStatus, result: {} };
  if (outcome.kind === 'refused') return { kind: 'refused', httpStatus, error: outcome.error };
  return { kind: outcome.kind, httpStatus, error: outcome.error, retryAfterMs: outcome.retryAfterMs };
}

function referenceIn(order: OrderDocument): string | null {
  const payment = order['payment'];
  const reference = typeof payment === 'object' && payment !== null ? (payment as Record<string, unknown>)['reference'] : null;
  return typeof reference === 'string' && reference !== '' ? reference : null;
}

import { ApplicationFailure } from '@temporalio/common';
import { customerOf, paymentReferenceOf } from '../../db/customers.js';
import { requireCounterpart } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import type { MessageClaim } from '../../db/messages.js';
import { requireOrder } from '../../db/orders.js';
import { DEFAULT_COUNTERPARTS } from '../../domain/counterpart.js';
import { composeCustomerMessage, composeCustomerNotice } from '../../domain/customer-notice.js';
import { placementKeys, type CustomerMessage, type PlacementMessages } from '../../domain/placement-effects.js';
import type { OrderDocument } from '../../domain/order.js';
import { trackingUrl } from '../../wire/tracking-link.js';
import { performEffect, type EffectOutcome } from '../effect.js';
import { callCounterpart, type HttpSettings } from '../../counterparts/http.js';
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

/** By which counterpart each channel goes. */
const COUNTERPARTS = { webhook: DEFAULT_COUNTERPARTS.customer, email: DEFAULT_COUNTERPARTS.mail } as const;

/** What customers are told of their placements (B5), and the platform of refunds that are due. */
export function createCustomerActivities(db: Database, settings: CustomerSettings): PlacementMessages {
  const webhooks = settings.webhookNetworks === 'any' ? settings : { ...settings, dispatcher: publicNetworksOnly() };
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
      const send = (text: string): Promise<EffectOutcome> =>
        channel === 'email'
          ? mailEffect(settings.mailer, settings.from, { key: claim.key, orderId, body: text })
          : post(webhooks, { url: address, key: claim.key, traceOf: message.placementId, body: text });
      const counterpart = await requireCounterpart(db, COUNTERPARTS[channel]);
      await performEffect(db, claim, send, { counterpart, ...(channel === 'webhook' ? { breaker: breakerOf(address) } : {}) });
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
      const url = `${settings.buyerServerUrl}/refunds-due`;
      const counterpart = await requireCounterpart(db, refund.counterpartId);
      await performEffect(db, claim, (text) => post(settings, { url, key, traceOf: placementId, body: text }), { counterpart });
    },
  };
}

/** The text for one channel, and where it goes. @throws ApplicationFailure CUSTOMER_UNREACHABLE (final): no address was given */
async function composed(
  db: Database,
  { publicUrl, linkKey }: CustomerSettings,
  message: CustomerMessage,
  order: OrderDocument,
): Promise<{ address: string; body: string }> {
  const customer = await customerOf(db, message.orderId);
  const address = (message.channel === 'email' ? customer?.email : customer?.webhook) ?? null;
  if (customer === null || address === null) {
    const text = `no ${message.channel} address is known of the customer of ${message.orderId}`;
    throw ApplicationFailure.create({ type: 'CUSTOMER_UNREACHABLE', nonRetryable: true, message: text });
  }
  if (message.channel === 'webhook') return { address, body: JSON.stringify(composeCustomerMessage(message)) };
  const notice = composeCustomerNotice(message, customer, order, trackingUrl(publicUrl, linkKey, message.orderId));
  return { address, body: JSON.stringify({ to: { name: customer.name ?? '', address }, ...notice }) };
}

/** One customer's server that is away does not hold up the others'. */
function breakerOf(webhook: string): string {
  return `${DEFAULT_COUNTERPARTS.customer}/${new URL(webhook).host}`.slice(0, 300);
}

/** 2xx and 409 (already known) are delivered. */
async function post(settings: HttpSettings, call: { url: string; key: string; traceOf: string; body: string }): Promise<EffectOutcome> {
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

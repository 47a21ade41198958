/** What docs/wire.md has of each kind of counterpart: paths, and the messages whose JSON can be mapped, with samples of ours. */
import { composeBuyerMessage, type BuyerMessage } from '../domain/buyer-message.js';
import type { CounterpartKind } from '../domain/counterpart.js';
import { composeCustomerMessage } from '../domain/customer-notice.js';
import type { NoticeStage } from '../domain/notice.js';
import { sampleNotice } from '../domain/notice-variables.js';
import { wireNotice } from '../domain/notice-wire.js';
import type { OrderDocument } from '../domain/order.js';

/** Messages of ours, in the order of docs/wire.md. */
export type OutMessage = 'order-review-message' | 'review-request' | 'placement' | 'customer-message' | 'refund-due' | 'liaison-notice';
/** Answers of theirs. */
export type InMessage = 'review-request-answer' | 'review-result' | 'order-document' | 'vendor-answer';

export interface WireForm {
  /** With `{name}` where a path takes a value. */
  paths: readonly string[];
  out: readonly OutMessage[];
  in: readonly InMessage[];
}

const NONE: WireForm = { paths: [], out: [], in: [] };

export const WIRE_FORMS: Readonly<Record<CounterpartKind, WireForm>> = {
  buyer: { paths: ['/order-review-messages', '/refunds-due'], out: ['order-review-message', 'refund-due'], in: [] },
  review: {
    paths: ['/review-requests', '/review-requests/{reviewRequestId}', '/review-requests/{reviewRequestId}/withdraw', '/orders/{orderId}'],
    out: ['review-request'],
    in: ['review-request-answer', 'review-result', 'order-document'],
  },
  vendor: {
    paths: ['/orders', '/orders/{placementNumber}', '/orders/{placementNumber}/cancel'],
    out: ['placement'],
    in: ['vendor-answer'],
  },
  liaison: { paths: ['/notices'], out: ['liaison-notice'], in: [] },
  customer: { ...NONE, out: ['customer-message'] },
  mail: NONE,
};

const AT = Date.UTC(2026, 0, 1, 8);
const bareOrder: OrderDocument = {
  orderId: 'P-20260101-0001',
  currency: 'SEK',
  buyer: { name: 'Johnssons byggvaror' },
  lines: [{}],
  total: { value: '6225', currency: 'SEK' },
};
const fullOrder: OrderDocument = {
  ...bareOrder,
  revision: 1,
  buyerOrderNumber: '34',
  issuedAt: '2026-01-01T07:55:00Z',
  buyer: {
    id: '7300070011115',
    name: 'Johnssons byggvaror',
    country: 'SE',
    contact: { name: 'Pelle Svensson', email: 'pelle@buyer.example' },
  },
  seller: { id: '7302347231111', name: 'Moderna Produkter AB', country: 'SE' },
  orderingUser: { id: 'u-17', name: 'Pelle Svensson', email: 'pelle@buyer.example', phone: '+46 8 123 45 67' },
  deliverTo: 'Stockholm',
  lines: [
    {
      id: '1',
      item: 'Red paint',
      quantity: '120',
      unitCode: 'LTR',
      price: { value: '50', currency: 'SEK' },
      lineTotal: { value: '6000', currency: 'SEK' },
    },
  ],
};

const told = (more: Partial<BuyerMessage>, order: OrderDocument): object => {
  const place = { messageId: 'P-20260101-0001/1/1', orderId: order.orderId, reviewRound: 1, sequence: 1 };
  const success = {
    stage: 'early_success',
    kind: 'review_succeeded',
    provisional: true,
    supersedes: null,
    reason: null,
    ending: null,
  } as const;
  return composeBuyerMessage({ ...place, ...success, ...more }, order, AT);
};
const reason = { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' };
const [placementNumber, placementId] = ['P-20260101-0001/1', 'P-20260101-0001/placement'];
const atCustomer = { placementId, orderId: bareOrder.orderId, placementNumber, sequence: 1, channel: 'webhook', caseAt: AT } as const;
const refund = {
  messageId: `${placementId}/refund`,
  orderId: bareOrder.orderId,
  amount: '6225',
  currency: 'SEK',
  at: '2026-01-01T08:00:00Z',
};
const envelope = { caseId: 'P-20260101-0001/1', orderId: bareOrder.orderId, to: { id: 'l-3', name: 'Ingrid Larsson' }, links: [], at: AT };
const noticed = (stage: NoticeStage, more: { onBehalfOf: string | null; liaisonId: string | null }): object => {
  const composed = {
    subject: 'Order P-20260101-0001 is held',
    text: 'Order P-20260101-0001 is held.',
    html: '<p>Order P-20260101-0001 is held.</p>',
  };
  return wireNotice(sampleNotice(stage), { ...envelope, ...more, noticeId: `P-20260101-0001/1/${stage}/l-3/desk` }, composed);
};

/** Of each message what is told in full, and with as little as can be. */
export const SAMPLES: Readonly<Record<OutMessage, readonly object[]>> = {
  'order-review-message': [
    told({ kind: 'review_failed', provisional: false, supersedes: 'P-20260101-0001/1/0', reason, ending: 'declined' }, fullOrder),
    told({}, bareOrder),
  ],
  'review-request': [
    {
      reviewRequestId: 'P-20260101-0001.1.1',
      orderId: bareOrder.orderId,
      reviewRound: 1,
      attempt: 1,
      requestedAt: '2026-01-01T12:00:00Z',
    },
  ],
  placement: [
    { placementNumber, order: fullOrder, customer: { id: 'c-1', name: '李娜', email: 'li.na@example.com', phone: '+86 21 1234 5678' } },
    { placementNumber, order: bareOrder, customer: null },
  ],
  'customer-message': [
    composeCustomerMessage({ ...atCustomer, status: 'failed', reason: 'OUT_OF_STOCK', description: 'sold out' }),
    composeCustomerMessage({ ...atCustomer, placementNumber: null, status: 'created', reason: null, description: null }),
  ],
  'refund-due': [
    { ...refund, placementNumber, paymentReference: 'pay-1', reason: 'OUT_OF_STOCK' },
    { ...refund, placementNumber: null, paymentReference: null, reason: 'NOT_PLACED' },
  ],
  'liaison-notice': [
    noticed('first_failure', { onBehalfOf: 'l-7', liaisonId: 'l-3' }),
    noticed('reminder', { onBehalfOf: null, liaisonId: 'l-3' }),
    noticed('outage', { onBehalfOf: null, liaisonId: null }),
  ],
};

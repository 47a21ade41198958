/** What a customer is told about a placement (B5), as a webhook's message and as a mail. */
import { localeOf, localInstant, type Locale } from './locale.js';
import { escapeHtml } from './markup.js';
import type { OrderDocument } from './order.js';
import type { CustomerMessage } from './placement-effects.js';
import { PLACEMENT_FAILURES, surelyFailed, type PlacementStatus } from './placement-status.js';

export interface Customer {
  id: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  /** zh-CN | en; anything else is told in English. */
  locale: string | null;
  /** Where messages about placements are posted. */
  webhook: string | null;
}

/** @returns a customer as kept, each field a text or null; null when there is none */
export function asCustomer(value: unknown): Customer | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>;
  const text = (name: string): string | null => {
    const field = fields[name];
    return typeof field === 'string' && field !== '' ? field : null;
  };
  const [id, name, email] = [text('id'), text('name'), text('email')];
  return { id, name, email, phone: text('phone'), locale: text('locale'), webhook: text('webhook') };
}

/** The body of a webhook's message, in the form of docs/wire.md. */
export function composeCustomerMessage(message: CustomerMessage): Record<string, unknown> {
  const { orderId, placementNumber, sequence, status, reason, description } = message;
  const messageId = `${orderId}/placement/${sequence}`;
  return { messageId, orderId, placementNumber, status, reason, description, at: new Date(message.caseAt).toISOString() };
}

export interface CustomerNotice {
  subject: string;
  text: string;
  html: string;
}

interface Words {
  subject: (orderId: string, status: string) => string;
  greeting: (name: string | null) => string;
  statuses: Record<PlacementStatus, { short: string; opening: string }>;
  /** Instead of the opening of `failed`, where nobody knows that nothing will come. */
  notCertain: { short: string; opening: string };
  labels: {
    orderId: string;
    number: string;
    items: string;
    total: string;
    status: string;
    reason: string;
    description: string;
    at: string;
  };
  follow: string;
  reasons: Record<string, string>;
}

const EN: Words = {
  subject: (orderId, status) => `Order ${orderId}: ${status}`,
  greeting: (name) => (name === null ? 'Dear customer,' : `Dear ${name},`),
  statuses: {
    created: { short: 'received', opening: 'We have received your order.' },
    sent: { short: 'being placed', opening: 'Your order is being placed with the vendor.' },
    placed: { short: 'placed', opening: 'The vendor has your order and is working on it.' },
    succeeded: { short: 'completed', opening: 'Your order is completed.' },
    failed: { short: 'failed', opening: 'We are sorry: your order could not be carried out.' },
    cancelled: { short: 'cancelled', opening: 'Your order was cancelled.' },
  },
  notCertain: {
    short: 'being clarified',
    opening: 'We are sorry: the vendor has not told us in time what became of your order. Our customer service will look into it.',
  },
  labels: {
    orderId: 'Order',
    number: 'Your number',
    items: 'Items',
    total: 'Total',
    status: 'Status',
    reason: 'Reason',
    description: 'Details',
    at: 'As of',
  },
  follow: 'You can follow your order here; the link is for you alone:',
  reasons: {
    OUT_OF_STOCK: 'out of stock',
    ADDRESS_INVALID: 'the address cannot be delivered to',
    LOST: 'lost on its way',
    DAMAGED: 'damaged on its way',
    RETURNED: 'returned to the sender',
    RECIPIENT_REFUSED: 'the recipient refused it',
    CUSTOMS_REFUSED: 'not released by customs',
    CANCELLED_BY_VENDOR: 'cancelled by the vendor',
  },
};

const ZH: Words = {
  subject: (orderId, status) => `订单 ${orderId}：${status}`,
  greeting: (name) => (name === null ? '尊敬的客户，您好：' : `${name}，您好：`),
  statuses: {
    created: { short: '已收到', opening: '我们已收到您的订单。' },
    sent: { short: '正在下单', opening: '您的订单正在提交给供应商。' },
    placed: { short: '已下单', opening: '供应商已接受您的订单，正在处理中。' },
    succeeded: { short: '已完成', opening: '您的订单已完成。' },
    failed: { short: '失败', opening: '很抱歉，您的订单未能完成。' },
    cancelled: { short: '已取消', opening: '您的订单已取消。' },
  },
  notCertain: { short: '正在核实', opening: '很抱歉，供应商未能按时告知您订单的结果，我们的客服人员会继续跟进。' },
  labels: {
    orderId: '订单号',
    number: '您的单号',
    items: '商品明细',
    total: '总金额',
    status: '状态',
    reason: '原因',
    description: '说明',
    at: '截至',
  },
  follow: '您可以通过以下链接查询订单，该链接仅供您本人使用：',
  reasons: {
    OUT_OF_STOCK: '缺货',
    ADDRESS_INVALID: '地址无法配送',
    LOST: '运输途中丢失',
    DAMAGED: '运输途中损坏',
    RETURNED: '已退回发货方',
    RECIPIENT_REFUSED: '收件人拒收',
    CUSTOMS_REFUSED: '海关未放行',
    CANCELLED_BY_VENDOR: '供应商取消',
    NOT_PAID: '订单未支付',
    VENDOR_UNKNOWN: '没有该供应商',
    VENDOR_UNREACHABLE: '无法联系供应商',
    VENDOR_REFUSED: '供应商拒绝了订单',
    NOT_PLACED: '供应商没有该订单',
    OUTCOME_UNKNOWN: '尚不清楚供应商是否已接单',
    MAX_POLLS_EXCEEDED: '超过最大查询次数',
    DEADLINE_PASSED: '截止时间前没有结果',
  },
};

const WORDS: Record<Locale, Words> = { en: EN, 'zh-CN': ZH };

/**
 * Composes a customer's mail (B5), as text and as HTML.
 * @param trackingUrl the customer's private link to the order
 */
export function composeCustomerNotice(
  message: CustomerMessage,
  customer: Customer,
  order: OrderDocument,
  trackingUrl: string,
): CustomerNotice {
  const locale = localeOf(customer.locale ?? 'en');
  const words = WORDS[locale];
  const rows = factRows(message, order, locale);
  const subject = words.subject(order.orderId, shortOf(message, words));
  const said = { greeting: words.greeting(customer.name), opening: openingOf(message, words), follow: words.follow };
  return { subject, text: asText(said, rows, trackingUrl), html: asHtml(locale, subject, said, rows, trackingUrl) };
}

/** The page behind the customer's private link (B5): how the order stands now. No script, no address of anybody. */
export function composeTrackingPage(now: CustomerFacts, customer: Customer | null, order: OrderDocument): string {
  const locale = localeOf(customer?.locale ?? 'en');
  const words = WORDS[locale];
  const subject = words.subject(order.orderId, shortOf(now, words));
  return asHtml(locale, subject, { greeting: subject, opening: openingOf(now, words), follow: '' }, factRows(now, order, locale), null);
}

/** How a placement stands, for the customer. */
export type CustomerFacts = Pick<CustomerMessage, 'status' | 'reason' | 'description' | 'caseAt'>;

/** A failure of which nobody knows that nothing will come: it is not told as a final no. */
function isUncertain({ status, reason }: CustomerFacts): boolean {
  return status === 'failed' && reason !== null && !surelyFailed(reason);
}

function shortOf(facts: CustomerFacts, words: Words): string {
  return isUncertain(facts) ? words.notCertain.short : words.statuses[facts.status].short;
}

function openingOf(facts: CustomerFacts, words: Words): string {
  return isUncertain(facts) ? words.notCertain.opening : words.statuses[facts.status].opening;
}

function factRows(facts: CustomerFacts, order: OrderDocument, locale: Locale): [string, string][] {
  const words = WORDS[locale];
  const { labels } = words;
  const rows: [string, string | null][] = [
    [labels.orderId, order.orderId],
    [labels.number, order.buyerOrderNumber ?? null],
    [labels.items, order.lines.map(itemText).filter(Boolean).join('; ')],
    [labels.total, `${order.total.value} ${order.total.currency}`],
    [labels.status, shortOf(facts, words)],
    [labels.reason, facts.status === 'failed' && facts.reason !== null ? reasonText(facts.reason, words) : null],
    [labels.description, facts.description],
    [labels.at, localInstant(facts.caseAt, locale, 'UTC')],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
}

function itemText({ quantity, unitCode, item, sellerItemId }: OrderDocument['lines'][number]): string {
  const name = item ?? sellerItemId ?? '';
  return quantity === undefined || name === '' ? name : `${quantity} ${unitCode ?? ''}`.trim().concat(` × ${name}`);
}

function reasonText(reason: string, words: Words): string {
  if (Object.hasOwn(words.reasons, reason)) return words.reasons[reason] ?? reason;
  return Object.hasOwn(PLACEMENT_FAILURES, reason) ? PLACEMENT_FAILURES[reason as keyof typeof PLACEMENT_FAILURES].text : reason;
}

type Said = { greeting: string; opening: string; follow: string };

function asText({ greeting, opening, follow }: Said, rows: [string, string][], url: string): string {
  return [greeting, opening, rows.map(([label, value]) => `${label}: ${value}`).join('\n'), `${follow}\n${url}`].join('\n\n');
}

function asHtml(
  locale: Locale,
  subject: string,
  { greeting, opening, follow }: Said,
  rows: [string, string][],
  url: string | null,
): string {
  const cells = rows.map(
    ([label, value]) =>
      `<tr><td style="padding:4px 12px 4px 0;color:#555;vertical-align:top;width:34%">${escapeHtml(label)}</td>` +
      `<td style="padding:4px 0;vertical-align:top">${escapeHtml(value)}</td></tr>`,
  );
  const link =
    url === null ? '' : `<p style="margin-top:20px">${escapeHtml(follow)}<br><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>`;
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(subject)}</title></head>` +
    `<body style="font-family:sans-serif;max-width:640px;margin:0 auto;padding:16px;color:#222">` +
    `<p>${escapeHtml(greeting)}</p><p>${escapeHtml(opening)}</p>` +
    `<table style="border-collapse:collapse;width:100%">${cells.join('')}</table>${link}</body></html>`
  );
}

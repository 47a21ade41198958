import type { FailureReason } from './failure-reason.js';
import { linksAsHtml, linksAsText, type NoticeLink } from './notice-links.js';
import type { Amount, OrderDocument } from './order.js';

export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

/** @returns the given locale when we speak it, else English. */
export function localeOf(value: string): Locale {
  return (LOCALES as readonly string[]).includes(value) ? (value as Locale) : 'en';
}

/** What the liaison is told about (A5). Instants in epoch ms, shown in the reader's time zone. */
export interface LiaisonNoticeInput {
  order: OrderDocument;
  reason: FailureReason;
  reviewRound: number;
  firstFailureAt: number;
  nextReviewAt: number | null;
  windowEndsAt: number;
  deadlineAt: number;
  buyerToldEarly: boolean;
  liaison: { name: string; locale: Locale; timeZone: string };
  /** Where the case can be looked at and resolved. */
  caseUrl: string;
  /** Links with which the liaison can act (D4). */
  links: readonly NoticeLink[];
}

export interface LiaisonNotice {
  subject: string;
  text: string;
  html: string;
}

type Section = { heading: string; rows: [label: string, value: string][] };

interface Words {
  subject: (orderId: string, reason: string) => string;
  greeting: (name: string) => string;
  opening: string;
  sections: { order: string; reason: string; review: string; user: string; next: string };
  labels: Record<
    | 'orderId'
    | 'number'
    | 'buyer'
    | 'buyerContact'
    | 'seller'
    | 'issued'
    | 'deliverTo'
    | 'lines'
    | 'total'
    | 'type'
    | 'code'
    | 'text'
    | 'round'
    | 'firstFailure'
    | 'status'
    | 'nextReview'
    | 'windowEnds'
    | 'deadline'
    | 'buyerTold'
    | 'name'
    | 'email'
    | 'phone',
    string
  >;
  notGiven: string;
  held: string;
  toldEarly: string;
  notTold: string;
  act: string;
  reasons: Record<string, string>;
}

const EN: Words = {
  subject: (orderId, reason) => `Order ${orderId} failed review: ${reason}`,
  greeting: (name) => `Dear ${name},`,
  opening: 'An order you are responsible for failed review for a passing reason. It is held and the review is asked for again by itself.',
  sections: { order: 'Order', reason: 'Why the review failed', review: 'Review status', user: 'Ordering user', next: 'What you can do' },
  labels: {
    orderId: 'Order',
    number: "Buyer's number",
    buyer: 'Buyer',
    buyerContact: "Buyer's contact",
    seller: 'Seller',
    issued: 'Issued',
    deliverTo: 'Deliver to',
    lines: 'Lines',
    total: 'Total',
    type: 'Reason',
    code: 'Code',
    text: 'Details',
    round: 'Review round',
    firstFailure: 'First failure',
    status: 'Status',
    nextReview: 'Next review request',
    windowEnds: 'Requests end',
    deadline: 'Must be resolved by',
    buyerTold: 'The buyer',
    name: 'Name',
    email: 'E-mail',
    phone: 'Phone',
  },
  notGiven: 'not given',
  held: 'held, waiting for the next review request',
  toldEarly: 'was told that the review succeeded; if the order cannot be saved, a correction is sent',
  notTold: 'has not been told yet',
  act: 'Clear the cause, then ask for a review on your own system. The case, for systems that hold a key:',
  reasons: {
    STOCK_SHORT: 'stock short',
    DEDUCTION_ERROR: 'amount deduction error',
    INTERFACE_TIMEOUT: 'an interface timed out',
    PRICE_SYNC: 'prices not in step',
    NO_ANSWER: 'the review server did not answer',
  },
};

const ZH: Words = {
  subject: (orderId, reason) => `订单 ${orderId} 审核失败：${reason}`,
  greeting: (name) => `${name}，您好：`,
  opening: '您负责的一个订单因暂时性原因审核失败。订单已被保留，系统会自动再次发起审核。',
  sections: { order: '订单信息', reason: '失败原因', review: '审核状态', user: '下单用户', next: '您可以做什么' },
  labels: {
    orderId: '订单号',
    number: '采购方单号',
    buyer: '采购方',
    buyerContact: '采购方联系人',
    seller: '供应商',
    issued: '下单日期',
    deliverTo: '收货地',
    lines: '商品明细',
    total: '总金额',
    type: '原因',
    code: '代码',
    text: '说明',
    round: '审核轮次',
    firstFailure: '首次失败时间',
    status: '状态',
    nextReview: '下次审核请求',
    windowEnds: '自动请求截止',
    deadline: '最迟解决时间',
    buyerTold: '采购方',
    name: '姓名',
    email: '邮箱',
    phone: '电话',
  },
  notGiven: '未提供',
  held: '已保留，等待下一次审核请求',
  toldEarly: '已被告知审核成功；若订单最终无法通过，将发送更正',
  notTold: '尚未被告知',
  act: '请排除原因后在您的系统中发起审核。案件地址（供持有密钥的系统访问）：',
  reasons: {
    STOCK_SHORT: '库存不足',
    DEDUCTION_ERROR: '扣款错误',
    INTERFACE_TIMEOUT: '接口超时',
    PRICE_SYNC: '价格未同步',
    NO_ANSWER: '审核系统未应答',
  },
};

const WORDS: Record<Locale, Words> = { en: EN, 'zh-CN': ZH };

/** Composes the liaison's notice (A5): order, failure reason, review status and ordering user, as text and as HTML. */
export function composeLiaisonNotice(input: LiaisonNoticeInput): LiaisonNotice {
  const words = WORDS[input.liaison.locale];
  const reason = words.reasons[input.reason.type] ?? input.reason.type;
  const sections = [
    orderSection(input, words),
    reasonSection(input, words, reason),
    reviewSection(input, words),
    userSection(input, words),
  ];
  const subject = words.subject(input.order.orderId, reason);
  const closing = [...linksAsText(input.links, input.liaison.locale), words.act, input.caseUrl];
  return { subject, text: asText(words, input.liaison.name, sections, closing), html: asHtml(words, subject, input, sections) };
}

function orderSection({ order }: LiaisonNoticeInput, words: Words): Section {
  const given = givenIn(words);
  const contact = [order.buyer.contact?.name, order.buyer.contact?.email, order.buyer.contact?.phone].filter(Boolean).join(', ');
  return {
    heading: words.sections.order,
    rows: [
      [words.labels.orderId, order.orderId],
      [words.labels.number, given(order.buyerOrderNumber)],
      [words.labels.buyer, given(order.buyer.name ?? order.buyer.id)],
      [words.labels.buyerContact, given(contact)],
      [words.labels.seller, given(order.seller?.name)],
      [words.labels.issued, given(order.issuedAt)],
      [words.labels.deliverTo, given(order.deliverTo)],
      [words.labels.lines, order.lines.map((line) => lineText(line, words)).join('; ')],
      [words.labels.total, amountText(order.total)],
    ],
  };
}

function lineText(line: OrderDocument['lines'][number], words: Words): string {
  const quantity = line.quantity === undefined ? '' : `${line.quantity} ${line.unitCode ?? ''}`.trim();
  const price = line.lineTotal === undefined ? '' : ` = ${amountText(line.lineTotal)}`;
  return `${quantity === '' ? '' : `${quantity} × `}${line.item ?? line.sellerItemId ?? words.notGiven}${price}`;
}

function amountText(amount: Amount): string {
  return `${amount.value} ${amount.currency}`;
}

function reasonSection({ reason }: LiaisonNoticeInput, words: Words, reasonText: string): Section {
  const given = givenIn(words);
  return {
    heading: words.sections.reason,
    rows: [
      [words.labels.type, reasonText === reason.type ? reason.type : `${reasonText} (${reason.type})`],
      [words.labels.code, given(reason.code)],
      [words.labels.text, given(reason.text)],
    ],
  };
}

function reviewSection(input: LiaisonNoticeInput, words: Words): Section {
  const at = (instant: number | null): string =>
    instant === null ? words.notGiven : localInstant(instant, input.liaison.locale, input.liaison.timeZone);
  return {
    heading: words.sections.review,
    rows: [
      [words.labels.status, words.held],
      [words.labels.round, String(input.reviewRound)],
      [words.labels.firstFailure, at(input.firstFailureAt)],
      [words.labels.nextReview, at(input.nextReviewAt)],
      [words.labels.windowEnds, at(input.windowEndsAt)],
      [words.labels.deadline, at(input.deadlineAt)],
      [words.labels.buyerTold, input.buyerToldEarly ? words.toldEarly : words.notTold],
    ],
  };
}

function userSection({ order }: LiaisonNoticeInput, words: Words): Section {
  const given = givenIn(words);
  const user = order.orderingUser;
  return {
    heading: words.sections.user,
    rows: [
      [words.labels.name, given(user?.name ?? user?.id)],
      [words.labels.email, given(user?.email)],
      [words.labels.phone, given(user?.phone)],
    ],
  };
}

const givenIn =
  (words: Words) =>
  (value: string | null | undefined): string =>
    value === null || value === undefined || value === '' ? words.notGiven : value;

/** An instant as its reader says it, with the zone named. An unknown time zone falls back to UTC. */
export function localInstant(instant: number, locale: Locale, timeZone: string): string {
  const format = (zone: string): string =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', timeZone: zone }).format(new Date(instant));
  try {
    return format(timeZone);
  } catch {
    return format('UTC');
  }
}

function asText(words: Words, name: string, sections: Section[], closing: string[]): string {
  const blocks = sections.map(({ heading, rows }) => [heading, ...rows.map(([label, value]) => `  ${label}: ${value}`)].join('\n'));
  return [words.greeting(name), words.opening, ...blocks, closing.join('\n')].join('\n\n');
}

function asHtml(words: Words, subject: string, input: LiaisonNoticeInput, sections: Section[]): string {
  const tables = sections.map(
    ({ heading, rows }) =>
      `<h2 style="font-size:16px;margin:20px 0 4px">${escapeHtml(heading)}</h2><table style="border-collapse:collapse;width:100%">${rows
        .map(
          ([label, value]) =>
            `<tr><td style="padding:4px 12px 4px 0;color:#555;vertical-align:top;width:34%">${escapeHtml(label)}</td>` +
            `<td style="padding:4px 0;vertical-align:top">${escapeHtml(value)}</td></tr>`,
        )
        .join('')}</table>`,
  );
  return (
    `<!doctype html><html lang="${input.liaison.locale}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(subject)}</title></head>` +
    `<body style="font-family:sans-serif;max-width:640px;margin:0 auto;padding:16px;color:#222">` +
    `<p>${escapeHtml(words.greeting(input.liaison.name))}</p><p>${escapeHtml(words.opening)}</p>${tables.join('')}` +
    linksAsHtml(input.links, input.liaison.locale) +
    `<p style="margin-top:20px">${escapeHtml(words.act)}<br><a href="${escapeHtml(input.caseUrl)}">${escapeHtml(input.caseUrl)}</a></p></body></html>`
  );
}

/** An item's name is not markup. */
export function escapeHtml(value: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

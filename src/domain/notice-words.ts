/** What notices to people say by themselves, in both languages: labels, states, reasons, actions. What stands in templates is not here. */
import type { CaseStatus } from './case-status.js';
import type { CounterpartKind } from './counterpart.js';
import type { Locale } from './locale.js';

export const NOTICE_HEADINGS = ['reason', 'next', 'act', 'order', 'review', 'user', 'outage'] as const;
type Heading = (typeof NOTICE_HEADINGS)[number];

type Label =
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
  | 'because'
  | 'windowEnds'
  | 'deadline'
  | 'buyerTold'
  | 'liaison'
  | 'acknowledged'
  | 'name'
  | 'email'
  | 'phone'
  | 'next'
  | 'nextAt'
  | 'counterpart'
  | 'kind'
  | 'since'
  | 'lastError'
  | 'waiting';

export interface NoticeWords {
  greeting: (name: string) => string;
  onBehalfOf: (name: string) => string;
  headings: Record<Heading, string>;
  labels: Record<Label, string>;
  notGiven: string;
  /** Lines of an order beyond those shown. */
  moreLines: (count: number) => string;
  statuses: Record<CaseStatus, string>;
  statusReasons: Record<string, string>;
  nothingNext: string;
  toldEarly: string;
  notTold: string;
  /** Before the list of what people can do, where no link does it. */
  possible: string;
  actions: Record<string, string>;
  caseAt: string;
  footer: string;
  reasons: Record<string, string>;
  kinds: Record<CounterpartKind, string>;
  waiting: (messages: number, orders: number) => string;
}

const EN: NoticeWords = {
  greeting: (name) => `Dear ${name},`,
  onBehalfOf: (name) => `You get this for ${name}, who is away.`,
  headings: {
    reason: 'Why the review failed',
    next: 'What happens next',
    act: 'What you can do',
    order: 'Order',
    review: 'Review status',
    user: 'Ordering user',
    outage: 'The outage',
  },
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
    because: 'Because',
    windowEnds: 'Automatic requests end',
    deadline: 'Must be resolved by',
    buyerTold: 'The buyer',
    liaison: 'Liaison',
    acknowledged: 'Acknowledged by',
    name: 'Name',
    email: 'E-mail',
    phone: 'Phone',
    next: 'Next, by itself',
    nextAt: 'At',
    counterpart: 'Server',
    kind: 'Kind',
    since: 'Not called since',
    lastError: 'Last error',
    waiting: 'Waiting for it',
  },
  notGiven: 'not given',
  moreLines: (count) => `and ${count} more`,
  statuses: {
    deciding: 'being decided',
    held: 'held, waiting for the next review request',
    in_review: 'in review, the answer is awaited',
    awaiting_liaison: 'waiting for people, no more automatic requests',
    order_unknown: 'ended: the order is not known',
    rejected: 'ended: not a passing reason',
    approved: 'ended: the review succeeded',
    declined: 'ended: declined',
    expired: 'ended: not resolved by its deadline',
    cancelled: 'ended: cancelled',
  },
  statusReasons: {
    RETRY_WINDOW_PASSED: 'the time for automatic requests has passed',
    NO_REQUEST_LEFT_IN_WINDOW: 'the next automatic request would come too late',
    REVIEW_SERVER_AWAY: 'the review server cannot be reached; it is asked as soon as it is back',
  },
  nothingNext: 'nothing, until people act or the deadline comes',
  toldEarly: 'was told that the review succeeded; if the order cannot be saved, a correction is sent',
  notTold: 'has not been told yet',
  possible: 'Possible now:',
  actions: {
    'review-succeeded': 'say that it is resolved',
    resolve: 'it is resolved',
    'request-review': 'ask for the review again now',
    reschedule: 'move the next review request',
    pause: 'pause automatic requests',
    resume: 'resume automatic requests',
    reassign: 'hand it over to another liaison',
    'hand-over': 'hand it over',
    'change-policy': 'change its policy',
    decline: 'decline the order',
    cancel: 'cancel the case',
    acknowledge: 'I take care of it',
    reopen: 'open it again',
    notes: 'write a note',
  },
  caseAt: 'The case, for systems that hold a key:',
  footer: 'Sent by Holdpoint.',
  reasons: {
    STOCK_SHORT: 'stock short',
    DEDUCTION_ERROR: 'amount deduction error',
    INTERFACE_TIMEOUT: 'an interface timed out',
    PRICE_SYNC: 'prices not in step',
    NO_ANSWER: 'the review server did not answer',
    REVIEW_REQUEST_REFUSED: 'the review server refused the request',
  },
  kinds: {
    buyer: 'buyer server',
    review: 'review server',
    vendor: 'vendor',
    liaison: 'liaison server',
    customer: "customers' webhooks",
    mail: 'mail server',
  },
  waiting: (messages, orders) => `${messages} ${messages === 1 ? 'message' : 'messages'} of ${orders} ${orders === 1 ? 'order' : 'orders'}`,
};

const ZH: NoticeWords = {
  greeting: (name) => `${name}，您好：`,
  onBehalfOf: (name) => `${name} 目前不在，本通知由您代为处理。`,
  headings: {
    reason: '失败原因',
    next: '接下来',
    act: '您可以做什么',
    order: '订单信息',
    review: '审核状态',
    user: '下单用户',
    outage: '中断情况',
  },
  labels: {
    orderId: '订单号',
    number: '买方单号',
    buyer: '买方',
    buyerContact: '买方联系人',
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
    because: '状态原因',
    windowEnds: '自动请求截止',
    deadline: '最迟解决时间',
    buyerTold: '买方',
    liaison: '专员',
    acknowledged: '已确认',
    name: '姓名',
    email: '邮箱',
    phone: '电话',
    next: '系统下一步',
    nextAt: '时间',
    counterpart: '服务',
    kind: '类型',
    since: '停止调用时间',
    lastError: '最近错误',
    waiting: '等待中',
  },
  notGiven: '未提供',
  moreLines: (count) => `另有 ${count} 行`,
  statuses: {
    deciding: '正在判定',
    held: '已保留，等待下一次审核请求',
    in_review: '审核中，等待结果',
    awaiting_liaison: '等待人工处理，不再自动请求',
    order_unknown: '已结束：未找到订单',
    rejected: '已结束：非暂时性原因',
    approved: '已结束：审核成功',
    declined: '已结束：已放弃',
    expired: '已结束：超过最迟解决时间',
    cancelled: '已结束：已取消',
  },
  statusReasons: {
    RETRY_WINDOW_PASSED: '自动请求的时间已过',
    NO_REQUEST_LEFT_IN_WINDOW: '下一次自动请求已来不及',
    REVIEW_SERVER_AWAY: '审核服务器暂时无法访问，恢复后立即请求',
  },
  nothingNext: '无，等待人工处理或到达最迟解决时间',
  toldEarly: '已被告知审核成功；若订单最终无法通过，将发送更正',
  notTold: '尚未被告知',
  possible: '当前可选：',
  actions: {
    'review-succeeded': '确认已解决',
    resolve: '已解决',
    'request-review': '立即再次审核',
    reschedule: '调整下次审核请求时间',
    pause: '暂停自动请求',
    resume: '恢复自动请求',
    reassign: '转交其他专员',
    'hand-over': '转交',
    'change-policy': '更换策略',
    decline: '放弃订单',
    cancel: '取消个案',
    acknowledge: '由我处理',
    reopen: '重新打开',
    notes: '添加备注',
  },
  caseAt: '个案地址（供持有密钥的系统访问）：',
  footer: '由 Holdpoint 发送。',
  reasons: {
    STOCK_SHORT: '库存不足',
    DEDUCTION_ERROR: '扣款错误',
    INTERFACE_TIMEOUT: '接口超时',
    PRICE_SYNC: '价格未同步',
    NO_ANSWER: '审核服务器未应答',
    REVIEW_REQUEST_REFUSED: '审核服务器拒绝了请求',
  },
  kinds: {
    buyer: '买方服务器',
    review: '审核服务器',
    vendor: '供应商',
    liaison: '专员服务器',
    customer: '客户回调',
    mail: '邮件服务',
  },
  waiting: (messages, orders) => `${orders} 个订单的 ${messages} 条消息`,
};

export const NOTICE_WORDS: Record<Locale, NoticeWords> = { en: EN, 'zh-CN': ZH };

/** What the workflow says it does next (workflows/review-case/next-instant.ts), in words; the number goes into the braces. */
const NEXT: [what: RegExp, words: Record<Locale, string>][] = [
  [/^review request (\d+)$/, { en: 'review request {}', 'zh-CN': '第 {} 次审核请求' }],
  [/^resolution deadline$/, { en: 'resolution deadline', 'zh-CN': '最迟解决时间' }],
  [/^end of the retry window$/, { en: 'end of the retry window', 'zh-CN': '自动请求截止' }],
  [/^answer to request (\d+) due$/, { en: 'answer to request {} due', 'zh-CN': '第 {} 次请求的应答期限' }],
  [/^ask for the result of request (\d+)$/, { en: 'ask for the result of request {}', 'zh-CN': '查询第 {} 次请求的结果' }],
  [/^reminder$/, { en: 'reminder to the liaison', 'zh-CN': '提醒专员' }],
  [/^escalation_supervisor$/, { en: 'escalation to the supervisor', 'zh-CN': '上报主管' }],
  [/^escalation_operations$/, { en: 'escalation to operations', 'zh-CN': '上报运营' }],
];

/** @returns what happens next in the reader's language; what nobody has put into words, as it is */
export function nextWords(what: string, locale: Locale): string {
  for (const [pattern, words] of NEXT) {
    const match = pattern.exec(what);
    if (match !== null) return words[locale].replace('{}', match[1] ?? '');
  }
  return what;
}

/**
 * What a notice is about, as its reader sees it: in their language and time zone, on one line each, what is lacking as null. Layout and
 * templates both go by it.
 */
import type { CaseAction, CaseStatus } from './case-status.js';
import type { CounterpartKind } from './counterpart.js';
import type { FailureReason } from './failure-reason.js';
import { localInstant, type Locale } from './locale.js';
import { oneLine } from './markup.js';
import type { CaseStage } from './notice.js';
import { nextWords, NOTICE_WORDS } from './notice-words.js';
import type { Amount, OrderDocument } from './order.js';

/** Who reads it, in which language, and for whom. */
export interface NoticeReader {
  name: string;
  locale: Locale;
  timeZone: string;
  /** Who is away. */
  onBehalfOf: string | null;
}

/** A notice about a case (A5); instants in epoch ms. */
export interface CaseNotice {
  stage: CaseStage;
  /** Of a reminder: 1, 2, … */
  repetition: number;
  order: OrderDocument;
  reason: FailureReason;
  reviewRound: number;
  status: CaseStatus;
  statusReason: string | null;
  firstFailureAt: number;
  windowEndsAt: number;
  deadlineAt: number;
  next: { what: string; at: number } | null;
  actions: readonly CaseAction[];
  buyerToldEarly: boolean;
  acknowledgedBy: string | null;
  liaisonName: string | null;
  /** Where the case can be looked at with a key. */
  caseUrl: string;
  /** Where people look at it; null: there is no console. */
  pageUrl: string | null;
}

/** A notice about a counterpart that is away (D10). */
export interface OutageNotice {
  stage: 'outage';
  counterpart: { id: string; kind: CounterpartKind; name: string };
  since: number;
  lastError: string | null;
  waiting: { messages: number; orders: number };
}

/** What templates can say: `{{ order.id }}`. Texts as shown; null: lacking. */
export type NoticeVariables = Record<string, Record<string, string | number | boolean | null>>;

/** A value of other sides is shown so long at most. */
const LONGEST_VALUE = 300;

export function variablesOf(notice: CaseNotice | OutageNotice, reader: NoticeReader): NoticeVariables {
  const about = notice.stage === 'outage' ? outageVariables(notice, reader) : caseVariables(notice, reader);
  return { reader: { name: shown(reader.name), onBehalfOf: shown(reader.onBehalfOf) }, ...about };
}

function caseVariables(notice: CaseNotice, { locale, timeZone }: NoticeReader): NoticeVariables {
  const words = NOTICE_WORDS[locale];
  const { order, reason, next } = notice;
  const at = (instant: number): string => localInstant(instant, locale, timeZone);
  const { contact } = order.buyer;
  const user = order.orderingUser;
  return {
    order: {
      id: order.orderId,
      number: shown(order.buyerOrderNumber),
      buyer: shown(order.buyer.name ?? order.buyer.id) ?? words.notGiven,
      buyerContact: shown([contact?.name, contact?.email, contact?.phone].filter(Boolean).join(', ')),
      seller: shown(order.seller?.name ?? order.seller?.id),
      issuedAt: shown(order.issuedAt),
      deliverTo: shown(order.deliverTo),
      lineCount: order.lines.length,
      total: amountText(order.total),
    },
    orderingUser: { name: shown(user?.name ?? user?.id), email: shown(user?.email), phone: shown(user?.phone) },
    reason: {
      type: shown(reason.type) ?? words.notGiven,
      words: reasonWords(reason.type, locale),
      code: shown(reason.code),
      text: shown(reason.text),
    },
    review: {
      round: notice.reviewRound,
      status: words.statuses[notice.status],
      statusReason: notice.statusReason === null ? null : (words.statusReasons[notice.statusReason] ?? shown(notice.statusReason)),
      firstFailureAt: at(notice.firstFailureAt),
      windowEndsAt: at(notice.windowEndsAt),
      deadlineAt: at(notice.deadlineAt),
      buyerToldEarly: notice.buyerToldEarly,
      liaison: shown(notice.liaisonName),
      acknowledgedBy: shown(notice.acknowledgedBy),
    },
    next: { what: next === null ? null : shown(nextWords(next.what, locale)), at: next === null ? null : at(next.at) },
    ...(notice.stage === 'reminder' ? { reminder: { number: notice.repetition } } : {}),
  };
}

function outageVariables({ counterpart, since, lastError, waiting }: OutageNotice, { locale, timeZone }: NoticeReader): NoticeVariables {
  return {
    counterpart: {
      id: counterpart.id,
      kind: NOTICE_WORDS[locale].kinds[counterpart.kind],
      name: shown(counterpart.name) ?? counterpart.id,
    },
    outage: {
      since: localInstant(since, locale, timeZone),
      lastError: shown(lastError),
      waitingMessages: waiting.messages,
      waitingOrders: waiting.orders,
    },
  };
}

/** A reason type in words; one that nobody has put into words as it is. */
export function reasonWords(type: string, locale: Locale): string {
  const { reasons } = NOTICE_WORDS[locale];
  return Object.hasOwn(reasons, type) ? (reasons[type] ?? type) : oneLine(type, LONGEST_VALUE);
}

export function amountText(amount: Amount): string {
  return oneLine(`${amount.value} ${amount.currency}`, LONGEST_VALUE);
}

/** @returns a text of other sides on one line; null when there is none */
export function shown(value: string | null | undefined): string | null {
  const line = oneLine(value ?? '', LONGEST_VALUE);
  return line === '' ? null : line;
}

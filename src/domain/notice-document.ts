/**
 * Composing a notice (A5): what templates say, and beneath it, by the layout and whatever a template says, the failure reason, what happens
 * next, what people can do, the order, the review status and the ordering user. Every format is made of the same document.
 */
import { amountText, shown, variablesOf, type CaseNotice, type NoticeReader, type OutageNotice } from './notice-facts.js';
import { cut, oneLine, paragraphsOf } from './markup.js';
import type { NoticeLink } from './notice.js';
import { LINKS_NOTE, OPEN_CASE } from './notice-links.js';
import { NOTICE_WORDS, type NoticeWords } from './notice-words.js';
import type { OrderDocument } from './order.js';

/** What a template says, rendered: plain text, with blank lines between paragraphs. */
export interface NoticeTexts {
  subject: string;
  opening: string;
  /** What its reader should do. */
  advice: string;
}

export interface NoticeSection {
  heading: string;
  rows: [label: string, value: string][];
}

/** A notice before it gets a form. Nothing in it is markup. */
export interface NoticeDocument {
  locale: NoticeReader['locale'];
  subject: string;
  greeting: string;
  opening: string[];
  sections: NoticeSection[];
  act: { heading: string; advice: string[]; possible: string | null; links: { label: string; url: string }[] };
  closing: string[];
}

/** So many lines of an order are told; a mail must stay below what mail programs cut off (about 100 kB). */
const MOST_LINES = 50;
const LONGEST_SUBJECT = 200;
const LONGEST_TEXT = 4000;

export function noticeDocument(
  notice: CaseNotice | OutageNotice,
  reader: NoticeReader,
  texts: NoticeTexts,
  links: readonly NoticeLink[] = [],
): NoticeDocument {
  const words = NOTICE_WORDS[reader.locale];
  const away = shown(reader.onBehalfOf);
  return {
    locale: reader.locale,
    subject: oneLine(texts.subject, LONGEST_SUBJECT),
    greeting: words.greeting(shown(reader.name) ?? ''),
    opening: [...(away === null ? [] : [words.onBehalfOf(away)]), ...paragraphsOf(cut(texts.opening, LONGEST_TEXT))],
    sections: notice.stage === 'outage' ? outageSections(notice, reader, words) : caseSections(notice, reader, words),
    act: {
      heading: words.headings.act,
      advice: [...paragraphsOf(cut(texts.advice, LONGEST_TEXT)), ...(links.length === 0 ? [] : [LINKS_NOTE[reader.locale]])],
      possible: notice.stage === 'outage' ? null : possibleText(notice, words),
      links: [
        ...links.map(({ action, label, url }) => ({ label: shown(label) ?? buttonWords(action, words), url })),
        ...(notice.stage === 'outage' || notice.pageUrl === null ? [] : [{ label: OPEN_CASE[reader.locale], url: notice.pageUrl }]),
      ],
    },
    closing: [...(notice.stage === 'outage' ? [] : [`${words.caseAt} ${notice.caseUrl}`]), words.footer],
  };
}

/** The first two sections stand before what people can do, the others after it. */
function caseSections(notice: CaseNotice, reader: NoticeReader, words: NoticeWords): NoticeSection[] {
  return [
    reasonSection(notice, reader, words),
    nextSection(notice, reader, words),
    orderSection(notice, words),
    reviewSection(notice, reader, words),
    userSection(notice, words),
  ];
}

function outageSections(notice: OutageNotice, reader: NoticeReader, words: NoticeWords): NoticeSection[] {
  const { labels } = words;
  const { counterpart, outage } = variablesOf(notice, reader);
  return [
    {
      heading: words.headings.outage,
      rows: [
        [labels.counterpart, `${String(counterpart?.['name'])} (${notice.counterpart.id})`],
        [labels.kind, words.kinds[notice.counterpart.kind]],
        [labels.since, String(outage?.['since'])],
        [labels.lastError, shown(notice.lastError) ?? words.notGiven],
        [labels.waiting, words.waiting(notice.waiting.messages, notice.waiting.orders)],
      ],
    },
  ];
}

function orderSection({ order }: CaseNotice, words: NoticeWords): NoticeSection {
  const { labels } = words;
  const given = givenIn(words);
  const { contact } = order.buyer;
  return {
    heading: words.headings.order,
    rows: [
      [labels.orderId, order.orderId],
      [labels.number, given(order.buyerOrderNumber)],
      [labels.buyer, given(order.buyer.name ?? order.buyer.id)],
      [labels.buyerContact, given([contact?.name, contact?.email, contact?.phone].filter(Boolean).join(', '))],
      [labels.seller, given(order.seller?.name ?? order.seller?.id)],
      [labels.issued, given(order.issuedAt)],
      [labels.deliverTo, given(order.deliverTo)],
      [labels.lines, linesText(order.lines, words)],
      [labels.total, amountText(order.total)],
    ],
  };
}

function linesText(lines: OrderDocument['lines'], words: NoticeWords): string {
  const told = lines.slice(0, MOST_LINES).map((line) => lineText(line, words));
  const more = lines.length - told.length;
  return [...told, ...(more > 0 ? [words.moreLines(more)] : [])].join('; ');
}

function lineText(line: OrderDocument['lines'][number], words: NoticeWords): string {
  const quantity = line.quantity === undefined ? '' : `${line.quantity} ${line.unitCode ?? ''}`.trim();
  const price = line.lineTotal === undefined ? '' : ` = ${amountText(line.lineTotal)}`;
  const item = shown(line.item) ?? shown(line.sellerItemId) ?? words.notGiven;
  return `${quantity === '' ? '' : `${oneLine(quantity, 60)} × `}${item}${price}`;
}

function reasonSection(notice: CaseNotice, reader: NoticeReader, words: NoticeWords): NoticeSection {
  const { labels } = words;
  const { reason } = variablesOf(notice, reader);
  const [inWords, type] = [String(reason?.['words']), String(reason?.['type'])];
  return {
    heading: words.headings.reason,
    rows: [
      [labels.type, inWords === type ? type : `${inWords} (${type})`],
      [labels.code, givenIn(words)(notice.reason.code)],
      [labels.text, givenIn(words)(notice.reason.text)],
    ],
  };
}

function nextSection(notice: CaseNotice, reader: NoticeReader, words: NoticeWords): NoticeSection {
  const { labels } = words;
  const { next, review } = variablesOf(notice, reader);
  const what: [string, string][] =
    notice.next === null
      ? [[labels.next, words.nothingNext]]
      : [
          [labels.next, String(next?.['what'])],
          [labels.nextAt, String(next?.['at'])],
        ];
  return { heading: words.headings.next, rows: [...what, [labels.deadline, String(review?.['deadlineAt'])]] };
}

function reviewSection(notice: CaseNotice, reader: NoticeReader, words: NoticeWords): NoticeSection {
  const { labels } = words;
  const review = variablesOf(notice, reader)['review'] ?? {};
  const optional = (label: string, value: unknown): [string, string][] => (typeof value === 'string' ? [[label, value]] : []);
  return {
    heading: words.headings.review,
    rows: [
      [labels.status, String(review['status'])],
      ...optional(labels.because, review['statusReason']),
      [labels.round, String(review['round'])],
      [labels.firstFailure, String(review['firstFailureAt'])],
      [labels.windowEnds, String(review['windowEndsAt'])],
      [labels.buyerTold, notice.buyerToldEarly ? words.toldEarly : words.notTold],
      ...optional(labels.liaison, review['liaison']),
      ...optional(labels.acknowledged, review['acknowledgedBy']),
    ],
  };
}

function userSection({ order }: CaseNotice, words: NoticeWords): NoticeSection {
  const { labels } = words;
  const given = givenIn(words);
  const user = order.orderingUser;
  return {
    heading: words.headings.user,
    rows: [
      [labels.name, given(user?.name ?? user?.id)],
      [labels.email, given(user?.email)],
      [labels.phone, given(user?.phone)],
    ],
  };
}

function givenIn(words: NoticeWords): (value: string | null | undefined) => string {
  return (value) => shown(value) ?? words.notGiven;
}

function possibleText({ actions }: CaseNotice, words: NoticeWords): string | null {
  return actions.length === 0 ? null : `${words.possible} ${actions.map((action) => actionWords(action, words)).join(' · ')}`;
}

function actionWords(action: string, words: NoticeWords): string {
  return Object.hasOwn(words.actions, action) ? (words.actions[action] ?? action) : oneLine(action, 60);
}

/** A button begins with a capital letter, where there are any. */
function buttonWords(action: string, words: NoticeWords): string {
  const label = actionWords(action, words);
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}

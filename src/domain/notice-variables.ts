/** What templates may say, stage by stage: the documentation, the check and the trial go by the same list. */
import type { CaseNotice, NoticeReader, OutageNotice } from './notice-facts.js';
import type { Locale } from './locale.js';
import type { CaseStage, NoticeStage } from './notice.js';

export interface NoticeVariable {
  /** As in `{{ order.id }}`. */
  name: string;
  /** May be lacking: a template asks with `if`, or gives a `default`. */
  optional: boolean;
  about: string;
}

const given = (name: string, about: string): NoticeVariable => ({ name, optional: false, about });
const optional = (name: string, about: string): NoticeVariable => ({ name, optional: true, about });

const READER = [given('reader.name', 'who reads it'), optional('reader.onBehalfOf', 'who is away, when a delegate reads it')];

const OF_CASES: NoticeVariable[] = [
  ...READER,
  given('order.id', "the platform's number of the order"),
  optional('order.number', "the buyer's own number of it"),
  given('order.buyer', "the buyer's name"),
  optional('order.buyerContact', "the buyer's contact: name, e-mail, phone"),
  optional('order.seller', "the seller's name"),
  optional('order.issuedAt', 'when it was issued, as the order says it'),
  optional('order.deliverTo', 'where it goes'),
  given('order.lineCount', 'how many lines it has'),
  given('order.total', 'its total with the currency'),
  optional('orderingUser.name', 'who ordered'),
  optional('orderingUser.email', 'their e-mail address'),
  optional('orderingUser.phone', 'their phone number'),
  given('reason.type', 'why the review failed, like STOCK_SHORT'),
  given('reason.words', 'the same in words'),
  optional('reason.code', "the review server's code"),
  optional('reason.text', "the review server's own words"),
  given('review.round', 'the review round, 1, 2 …'),
  given('review.status', 'how the case stands, in words'),
  optional('review.statusReason', 'why it stands so'),
  given('review.firstFailureAt', 'when the review failed first'),
  given('review.windowEndsAt', 'until when it is asked for again by itself'),
  given('review.deadlineAt', 'until when it must be resolved'),
  given('review.buyerToldEarly', 'true when the buyer was told "succeeded" early; for {% if %}'),
  optional('review.liaison', "the liaison's name"),
  optional('review.acknowledgedBy', 'who has said that they take care of it'),
  optional('next.what', 'what happens next by itself'),
  optional('next.at', 'when'),
];

const OF_OUTAGES: NoticeVariable[] = [
  ...READER,
  given('counterpart.id', 'the server that is away'),
  given('counterpart.name', 'its name'),
  given('counterpart.kind', 'what it is, in words'),
  given('outage.since', 'since when it is not called'),
  optional('outage.lastError', 'what the last call brought'),
  given('outage.waitingMessages', 'how many messages wait for it'),
  given('outage.waitingOrders', 'of how many orders'),
];

const OF_REMINDERS = [...OF_CASES, given('reminder.number', 'which reminder it is, 1, 2 …')];

/** @returns the variables of a stage's templates */
export function variablesFor(stage: NoticeStage): readonly NoticeVariable[] {
  if (stage === 'outage') return OF_OUTAGES;
  return stage === 'reminder' ? OF_REMINDERS : OF_CASES;
}

const SAMPLE_AT = Date.UTC(2026, 0, 1, 8);
const HOUR = 3_600_000;

/** An invented notice, for previews. @param reasonType of the template, empty: any */
export function sampleNotice(stage: NoticeStage, reasonType = ''): CaseNotice | OutageNotice {
  return stage === 'outage' ? SAMPLE_OUTAGE : sampleCase(stage, reasonType === '' ? 'STOCK_SHORT' : reasonType);
}

/** The same with every fact that may be lacking, for trials. */
export function fullSample(stage: NoticeStage): CaseNotice | OutageNotice {
  const sample = sampleNotice(stage);
  return sample.stage === 'outage' ? sample : { ...sample, ...LACKING_FACTS };
}

const LACKING_FACTS = {
  statusReason: 'RETRY_WINDOW_PASSED',
  acknowledgedBy: 'Ingrid Larsson',
  next: { what: 'review request 1', at: SAMPLE_AT + HOUR },
};

/** Who reads the sample. */
export function sampleReader(locale: Locale, timeZone = locale === 'zh-CN' ? 'Asia/Shanghai' : 'Europe/Stockholm'): NoticeReader {
  return locale === 'zh-CN'
    ? { name: '王伟', locale, timeZone, onBehalfOf: '李娜' }
    : { name: 'Ingrid Larsson', locale, timeZone, onBehalfOf: 'Anna Berg' };
}

const SAMPLE_OUTAGE: OutageNotice = {
  stage: 'outage',
  counterpart: { id: 'review-server', kind: 'review', name: 'Review server' },
  since: SAMPLE_AT,
  lastError: 'no answer within 10000 ms',
  waiting: { messages: 41, orders: 38 },
};

function sampleCase(stage: CaseStage, reasonType: string): CaseNotice {
  const currency = 'SEK';
  const waits = stage === 'awaiting_liaison' || stage === 'reminder' || stage === 'escalation';
  return {
    stage,
    repetition: 1,
    order: {
      orderId: 'P-20260101-0001',
      revision: 1,
      buyerOrderNumber: '34',
      issuedAt: '2026-01-01T07:55:00Z',
      currency,
      buyer: { id: '7300070011115', name: 'Johnssons byggvaror', contact: { name: 'Pelle Svensson', email: 'pelle@buyer.example' } },
      seller: { id: '7302347231111', name: 'Moderna Produkter AB' },
      orderingUser: { id: 'u-17', name: 'Pelle Svensson', email: 'pelle@buyer.example', phone: '+46 8 123 456' },
      deliverTo: 'Stockholm',
      lines: [{ id: '1', item: 'Red paint', quantity: '120', unitCode: 'LTR', lineTotal: { value: '6000', currency } }],
      total: { value: '6225', currency },
    },
    reason: { type: reasonType, code: 'WH-7', text: '12 of 120 in stock' },
    reviewRound: 1,
    ...(waits ? { status: 'awaiting_liaison', statusReason: 'RETRY_WINDOW_PASSED' } : { status: 'held', statusReason: null }),
    firstFailureAt: SAMPLE_AT,
    windowEndsAt: SAMPLE_AT + 24 * HOUR,
    deadlineAt: SAMPLE_AT + 72 * HOUR,
    next: waits ? null : { what: 'review request 1', at: SAMPLE_AT + HOUR },
    actions: ['review-succeeded', 'request-review', 'decline', 'notes'],
    buyerToldEarly: true,
    acknowledgedBy: null,
    liaisonName: 'Ingrid Larsson',
    caseUrl: 'https://holdpoint.example/v1/review-cases/P-20260101-0001?round=1',
    pageUrl: null,
  };
}

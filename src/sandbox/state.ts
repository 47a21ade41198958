import { JsonLinesFile } from './json-lines.js';
import type { Notice, NoticeEnding } from './notice.js';
import type { Review } from './review.js';
import { DEFAULT_SCENARIO, scenarioSchema, type Scenario } from './scenario.js';

/** A message the buyer server took in. */
export interface BuyerMessage {
  messageId: string;
  orderId: string;
  reviewRound: number;
  sequence: number;
  kind: string;
  provisional: boolean;
  supersedes: string | null;
  idempotencyKey: string | null;
  /** Of the whole content, to tell a repetition from a contradiction. */
  contentHash: string;
  at: string;
}

/** An order a vendor took in; one that is not idempotent may take in several under one number. */
export interface VendorOrder {
  vendorOrderId: string;
  vendorId: string;
  placementNumber: string;
  orderId: string;
  idempotencyKey: string | null;
  contentHash: string;
  /** How often it was asked about: each time its status advances by a word. */
  queries: number;
  cancelledAt: string | null;
  at: string;
}

/** A message the customer's webhook took in. */
export interface CustomerMessage {
  messageId: string;
  orderId: string;
  placementNumber: string | null;
  status: string;
  reason: string | null;
  contentHash: string;
  at: string;
}

/** A refund the platform was told of. */
export interface RefundDue {
  messageId: string;
  orderId: string;
  placementNumber: string | null;
  amount: string;
  currency: string;
  paymentReference: string | null;
  reason: string;
  contentHash: string;
  at: string;
}

/** How a liaison's own server, or a chat, takes what people are told. */
export type LiaisonFormat = 'wire' | 'slack' | 'dingtalk';

/** A notice to people that the liaison server or a chat took in; a chat knows no repetition and shows it twice. */
export interface LiaisonNotice {
  /** The `Idempotency-Key`, where one came. */
  key: string | null;
  orderId: string | null;
  format: LiaisonFormat;
  title: string | null;
  text: string | null;
  contentHash: string;
  at: string;
}

/** A mail the inbox took in. */
export interface Mail {
  from: string;
  /** Envelope recipients, in lower case. */
  to: string[];
  subject: string;
  text: string | null;
  html: string | null;
  messageId: string | null;
  headers: Record<string, string>;
  at: string;
  orderId: string | null;
}

export interface EndedNotice extends Notice {
  ending: NoticeEnding;
}

type JournalEntry =
  | { kind: 'settings'; at: string; holdpointUrl: string | null }
  | { kind: 'scenario'; at: string; orderId: string; scenario: Scenario }
  | { kind: 'review-decided'; at: string; review: Review; notice: Notice | null }
  | { kind: 'review-withdrawn'; at: string; reviewRequestId: string }
  | { kind: 'notice-queued'; at: string; notice: Notice }
  | { kind: 'notice-ended'; at: string; eventId: string; ending: NoticeEnding }
  | { kind: 'message-received'; at: string; message: BuyerMessage }
  | { kind: 'mail-received'; at: string; mail: Mail }
  | { kind: 'vendor-ordered'; at: string; order: VendorOrder; pushes: Notice[] }
  | { kind: 'vendor-queried'; at: string; vendorOrderId: string }
  | { kind: 'vendor-cancelled'; at: string; vendorOrderId: string }
  | { kind: 'customer-told'; at: string; message: CustomerMessage }
  | { kind: 'refund-due'; at: string; refund: RefundDue }
  | { kind: 'liaison-told'; at: string; notice: LiaisonNotice };

/** What names an order at a vendor in our words. */
export function vendorNumber(vendorId: string, placementNumber: string): string {
  return `${vendorId} ${placementNumber}`;
}

type Unstamped<Entry> = Entry extends unknown ? Omit<Entry, 'at'> : never;

/**
 * All that the simulated sides know. Every change is a line of the journal first, so that a restart finds all of it.
 * Read the fields freely; change them only through `record`.
 */
export class SandboxState {
  holdpointUrl: string | null = null;
  readonly scenarios = new Map<string, Scenario>();
  readonly reviews: Review[] = [];
  readonly reviewsById = new Map<string, Review>();
  readonly highestAttempts = new Map<string, number>();
  readonly newestRounds = new Map<string, number>();
  readonly openNotices = new Map<string, Notice>();
  readonly endedNotices: EndedNotice[] = [];
  readonly messages: BuyerMessage[] = [];
  readonly messagesById = new Map<string, BuyerMessage>();
  readonly messagesByKey = new Map<string, BuyerMessage>();
  readonly mails: Mail[] = [];
  readonly liaisonNotices: LiaisonNotice[] = [];
  /** Those in our own form, which are taken once. */
  readonly wireNoticesByKey = new Map<string, LiaisonNotice>();
  readonly vendorOrders: VendorOrder[] = [];
  /** The first order under each number of each vendor, by `vendorNumber`. */
  readonly vendorOrdersByNumber = new Map<string, VendorOrder>();
  readonly vendorOrdersById = new Map<string, VendorOrder>();
  readonly customerMessages = new Map<string, CustomerMessage>();
  readonly refunds = new Map<string, RefundDue>();
  readonly #journal: JsonLinesFile;

  constructor(path: string) {
    this.#journal = new JsonLinesFile(path, (value) => this.#apply(value as JournalEntry));
  }

  scenarioOf(orderId: string): Scenario {
    return this.scenarios.get(orderId) ?? DEFAULT_SCENARIO;
  }

  /** Writes a change down, then makes it. @throws when the disk refuses; nothing has changed then */
  record(change: Unstamped<JournalEntry>): void {
    const entry: JournalEntry = { at: new Date().toISOString(), ...change };
    this.#journal.append(entry);
    this.#apply(entry);
  }

  close(): void {
    this.#journal.close();
  }

  #apply(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'settings':
        this.holdpointUrl = entry.holdpointUrl;
        return;
      case 'scenario':
        this.scenarios.set(entry.orderId, scenarioSchema.parse(entry.scenario)); // completes one that an older sandbox wrote
        return;
      case 'review-decided':
        this.#applyReview(entry.review);
        if (entry.notice) this.openNotices.set(entry.notice.eventId, entry.notice);
        return;
      case 'review-withdrawn':
        this.#applyWithdrawal(entry.reviewRequestId, entry.at);
        return;
      case 'notice-queued':
        this.openNotices.set(entry.notice.eventId, entry.notice);
        return;
      case 'notice-ended':
        this.#applyNoticeEnding(entry.eventId, entry.ending);
        return;
      case 'message-received':
        this.#applyMessage(entry.message);
        return;
      case 'liaison-told':
        this.#applyLiaisonNotice(entry.notice);
        return;
      case 'mail-received':
        this.mails.push(entry.mail);
        return;
      case 'vendor-ordered':
        this.#applyVendorOrder(entry.order, entry.pushes);
        return;
      case 'vendor-queried':
        this.#changeVendorOrder(entry.vendorOrderId, (order) => (order.queries += 1));
        return;
      case 'vendor-cancelled':
        this.#changeVendorOrder(entry.vendorOrderId, (order) => (order.cancelledAt = entry.at));
        return;
      case 'customer-told':
        this.customerMessages.set(entry.message.messageId, entry.message);
        return;
      case 'refund-due':
        this.refunds.set(entry.refund.messageId, entry.refund);
        return;
      default:
        throw new Error(`the sandbox journal holds an unknown entry: ${JSON.stringify(entry).slice(0, 200)}`);
    }
  }

  #applyReview(review: Review): void {
    const { orderId } = review;
    this.reviews.push(review);
    if (review.reviewRequestId !== null) this.reviewsById.set(review.reviewRequestId, review);
    this.highestAttempts.set(orderId, Math.max(review.attempt, this.highestAttempts.get(orderId) ?? 0));
    this.newestRounds.set(orderId, Math.max(review.reviewRound, this.newestRounds.get(orderId) ?? 0));
  }

  /** A withdrawn review's notice, if it was not delivered yet, is not sent any more. */
  #applyWithdrawal(reviewRequestId: string, at: string): void {
    const review = this.reviewsById.get(reviewRequestId);
    if (review) review.withdrawnAt ??= at;
    for (const notice of this.openNotices.values()) {
      if (notice.body['reviewRequestId'] !== reviewRequestId) continue;
      this.#applyNoticeEnding(notice.eventId, { how: 'withdrawn', at, status: null, detail: null });
    }
  }

  #applyNoticeEnding(eventId: string, ending: NoticeEnding): void {
    const notice = this.openNotices.get(eventId);
    if (!notice) return;
    this.openNotices.delete(eventId);
    this.endedNotices.push({ ...notice, ending });
  }

  #applyLiaisonNotice(notice: LiaisonNotice): void {
    this.liaisonNotices.push(notice);
    if (notice.format === 'wire' && notice.key !== null) this.wireNoticesByKey.set(notice.key, notice);
  }

  #applyVendorOrder(order: VendorOrder, pushes: Notice[]): void {
    const number = vendorNumber(order.vendorId, order.placementNumber);
    this.vendorOrders.push(order);
    this.vendorOrdersById.set(order.vendorOrderId, order);
    if (!this.vendorOrdersByNumber.has(number)) this.vendorOrdersByNumber.set(number, order);
    for (const push of pushes) this.openNotices.set(push.eventId, push);
  }

  #changeVendorOrder(vendorOrderId: string, change: (order: VendorOrder) => void): void {
    const order = this.vendorOrdersById.get(vendorOrderId);
    if (order) change(order);
  }

  #applyMessage(message: BuyerMessage): void {
    this.messages.push(message);
    this.messagesById.set(message.messageId, message);
    if (message.idempotencyKey !== null) this.messagesByKey.set(message.idempotencyKey, message);
  }
}

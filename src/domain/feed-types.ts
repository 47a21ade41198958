/** Every type of event in the feed, with what it tells; docs/events.md shows the same table. A type never changes its meaning. */
export const FEED_TYPES = {
  'case.opened': 'A review case was opened: a first failure came in, or the case was reopened.',
  'case.held': 'It is held: the review is asked for again at `nextAction`.',
  'case.in_review': 'A review was asked for, and its outcome is awaited.',
  'case.awaiting_liaison': 'It waits for people: no further review is planned.',
  'case.approved': 'It ended well.',
  'case.rejected': 'It ended at once: its reason is not one that passes by itself.',
  'case.declined': 'It ended because people declined the order.',
  'case.expired': 'It ended without a success by its deadline.',
  'case.cancelled': 'It ended because it was cancelled, or because a later round took its place.',
  'case.order_unknown': 'It ended because nobody knows its order.',
  'case.review_failed': 'A review that was asked for failed, or was not answered in time.',
  'case.paused': 'People stopped its review requests.',
  'case.resumed': 'People let its review requests go on.',
  'case.rescheduled': 'People moved its next review request.',
  'case.reassigned': 'Another liaison is responsible.',
  'case.escalated': 'Nobody had acknowledged it: its liaison was told again, or others were.',
  'case.acknowledged': 'Somebody is looking after it.',
  'case.buyer_told': 'What came of a message to the buyer server.',
  'case.contradicted': 'Something came in that contradicts what was told: operations have to look.',
  'placement.opened': 'An order is to be placed with a vendor.',
  'placement.sent': 'The order is being sent to the vendor.',
  'placement.placed': 'The vendor has the order.',
  'placement.polled': 'The vendor was asked for the result.',
  'placement.reported': 'The vendor said how far it is.',
  'placement.succeeded': 'The vendor delivered.',
  'placement.failed': 'It ended without success, or without a result; `reason` says which.',
  'placement.cancelled': 'It was cancelled.',
  'placement.contradicted': 'The vendor said something that contradicts what was told: operations have to look.',
  'message.dead_lettered': 'A message was given up after its time, or refused by its receiver.',
  'counterpart.paused': 'A server does not answer: it is not called for now.',
  'counterpart.resumed': 'The server answers again.',
  'subscription.disabled': 'A subscription was disabled, by people or for want of success.',
  'event.withdrawn': 'An earlier event did not come to pass: a worker died before it was final, and it was decided otherwise.',
} as const;
export type FeedType = keyof typeof FEED_TYPES;
export const FEED_TYPE_NAMES = Object.keys(FEED_TYPES) as [FeedType, ...FeedType[]];

/** What an event is about: ids and stable words; no texts of people, no names. What does not apply is left out. */
export interface FeedData {
  orderId?: string;
  buyerId?: string;
  caseId?: string;
  placementId?: string;
  reviewRound?: number;
  /** Of the case or placement, once this had happened. */
  status?: string;
  /** Why: a stable word. */
  reason?: string;
  reasonType?: string;
  liaisonId?: string;
  vendorId?: string;
  reviewRequestId?: string;
  placementNumber?: string;
  vendorStatus?: string;
  messageId?: string;
  outcome?: string;
  counterpartId?: string;
  subscriptionId?: string;
  /** Of `event.withdrawn`: which event, and what it had told. */
  eventId?: string;
  eventType?: string;
}

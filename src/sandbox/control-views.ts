import type { ArrivalLog } from './arrival-log.js';
import type { Notice } from './notice.js';
import type { NoticeSender } from './notice-sender.js';
import { outcomeAt, type Review } from './review.js';
import { SIDES, vendorWord } from './scenario.js';
import type { EndedNotice, SandboxState } from './state.js';

/** Each list of effects holds at most this many, the newest; `counts` counts them all. */
const MAX_EFFECTS = 10_000;

/** What is shown of an order's scenario: itself, what has happened so far, and how its notices fared. */
export function scenarioView(
  orderId: string,
  { state, log, sender }: { state: SandboxState; log: ArrivalLog; sender: NoticeSender },
): Record<string, unknown> {
  const ended = state.endedNotices.filter((notice) => notice.orderId === orderId);
  const open = [...state.openNotices.values()].filter((notice) => notice.orderId === orderId);
  return {
    orderId,
    default: !state.scenarios.has(orderId),
    ...state.scenarioOf(orderId),
    counters: {
      calls: Object.fromEntries(SIDES.map((side) => [side, log.calls(orderId, side)])),
      highestAttempt: state.highestAttempts.get(orderId) ?? 0,
      reviews: state.reviews.filter((review) => review.orderId === orderId).length,
      noticesDelivered: ended.filter((notice) => notice.ending.how === 'delivered').length,
    },
    noticesPending: open.map((notice) => ({
      ...shortNotice(notice),
      dueAt: notice.dueAt,
      ...(sender.progress(notice.eventId) ?? { tries: 0, lastProblem: null, answers: [] }),
    })),
    noticesRefused: ended.filter(isRefused).map((notice) => ({ ...shortNotice(notice), ...notice.ending })),
  };
}

/** What each side really acted on, in the order in which it acted; repetitions and refused calls do not show here. */
export function effectsOf(state: SandboxState, orderId?: string): Record<string, unknown> {
  const ours = <Item extends { orderId: string | null }>(items: readonly Item[]): readonly Item[] =>
    orderId === undefined ? items : items.filter((item) => item.orderId === orderId);
  const buyer = ours(state.messages);
  const reviews = ours(state.reviews);
  const notices = ours(state.endedNotices).filter((notice) => notice.ending.how === 'delivered');
  const inbox = ours(state.mails);
  const vendor = ours(state.vendorOrders);
  const customer = ours([...state.customerMessages.values()]);
  const liaison = ours(state.liaisonNotices);
  const refunds = ours([...state.refunds.values()]);
  const lists = { buyer, review: reviews, notices, inbox, liaison, vendor, customer, refunds };
  return {
    counts: Object.fromEntries(Object.entries(lists).map(([side, list]) => [side, list.length])),
    buyer: buyer.slice(-MAX_EFFECTS),
    review: reviews.slice(-MAX_EFFECTS).map(reviewEffect),
    notices: notices.slice(-MAX_EFFECTS).map((notice) => ({
      ...shortNotice(notice),
      at: notice.ending.at,
      answers: notice.ending.answers ?? [],
    })),
    inbox: inbox.slice(-MAX_EFFECTS).map(({ at, orderId: order, to, subject, messageId }) => ({
      at,
      orderId: order,
      to,
      subject,
      messageId,
    })),
    liaison: liaison.slice(-MAX_EFFECTS).map(({ contentHash: _contentHash, ...shown }) => shown),
    vendor: vendor.slice(-MAX_EFFECTS).map((order) => ({ ...order, status: vendorWord(state.scenarioOf(order.orderId), order.queries) })),
    customer: customer.slice(-MAX_EFFECTS),
    refunds: refunds.slice(-MAX_EFFECTS),
  };
}

/** `outcome` and `reason` are as known now; a review that waits for its time or was scripted `never` is `pending`. */
function reviewEffect(review: Review): Record<string, unknown> {
  return { ...review, ...outcomeAt(review, Date.now()) };
}

function shortNotice({ eventId, orderId, path, body }: Notice): Record<string, unknown> {
  return { eventId, orderId, path, reviewRequestId: body['reviewRequestId'] ?? null };
}

function isRefused(notice: EndedNotice): boolean {
  return notice.ending.how === 'refused' || notice.ending.how === 'given-up';
}

/** What the sides heard of one order, sorted from the sandbox's raw arrivals. */
import type { Arrival } from '../sandbox/arrival-log.js';

/** The fields of a buyer message that the demo judges; taken as they came, so each may be anything. */
export interface HeardMessage {
  messageId?: unknown;
  orderId?: unknown;
  reviewRound?: unknown;
  sequence?: unknown;
  kind?: unknown;
  provisional?: unknown;
  supersedes?: unknown;
  ending?: unknown;
  at?: unknown;
  order?: unknown;
  reason?: unknown;
}

export interface HeardRequest {
  reviewRequestId?: unknown;
  attempt?: unknown;
  requestedAt?: unknown;
}

/** Everything in the order of its arrival. */
export interface Heard {
  buyer: { arrival: Arrival; message: HeardMessage }[];
  mails: Arrival[];
  requests: { arrival: Arrival; request: HeardRequest }[];
  /** Questions after the result of a request. */
  questions: Arrival[];
  withdrawals: Arrival[];
  /** Questions after the order itself. */
  lookups: Arrival[];
  /** What liaisons did in their own server. */
  liaison: Arrival[];
  /** What fits nothing above. */
  strange: Arrival[];
}

export function heardFrom(arrivals: readonly Arrival[]): Heard {
  const heard: Heard = { buyer: [], mails: [], requests: [], questions: [], withdrawals: [], lookups: [], liaison: [], strange: [] };
  for (const arrival of arrivals.toSorted((a, b) => a.seq - b.seq)) sortIn(heard, arrival);
  return heard;
}

function sortIn(heard: Heard, arrival: Arrival): void {
  const { side, method, body } = arrival;
  const path = arrival.path ?? '';
  const fields = typeof body === 'object' && body !== null ? body : {};
  if (side === 'inbox') heard.mails.push(arrival);
  else if (side === 'liaison') heard.liaison.push(arrival);
  else if (side === 'buyer' && method === 'POST' && path === '/order-review-messages') heard.buyer.push({ arrival, message: fields });
  else if (side === 'review' && method === 'POST' && path === '/review-requests') heard.requests.push({ arrival, request: fields });
  else if (side === 'review' && method === 'POST' && /^\/review-requests\/[^/]+\/withdraw$/.test(path)) heard.withdrawals.push(arrival);
  else if (side === 'review' && method === 'GET' && /^\/review-requests\/[^/]+$/.test(path)) heard.questions.push(arrival);
  else if (side === 'review' && method === 'GET' && /^\/orders\/[^/]+$/.test(path)) heard.lookups.push(arrival);
  else heard.strange.push(arrival);
}

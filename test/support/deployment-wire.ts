/** What a deployment answers and its sandbox shows, and how they are called. */
import type { Answer } from './house.js';

/** A call or a mail that reached a side, as it came. */
export interface Arrival {
  at: string;
  side: string;
  method: string | null;
  path: string | null;
  headers: Record<string, string | undefined>;
  body: any;
  orderId: string | null;
  /** The how-many-eth of its order on its side. */
  call: number | null;
}

/** What the sandbox's sides acted on. */
export interface Effects {
  counts: { buyer: number; review: number; notices: number; inbox: number };
  buyer: {
    messageId: string;
    orderId: string;
    reviewRound: number;
    sequence: number;
    kind: string;
    provisional: boolean;
    supersedes: string | null;
    at: string;
  }[];
  review: { reviewRequestId: string | null; orderId: string; reviewRound: number; attempt: number; requestedAt: string; outcome: string }[];
  /** The review server's notices and the vendors' pushes that were answered with a 2xx. */
  notices: { eventId: string; orderId: string; path: string; at: string }[];
  inbox: { orderId: string | null; messageId: string | null; at: string }[];
  /** Each order that a vendor made; with the word that it has come to. */
  vendor: { orderId: string; vendorId: string; placementNumber: string; status: string; at: string }[];
  customer: { messageId: string; orderId: string; status: string; reason: string | null; at: string }[];
  refunds: { messageId: string; orderId: string; reason: string; at: string }[];
}

/** A row of the ledger as the API shows it. */
export interface LedgerMessage {
  key: string;
  orderId: string;
  counterpart: 'buyer' | 'review' | 'liaison' | 'vendor' | 'customer' | 'platform';
  state: string;
  sequence: number | null;
  kind: string;
  attempts: { number: number; startedAt: string; finishedAt: string | null; outcome: string | null; httpStatus: number | null }[];
}

export async function call(method: string, url: string, body: object | undefined, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/**
 * Whether a placement's life was as it must be, judged from what really reached vendor, customer and platform (B2–B5, D5), and from
 * nothing that Holdpoint says of itself. Only the vendor's side fails in a demo: what customer or platform get twice is a mistake.
 */
import { isDeepStrictEqual } from 'node:util';
import type { OrderDocument } from '../domain/order.js';
import type { Arrival } from '../sandbox/arrival-log.js';
import { judge, type Expectation } from './judge.js';
import { counted, instant, mistake, shownInstant, shownValue, unequal } from './mistakes.js';

/** What the customer must be told, by webhook and by mail alike. */
export interface ExpectedTelling {
  status: 'succeeded' | 'failed' | 'cancelled';
  reason: string | null;
  description: string | null;
  /** The status as the mail's subject says it in words. */
  mailSays: string;
  /** How long after the acceptance it is told, by the placement's clock, ms. */
  after: { least: number; most: number };
}

export interface PlacementExpectation {
  /** As it was placed. */
  order: OrderDocument;
  /** Wall instants between which Holdpoint took the order: the placement's own clock runs from there. */
  accepted: { from: number; to: number };
  /** The customer's address. */
  email: string;
  vendorId: string;
  /** How often the vendor got the order under each placement number, in turn: `[1]` is one order, sent once. */
  sent: readonly number[];
  /** How often the vendor was asked for each number. */
  asked: readonly number[];
  told: readonly ExpectedTelling[];
  /** Why the platform is told that a refund is due; null: it is not told. */
  refund: string | null;
  /** Up to this arrival nobody may have been told anything. */
  silentUpTo?: number;
  /** The review case that the order is handed over to; whatever is not the placement's is judged as its. */
  reviewCase?: Omit<Expectation, 'order'>;
}

/** Before an order is sent under another number, the vendor has said so often that it has none. */
const ASKED_BEFORE_ANOTHER = 2;

interface Heard {
  sent: Arrival[];
  asked: Arrival[];
  webhooks: Arrival[];
  mails: Arrival[];
  refunds: Arrival[];
  /** What is no placement's. */
  strange: Arrival[];
}

/** @returns each thing that is not as it must be: what was expected, and what was seen; empty when all is well */
export function judgePlacement(expected: PlacementExpectation, arrivals: readonly Arrival[]): string[] {
  const heard = heardFrom(expected, arrivals);
  return [
    ...judgeSent(expected, heard),
    ...judgeAsked(expected, heard),
    ...judgeWebhooks(expected, heard),
    ...judgeMails(expected, heard),
    ...judgeRefund(expected, heard),
    ...judgeSilence(expected, heard),
    ...judgeTheRest(expected, heard),
    ...arrivals
      .filter(({ signatureValid }) => signatureValid === false)
      .map(({ side, path }) => mistake('valid signatures', `a wrong one at the ${side} side, ${path}`)),
  ];
}

function heardFrom({ vendorId, email }: PlacementExpectation, arrivals: readonly Arrival[]): Heard {
  const heard: Heard = { sent: [], asked: [], webhooks: [], mails: [], refunds: [], strange: [] };
  for (const arrival of arrivals.toSorted((a, b) => a.seq - b.seq)) {
    const { side, method, path } = arrival;
    if (side === 'vendor' && method === 'POST' && path === `/${vendorId}/orders`) heard.sent.push(arrival);
    else if (side === 'vendor' && method === 'GET' && path?.startsWith(`/${vendorId}/orders/`)) heard.asked.push(arrival);
    else if (side === 'customer' && method === 'POST') heard.webhooks.push(arrival);
    else if (side === 'inbox' && path === email) heard.mails.push(arrival);
    else if (side === 'buyer' && method === 'POST' && path === '/refunds-due') heard.refunds.push(arrival);
    else heard.strange.push(arrival);
  }
  return heard;
}

/** Never a second order: each number as often as it may be, under one key, another one only after the vendor said it has none. */
function judgeSent({ order, sent }: PlacementExpectation, heard: Heard): string[] {
  const numbers = heard.sent.map(({ body }) => shownValue(fieldsOf(body)['placementNumber']));
  const wanted = sent.flatMap((times, index) => Array.from({ length: times }, () => `${order.orderId}/${index + 1}`));
  const others = heard.sent.filter(({ body }) => !isDeepStrictEqual(fieldsOf(body)['order'], order));
  const firsts = heard.sent.filter((_, index) => numbers.indexOf(numbers[index] ?? '') === index);
  const keysOf = (arrivals: readonly Arrival[]): string[] => [
    ...new Set(arrivals.map(({ headers }) => String(headers['idempotency-key']))),
  ];
  const mistakes = isDeepStrictEqual(numbers, wanted) ? [] : [mistake(`the vendor got ${listed(wanted)}`, listed(numbers))];
  for (const [index, { seq }] of firsts.entries()) {
    const before = heard.asked.filter((asked) => asked.seq < seq && numberAsked(asked) === `${order.orderId}/${index}`).length;
    if (index > 0 && before < ASKED_BEFORE_ANOTHER)
      mistakes.push(mistake(`${ASKED_BEFORE_ANOTHER} questions before number ${index + 1}`, String(before)));
  }
  return [
    ...mistakes,
    ...others.map(({ seq }) => mistake('the whole order document at the vendor', `another one, arrival ${seq}`)),
    ...counted('keys at the vendor, one for each number', firsts.length, keysOf(heard.sent).length),
    ...unequal('keys of placement requests', keysOf(firsts)),
  ];
}

function judgeAsked({ order, asked }: PlacementExpectation, heard: Heard): string[] {
  const numbers = heard.asked.map(numberAsked);
  const known = asked.map((_, index) => `${order.orderId}/${index + 1}`);
  const strangers = numbers.filter((number) => !known.includes(number));
  return [
    ...asked.flatMap((times, index) =>
      counted(`questions for ${known[index]}`, times, numbers.filter((one) => one === known[index]).length),
    ),
    ...strangers.map((number) => mistake('no question for another number', number)),
  ];
}

function judgeWebhooks({ order, told, sent, accepted }: PlacementExpectation, heard: Heard): string[] {
  const placementNumber = sent.length === 0 ? null : `${order.orderId}/${sent.length}`;
  const wanted = told.map(({ status, reason, description }, index) => {
    return { messageId: `${order.orderId}/placement/${index + 1}`, orderId: order.orderId, placementNumber, status, reason, description };
  });
  const seen = heard.webhooks.map(({ body }) => {
    const { at: _, ...rest } = fieldsOf(body);
    return rest;
  });
  const mistakes = isDeepStrictEqual(seen, wanted) ? [] : [mistake(`the customer is told ${listed(wanted)}`, listed(seen))];
  for (const [index, { after }] of told.entries()) {
    const at = instant(fieldsOf(heard.webhooks[index]?.body)['at']);
    const [least, most] = [accepted.from + after.least, accepted.to + after.most];
    if (!(at >= least && at <= most))
      mistakes.push(mistake(`told between ${shownInstant(least)} and ${shownInstant(most)}`, shownInstant(at)));
  }
  return mistakes;
}

function judgeMails({ order, told }: PlacementExpectation, heard: Heard): string[] {
  const wanted = told.map(({ mailSays }) => `Order ${order.orderId}: ${mailSays}`);
  const seen = heard.mails.map(({ headers }) => shownValue(headers['subject']));
  return [
    ...(isDeepStrictEqual(seen, wanted) ? [] : [mistake(`the mails ${listed(wanted)}`, listed(seen))]),
    ...unequal(
      'Message-IDs',
      heard.mails.map(({ headers }) => headers['message-id']),
    ),
  ];
}

function judgeRefund({ order, refund }: PlacementExpectation, heard: Heard): string[] {
  const paymentReference = fieldsOf(order['payment'])['reference'];
  const wanted = refund === null ? [] : [{ amount: order.total.value, currency: order.total.currency, paymentReference, reason: refund }];
  const seen = heard.refunds.map(({ body }) => {
    const { amount, currency, paymentReference: reference, reason } = fieldsOf(body);
    return { amount, currency, paymentReference: reference, reason };
  });
  return isDeepStrictEqual(seen, wanted) ? [] : [mistake(`refunds due: ${listed(wanted)}`, listed(seen))];
}

function judgeSilence({ silentUpTo = 0 }: PlacementExpectation, { webhooks, mails, refunds }: Heard): string[] {
  const early = [...webhooks, ...mails, ...refunds].filter(({ seq }) => seq <= silentUpTo);
  return early.map(({ side, seq }) => mistake('nobody told what nobody knows', `arrival ${seq} at the ${side} side`));
}

function judgeTheRest({ order, reviewCase }: PlacementExpectation, { strange }: Heard): string[] {
  if (reviewCase !== undefined) return judge({ ...reviewCase, order }, strange);
  return strange.map(({ side, method, path }) => mistake('nothing else on any side', `${method} ${path} at the ${side} side`));
}

function numberAsked({ path }: Arrival): string {
  return decodeURIComponent(path?.split('/').at(-1) ?? '');
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function listed(values: readonly unknown[]): string {
  return values.length === 0 ? 'nothing' : values.map(shownValue).join(', then ');
}

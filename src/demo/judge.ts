/**
 * Whether a life was as it must be, judged from what really reached the other sides and from nothing that Holdpoint says of
 * itself. No side of a demo refuses or fails, so nothing is ever repeated: what arrives twice is a mistake.
 */
import { isDeepStrictEqual } from 'node:util';
import type { OrderDocument } from '../domain/order.js';
import { SEED_REVIEW_POLICY as POLICY } from '../domain/review-policy.js';
import type { Arrival } from '../sandbox/arrival-log.js';
import { heardFrom, type Heard, type HeardMessage } from './heard.js';
import { counted, instant, mistake, shownInstant, shownValue, unequal } from './mistakes.js';

/** A message that the buyer server must get. */
export interface ExpectedMessage {
  kind: 'review_succeeded' | 'review_failed';
  provisional: boolean;
  /** The sequence of the message that this one corrects. */
  corrects?: number;
  /** How the case ended, in a message told at its end. */
  ending?: string;
  /** Told when the resolution deadline has come, and not before. */
  atDeadline?: boolean;
}

/** What must have arrived in the end: this, in this order, and nothing else. */
export interface Expectation {
  order: OrderDocument;
  /** Wall instants between which the first failure was told: the case's own clocks run from there. */
  noticed: { from: number; to: number };
  buyer: readonly ExpectedMessage[];
  /** To the liaison; none to anybody else, but for these. */
  mails: number;
  /** To those above, whom the case is escalated to while nobody acknowledges it; default 0. */
  escalations?: number;
  /** How many review requests; or as many as the rule makes until its window ends. */
  requests: number | 'until the window ends';
  /** How often the result of a request is asked for before a correction. */
  lastLooks?: number;
  /** How often the review server is asked for the order; default 0. */
  lookups?: number;
  /** How often a liaison spoke in the liaison server; default 0. */
  liaison?: number;
  /** Up to this arrival nobody may have been told anything. */
  silentUpTo?: number;
}

/** A request at the window's end may come this late: it is made when its timer is heard. */
const LATE_MS = 60_000;
/** The rule makes so many requests at least, before its window ends. */
const FEWEST_IN_WINDOW = 5;

/** @returns each thing that is not as it must be: what was expected, and what was seen; empty when all is well */
export function judge(expected: Expectation, arrivals: readonly Arrival[]): string[] {
  const heard = heardFrom(arrivals);
  return [
    ...judgeMessages(expected, heard),
    ...judgeMails(expected, heard),
    ...judgeRequests(expected, heard),
    ...judgeSilence(expected, heard),
    ...counted('times the result was asked for', expected.lastLooks ?? 0, heard.questions.length),
    ...counted('times the order was asked for', expected.lookups ?? 0, heard.lookups.length),
    ...counted('calls to the liaison server', expected.liaison ?? 0, heard.liaison.length),
    ...counted('withdrawals', 0, heard.withdrawals.length),
    ...heard.strange.map(({ side, method, path }) => mistake('nothing else on any side', `${method} ${path} at the ${side} side`)),
    ...arrivals
      .filter(({ signatureValid }) => signatureValid === false)
      .map(({ side, path }) => mistake('valid signatures', `a wrong one at the ${side} side, ${path}`)),
  ];
}

/** The buyer's messages, one by one: place, kind, what each corrects, the whole order. */
function judgeMessages({ order, buyer, noticed }: Expectation, heard: Heard): string[] {
  const wanted = buyer.map((message, index) => phrase(asMessage(message, index + 1, order.orderId)));
  const seen = heard.buyer.map(({ message }) => phrase(message));
  const mistakes = isDeepStrictEqual(wanted, seen) ? [] : [mistake(listed(wanted), listed(seen))];
  for (const [index, { message }] of heard.buyer.entries()) {
    const id = String(message.messageId);
    if (!isDeepStrictEqual(message.order, order)) mistakes.push(mistake(`the whole order document in ${id}`, 'another document'));
    if (message.kind === 'review_failed' && !hasType(message.reason))
      mistakes.push(mistake(`a reason in ${id}`, JSON.stringify(message.reason)));
    const late = instant(message.at) - POLICY.resolutionDeadlineMs;
    const isAtDeadline = late >= noticed.from && late <= noticed.to + LATE_MS;
    if (buyer[index]?.atDeadline && !isAtDeadline) mistakes.push(mistake(`${id} at the resolution deadline`, String(message.at)));
  }
  return [
    ...mistakes,
    ...unequal(
      'messageIds',
      heard.buyer.map(({ message }) => message.messageId),
    ),
  ];
}

function asMessage({ kind, provisional, corrects, ending }: ExpectedMessage, sequence: number, orderId: string): HeardMessage {
  const id = (of: number) => `${orderId}/1/${of}`;
  const supersedes = corrects === undefined ? null : id(corrects);
  return { messageId: id(sequence), orderId, reviewRound: 1, sequence, kind, provisional, supersedes, ending };
}

/** A message in words, all that is judged of it by comparing. */
function phrase({ messageId, reviewRound, sequence, kind, provisional, supersedes, ending }: HeardMessage): string {
  const parts = [`${String(messageId)} (${String(reviewRound)}/${String(sequence)}) ${String(kind)}`];
  if (provisional !== false) parts.push(provisional === true ? 'provisional' : `provisional ${JSON.stringify(provisional)}`);
  if (supersedes !== null) parts.push(`supersedes ${shownValue(supersedes)}`);
  if (ending !== undefined) parts.push(`ending ${shownValue(ending)}`);
  return parts.join(' ');
}

function listed(messages: string[]): string {
  return messages.length === 0 ? 'no message to the buyer' : messages.join(', then ');
}

function hasType(reason: unknown): boolean {
  return typeof reason === 'object' && reason !== null && 'type' in reason && typeof reason.type === 'string';
}

/** The first mail tells who the liaison is. */
function judgeMails({ mails, escalations = 0, order }: Expectation, heard: Heard): string[] {
  const liaison = heard.mails[0]?.path;
  const toLiaison = heard.mails.filter(({ path }) => path === liaison);
  const foreign = heard.mails.filter(({ headers }) => headers['x-holdpoint-order'] !== order.orderId);
  return [
    ...counted('mails to the liaison', mails, toLiaison.length),
    ...counted('mails to those above', escalations, heard.mails.length - toLiaison.length),
    ...foreign.map(({ headers }) => mistake(`a mail about ${order.orderId}`, `one about ${String(headers['x-holdpoint-order'])}`)),
    ...unequal(
      'Message-IDs',
      heard.mails.map(({ headers }) => headers['message-id']),
    ),
  ];
}

/** The review requests: numbered without a gap, none before its time, none after the window, one near its end if it ran out. */
function judgeRequests({ requests, noticed }: Expectation, heard: Heard): string[] {
  const made = heard.requests.map(({ request }) => request);
  const toTheEnd = requests === 'until the window ends';
  const instants = made.map(({ requestedAt }) => instant(requestedAt));
  const earliest = noticed.from + POLICY.firstDelayMs * (1 - POLICY.jitter);
  const windowEnds = { from: noticed.from + POLICY.retryWindowMs, to: noticed.to + POLICY.retryWindowMs };
  const last = instants.at(-1) ?? Number.NaN;
  const mistakes = toTheEnd ? [] : counted('review requests', requests, made.length);
  if (toTheEnd && made.length < FEWEST_IN_WINDOW)
    mistakes.push(mistake(`at least ${FEWEST_IN_WINDOW} review requests`, String(made.length)));
  if (toTheEnd && !(last >= windowEnds.from - POLICY.minGapMs))
    mistakes.push(mistake('a request at the end of the window', shownInstant(last)));
  const numbers = made.map(({ attempt }) => attempt);
  if (!numbers.every((attempt, index) => attempt === index + 1)) mistakes.push(mistake('attempts 1, 2 … in turn', numbers.join(', ')));
  for (const [index, at] of instants.entries()) {
    if (!(at >= earliest && at <= windowEnds.to + LATE_MS))
      mistakes.push(mistake(`request ${index + 1} between ${shownInstant(earliest)} and ${shownInstant(windowEnds.to)}`, shownInstant(at)));
    if (index > 0 && !(at > (instants[index - 1] ?? 0)))
      mistakes.push(mistake(`request ${index + 1} after the one before`, shownInstant(at)));
  }
  return [
    ...mistakes,
    ...unequal(
      'reviewRequestIds',
      made.map(({ reviewRequestId }) => reviewRequestId),
    ),
  ];
}

function judgeSilence({ silentUpTo }: Expectation, heard: Heard): string[] {
  if (silentUpTo === undefined) return [];
  const early = [...heard.buyer.map(({ arrival }) => arrival), ...heard.mails].filter(({ seq }) => seq <= silentUpTo);
  return early.map(({ side, seq }) => mistake('nobody told anything of an unknown order', `arrival ${seq} at the ${side} side`));
}

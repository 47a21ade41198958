/** What a deployment did, judged from outside: from the sandbox's raw arrivals and effects, the API's answers and Temporal's list. */
import assert from 'node:assert/strict';
import type { Deployment } from '../support/deployment.js';
import type { Arrival, Effects, LedgerMessage } from '../support/deployment-wire.js';

/** A failure notice that was answered with 202. */
export interface Accepted {
  eventId: string;
  orderId: string;
  reviewRound: number;
}

export interface Audit {
  accepted: number;
  cases: number;
  /** Notices accepted and without a case, or not handed over; cases without a workflow. */
  lost: string[];
  /** Effects taken more than once, orders with more than one case or workflow in a round. */
  doubled: string[];
  /** Buyer messages that took effect out of their order's sequence. */
  outOfSequence: string[];
  /** Deliveries repeated with another text or without their key. */
  changed: string[];
  /** Ledger rows that are not settled. */
  unsettled: string[];
  /** Calls and mails that arrived, repetitions included, and what was acted on. */
  deliveries: number;
  effects: number;
  arrivals: Arrival[];
  ledger: LedgerMessage[];
}

/** Looks at everything once nothing is under way any more. */
export async function audit(house: Deployment, accepted: Accepted[]): Promise<Audit> {
  const [cases, events, arrivals, effects, ledger] = await Promise.all([
    house.cases(),
    house.inboundEvents(),
    house.arrivals(),
    house.effects(),
    house.ledger(),
  ]);
  const workflows = await workflowIds(house);
  const roundOf = ({ orderId, reviewRound }: { orderId: string; reviewRound: number }): string => `${orderId}/${reviewRound}`;
  const withCase = new Set(cases.map(roundOf));
  const handedOver = new Set(
    events.filter(({ state, disposition }) => state === 'handed_over' && disposition !== null).map(({ eventId }) => eventId),
  );
  const rounds = [...new Set(accepted.map(roundOf))];
  const out = arrivals.filter(({ side, method }) => method === 'POST' || side === 'inbox');
  return {
    accepted: new Set(accepted.map(({ eventId }) => eventId)).size,
    cases: cases.length,
    lost: [
      ...accepted.filter((notice) => !withCase.has(roundOf(notice))).map(({ eventId }) => `${eventId} has no case`),
      ...accepted.filter(({ eventId }) => !handedOver.has(eventId)).map(({ eventId }) => `${eventId} was not heard`),
      ...rounds.filter((round) => !workflows.includes(`review-case/${round}`)).map((round) => `${round} has no workflow`),
    ],
    doubled: [...repeated(effectKeys(effects)), ...mailsTooMany(effects, ledger), ...repeated(cases.map(roundOf)), ...repeated(workflows)],
    outOfSequence: outOfSequence(effects, new Set(ledger.filter(({ state }) => state === 'sent').map(({ key }) => key))),
    changed: changedTexts(out),
    unsettled: ledger.filter(({ state }) => state === 'sending').map(({ key }) => key),
    deliveries: out.length,
    effects: effects.counts.buyer + effects.counts.review + effects.counts.inbox,
    arrivals: out,
    ledger,
  };
}

/** Nothing lost, doubled, out of order or changed; as many cases as rounds were accepted. */
export function assertSound(found: Audit, house: Deployment): void {
  const { lost, doubled, outOfSequence, changed, unsettled } = found;
  assert.deepEqual(
    { lost, doubled, outOfSequence, changed, unsettled },
    { lost: [], doubled: [], outOfSequence: [], changed: [], unsettled: [] },
    figures(found) + house.report(),
  );
}

/** The figures in a line. */
export function figures({ accepted, cases, deliveries, effects, lost, doubled }: Audit): string {
  return `accepted ${accepted}, cases ${cases}, deliveries ${deliveries}, effects ${effects}, lost ${lost.length}, doubled ${doubled.length}`;
}

async function workflowIds(house: Deployment): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of house.client.workflow.list({ query: `TaskQueue = '${house.taskQueue}'` })) ids.push(workflowId);
  return ids;
}

/** What may take effect only once: a message's place, a review's attempt. */
function effectKeys(effects: Effects): string[] {
  return [
    ...effects.buyer.map(({ orderId, reviewRound, sequence }) => `buyer message ${orderId}/${reviewRound}/${sequence}`),
    ...effects.review.map(({ orderId, reviewRound, attempt }) => `review ${orderId}/${reviewRound}, attempt ${attempt}`),
  ];
}

/** Of mails another Message-ID of the same notice: as many as the ledger has notices of the order, and no more. */
function mailsTooMany({ inbox }: Effects, ledger: LedgerMessage[]): string[] {
  return [...new Set(inbox.map(({ orderId }) => orderId))].flatMap((orderId) => {
    const mails = new Set(inbox.filter((mail) => mail.orderId === orderId).map(({ messageId }) => messageId));
    const notices = ledger.filter((row) => row.orderId === orderId && ['liaison', 'operations'].includes(row.counterpart)).length;
    return mails.size <= Math.max(notices, 1) ? [] : [`${mails.size} mails about ${orderId}, ${notices} notices`];
  });
}

function repeated(keys: string[]): string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

/** @param sent what the ledger holds for delivered: a message that was given up may be left out */
function outOfSequence({ buyer }: Effects, sent: Set<string>): string[] {
  const last = new Map<string, [round: number, sequence: number]>();
  return buyer.flatMap(({ orderId, reviewRound, sequence, messageId }) => {
    const [round, before] = last.get(orderId) ?? [0, 0];
    last.set(orderId, [reviewRound, sequence]);
    const expected = reviewRound > round ? 1 : before + 1;
    const leftOut = Array.from({ length: Math.max(0, sequence - expected) }, (_, n) => `${orderId}/${reviewRound}/${expected + n}`);
    const inOrder = reviewRound >= round && sequence >= expected && !leftOut.some((id) => sent.has(id));
    return inOrder ? [] : [messageId];
  });
}

/** Every repetition must be the same text under the same key, signed anew. */
function changedTexts(arrivals: Arrival[]): string[] {
  const texts = new Map<string, string>();
  return arrivals.flatMap(({ side, headers, path, body }) => {
    if (side === 'inbox') return [];
    const { 'webhook-id': id, 'idempotency-key': key } = headers;
    if (id === undefined || id !== key) return [`${path} without its key: ${JSON.stringify(headers)}`];
    const text = JSON.stringify(body);
    const first = texts.get(`${path} ${id}`) ?? text;
    texts.set(`${path} ${id}`, first);
    return first === text ? [] : [`${path} ${id}: ${text} instead of ${first}`];
  });
}

/**
 * Whether a buyer was told the truth: an early success, and its correction where it did not come true. Where the early success
 * never arrived the truth comes alone, as a correction if it may have left; an approval too, where the word of it came first.
 *
 * @returns what is wrong, in words; empty when nothing is
 */
export function toldWrong(buyer: Effects['buyer'], orderId: string, status: string): string[] {
  const told = buyer.filter((message) => message.orderId === orderId);
  const truth = told.filter(({ provisional }) => !provisional);
  const early = told.find(({ provisional }) => provisional);
  const kinds = truth.map(({ kind }) => kind).join();
  const right = [
    kinds === (status !== 'approved' ? 'review_failed' : early === undefined ? 'review_succeeded' : ''),
    early === undefined || (status !== 'rejected' && early === told[0] && early.kind === 'review_succeeded'),
    early === undefined || truth[0] === undefined || truth[0].supersedes === early.messageId,
  ];
  return right.every(Boolean) ? [] : [`what the buyer of ${orderId} (${status}) was told: ${JSON.stringify(told)}`];
}

/** Attempts whose call arrived and took effect, and whose outcome nobody lived to write down: the worker died in the gap. */
export function attemptsInGap({ ledger, arrivals }: Audit): string[] {
  return ledger.flatMap(({ key, counterpart, orderId, attempts }) => {
    const open = attempts.filter(({ outcome }) => outcome === null);
    const isIt = ({ side, headers, orderId: about }: Arrival): boolean =>
      counterpart === 'liaison' ? side === 'inbox' && about === orderId : side === counterpart && headers['idempotency-key'] === key;
    const arrived = open.length === 0 ? 0 : arrivals.filter(isIt).length;
    const heard = attempts.length - open.length;
    return open.slice(0, Math.max(0, arrived - heard)).map(({ startedAt }) => startedAt);
  });
}

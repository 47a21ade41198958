/** The ledger of messages (D9): their states, and which of them people may have sent again. Pure. */
import { hasEnded, type CaseStatus } from './case-status.js';
import { DEFAULT_COUNTERPARTS } from './counterpart.js';
import { placementHasEnded, type PlacementStatus } from './placement-status.js';

/** Whom messages go to. */
export const MESSAGE_COUNTERPARTS = ['buyer', 'review', 'liaison', 'vendor', 'customer', 'platform', 'operations'] as const;
export type MessageCounterpart = (typeof MESSAGE_COUNTERPARTS)[number];

export const MESSAGE_STATES = ['queued', 'sending', 'sent', 'refused', 'dead', 'dropped', 'unknown', 'shadow'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** States in which a message has come out, and its receiver may not have it. */
export const RESENDABLE_STATES = ['dead', 'refused', 'unknown'] as const satisfies readonly MessageState[];

/** What came of an attempt. */
export const ATTEMPT_OUTCOMES = ['delivered', 'refused', 'not_acted', 'unknown'] as const;

/** A row of the ledger without its text. */
export interface LedgerEntry {
  key: string;
  caseId: string;
  orderId: string;
  reviewRound: number;
  stage: string;
  counterpart: MessageCounterpart;
  counterpartId: string | null;
  recipient: string;
  sequence: number | null;
  kind: string;
  provisional: boolean;
  supersedes: string | null;
  state: MessageState;
  resends: number;
  /** The workflow's clock, epoch ms. */
  caseAt: number;
  /** An attempt may have taken effect without our hearing of it. */
  mayHaveActed: boolean;
}

/** How things stand with what a message speaks of. */
export interface Standing {
  /** The newest case of the message's round. */
  reviewCase: { caseId: string; status: CaseStatus; statusReason: string | null; ending: string | null } | null;
  /** The newest opening of the order's placement. */
  placement: { status: PlacementStatus; refundDue: boolean } | null;
  /** Early successes are stopped for the order's buyer. */
  earlySuccessStopped: boolean;
}

/** Why a message is not sent again: a stable word for programs, and words for people. */
export interface Obstacle {
  reason: ObstacleReason;
  detail: string;
}

export const OBSTACLE_REASONS = [
  'DELIVERED',
  'ON_ITS_WAY',
  'DROPPED',
  'SHADOW',
  'MAY_HAVE_ARRIVED',
  'NOT_FOR_RESENDING',
  'SUPERSEDED',
  'FOLLOWED',
  'NO_LONGER_TRUE',
  'CASE_ENDED',
  'EARLY_SUCCESS_STOPPED',
] as const;
export type ObstacleReason = (typeof OBSTACLE_REASONS)[number];

/** Whether a message has come to its receiver, or may have. */
export function mayHaveArrived({ state, mayHaveActed }: { state: string; mayHaveActed: boolean }): boolean {
  return state === 'sent' || state === 'unknown' || (state === 'dead' && mayHaveActed);
}

/** Whether a message is to come to its receiver yet. */
export function isPending({ state }: { state: string }): boolean {
  return state === 'sending' || state === 'queued';
}

/** The counterpart by which a message goes: the one it was claimed with, else its kind's default. */
export function counterpartIdOf({
  counterpart,
  counterpartId,
  recipient,
}: Pick<LedgerEntry, 'counterpart' | 'counterpartId' | 'recipient'>): string {
  if (counterpartId !== null) return counterpartId;
  switch (counterpart) {
    case 'buyer':
    case 'platform':
      return DEFAULT_COUNTERPARTS.buyer;
    case 'review':
      return DEFAULT_COUNTERPARTS.review;
    case 'vendor':
      return recipient;
    case 'customer':
      return recipient === 'email' ? DEFAULT_COUNTERPARTS.mail : DEFAULT_COUNTERPARTS.customer;
    case 'liaison':
    case 'operations':
      return DEFAULT_COUNTERPARTS.mail;
  }
}

/**
 * Whether people may have a message sent again (D9).
 * @param others messages of the same order, itself included or not
 * @param alsoUnknown people take it that it may arrive twice, at a receiver that honours no key
 * @returns null when they may
 */
export function resendObstacle(
  message: LedgerEntry,
  others: readonly LedgerEntry[],
  standing: Standing,
  alsoUnknown: boolean,
): Obstacle | null {
  const told: Told = (other) => mayHaveArrived(other) || isPending(other);
  return stateObstacle(message, alsoUnknown) ?? obstacle(message, others, standing, told);
}

/**
 * Whether a message that is on its way outside its case still is to be delivered: nothing later has come to the same receiver, and what it
 * says is still so. Later ones on their way are no obstacle: they wait for it.
 * @returns null when it is
 */
export function deliveryObstacle(message: LedgerEntry, others: readonly LedgerEntry[], standing: Standing): Obstacle | null {
  return obstacle(message, others, standing, mayHaveArrived);
}

/** What counts as told. */
type Told = (other: LedgerEntry) => boolean;

function stateObstacle({ state }: LedgerEntry, alsoUnknown: boolean): Obstacle | null {
  switch (state) {
    case 'sent':
      return { reason: 'DELIVERED', detail: 'it was delivered' };
    case 'sending':
      return { reason: 'ON_ITS_WAY', detail: 'it is on its way, and tried again by itself' };
    case 'queued':
      return { reason: 'ON_ITS_WAY', detail: 'it is about to be sent' };
    case 'dropped':
      return { reason: 'DROPPED', detail: 'it was no longer wanted, and was never in effect' };
    case 'shadow':
      return { reason: 'SHADOW', detail: 'its case is in shadow: nothing of it is sent' };
    case 'unknown':
      return alsoUnknown ? null : { reason: 'MAY_HAVE_ARRIVED', detail: 'it may have arrived; alsoUnknown sends it all the same' };
    case 'dead':
    case 'refused':
      return null;
  }
}

function obstacle(message: LedgerEntry, others: readonly LedgerEntry[], standing: Standing, told: Told): Obstacle | null {
  switch (message.counterpart) {
    case 'buyer':
      return buyerObstacle(message, others, standing, told);
    case 'customer':
      return customerObstacle(message, others, standing, told);
    case 'platform':
      return standing.placement?.refundDue === true ? null : noLongerTrue('no refund is due any more');
    case 'liaison':
      return noticeObstacle(message, others, standing, told);
    case 'operations':
      // What is told of no case is not overtaken by one.
      return message.reviewRound === 0 ? null : noticeObstacle(message, others, standing, told);
    case 'review':
      return notForResending('ask the review server anew with request-review');
    case 'vendor':
      return notForResending('a placement is taken up with retry, a cancellation asked for anew with cancel');
  }
}

function notForResending(instead: string): Obstacle {
  return { reason: 'NOT_FOR_RESENDING', detail: `a call that asks for something is never sent again from the ledger: ${instead}` };
}

function noLongerTrue(detail: string): Obstacle {
  return { reason: 'NO_LONGER_TRUE', detail };
}

function followedBy({ key }: LedgerEntry): Obstacle {
  return { reason: 'FOLLOWED', detail: `${key} was told after it` };
}

/** A buyer's messages: in sequence over rounds, and never against what is true now (D1). */
function buyerObstacle(message: LedgerEntry, others: readonly LedgerEntry[], standing: Standing, told: Told): Obstacle | null {
  const buyers = others.filter(({ counterpart }) => counterpart === 'buyer');
  const correction = buyers.find((other) => other.supersedes === message.key && told(other));
  if (correction !== undefined) return { reason: 'SUPERSEDED', detail: `${correction.key} corrects it` };
  const laterRound = buyers.find((other) => other.reviewRound > message.reviewRound && other.state !== 'shadow');
  const later = laterRound ?? buyers.find((other) => isEarlier(message, other) && told(other));
  if (later !== undefined) return followedBy(later);
  return untrueToBuyer(message, standing);
}

function untrueToBuyer(message: LedgerEntry, { reviewCase, earlySuccessStopped }: Standing): Obstacle | null {
  if (reviewCase === null) return noLongerTrue('its case is not known any more');
  const { status, statusReason, ending } = reviewCase;
  if (statusReason === 'SUPERSEDED_BY_ROUND') return noLongerTrue('a later review round has taken over');
  if (hasEnded(status)) {
    const truth = status === 'approved' ? 'review_succeeded' : 'review_failed';
    return message.kind === truth ? null : noLongerTrue(`its case has ended as ${status}`);
  }
  if (!message.provisional || message.caseId !== reviewCase.caseId) return noLongerTrue('its case is open again');
  if (ending !== null) return noLongerTrue('its case is about to end');
  if (earlySuccessStopped) return { reason: 'EARLY_SUCCESS_STOPPED', detail: 'early successes are stopped for this buyer' };
  return null;
}

/** A customer's messages: in sequence for each way, and no end that is none any more. */
function customerObstacle(message: LedgerEntry, others: readonly LedgerEntry[], { placement }: Standing, told: Told): Obstacle | null {
  const later = others.find((other) => sameLine(message, other) && isEarlier(message, other) && told(other));
  if (later !== undefined) return followedBy(later);
  if (placement === null) return noLongerTrue('its placement is not known any more');
  const said = message.kind.replace('placement_', '') as PlacementStatus;
  if (said === placement.status || !placementHasEnded(said)) return null;
  return noLongerTrue(`the placement is ${placement.status} now`);
}

/** A notice to a person: only while there is something left to do, and they have not been told of it by another way, or of something later. */
function noticeObstacle(message: LedgerEntry, others: readonly LedgerEntry[], { reviewCase }: Standing, told: Told): Obstacle | null {
  const over = reviewCase === null || reviewCase.caseId !== message.caseId || hasEnded(reviewCase.status);
  if (over) return { reason: 'CASE_ENDED', detail: 'its case has ended: nothing is left for its reader to do' };
  const ofPerson = others.filter(
    (other) => isNoticeTo(personOf(message), other) && other.caseId === message.caseId && other.key !== message.key,
  );
  const later = ofPerson.find((other) => (other.stage === message.stage || other.caseAt > message.caseAt) && told(other));
  return later === undefined ? null : followedBy(later);
}

function isNoticeTo(personId: string, other: LedgerEntry): boolean {
  return (other.counterpart === 'liaison' || other.counterpart === 'operations') && personOf(other) === personId;
}

/** The recipient of a notice is a person and a way. */
function personOf({ recipient }: LedgerEntry): string {
  return recipient.split('/')[0] ?? recipient;
}

/** To the same receiver in the same way. */
function sameLine(one: LedgerEntry, other: LedgerEntry): boolean {
  return one.counterpart === other.counterpart && one.recipient === other.recipient;
}

/** Whether one has its place before the other's, of messages that are numbered. */
function isEarlier(one: LedgerEntry, other: LedgerEntry): boolean {
  return one.reviewRound < other.reviewRound || (one.reviewRound === other.reviewRound && (one.sequence ?? 0) < (other.sequence ?? 0));
}

/** Whether an earlier message to the same receiver is still on its way: this one has to wait. */
export function earlierPending(message: LedgerEntry, others: readonly LedgerEntry[]): boolean {
  const { counterpart } = message;
  if (counterpart !== 'buyer' && counterpart !== 'customer') return false;
  const sameReceiver = (other: LedgerEntry): boolean => other.counterpart === 'buyer' || other.recipient === message.recipient;
  return others.some((other) => other.counterpart === counterpart && sameReceiver(other) && isPending(other) && isEarlier(other, message));
}

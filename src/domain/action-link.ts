/** What a link in a notice may do, for how long, and what makes it die (D4). */
import { actionsFor, hasEnded, type CaseAction, type CaseStatus } from './case-status.js';

export const LINK_ACTIONS = ['resolve', 'request-review', 'acknowledge', 'hand-over', 'decline'] as const;
export type LinkAction = (typeof LINK_ACTIONS)[number];

/** Which action of the one table a link stands for. */
export const CASE_ACTION_OF: Record<LinkAction, CaseAction> = {
  resolve: 'review-succeeded',
  'request-review': 'request-review',
  decline: 'decline',
  'hand-over': 'reassign',
  acknowledge: 'acknowledge',
};

/** After one of these the other links of the same notice have nothing more to say. */
const LAST_WORDS: readonly string[] = ['resolve', 'decline', 'hand-over'];

const DAY_MS = 86_400_000;
/** A mail is read within days; what lies in a mailbox for longer should not act any more. */
export const LONGEST_LIFE_MS = 7 * DAY_MS;

/**
 * Until when a link is good, by wall time: to the case's deadline, and for 7 days at most.
 * @param now wall time, epoch ms
 * @param deadlineAt by the case's clock
 * @param caseAt the case's clock at `now`
 */
export function linkExpiresAt(now: number, { deadlineAt, caseAt }: { deadlineAt: number; caseAt: number }): number {
  return now + Math.max(0, Math.min(deadlineAt - caseAt, LONGEST_LIFE_MS));
}

/** What is known of a link when somebody comes with it. Instants in epoch ms of wall time. */
export interface LinkFacts {
  action: LinkAction;
  expiresAt: number;
  used: boolean;
  /** Actions of the same notice that were used; a resolution only until the case has heard it, which may want it confirmed and go on. */
  usedBeside: readonly string[];
  /** Whose case it must still be; null: whosever it is. */
  forLiaisonId: string | null;
  /** The case was given to somebody else since the link was made, even if it came back. */
  takenAway: boolean;
  /** The person gets notices at all. */
  active: boolean;
  /** As the read model has it; the case itself has the last word. */
  reviewCase: { status: CaseStatus; ending: boolean; paused: boolean; liaisonId: string | null };
}

/** Dead for good, and why. */
export type DeadLink = 'used' | 'expired' | 'ended' | 'handed_over' | 'said_otherwise' | 'inactive';
/** `not_now`: the case's present state does not allow it; later it may. */
export type LinkStanding = 'good' | 'not_now' | DeadLink;

/**
 * A link is good for the person it was given to, once, until it expires, as long as the case is open and, where it was given for a
 * liaison, still that liaison's. Those told by escalation have links that do not ask whose the case is.
 */
export function linkStanding(facts: LinkFacts, now: number): LinkStanding {
  const { status, ending, liaisonId } = facts.reviewCase;
  if (facts.used) return 'used';
  if (!facts.active) return 'inactive';
  if (hasEnded(status)) return 'ended';
  if (facts.forLiaisonId !== null && (facts.takenAway || facts.forLiaisonId !== liaisonId)) return 'handed_over';
  if (facts.usedBeside.some((action) => LAST_WORDS.includes(action))) return 'said_otherwise';
  if (ending) return 'ended';
  if (now >= facts.expiresAt) return 'expired';
  return actionsFor(facts.reviewCase).includes(CASE_ACTION_OF[facts.action]) ? 'good' : 'not_now';
}

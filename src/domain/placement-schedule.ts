/** When a placement asks its vendor (B3, B4, D3). Instants in epoch ms, durations in ms; nothing is ever planned past the deadline. */
import type { PlacementPolicy } from './placement-policy.js';

type Polls = Pick<PlacementPolicy, 'poll'>;
type Verification = Pick<PlacementPolicy, 'verify'>;

/** One query that is planned: when by the rule, and between which instants its jitter may put it. */
export interface PlannedQuery {
  /** 1, 2, … */
  number: number;
  at: number;
  earliestAt: number;
  latestAt: number;
  /** The last look at the deadline, in place of all that would fall beyond it. */
  lastLook: boolean;
}

/** How many "not found" answers after the vendor's settling time make an order surely absent. */
export const NOT_FOUND_WANTED = 2;

/** The wait before poll number `poll` (1-based) without jitter: the initial one, then growing by the coefficient up to the cap. */
export function pollDelayMs({ poll: rule }: Polls, poll: number): number {
  if (poll <= 1) return rule.initialMs;
  return Math.min(Math.round(rule.intervalMs * rule.coefficient ** (poll - 2)), rule.capMs);
}

/** @returns how long all polls of a policy take without jitter, from the placing to poll number `maximum` */
export function pollSpanMs(policy: Polls): number {
  let span = 0;
  for (let poll = 1; poll <= policy.poll.maximum; poll += 1) span += pollDelayMs(policy, poll);
  return span;
}

/**
 * When the next poll is due (B4), or null when number `maximum` has been made.
 *
 * What would fall beyond the deadline is made at the deadline, as the last look.
 * @param now when the vendor was heard last, or the poll before found no answer
 * @param polls how many have been made
 * @param notBefore the vendor asks not to be asked before; null: it has not said
 * @param random in [0, 1), spreads the wait over ± jitter
 */
export function nextPollAt(
  policy: Polls,
  now: number,
  polls: number,
  deadlineAt: number,
  notBefore: number | null,
  random: number,
): number | null {
  if (polls >= policy.poll.maximum) return null;
  const spread = 1 + policy.poll.jitter * (2 * random - 1);
  const planned = now + Math.max(1000, Math.round(pollDelayMs(policy, polls + 1) * spread));
  return Math.min(Math.max(planned, notBefore ?? 0), deadlineAt);
}

/** The wait before verification number `ask` (1-based). */
export function verifyDelayMs({ verify }: Verification, ask: number): number {
  return Math.round(verify.initialMs * verify.coefficient ** (ask - 1));
}

/**
 * When the vendor is asked next whether it has an order whose placement got no answer, or null when all questions are used up.
 *
 * The last two are not asked before the vendor has settled: else two answers that count could never come.
 * @param asked how many have been asked
 * @param settledAt from when "not found" can be believed
 */
export function nextVerifyAt(
  policy: Verification,
  now: number,
  asked: number,
  settledAt: number,
  deadlineAt: number,
  notBefore: number | null,
): number | null {
  const left = policy.verify.maximum - asked;
  if (left <= 0) return null;
  const earliest = left <= NOT_FOUND_WANTED ? settledAt : 0;
  return Math.min(Math.max(now + verifyDelayMs(policy, asked + 1), earliest, notBefore ?? 0), deadlineAt);
}

/** Every poll of a policy for an order placed at `placedAt`, none answered finally: for a preview. */
export function plannedPolls(policy: Polls, placedAt: number, deadlineAt: number): PlannedQuery[] {
  const { jitter, maximum } = policy.poll;
  const planned: PlannedQuery[] = [];
  const sum = { at: placedAt, earliestAt: placedAt, latestAt: placedAt };
  for (let number = 1; number <= maximum && sum.at < deadlineAt; number += 1) {
    const delay = pollDelayMs(policy, number);
    sum.at += delay;
    sum.earliestAt += Math.max(1000, Math.round(delay * (1 - jitter)));
    sum.latestAt += Math.max(1000, Math.round(delay * (1 + jitter)));
    planned.push(capped(number, sum, deadlineAt));
  }
  return planned;
}

/** Every question whether a vendor has an order, each answered by nothing: for a preview. @param sentAt when it may last have been sent */
export function plannedVerifications(policy: Verification, settleMs: number, sentAt: number, deadlineAt: number): PlannedQuery[] {
  const planned: PlannedQuery[] = [];
  let at = sentAt;
  for (let asked = 0; asked < policy.verify.maximum && at < deadlineAt; asked += 1) {
    at = nextVerifyAt(policy, at, asked, sentAt + settleMs, deadlineAt, null) ?? deadlineAt;
    planned.push(capped(asked + 1, { at, earliestAt: at, latestAt: at }, deadlineAt));
  }
  return planned;
}

function capped(number: number, query: { at: number; earliestAt: number; latestAt: number }, deadlineAt: number): PlannedQuery {
  const cap = (instant: number): number => Math.min(instant, deadlineAt);
  const { at, earliestAt, latestAt } = query;
  return { number, at: cap(at), earliestAt: cap(earliestAt), latestAt: cap(latestAt), lastLook: at >= deadlineAt };
}

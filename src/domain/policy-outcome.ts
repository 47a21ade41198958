/** What a policy comes to for one case, in a form that two policies can be compared by (D2). */
import { plannedSteps } from './escalation.js';
import { decideReason, type ReasonDecision } from './failure-reason.js';
import type { Resolved } from './policy-kinds.js';
import { earlySuccessFor, type ReviewPolicy } from './review-policy.js';
import type { ReviewInputs } from './review-rules.js';
import { caseLimits } from './schedule.js';
import { reviewInstants } from './schedule-preview.js';

/** Named values; instants are ISO 8601. */
export type Outcome = Record<string, string | number | boolean | null | readonly string[]>;

export interface Difference {
  what: string;
  from: Outcome[string];
  to: Outcome[string];
}

/** So many instants of a course are compared and shown one by one; the rest by number and last. */
const INSTANTS_SHOWN = 20;

/** What a review policy makes of a case. @param firstFailureAt epoch ms */
export function reviewOutcome(
  policy: ReviewPolicy,
  inputs: ReviewInputs,
  firstFailureAt: number,
): { decision: ReasonDecision; outcome: Outcome } {
  const decision = decideReason(inputs, policy);
  const limits = caseLimits(policy, firstFailureAt);
  const requests = decision.preset ? reviewInstants({ ...policy, jitter: 0 }, limits, firstFailureAt, () => 0) : [];
  const outcome = {
    decision: decision.preset ? 'held' : 'rejected',
    buyerToldEarly: decision.preset && inputs.buyerId !== null && earlySuccessFor(policy, inputs.buyerId),
    windowEndsAt: decision.preset ? iso(limits.windowEndsAt) : null,
    deadlineAt: decision.preset ? iso(limits.deadlineAt) : null,
    reviewRequests: requests.length,
    requestsAt: requests.slice(0, INSTANTS_SHOWN).map(iso),
    lastRequestAt: requests.length === 0 ? null : iso(requests.at(-1) ?? 0),
    jitter: policy.jitter,
    answerDeadlineMs: policy.answerDeadlineMs,
    liaisonWord: policy.liaisonWord ?? 'accepted',
    escalation: decision.preset
      ? plannedSteps(policy, firstFailureAt).map(({ to, at }) => `${to} ${at === null ? 'left out' : iso(at)}`)
      : [],
  };
  return { decision, outcome };
}

/** What a placement policy says, member by member. */
export function placementOutcome(policy: Resolved<'placement'>): Outcome {
  const { version: _, matchedRule: __, ...settings } = policy;
  return flat(settings);
}

/** @returns what is not the same, in the order of the second */
export function differences(from: Outcome, to: Outcome): Difference[] {
  const names = [...new Set([...Object.keys(to), ...Object.keys(from)])];
  return names
    .map((what) => ({ what, from: from[what] ?? null, to: to[what] ?? null }))
    .filter((change) => JSON.stringify(change.from) !== JSON.stringify(change.to));
}

function flat(value: object, prefix = ''): Outcome {
  const entries = Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.entries(flat(member, `${prefix}${key}.`))
      : [[`${prefix}${key}`, member as Outcome[string]] as const],
  );
  return Object.fromEntries(entries);
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

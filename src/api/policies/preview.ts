/** All instants that a policy plans, with and without jitter (D2). */
import { policyForCase, workingTime } from '../../calendar/working-intervals.js';
import { plannedSteps } from '../../domain/escalation.js';
import { resolvePolicy, type PolicyShapes } from '../../domain/policy-kinds.js';
import { caseLimits } from '../../domain/schedule.js';
import { previewPolls, previewReviews, type PlannedInstant } from '../../domain/schedule-preview.js';
import type { Chosen } from './chosen.js';

/** Intervals of working time shown; the rest follows the same hours. */
const INTERVALS_SHOWN = 62;

/** @param from the first failure, epoch ms @param inputs null: the base alone */
export async function previewReviewPolicy(
  { version, document }: Chosen<'review'>,
  inputs: PolicyShapes['review']['inputs'] | null,
  from: number,
) {
  const chosen = inputs === null ? { base: document.base, rules: [] } : document;
  const resolved = resolvePolicy('review', version, chosen, inputs ?? { reasonType: '', buyerId: null, amount: null, currency: null });
  const policy = await policyForCase(resolved, from);
  const { windowEndsAt, deadlineAt } = caseLimits(policy, from);
  const open = resolved.calendar ? await workingTime(resolved.calendar, from, deadlineAt) : null;
  return {
    version: version === 0 ? null : version,
    matchedRule: resolved.matchedRule,
    firstFailureAt: iso(from),
    windowEndsAt: iso(windowEndsAt),
    deadlineAt: iso(deadlineAt),
    requests: previewReviews(policy, from, Math.random).map(instantView),
    escalation: plannedSteps(policy, from).map(({ to, afterMs, at }) => ({ to, afterMs, at: isoOrNull(at) })),
    workingTime: open?.intervals.slice(0, INTERVALS_SHOWN).map(([start, end]) => ({ from: iso(start), to: iso(end) })) ?? null,
    notes: open?.notes ?? [],
  };
}

/** @param from when the vendor has taken the order, epoch ms; the deadline is counted from it */
export function previewPlacementPolicy(
  { version, document }: Chosen<'placement'>,
  inputs: PolicyShapes['placement']['inputs'] | null,
  from: number,
) {
  const chosen = inputs === null ? { base: document.base, rules: [] } : document;
  const policy = resolvePolicy('placement', version, chosen, inputs ?? { vendorId: '', campaign: null });
  const deadlineAt = from + policy.deadlineMs;
  return {
    version: version === 0 ? null : version,
    matchedRule: policy.matchedRule,
    placedAt: iso(from),
    deadlineAt: iso(deadlineAt),
    polls: previewPolls(policy, from, deadlineAt, Math.random).map((poll) => ({ ...instantView(poll), lastLook: poll.lastLook })),
  };
}

function instantView({ number, at, earliest, latest, example }: PlannedInstant) {
  return { number, at: isoOrNull(at), earliest: iso(earliest), latest: iso(latest), example: isoOrNull(example) };
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : iso(instant);
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

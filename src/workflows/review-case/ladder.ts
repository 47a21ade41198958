/** The ladder of a case (D6): who is told again while nobody has acknowledged it, and when. */
import { hasEnded } from '../../domain/case-status.js';
import { countedMs, stepDueAt, type EscalationStep } from '../../domain/escalation.js';
import { RECIPIENT_GROUPS, type RecipientGroup } from '../../domain/notice.js';
import type { PersonRequest } from './contract.js';
import { audit, isoInstant, notify, policyOf, type Draft } from './step.js';
import type { CaseState, Ladder } from './state.js';

/** A step that is still to be taken. */
export interface StepToCome {
  to: RecipientGroup;
  /** Its place among the policy's steps to the same group, from 1. */
  number: number;
  /** Epoch ms; in the past where something kept it. */
  at: number;
}

/** So many of the steps taken are shown. */
const DONE_SHOWN = 40;
const NONE_TAKEN = { liaison: 0, supervisor: 0, operations: 0 } as const;

/** Begins with the case's first notice, which also stands for what the liaison would have been reminded of by then. */
export function startLadder(draft: Draft): void {
  const { state, now } = draft;
  const firstFailureAt = state.firstFailureAt ?? now;
  state.ladder = { taken: { ...NONE_TAKEN }, done: [], countedFrom: firstFailureAt, countedMs: 0, liaisonFrom: firstFailureAt };
  const reminded = stepsToCome(state).findLast(({ to, at }) => to === 'liaison' && at <= now);
  if (reminded !== undefined) state.ladder.taken.liaison = reminded.number;
}

/** @returns the steps that will be taken if nothing changes, by time; none once somebody has acknowledged the case */
export function stepsToCome(state: CaseState): StepToCome[] {
  const { ladder, policy, deadlineAt, acknowledgement, paused } = state;
  if (ladder === null || deadlineAt === null || acknowledgement !== null || state.ending !== null || hasEnded(state.status)) return [];
  const seen: Record<RecipientGroup, number> = { ...NONE_TAKEN };
  const steps = (policy?.escalation?.steps ?? []).flatMap((step): StepToCome[] => {
    const number = (seen[step.to] += 1);
    // A pause holds what is for the liaison; those above go on by their own time.
    if (number <= ladder.taken[step.to] || (paused && step.to === 'liaison')) return [];
    const at = dueAt(state, ladder, step);
    return at === null || at >= deadlineAt ? [] : [{ to: step.to, number, at }];
  });
  return steps.toSorted((a, b) => a.at - b.at);
}

/** Steps to the liaison count from the assignment. Those above count the time in which nobody had acknowledged it: handing over puts none off. */
function dueAt(state: CaseState, ladder: Ladder, { to, afterMs }: EscalationStep): number | null {
  const policy = state.policy ?? {};
  if (to === 'liaison') return stepDueAt(policy, ladder.liaisonFrom, afterMs);
  return stepDueAt(policy, ladder.countedFrom, Math.max(afterMs - ladder.countedMs, 0));
}

/** Takes what is due: of several steps to the same group the latest alone, so that nobody gets at once what was missed. */
export function climb(draft: Draft): void {
  const due = stepsToCome(draft.state).filter(({ at }) => at <= draft.now);
  for (const group of RECIPIENT_GROUPS) {
    const step = due.findLast(({ to }) => to === group);
    if (step !== undefined) take(draft, step);
  }
}

function take(draft: Draft, { to, number, at }: StepToCome): void {
  const { state } = draft;
  const { ladder } = state;
  if (ladder === null) return;
  const passedOver = number - ladder.taken[to] - 1;
  const stage = notify(draft, to === 'liaison' ? 'reminder' : 'escalation', to);
  const done = [...ladder.done, { to, stage, at: draft.now }].slice(-DONE_SHOWN);
  state.ladder = { ...ladder, taken: { ...ladder.taken, [to]: number }, done };
  audit(draft, to === 'liaison' ? 'reminded' : 'escalated', 'holdpoint', { to, stage, dueAt: isoInstant(at), passedOver });
}

/** Stops the ladder, not the clocks. What has been acknowledged stays so. */
export function acknowledge(draft: Draft, { by, note }: PersonRequest): void {
  const { state } = draft;
  if (state.acknowledgement !== null) return;
  state.acknowledgement = { by, note, at: draft.now };
  audit(draft, 'acknowledged', by, { note });
}

/** The case has another liaison: whoever had acknowledged it has not done so for this one, who is reminded from now on. */
export function handOverLadder(draft: Draft): void {
  const { state, now } = draft;
  const { ladder, acknowledgement } = state;
  state.acknowledgement = null;
  if (ladder === null) return;
  const counted = acknowledgement === null ? 0 : countedMs(policyOf(state), ladder.countedFrom, acknowledgement.at);
  const resumed = acknowledgement === null ? {} : { countedFrom: now, countedMs: ladder.countedMs + counted };
  state.ladder = { ...ladder, ...resumed, taken: { ...ladder.taken, liaison: 0 }, liaisonFrom: now };
}

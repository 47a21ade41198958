/** The ladder of reminders and escalations as a policy says it (D6): who is told again while nobody has acknowledged a case, and when. */
import { RECIPIENT_GROUPS, type RecipientGroup } from './notice.js';
import type { ReviewPolicy } from './review-policy.js';
import { caseLimits } from './schedule.js';
import { addWorkingTime, workedMs } from './working-time.js';

export interface EscalationStep {
  /** From the first failure; of steps to the liaison: from the case's latest assignment. */
  afterMs: number;
  to: RecipientGroup;
}

export interface Escalation {
  /** Rising; empty: nobody is told again. */
  steps: EscalationStep[];
  /** Whether `afterMs` counts working time of the policy's calendar alone. */
  workingTime: boolean;
}

/** Each step is a message to people. */
export const MOST_STEPS = 20;

type TimeRules = Pick<ReviewPolicy, 'escalation' | 'workingIntervals'>;
type Limits = Pick<ReviewPolicy, 'retryWindowMs' | 'resolutionDeadlineMs'>;

/**
 * When so much time has passed, as the ladder counts it.
 * @param from epoch ms
 * @returns epoch ms; null: not within the working time that is laid out
 */
export function stepDueAt({ escalation, workingIntervals }: TimeRules, from: number, afterMs: number): number | null {
  if (escalation?.workingTime !== true || workingIntervals === undefined) return from + afterMs;
  return addWorkingTime(workingIntervals, from, afterMs);
}

/** How much time has passed between two instants (epoch ms), as the ladder counts it. */
export function countedMs({ escalation, workingIntervals }: TimeRules, from: number, to: number): number {
  if (escalation?.workingTime !== true || workingIntervals === undefined) return Math.max(to - from, 0);
  return workedMs(workingIntervals, from, to);
}

/** A step of a case that nobody acknowledges or hands over. */
export interface PlannedStep extends EscalationStep {
  /** Epoch ms; null: left out, as it would come at the deadline or after it. */
  at: number | null;
}

/** The whole ladder of a case, step by step. @param firstFailureAt epoch ms */
export function plannedSteps(policy: TimeRules & Limits, firstFailureAt: number): PlannedStep[] {
  const { deadlineAt } = caseLimits(policy, firstFailureAt);
  return (policy.escalation?.steps ?? []).map((step) => {
    const at = stepDueAt(policy, firstFailureAt, step.afterMs);
    return { ...step, at: at === null || at >= deadlineAt ? null : at };
  });
}

/** @returns every mistake of a ladder, in words that say what would be right. @param hasCalendar whether its policy has one */
export function escalationMistakes(
  { steps, workingTime }: Escalation,
  { resolutionDeadlineMs }: Pick<ReviewPolicy, 'resolutionDeadlineMs'>,
  hasCalendar: boolean,
): string[] {
  const mistakes = steps.flatMap(({ afterMs, to }, index) => {
    const place = `escalation.steps[${index}]`;
    const before = steps[index - 1]?.afterMs ?? 0;
    const checks: [boolean, string][] = [
      [Number.isSafeInteger(afterMs) && afterMs >= 1000, `${place}.afterMs must be a whole number of ms, at least 1000`],
      [index === 0 || afterMs > before, `${place}.afterMs must be more than that of the step before it`],
      [afterMs < resolutionDeadlineMs, `${place}.afterMs must be less than resolutionDeadlineMs: at the deadline the case ends`],
      [RECIPIENT_GROUPS.includes(to), `${place}.to must be one of: ${RECIPIENT_GROUPS.join(', ')}`],
    ];
    return checks.filter(([sound]) => !sound).map(([, mistake]) => mistake);
  });
  if (steps.length > MOST_STEPS) mistakes.push(`escalation.steps must be at most ${MOST_STEPS}`);
  if (workingTime && !hasCalendar) mistakes.push('escalation.workingTime needs a calendar: without one every hour counts');
  return mistakes;
}

/** The draft that one decision writes: a copy of the state, and what follows from it. */
import type { Disposition } from '../../domain/case-record.js';
import type { CaseLimits } from '../../domain/schedule.js';
import type { ReviewPolicy } from '../../domain/review-policy.js';
import type { CaseState, Step } from './state.js';

export interface Draft extends Step {
  readonly now: number;
  readonly random: number;
  readonly before: CaseState['status'];
}

export function begin(state: CaseState, now: number, random: number): Draft {
  return { state: { ...state }, commands: [], audit: [], dispositions: [], now, random, before: state.status };
}

/** Writes a line of the audit; call it after the change it tells of. */
export function audit(draft: Draft, type: string, actor: string, data: Record<string, unknown>): void {
  draft.state.auditCount += 1;
  const { auditCount, status } = draft.state;
  draft.audit.push({ number: auditCount, type, actor, at: draft.now, before: draft.before, after: status, data });
}

/** Records what came of an inbound event, in the inbox and in the audit. */
export function dispose(
  draft: Draft,
  event: { inboundId: string; type: string; sender: string },
  disposition: Disposition['disposition'],
  data: Record<string, unknown>,
  problem: string | null = null,
): void {
  draft.dispositions.push({ inboundId: event.inboundId, disposition, problem });
  audit(draft, event.type, event.sender, { disposition, inboundId: event.inboundId, ...data });
}

/** An instant as the audit keeps it. */
export function isoInstant(instant: number): string {
  return new Date(instant).toISOString();
}

export function policyOf(state: CaseState): ReviewPolicy {
  if (state.policy === null) throw new Error('the case has not been decided yet');
  return state.policy;
}

export function limitsOf(state: CaseState): CaseLimits {
  if (state.windowEndsAt === null || state.deadlineAt === null) throw new Error('the case has not been decided yet');
  return { windowEndsAt: state.windowEndsAt, deadlineAt: state.deadlineAt };
}

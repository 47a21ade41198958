/** What an action has changed of a case, for whoever took it. */
import type { CaseChange } from './contract.js';
import { isoInstant } from './step.js';
import type { CaseState } from './state.js';

/** @returns what is not the same before and after; instants are ISO 8601 */
export function changesBetween(before: CaseState, after: CaseState): CaseChange[] {
  const old = shown(before);
  return Object.entries(shown(after))
    .map(([what, to]) => ({ what, from: old[what] ?? null, to }))
    .filter(({ from, to }) => from !== to);
}

function shown(state: CaseState): Record<string, CaseChange['to']> {
  const { policy, request } = state;
  return {
    status: state.status,
    statusReason: state.statusReason,
    paused: state.paused,
    liaisonId: state.liaisonId,
    policyVersion: policy?.version ?? null,
    matchedRule: policy?.matchedRule ?? null,
    windowEndsAt: instant(state.windowEndsAt),
    deadlineAt: instant(state.deadlineAt),
    nextReviewAt: instant(state.nextReviewAt),
    answerDueAt: instant(request?.answerDueAt ?? null),
  };
}

function instant(at: number | null): string | null {
  return at === null ? null : isoInstant(at);
}

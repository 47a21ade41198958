/** What an action has made of a case, for whoever took it. */
import type { CaseAnswer, CaseChange } from './contract.js';
import { isoInstant } from './step.js';
import type { CaseState } from './state.js';

export function answerOf(before: CaseState, after: CaseState): CaseAnswer {
  return {
    caseId: after.caseId,
    status: after.status,
    statusReason: after.statusReason,
    ending: after.ending?.as ?? null,
    paused: after.paused,
    nextReviewAt: after.nextReviewAt,
    changed: changesBetween(before, after),
  };
}

/** @returns what is not the same before and after; instants are ISO 8601 */
function changesBetween(before: CaseState, after: CaseState): CaseChange[] {
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
    acknowledgedBy: state.acknowledgement?.by ?? null,
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

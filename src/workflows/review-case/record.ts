/** A case's state as it is written down: the read model's row. */
import type { CaseRow, ShownEscalation } from '../../domain/case-record.js';
import { hasEnded } from '../../domain/case-status.js';
import { stepsToCome } from './ladder.js';
import { nextInstant, plannedInstants } from './next-instant.js';
import { isoInstant } from './step.js';
import type { CaseState } from './state.js';

/**
 * The read model's row at an instant of the workflow's clock.
 * @param historyLength events of this run's history
 */
export function caseRow(state: CaseState, now: number, historyLength: number): CaseRow {
  const next = nextInstant(state);
  return {
    caseId: state.caseId,
    orderId: state.orderId,
    reviewRound: state.reviewRound,
    status: state.status,
    statusReason: state.statusReason,
    reasonType: state.reason?.type ?? 'unknown',
    reasonCode: state.reason?.code ?? null,
    reasonText: state.reason?.text ?? null,
    buyerId: state.facts?.buyerId ?? null,
    buyerName: state.facts?.buyerName ?? null,
    buyerOrderNumber: state.facts?.buyerOrderNumber ?? null,
    totalValue: state.facts?.total.value ?? null,
    totalCurrency: state.facts?.total.currency ?? null,
    liaisonId: state.liaisonId,
    policyVersion: state.policy?.version ?? null,
    decision: state.decision,
    firstFailureAt: state.firstFailureAt ?? state.openedAt,
    windowEndsAt: state.windowEndsAt,
    deadlineAt: state.deadlineAt,
    nextAction: next?.what ?? null,
    nextActionAt: next?.at ?? null,
    planned: plannedInstants(state)
      .filter(({ at }) => at > now)
      .map(({ what, at }) => ({ what, at: isoInstant(at) })),
    escalation: shownEscalation(state),
    reviewAttempts: state.attempts,
    reviewRequestId: state.request?.reviewRequestId ?? null,
    openedAt: state.openedAt,
    endedAt: state.endedAt,
    ending: state.ending?.as ?? null,
    paused: state.paused,
    shadow: state.shadow,
    closed: hasEnded(state.status) && !state.truthOwed && state.messages.every(({ outcome }) => outcome !== null),
    historyLength: state.historyBefore + historyLength,
    caseVersion: state.version,
    caseAt: now,
  };
}

function shownEscalation(state: CaseState): ShownEscalation | null {
  const { ladder, acknowledgement } = state;
  if (ladder === null) return null;
  return {
    done: ladder.done.map(({ to, stage, at }) => ({ to, stage, at: isoInstant(at) })),
    toCome: stepsToCome(state).map(({ to, at }) => ({ to, at: isoInstant(at) })),
    acknowledged: acknowledgement === null ? null : { ...acknowledgement, at: isoInstant(acknowledgement.at) },
  };
}

/** A case's state as it is written down and shown: the read model's row, search attributes and the Web UI's details. */
import type { CaseRow } from '../../domain/case-record.js';
import { hasEnded } from '../../domain/case-status.js';
import { nextInstant } from './next-instant.js';
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

const STATUS_WORDS: Record<CaseState['status'], string> = {
  deciding: 'being decided',
  order_unknown: 'ended: the order is not known; nobody was told',
  rejected: 'ended: not a passing reason; the buyer was told that the review failed',
  held: 'held; the review will be asked for again',
  in_review: 'the review server has been asked; its answer is awaited',
  awaiting_liaison: 'waiting for people; the automatic rule has been deleted',
  approved: 'ended: review succeeded',
  declined: 'ended: declined by the liaison',
  expired: 'ended: not resolved by its deadline',
  cancelled: 'ended: cancelled',
};

/** What someone who is no developer reads on the run's page in the Temporal Web UI (D8); no personal data. */
export function caseDetails(state: CaseState): string {
  const next = nextInstant(state);
  const facts = state.facts;
  const lines: (string | null)[] = [
    `### Order ${state.orderId}, review round ${state.reviewRound}`,
    state.shadow ? '_Shadow: decided and recorded, nothing is sent._' : null,
    `**${STATUS_WORDS[state.status]}${state.paused ? ', paused' : ''}**${state.statusReason === null ? '' : ` (${state.statusReason})`}`,
    '',
    facts === null
      ? null
      : `- Buyer: ${facts.buyerName} (${facts.buyerOrderNumber ?? 'no number'}), total ${facts.total.value} ${facts.total.currency}`,
    state.reason === null ? null : `- Latest reason: ${state.reason.type}${state.reason.text === null ? '' : ` (${state.reason.text})`}`,
    `- Liaison: ${state.liaisonId ?? 'none found'}`,
    `- Review requests made: ${state.attempts}`,
    next === null ? null : `- Next: ${next.what} at ${iso(next.at)}`,
    hasEnded(state.status) || state.windowEndsAt === null
      ? null
      : `- Requests end at ${iso(state.windowEndsAt)}; must be resolved by ${iso(state.deadlineAt)}`,
    ...state.messages.map(({ kind, provisional, supersedes, outcome }) => {
      const how = `${provisional ? ', provisional' : ''}${supersedes === null ? '' : `, corrects ${supersedes}`}`;
      return `- Buyer told: ${kind}${how} (${outcome ?? 'on its way'})`;
    }),
  ];
  return lines.filter((line) => line !== null).join('\n');
}

export function iso(instant: number | null): string {
  return instant === null ? 'not set' : new Date(instant).toISOString();
}

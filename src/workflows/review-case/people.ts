/** What people do to a running case: ask, wait, hand over, change its rules. Which of it is allowed is in domain/case-status.ts. */
import { actionsFor, type CaseAction } from '../../domain/case-status.js';
import { caseLimits, nextQueryAt } from '../../domain/schedule.js';
import { beginEnding } from './endings.js';
import { acknowledge, handOverLadder } from './ladder.js';
import { currentAnswerDueAt, scheduleNext, sendRequest } from './requests.js';
import { audit, isoInstant, limitsOf, notify, type Draft } from './step.js';
import type { CaseEvent, CaseState } from './state.js';

/** @returns what people may do now */
export function allowedActions(state: CaseState): readonly CaseAction[] {
  return actionsFor({ status: state.status, ending: state.ending !== null, paused: state.paused });
}

/** Whether the case is still that of the liaison in whose place somebody acts; without one it does not matter whose it is (D4). */
export function isStillOf(state: CaseState, asLiaison: string | null | undefined): boolean {
  return asLiaison === undefined || asLiaison === null || asLiaison === state.liaisonId;
}

/** Between which instants the next review request may be put, epoch ms. */
export function rescheduleBounds(state: CaseState, now: number): { earliest: number; latest: number } {
  const { windowEndsAt, deadlineAt } = limitsOf(state);
  return { earliest: now, latest: Math.min(windowEndsAt, deadlineAt) };
}

/** Which action of the table an update's event stands for. */
export const ACTION_OF = {
  request_review: 'request-review',
  pause: 'pause',
  resume: 'resume',
  reschedule: 'reschedule',
  reassign: 'reassign',
  acknowledge: 'acknowledge',
  change_policy: 'change-policy',
  decline: 'decline',
  cancel: 'cancel',
} as const satisfies Partial<Record<CaseEvent['type'], CaseAction>>;

export type PeopleEvent = Extract<CaseEvent, { type: keyof typeof ACTION_OF }>;

export function isFromPeople(event: CaseEvent): event is PeopleEvent {
  return event.type in ACTION_OF;
}

/** People's updates: the validator let them through, but a signal of the same activation may have changed the case since. */
export function hearPeople(draft: Draft, event: PeopleEvent): void {
  if (!allowedActions(draft.state).includes(ACTION_OF[event.type]) || !isStillOf(draft.state, event.asLiaison)) return;
  switch (event.type) {
    case 'request_review':
      return askForReview(draft, event);
    case 'pause':
      return pauseCase(draft, event);
    case 'resume':
      return resumeCase(draft, event);
    case 'reschedule':
      return rescheduleReview(draft, event);
    case 'reassign':
      return reassignCase(draft, event);
    case 'acknowledge':
      return acknowledge(draft, event);
    case 'change_policy':
      return changeCasePolicy(draft, event);
    case 'decline':
      return beginEnding(draft, { as: 'declined', reason: 'DECLINED_BY_LIAISON', actor: event.by, note: event.note });
    case 'cancel':
      return beginEnding(draft, { as: 'cancelled', reason: 'CANCELLED', actor: event.by, note: event.note });
  }
}

type Event<Type extends CaseEvent['type']> = Extract<CaseEvent, { type: Type }>;

function askForReview(draft: Draft, { by, note }: Event<'request_review'>): void {
  audit(draft, 'review_asked_for', by, { note });
  sendRequest(draft, by);
}

function pauseCase(draft: Draft, { by, note }: Event<'pause'>): void {
  draft.state.paused = true;
  audit(draft, 'paused', by, { note });
}

/** What became due while it was paused is due now. */
function resumeCase(draft: Draft, { by, note }: Event<'resume'>): void {
  const { nextReviewAt } = draft.state;
  draft.state.paused = false;
  if (nextReviewAt !== null) draft.state.nextReviewAt = Math.max(nextReviewAt, draft.now);
  audit(draft, 'resumed', by, { note });
}

function rescheduleReview(draft: Draft, { by, note, at }: Event<'reschedule'>): void {
  const from = draft.state.nextReviewAt;
  draft.state.nextReviewAt = at;
  audit(draft, 'rescheduled', by, { note, from: from === null ? null : isoInstant(from), to: isoInstant(at) });
}

/** The new liaison is told; the old one's notice is not taken back. */
function reassignCase(draft: Draft, { by, note, liaisonId }: Event<'reassign'>): void {
  const from = draft.state.liaisonId;
  draft.state.liaisonId = liaisonId;
  audit(draft, 'reassigned', by, { note, from, to: liaisonId });
  if (from === liaisonId) return;
  handOverLadder(draft);
  notify(draft, 'assigned', 'liaison');
}

function instantOf(at: number | null): string | null {
  return at === null ? null : isoInstant(at);
}

/** The case goes on under other rules: its limits are counted anew from its first failure, which does not move. */
function changeCasePolicy(draft: Draft, { by, note, policy }: Event<'change_policy'>): void {
  const { state } = draft;
  const before = state.policy?.version ?? null;
  state.policy = policy;
  const limits = caseLimits(policy, state.firstFailureAt ?? state.openedAt);
  const moved = Object.entries(limits).map(([name, at]) => [
    name,
    { from: instantOf(state[name as keyof typeof limits]), to: isoInstant(at) },
  ]);
  Object.assign(state, limits);
  audit(draft, 'policy_changed', by, {
    note,
    from: before,
    to: policy.version,
    matchedRule: policy.matchedRule ?? null,
    ...Object.fromEntries(moved),
  });
  const request = state.request;
  // A call under way keeps its time; what it brings is heard under the new rules.
  if (request !== null && !request.accepted) return;
  if (request !== null) {
    const due = currentAnswerDueAt(draft, request);
    const next = request.querying ? null : nextQueryAt(policy, draft.now, request.queries, due);
    state.request = { ...request, answerDueAt: due, nextQueryAt: next };
    return;
  }
  scheduleNext(draft);
}

import { hasEnded } from '../../domain/case-status.js';
import { beginEnding } from './endings.js';
import { climb } from './ladder.js';
import { askForResult, deleteRule, sendRequest } from './requests.js';
import { limitsOf, type Draft } from './step.js';

/** What is due now. The deadline comes before the rest; a request is made late rather than never, but not at the deadline. */
export function clock(draft: Draft): void {
  const { state, now } = draft;
  if (hasEnded(state.status) || state.deadlineAt === null || state.ending !== null) return;
  if (now >= state.deadlineAt) {
    return beginEnding(draft, { as: 'expired', reason: 'RESOLUTION_DEADLINE_PASSED', actor: 'holdpoint', note: null });
  }
  climb(draft);
  if (state.nextReviewAt !== null && state.paused) {
    if (now > limitsOf(state).windowEndsAt) deleteRule(draft, 'RETRY_WINDOW_PASSED');
    return;
  }
  if (state.nextReviewAt !== null && now >= state.nextReviewAt) return sendRequest(draft, state.nextAskedBy ?? 'holdpoint');
  const request = state.request;
  if (request === null || !request.accepted || request.querying) return;
  const last = now >= request.answerDueAt;
  if (!last && (request.nextQueryAt === null || now < request.nextQueryAt)) return;
  askForResult(draft, request, last);
}

/**
 * The story of one order whose review failed: decided, told, held, asked again, resolved (requirements A1–A8, D1, D3, D8).
 * What follows from each event is in decide.ts; here is when things are heard, done and written down.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
  ApplicationFailure,
} from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import type { AuditEntry, Disposition } from '../../domain/case-record.js';
import { hasEnded, type CaseAction } from '../../domain/case-status.js';
import { buyerIdKey, caseStatusKey, liaisonIdKey, nextActionAtKey, reasonTypeKey } from '../../temporal/search-attributes.js';
import { createAlarm } from '../alarm.js';
import { answerOf } from './changes.js';
import {
  acknowledge,
  ACTION_NOT_ALLOWED,
  cancel,
  caseReopened,
  changePolicy,
  decline,
  getState,
  INSTANT_NOT_ALLOWED,
  NOT_YOUR_CASE,
  pause,
  reassign,
  requestReview,
  reschedule,
  resume,
  reviewFailed,
  reviewSucceeded,
  roundSuperseded,
  type CaseAnswer,
  type PersonRequest,
  type RescheduleRequest,
  type ReviewCaseInput,
  type ReviewCaseResult,
} from './contract.js';
import { decide } from './decide.js';
import { nextInstant } from './next-instant.js';
import { createEffects, fetchOrder, openCase, recordCase } from './effects.js';
import { allowedActions, isStillOf, rescheduleBounds } from './people.js';
import { caseDetails } from './details.js';
import { caseRow } from './record.js';
import { isoInstant } from './step.js';
import { initialState, type CaseCommand, type CaseEvent, type CaseState } from './state.js';

export async function reviewCase(input: ReviewCaseInput): Promise<ReviewCaseResult> {
  // State, and what it has not done or written down yet.
  let state: CaseState = input.resume ?? initialState(input, Date.now());
  let commands: CaseCommand[] = [];
  let audit: AuditEntry[] = [];
  let dispositions: Disposition[] = [];
  let recordedVersion = state.version;

  const hear = (event: CaseEvent): void => {
    const step = decide(state, event, Date.now(), Math.random());
    state = step.state;
    commands = [...commands, ...step.commands];
    audit = [...audit, ...step.audit];
    dispositions = [...dispositions, ...step.dispositions];
  };
  const effects = createEffects(() => state, hear);
  const show = createDisplay();
  const alarm = createAlarm();

  // Handlers: registered before the first await, so nothing sent before is missed.
  setHandler(reviewFailed, (notice) => hear({ type: 'review_failed', ...notice }));
  setHandler(reviewSucceeded, (notice) => hear({ type: 'review_succeeded', ...notice }));
  setHandler(caseReopened, (word) => hear({ type: 'case_reopened', ...word }));
  setHandler(roundSuperseded, (notice) => hear({ type: 'round_superseded', ...notice }));
  const onPerson = <Request extends PersonRequest>(
    update: UpdateDefinition<CaseAnswer, [Request], string>,
    action: CaseAction,
    event: (request: Request) => CaseEvent,
  ): void => {
    const validator = (request: Request): void => refuseUnlessAllowed(state, action, request);
    const handler = (request: Request): CaseAnswer => {
      // What came in the same activation may have changed the case since it was validated.
      validator(request);
      const before = state;
      hear(event(request));
      return answerOf(before, state);
    };
    setHandler<CaseAnswer, [Request], typeof update>(update, handler as never, { validator });
  };
  onPerson(requestReview, 'request-review', (request) => ({ type: 'request_review', ...request }));
  onPerson(reschedule, 'reschedule', (request) => ({ type: 'reschedule', ...request }));
  onPerson(pause, 'pause', (request) => ({ type: 'pause', ...request }));
  onPerson(resume, 'resume', (request) => ({ type: 'resume', ...request }));
  onPerson(reassign, 'reassign', (request) => ({ type: 'reassign', ...request }));
  onPerson(acknowledge, 'acknowledge', (request) => ({ type: 'acknowledge', ...request }));
  onPerson(changePolicy, 'change-policy', (request) => ({ type: 'change_policy', ...request }));
  onPerson(decline, 'decline', (request) => ({ type: 'decline', ...request }));
  onPerson(cancel, 'cancel', (request) => ({ type: 'cancel', ...request }));
  setHandler(getState, () => state);

  /** Writes down what is new, and shows it; afterwards the outside sees what the workflow knows. */
  const record = async (): Promise<void> => {
    const row = caseRow(state, Date.now(), workflowInfo().historyLength);
    const entry = { row, auditBefore: state.auditCount - audit.length, audit, dispositions };
    recordedVersion = state.version;
    audit = [];
    dispositions = [];
    show(state);
    await recordCase.executeWithOptions({ summary: `Write down: ${state.status}` }, [entry]);
  };
  const perform = (): void => {
    const due = commands;
    commands = [];
    for (const command of due) effects.perform(command);
  };

  // The story. A cancellation from outside is heard like anyone else's, so that the buyer still learns the truth.
  let cancelled = false;
  const hearCancellation = (): void => {
    if (cancelled && !hasEnded(state.status)) hear({ type: 'cancel', by: 'temporal', note: 'workflow cancellation requested' });
  };
  CancellationScope.current().cancelRequested.catch(() => {
    cancelled = true;
    hearCancellation();
  });
  return CancellationScope.nonCancellable(async () => {
    if (state.status === 'deciding') await condition(() => state.firstInboundId !== null);
    setCurrentDetails(caseDetails(state));
    if (state.status === 'deciding') {
      hear(await determineOrder(state));
      hearCancellation();
    }
    for (;;) {
      hear({ type: 'clock' });
      perform();
      if (state.version !== recordedVersion) {
        await record();
        continue;
      }
      if (hasEnded(state.status)) alarm.set(null);
      if (hasEnded(state.status) && effects.idle() && !state.truthOwed) break;
      if (workflowInfo().continueAsNewSuggested && effects.idle() && allHandlersFinished()) {
        const historyBefore = state.historyBefore + workflowInfo().historyLength;
        return continueAsNew<typeof reviewCase>({ ...input, resume: { ...state, historyBefore } });
      }
      alarm.set(nextInstant(state));
      const before = effects.count();
      await condition(() => state.version !== recordedVersion || commands.length > 0 || effects.count() !== before || alarm.rang());
    }
    await condition(allHandlersFinished);
    return { caseId: state.caseId, status: state.status, statusReason: state.statusReason };
  });
}

/** A1: the order is in the notice or the database, else it is fetched from the review server. */
async function determineOrder(state: CaseState): Promise<CaseEvent> {
  const firstFailureAt = state.firstFailureAt ?? state.openedAt;
  const { orderId, firstInboundId, firstSender: sender, reason } = state;
  const lookup = { orderId, inboundId: firstInboundId ?? '', sender, reasonType: reason?.type ?? '', firstFailureAt };
  let found = await openCase(lookup);
  if (found.order === null) {
    const missing = await fetchOrder(state, found.servers.review, found.policy.resolutionDeadlineMs);
    if (missing !== null) return { type: 'order_missing', detail: missing };
    found = await openCase(lookup);
  }
  if (found.order === null) return { type: 'order_missing', detail: 'the order could not be read back' };
  return { type: 'order_determined', ...found.order, servers: found.servers, policy: found.policy };
}

/** The one state → actions table, as the updates' validator. Synchronous: an async one would hang the caller. */
function refuseUnlessAllowed(state: CaseState, action: CaseAction, request: PersonRequest): void {
  if (!isStillOf(state, request.asLiaison)) {
    const message = `the case is no longer ${request.asLiaison}'s`;
    throw ApplicationFailure.create({ type: NOT_YOUR_CASE, nonRetryable: true, message });
  }
  const actions = allowedActions(state);
  if (actions.includes(action)) return action === 'reschedule' ? refuseOutsideWindow(state, request as RescheduleRequest) : undefined;
  throw ApplicationFailure.create({
    type: ACTION_NOT_ALLOWED,
    nonRetryable: true,
    message: `${action} is not possible while the case is ${state.ending === null ? state.status : `being ${state.ending.as}`}`,
    details: [{ status: state.status, actions }],
  });
}

function refuseOutsideWindow(state: CaseState, { at }: RescheduleRequest): void {
  const { earliest, latest } = rescheduleBounds(state, Date.now());
  if (at >= earliest && at <= latest) return;
  const message = `the next review request must be between ${isoInstant(earliest)} and ${isoInstant(latest)}`;
  throw ApplicationFailure.create({ type: INSTANT_NOT_ALLOWED, nonRetryable: true, message, details: [{ earliest, latest }] });
}

/** What Temporal's SQL visibility stores keep of a keyword. */
const LONGEST_KEYWORD = 255;

/** Shows a state in the Temporal Web UI (D8): search attributes (no personal data) where they changed, and the run's details. */
function createDisplay(): (state: CaseState) => void {
  let shown = '';
  return (state) => {
    const next = nextInstant(state);
    setCurrentDetails(caseDetails(state));
    const values = [state.status, state.reason?.type, state.facts?.buyerId, state.liaisonId, next?.at].join('|');
    if (values === shown) return;
    shown = values;
    upsertSearchAttributes([
      { key: caseStatusKey, value: state.status },
      { key: reasonTypeKey, value: state.reason?.type ?? null },
      { key: buyerIdKey, value: state.facts?.buyerId.slice(0, LONGEST_KEYWORD) ?? null },
      { key: liaisonIdKey, value: state.liaisonId },
      { key: nextActionAtKey, value: next === null ? null : new Date(next.at) },
    ]);
  };
}

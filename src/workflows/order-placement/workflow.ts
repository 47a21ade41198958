/**
 * The story of one order placed with a slow vendor: paid, sent, asked for again and again, ended, told (requirements B1–B7, D3, D5, D8).
 * What follows from each event is in decide.ts; here is when things are heard, done and written down.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import type { Disposition } from '../../domain/case-record.js';
import type { PlacementAudit } from '../../domain/placement-record.js';
import { placementHasEnded } from '../../domain/placement-status.js';
import { nextActionAtKey, placementStatusKey, reasonTypeKey, vendorIdKey } from '../../temporal/search-attributes.js';
import { createAlarm } from '../alarm.js';
import { ACTION_NOT_ALLOWED, type PersonRequest } from '../review-case/contract.js';
import {
  cancelPlacement,
  getPlacement,
  paymentReceived,
  pollNow,
  resolve,
  resultReported,
  type OrderPlacementInput,
  type OrderPlacementResult,
  type PlacementAnswer,
} from './contract.js';
import { decide } from './decide.js';
import { createEffects } from './effects.js';
import { createRecords } from './records.js';
import { nextInstant } from './next-instant.js';
import { allowedActions, type PeopleEvent } from './people.js';
import { isClosed, placementDetails, placementRow } from './record.js';
import { initialState, type PlacementCommand, type PlacementEvent, type PlacementState } from './state.js';

export async function orderPlacement(input: OrderPlacementInput): Promise<OrderPlacementResult> {
  // State, and what it has not done or written down yet.
  let state: PlacementState = input.resume ?? initialState(input, Date.now());
  let commands: PlacementCommand[] = [];
  let audit: PlacementAudit[] = [];
  let dispositions: Disposition[] = [];
  let recordedVersion = state.version;

  const hear = (event: PlacementEvent): void => {
    const step = decide(state, event, Date.now(), Math.random());
    state = step.state;
    commands = [...commands, ...step.commands];
    audit = [...audit, ...step.audit];
    dispositions = [...dispositions, ...step.dispositions];
  };
  const records = createRecords();
  const effects = createEffects(() => state, hear, records);
  const show = createDisplay();
  const alarm = createAlarm();

  // Handlers: registered before the first await, so nothing sent before is missed.
  setHandler(paymentReceived, (payment) => hear({ type: 'payment_received', ...payment }));
  setHandler(resultReported, (result) => hear({ type: 'result_reported', ...result }));
  const answer = (): PlacementAnswer => ({
    placementId: state.placementId,
    status: state.status,
    statusReason: state.statusReason,
    ending: state.ending === null ? null : 'cancelled',
    nextPollAt: state.nextPollAt,
  });
  const onPerson = <Request extends PersonRequest>(
    update: UpdateDefinition<PlacementAnswer, [Request], string>,
    event: (request: Request) => PeopleEvent,
  ): void => {
    const handler = (request: Request): PlacementAnswer => {
      hear(event(request));
      return answer();
    };
    const validator = (request: Request): void => refuseUnlessAllowed(state, event(request).type);
    setHandler<PlacementAnswer, [Request], typeof update>(update, handler as never, { validator });
  };
  onPerson(pollNow, (request) => ({ type: 'poll', ...request }));
  onPerson(resolve, (request) => ({ type: 'resolve', ...request }));
  onPerson(cancelPlacement, (request) => ({ type: 'cancel', ...request }));
  setHandler(getPlacement, () => state);

  /** Writes down what is new, and shows it; afterwards the outside sees what the workflow knows. */
  const record = async (): Promise<void> => {
    const row = placementRow(state, Date.now(), workflowInfo().historyLength);
    const entry = { row, auditBefore: state.auditCount - audit.length, audit, dispositions };
    recordedVersion = state.version;
    audit = [];
    dispositions = [];
    show(state);
    await records.recordPlacement(entry);
  };
  const perform = (): void => {
    const due = commands;
    commands = [];
    for (const command of due) effects.perform(command);
  };

  // The story. A cancellation from outside is heard like a person's, so that vendor and customer still learn the truth.
  let cancelled = false;
  const hearCancellation = (): void => {
    if (cancelled) hear({ type: 'cancel', by: 'temporal', note: 'workflow cancellation requested' });
  };
  CancellationScope.current().cancelRequested.catch(() => {
    cancelled = true;
    hearCancellation();
  });
  return CancellationScope.nonCancellable(async () => {
    if (state.policy === null) {
      const { placementId, orderId, vendorId, campaign, inboundId } = state;
      hear({ type: 'opened', ...(await records.openPlacement({ placementId, orderId, vendorId, campaign, inboundId })) });
      hearCancellation();
    }
    for (;;) {
      hear({ type: 'clock' });
      perform();
      if (state.version !== recordedVersion) {
        await record();
        continue;
      }
      if (isClosed(state) && effects.idle()) break;
      if (workflowInfo().continueAsNewSuggested && effects.idle() && allHandlersFinished()) {
        const historyBefore = state.historyBefore + workflowInfo().historyLength;
        return continueAsNew<typeof orderPlacement>({ ...input, resume: { ...state, historyBefore } });
      }
      alarm.set(nextInstant(state));
      const before = effects.count();
      await condition(() => state.version !== recordedVersion || commands.length > 0 || effects.count() !== before || alarm.rang());
    }
    await condition(allHandlersFinished);
    return { placementId: state.placementId, status: state.status, statusReason: state.statusReason };
  });
}

/** The one state → actions table, as the updates' validator. Synchronous: an async one would hang the caller. */
function refuseUnlessAllowed(state: PlacementState, action: PeopleEvent['type']): void {
  const actions = allowedActions(state);
  if (actions.includes(action)) return;
  const how = state.ending === null ? state.status : 'being cancelled';
  throw ApplicationFailure.create({
    type: ACTION_NOT_ALLOWED,
    nonRetryable: true,
    message: `${action} is not possible while the placement is ${placementHasEnded(state.status) ? 'over' : how}`,
    details: [{ status: state.status, actions }],
  });
}

/** Shows a state in the Temporal Web UI (D8): search attributes (no personal data) where they changed, and the run's details. */
function createDisplay(): (state: PlacementState) => void {
  let shown = '';
  return (state) => {
    const next = nextInstant(state);
    setCurrentDetails(placementDetails(state));
    const reason = state.status === 'failed' ? state.statusReason : null;
    const values = [state.status, reason, next?.at].join('|');
    if (values === shown) return;
    shown = values;
    upsertSearchAttributes([
      { key: placementStatusKey, value: state.status },
      { key: vendorIdKey, value: state.vendorId },
      { key: reasonTypeKey, value: reason },
      { key: nextActionAtKey, value: next === null ? null : new Date(next.at) },
    ]);
  };
}

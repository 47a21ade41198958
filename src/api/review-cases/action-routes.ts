import type { Response, Router } from 'express';
import { hasEnded, type CaseAction, type CaseStatus } from '../../domain/case-status.js';
import { workflowIdOf } from '../../domain/identifiers.js';
import { addNote } from '../../db/case-events.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { findEvent, hasPendingEvents } from '../../db/inbound-events.js';
import { newestCase } from '../../db/review-cases.js';
import type { CaseAnswer, PersonRequest } from '../../workflows/review-case/contract.js';
import { senderOf } from '../authentication.js';
import { resource, serve, type Call, type Served } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { accept, acceptedAnswer } from '../review-notices/routes.js';
import { refused, updateWorkflow } from '../workflow-update.js';
import * as operations from './action-operations.js';
import { asSaid, policyChange, reassignment, rescheduling } from './action-requests.js';
import { UPDATES, type UpdateAction } from './actions.js';
import { requireCase } from './case.js';
import { actionsOf, caseAnswerView, eventView } from './view.js';

/** What people do to cases: to a running one by an update, answered by the case itself; else by a word through the inbox, or a note. */
export function caseActionRoutes(dependencies: ApiDependencies): Router {
  return resource(dependencies, [...updates(dependencies), ...words(dependencies)]);
}

/** Actions that take nothing but who and why. */
const PLAIN = {
  'request-review': operations.requestCaseReview,
  pause: operations.pauseCase,
  resume: operations.resumeCase,
  acknowledge: operations.acknowledgeCase,
  decline: operations.declineCase,
  cancel: operations.cancelCase,
} as const satisfies Partial<Record<UpdateAction, unknown>>;

type PlainCall = Call<(typeof PLAIN)[keyof typeof PLAIN]>;

function updates({ db, client }: ApiDependencies): Served[] {
  const update = async (action: UpdateAction, row: ReviewCase, request: PersonRequest, key: string, response: Response): Promise<void> => {
    const asked = { workflowId: workflowIdOf(row.caseId), name: UPDATES[action].name, action, request, updateId: `${action}/${key}` };
    const answer = await updateWorkflow<CaseAnswer, PersonRequest>(client, asked);
    if (answer === null) throw refused(action, row.status, actionsOf(row));
    response.json(caseAnswerView(answer));
  };
  const plain = Object.entries(PLAIN) as [keyof typeof PLAIN, (typeof PLAIN)[keyof typeof PLAIN]][];
  return [
    ...plain.map(([action, spec]) =>
      serve(spec, async ({ reach, params, once, body }: PlainCall, response) => {
        await update(action, await requireCase(db, reach, params.orderId), asSaid(body), once.id, response);
      }),
    ),
    serve(operations.rescheduleCase, async ({ reach, params, once, body }, response) => {
      await update('reschedule', await requireCase(db, reach, params.orderId), rescheduling(body), once.id, response);
    }),
    serve(operations.reassignCase, async ({ reach, params, once, body }, response) => {
      const request = await reassignment(db, body);
      await update('reassign', await requireCase(db, reach, params.orderId), request, once.id, response);
    }),
    serve(operations.changeCasePolicy, async ({ reach, params, once, body }, response) => {
      const row = await requireCase(db, reach, params.orderId);
      await update('change-policy', row, await policyChange(db, body, row), once.id, response);
    }),
  ];
}

function words({ db, inbox }: ApiDependencies): Served[] {
  return [
    // The liaison's signal endpoint (A8): an event like a notice, so it is never lost and never counted twice.
    serve(operations.reportCaseResolved, async ({ reach, params: { orderId }, body: word }, response) => {
      const pending = await hasPendingEvents(db, reach, orderId);
      const row = pending ? await newestCase(db, reach, orderId) : await requireCase(db, reach, orderId);
      const arrival = { kind: 'liaison_success' as const, sender: senderOf(response), orderId, eventId: word.eventId, payload: word };
      const event = await accept(inbox, { ...arrival, reviewRound: row?.reviewRound ?? 1 });
      response.status(202).json(acceptedAnswer(event));
    }),
    // A note is a row, no message to the case.
    serve(operations.addCaseNote, async ({ reach, params, body: { by, note } }, response) => {
      const row = await requireCase(db, reach, params.orderId);
      response.status(201).json(eventView(await addNote(db, row, by, note)));
    }),
    // Opening a case again goes through the inbox: it is as durable as a notice.
    serve(operations.reopenCase, async ({ reach, params, once, body: word }, response) => {
      const row = await requireCase(db, reach, params.orderId);
      const sender = `${senderOf(response)}/reopen`;
      if ((await findEvent(db, sender, once.id)) === null) requireAllowed(row, 'reopen');
      const arrival = { kind: 'reopening' as const, sender, orderId: row.orderId, eventId: once.id, payload: word };
      const event = await accept(inbox, { ...arrival, reviewRound: row.reviewRound });
      response.status(202).json(acceptedAnswer(event));
    }),
  ];
}

/** @throws Problem ACTION_NOT_ALLOWED, by what the read model knows; the case itself has the last word */
function requireAllowed(row: ReviewCase, action: CaseAction): void {
  const actions = actionsOf(row);
  if (hasEnded(row.status as CaseStatus) && !actions.includes(action)) throw refused(action, row.status, actions);
}

import type { Router } from 'express';
import { placementWorkflowIdOf } from '../../domain/identifiers.js';
import type { InboundEvent, Placement } from '../../db/generated/client.js';
import { findEvent } from '../../db/inbound-events.js';
import {
  cancelPlacement as cancel,
  pollNow,
  resolve,
  type PlacementAnswer,
  type PlacementReopening,
} from '../../workflows/order-placement/contract.js';
import type { PersonRequest } from '../../workflows/review-case/contract.js';
import { senderOf } from '../authentication.js';
import { resource, serve } from '../contract/operation.js';
import type { ApiDependencies } from '../dependencies.js';
import { accept } from '../review-notices/routes.js';
import { refused, updateWorkflow } from '../workflow-update.js';
import { cancelPlacement, pollPlacement, resolvePlacement, retryPlacement } from './operations.js';
import { acceptedAnswer, requirePlacement } from './placement.js';
import { placementActionsOf, placementAnswerView } from './view.js';

const UPDATES = { poll: pollNow, cancel, resolve } as const;

/** What people do to a placement (B7): to a running one by an update; to a failed one by a word through the inbox. */
export function placementActionRoutes(dependencies: ApiDependencies): Router {
  const { db, inbox, client } = dependencies;

  /** As durable as a notice. @throws Problem ACTION_NOT_ALLOWED */
  const sayToFailed = async (
    row: Placement,
    word: Omit<PlacementReopening, 'carry'>,
    eventId: string,
    from: string,
  ): Promise<InboundEvent> => {
    const sender = `${from}/${word.word}`;
    const actions = placementActionsOf(row);
    const known = (await findEvent(db, sender, eventId)) !== null;
    if (!known && (row.status !== 'failed' || !actions.includes(word.word))) throw refused(word.word, row.status, actions);
    return accept(inbox, { sender, eventId, orderId: row.orderId, reviewRound: 0, kind: 'placement_word', payload: word });
  };
  /** @returns null when the placement does not run */
  const update = async (row: Placement, action: keyof typeof UPDATES, request: PersonRequest, key: string) => {
    const workflowId = placementWorkflowIdOf(row.orderId, row.opening);
    const asked = { workflowId, name: UPDATES[action].name, action, request, updateId: `${action}/${key}` };
    return updateWorkflow<PlacementAnswer, PersonRequest>(client, asked);
  };

  const acting = ([action, spec]: ['poll', typeof pollPlacement] | ['cancel', typeof cancelPlacement]) =>
    serve(spec, async ({ reach, params, once, body: { by, note } }, response) => {
      const row = await requirePlacement(db, reach, params.orderId);
      const answer = await update(row, action, { by, note: note ?? null }, once.id);
      if (answer === null) throw refused(action, row.status, placementActionsOf(row));
      response.json(placementAnswerView(answer));
    });
  return resource(dependencies, [
    acting(['poll', pollPlacement]),
    acting(['cancel', cancelPlacement]),
    serve(resolvePlacement, async ({ reach, params, once, body: { reason = null, ...asked } }, response) => {
      const row = await requirePlacement(db, reach, params.orderId);
      const word = { ...asked, reason };
      const answer = await update(row, 'resolve', word, once.id);
      if (answer !== null) return void response.json(placementAnswerView(answer));
      const event = await sayToFailed(row, { word: 'resolve', absenceConfirmed: false, ...word }, once.id, senderOf(response));
      response.status(202).json(acceptedAnswer(event));
    }),
    serve(retryPlacement, async ({ reach, params, once, body: asked }, response) => {
      const row = await requirePlacement(db, reach, params.orderId);
      const word = { word: 'retry' as const, outcome: null, reason: null, ...asked };
      const event = await sayToFailed(row, word, once.id, senderOf(response));
      response.status(202).json(acceptedAnswer(event));
    }),
  ]);
}

import { randomUUID } from 'node:crypto';
import { Router, type Request } from 'express';
import { placementWorkflowIdOf } from '../../domain/identifiers.js';
import type { InboundEvent, Placement } from '../../db/generated/client.js';
import { findEvent } from '../../db/inbound-events.js';
import {
  cancelPlacement,
  pollNow,
  resolve,
  type PlacementAnswer,
  type PlacementReopening,
} from '../../workflows/order-placement/contract.js';
import type { PersonRequest } from '../../workflows/review-case/contract.js';
import { senderOf } from '../authentication.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { idempotencyKeySchema } from '../review-cases/schema.js';
import { reachOf } from '../reach.js';
import { accept } from '../review-notices/routes.js';
import { refused, updateWorkflow } from '../workflow-update.js';
import { acceptedAnswer, requirePlacement } from './placement.js';
import { personSchema, resolveSchema, retrySchema } from './schema.js';
import { placementActionsOf } from './view.js';

const UPDATES = { poll: pollNow, cancel: cancelPlacement, resolve } as const;

/** What people do to a placement (B7): to a running one by an update; to a failed one by a word through the inbox. */
export function placementActionRoutes({ db, inbox, client }: ApiDependencies): Router {
  const router = Router();
  const keyOf = (request: Request): string | undefined => validated(idempotencyKeySchema, request.get('idempotency-key'));

  /** As durable as a notice. @throws Problem ACTION_NOT_ALLOWED */
  const sayToFailed = async (
    row: Placement,
    word: Omit<PlacementReopening, 'carry'>,
    key: string | undefined,
    from: string,
  ): Promise<InboundEvent> => {
    const eventId = key ?? randomUUID();
    const sender = `${from}/${word.word}`;
    const actions = placementActionsOf(row);
    const known = (await findEvent(db, sender, eventId)) !== null;
    if (!known && (row.status !== 'failed' || !actions.includes(word.word))) throw refused(word.word, row.status, actions);
    return accept(inbox, { sender, eventId, orderId: row.orderId, reviewRound: 0, kind: 'placement_word', payload: word });
  };
  /** @returns null when the placement does not run */
  const update = async (row: Placement, action: keyof typeof UPDATES, request: PersonRequest, key: string | undefined) => {
    const workflowId = placementWorkflowIdOf(row.orderId, row.opening);
    return updateWorkflow<PlacementAnswer, PersonRequest>(client, { workflowId, name: UPDATES[action].name, action, request, key });
  };

  for (const action of ['poll', 'cancel'] as const) {
    router.post(`/placements/:orderId/${action}`, async (request, response) => {
      const { by, note } = validated(personSchema, request.body);
      const row = await requirePlacement(db, reachOf(response), request.params.orderId);
      const answer = await update(row, action, { by, note: note ?? null }, keyOf(request));
      if (answer === null) throw refused(action, row.status, placementActionsOf(row));
      response.json(answer);
    });
  }
  router.post('/placements/:orderId/resolve', async (request, response) => {
    const { reason = null, ...asked } = validated(resolveSchema, request.body);
    const key = keyOf(request);
    const row = await requirePlacement(db, reachOf(response), request.params.orderId);
    const word = { ...asked, reason };
    const answer = await update(row, 'resolve', word, key);
    if (answer !== null) return void response.json(answer);
    const event = await sayToFailed(row, { word: 'resolve', absenceConfirmed: false, ...word }, key, senderOf(response));
    response.status(202).json(acceptedAnswer(event));
  });
  router.post('/placements/:orderId/retry', async (request, response) => {
    const asked = validated(retrySchema, request.body);
    const key = keyOf(request);
    const row = await requirePlacement(db, reachOf(response), request.params.orderId);
    const event = await sayToFailed(row, { word: 'retry', outcome: null, reason: null, ...asked }, key, senderOf(response));
    response.status(202).json(acceptedAnswer(event));
  });
  router.all(
    ['poll', 'cancel', 'resolve', 'retry'].map((action) => `/placements/:orderId/${action}`),
    onlyMethods('POST'),
  );
  return router;
}

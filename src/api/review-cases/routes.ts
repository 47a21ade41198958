import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import type { Reach } from '../../domain/access.js';
import { hasEnded, type CaseAction, type CaseStatus } from '../../domain/case-status.js';
import { workflowIdOf } from '../../domain/identifiers.js';
import { linksOfCase } from '../../db/action-links.js';
import { addNote, listCaseEvents } from '../../db/case-events.js';
import type { ReviewCase } from '../../db/generated/client.js';
import { findEvent, hasPendingEvents } from '../../db/inbound-events.js';
import { buyerMessages } from '../../db/ledger.js';
import { newestPlacement } from '../../db/placements.js';
import { countCases, listCases, newestCase } from '../../db/review-cases.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { senderOf } from '../authentication.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { refused, updateWorkflow } from '../workflow-update.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import { accept, acceptedAnswer } from '../review-notices/routes.js';
import type { CaseAnswer, PersonRequest } from '../../workflows/review-case/contract.js';
import { actionRequest } from './action-requests.js';
import { UPDATE_ACTIONS, UPDATES } from './actions.js';
import {
  caseQuerySchema,
  exportQuerySchema,
  eventsCursorSchema,
  eventsQuerySchema,
  explanationQuerySchema,
  idempotencyKeySchema,
  liaisonSuccessSchema,
  listCursorSchema,
  listQuerySchema,
  noteRequestSchema,
} from './schema.js';
import { explanationOf } from './explanation.js';
import { casesAsCsv, EXPORT_LIMIT } from './export.js';
import { actionsOf, caseView, eventView, linkView } from './view.js';

/** Cases: read from PostgreSQL alone; acted upon through their workflows. */
export function reviewCaseRoutes({ db, inbox, client, namespace, temporalUiUrl }: ApiDependencies): Router {
  const router = Router();
  const show = (row: ReviewCase) => caseView(row, { uiUrl: temporalUiUrl, namespace });

  const requireCase = async (reach: Reach, orderId: unknown, round?: number): Promise<ReviewCase> => {
    const id = validated(orderIdSchema, orderId);
    const row = await newestCase(db, reach, id, round);
    if (row !== null) return row;
    throw new Problem('CASE_NOT_FOUND', `Order ${id} has no review case${round === undefined ? '' : ` of round ${round}`}.`);
  };

  router.get('/review-cases', async (request, response) => {
    const { limit, cursor, ...filter } = validated(listQuerySchema, request.query);
    const after = decodeCursor(listCursorSchema, cursor);
    const reach = reachOf(response);
    const [rows, counts] = await Promise.all([listCases(db, reach, filter, limit + 1, after), countCases(db, reach, filter)]);
    const page = pageOf(rows, limit, ({ openedAt, caseId }) => ({ openedAt, caseId }));
    response.json({ items: page.items.map(show), nextCursor: page.nextCursor, counts });
  });

  router.get('/review-cases.csv', async (request, response) => {
    const filter = validated(exportQuerySchema, request.query);
    const rows = await listCases(db, reachOf(response), filter, EXPORT_LIMIT + 1, null);
    if (rows.length > EXPORT_LIMIT) throw new Problem('VALIDATION_FAILED', `More than ${EXPORT_LIMIT} cases: narrow the filter.`);
    response.type('text/csv').attachment('review-cases.csv').send(casesAsCsv(rows));
  });

  router.get('/review-cases/:orderId', async (request, response) => {
    const { round } = validated(caseQuerySchema, request.query);
    const row = await requireCase(reachOf(response), request.params.orderId, round);
    const [placement, told] = await Promise.all([
      newestPlacement(db, reachOf(response), row.orderId),
      buyerMessages(db, row.orderId, row.reviewRound),
    ]);
    response.json({ ...caseView(row, { uiUrl: temporalUiUrl, namespace }, placement !== null), told });
  });

  router.get('/review-cases/:orderId/events', async (request, response) => {
    const { round, limit, cursor } = validated(eventsQuerySchema, request.query);
    const { caseId } = await requireCase(reachOf(response), request.params.orderId, round);
    const after = BigInt(decodeCursor(eventsCursorSchema, cursor)?.id ?? 0);
    const page = pageOf(await listCaseEvents(db, caseId, after, limit + 1), limit, ({ id }) => ({ id: String(id) }));
    response.json({ caseId, items: page.items.map(eventView), nextCursor: page.nextCursor });
  });

  // Links in notices (D4), without their tokens.
  router.get('/review-cases/:orderId/links', async (request, response) => {
    const { round } = validated(caseQuerySchema, request.query);
    const { caseId } = await requireCase(reachOf(response), request.params.orderId, round);
    response.json({ caseId, items: (await linksOfCase(db, caseId)).map(linkView) });
  });

  // Why the decision fell as it did (D2).
  router.get('/review-cases/:orderId/explanation', async (request, response) => {
    const { round, lang } = validated(explanationQuerySchema, request.query);
    response.json(await explanationOf(db, await requireCase(reachOf(response), request.params.orderId, round), lang));
  });

  // The liaison's signal endpoint (A8): an event like a notice, so it is never lost and never counted twice.
  router.post('/review-cases/:orderId/review-succeeded', async (request, response) => {
    const orderId = validated(orderIdSchema, request.params.orderId);
    const word = validated(liaisonSuccessSchema, request.body);
    const reach = reachOf(response);
    const row = await newestCase(db, reach, orderId);
    if (row === null && !(await hasPendingEvents(db, reach, orderId)))
      throw new Problem('CASE_NOT_FOUND', `Order ${orderId} has no review case.`);
    const arrival = { kind: 'liaison_success' as const, sender: senderOf(response), orderId, eventId: word.eventId, payload: word };
    const event = await accept(inbox, { ...arrival, reviewRound: row?.reviewRound ?? 1 });
    response.status(202).json(acceptedAnswer(event));
  });

  for (const action of UPDATE_ACTIONS) {
    router.post(`/review-cases/:orderId/${action}`, async (request, response) => {
      const findCase = (): Promise<ReviewCase> => requireCase(reachOf(response), request.params.orderId);
      const asked = await actionRequest(db, action, request.body, findCase);
      const key = validated(idempotencyKeySchema, request.get('idempotency-key'));
      const row = await findCase();
      const update = { workflowId: workflowIdOf(row.caseId), name: UPDATES[action].name, action, request: asked, key };
      const answer = await updateWorkflow<CaseAnswer, PersonRequest>(client, update);
      if (answer === null) throw refused(action, row.status, actionsOf(row));
      response.json(answer);
    });
    router.all(`/review-cases/:orderId/${action}`, onlyMethods('POST'));
  }
  // A note is a row, no message to the case.
  router.post('/review-cases/:orderId/notes', async (request, response) => {
    const { by, note } = validated(noteRequestSchema, request.body);
    const row = await requireCase(reachOf(response), request.params.orderId);
    response.status(201).json(eventView(await addNote(db, row, by, note)));
  });

  // Opening a case again goes through the inbox: it is as durable as a notice.
  router.post('/review-cases/:orderId/reopen', async (request, response) => {
    const word = validated(noteRequestSchema, request.body);
    const eventId = validated(idempotencyKeySchema, request.get('idempotency-key')) ?? randomUUID();
    const row = await requireCase(reachOf(response), request.params.orderId);
    const sender = `${senderOf(response)}/reopen`;
    if ((await findEvent(db, sender, eventId)) === null) requireAllowed(row, 'reopen');
    const arrival = { kind: 'reopening' as const, sender, orderId: row.orderId, eventId, payload: word };
    const event = await accept(inbox, { ...arrival, reviewRound: row.reviewRound });
    response.status(202).json(acceptedAnswer(event));
  });
  router.all(
    ['/review-cases/:orderId/review-succeeded', '/review-cases/:orderId/notes', '/review-cases/:orderId/reopen'],
    onlyMethods('POST'),
  );
  router.all(
    ['/review-cases', '/review-cases.csv', ...['', '/events', '/links', '/explanation'].map((part) => `/review-cases/:orderId${part}`)],
    onlyMethods('GET', 'HEAD'),
  );
  return router;
}

/** @throws Problem ACTION_NOT_ALLOWED, by what the read model knows; the case itself has the last word */
function requireAllowed(row: ReviewCase, action: CaseAction): void {
  const actions = actionsOf(row);
  if (hasEnded(row.status as CaseStatus) && !actions.includes(action)) throw refused(action, row.status, actions);
}

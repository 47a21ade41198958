import { Router } from 'express';
import { z } from 'zod';
import type { InboundEvent } from '../../db/generated/client.js';
import { findInboundEvent, listInboundEvents, RETRIABLE_PROBLEMS, retryEvent, settleEvent } from '../../db/inbound-events.js';
import type { Reach } from '../../domain/access.js';
import { decodeCursor, limitSchema, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import { nameSchema, noteSchema } from '../review-notices/schema.js';

const text = z.string().min(1).max(200).optional();
const listQuerySchema = z.strictObject({
  orderId: text,
  state: text,
  disposition: text,
  problem: text,
  limit: limitSchema,
  cursor: z.string().max(500).optional(),
});
/** `POST …/settle`: who settled the problem, and how. */
const settleSchema = z.strictObject({ by: nameSchema, note: noteSchema });
const cursorSchema = z.strictObject({ seq: z.string().regex(/^\d{1,18}$/) });

/** What arrived, what came of it, and what operations have to look at (`?problem=any`). */
export function inboundEventRoutes({ db, wake }: ApiDependencies): Router {
  const router = Router();
  const requireEvent = async (reach: Reach, id: unknown): Promise<InboundEvent> => {
    const row = z.uuid().safeParse(id).success ? await findInboundEvent(db, reach, String(id)) : null;
    if (row === null) throw new Problem('NOT_FOUND', `There is no inbound event ${String(id).slice(0, 100)}.`);
    return row;
  };

  router.get('/inbound-events', async (request, response) => {
    const { limit, cursor, ...filter } = validated(listQuerySchema, request.query);
    const before = decodeCursor(cursorSchema, cursor);
    const rows = await listInboundEvents(db, reachOf(response), filter, before === null ? null : BigInt(before.seq), limit + 1);
    const page = pageOf(rows, limit, ({ seq }) => ({ seq: String(seq) }));
    response.json({ items: page.items.map(eventView), nextCursor: page.nextCursor });
  });

  router.get('/inbound-events/:id', async (request, response) => {
    response.json(eventView(await requireEvent(reachOf(response), request.params.id)));
  });

  router.post('/inbound-events/:id/retry', async (request, response) => {
    const event = await requireEvent(reachOf(response), request.params.id);
    if (!(await retryEvent(db, event.id))) {
      throw new Problem('ACTION_NOT_ALLOWED', `The event has no problem that a retry could mend (${RETRIABLE_PROBLEMS.join(', ')}).`, {
        problem: event.problem,
        actions: [],
      });
    }
    wake();
    response.status(202).json(eventView(await requireEvent(reachOf(response), event.id)));
  });

  // Settling leaves a trace: who, when, why, and the problem itself.
  router.post('/inbound-events/:id/settle', async (request, response) => {
    const { by, note } = validated(settleSchema, request.body);
    const event = await requireEvent(reachOf(response), request.params.id);
    if (!(await settleEvent(db, event.id, by, note))) {
      throw new Problem('ACTION_NOT_ALLOWED', 'The event has no open problem.', { problem: event.problem, actions: [] });
    }
    response.json(eventView(await requireEvent(reachOf(response), event.id)));
  });
  router.all(['/inbound-events/:id/retry', '/inbound-events/:id/settle'], onlyMethods('POST'));
  router.all(['/inbound-events', '/inbound-events/:id'], onlyMethods('GET', 'HEAD'));
  return router;
}

function eventView(row: InboundEvent) {
  const { id, sender, eventId, kind, orderId, reviewRound, receivedAt, state, disposition, problem, detail, caseId, attempts, payload } =
    row;
  const open = problem !== null && row.settledAt === null;
  const retriable = open && state !== 'pending' && (RETRIABLE_PROBLEMS as readonly string[]).includes(problem);
  return {
    id,
    sender,
    eventId,
    kind,
    orderId,
    reviewRound,
    receivedAt,
    state,
    disposition,
    problem,
    detail,
    caseId,
    attempts,
    settled: row.settledAt === null ? null : { by: row.settledBy, note: row.settledNote, at: row.settledAt },
    actions: [...(retriable ? ['retry'] : []), ...(open ? ['settle'] : [])],
    payload,
  };
}

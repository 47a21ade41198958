import type { Router } from 'express';
import { z } from 'zod';
import type { InboundEvent } from '../../db/generated/client.js';
import * as events from '../../db/inbound-events.js';
import type { Reach } from '../../domain/access.js';
import { resource, serve } from '../contract/operation.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { getInboundEvent, listInboundEvents, retryInboundEvent, settleInboundEvent } from './operations.js';
import { cursorSchema, RETRIABLE } from './schema.js';

/** What arrived, what came of it, and what operations have to look at (`?problem=any`). */
export function inboundEventRoutes(dependencies: ApiDependencies): Router {
  const { db, wake } = dependencies;
  const requireEvent = async (reach: Reach, id: string): Promise<InboundEvent> => {
    const row = z.uuid().safeParse(id).success ? await events.findInboundEvent(db, reach, id) : null;
    if (row === null) throw new Problem('NOT_FOUND', `There is no inbound event ${id.slice(0, 100)}.`);
    return row;
  };

  return resource(dependencies, [
    serve(listInboundEvents, async ({ reach, query: { limit, cursor, ...filter } }, response) => {
      const before = decodeCursor(cursorSchema, cursor);
      const rows = await events.listInboundEvents(db, reach, filter, before === null ? null : BigInt(before.seq), limit + 1);
      const page = pageOf(rows, limit, ({ seq }) => ({ seq: String(seq) }));
      response.json({ items: page.items.map(eventView), nextCursor: page.nextCursor });
    }),
    serve(getInboundEvent, async ({ reach, params }, response) => {
      response.json(eventView(await requireEvent(reach, params.id)));
    }),
    serve(retryInboundEvent, async ({ reach, params }, response) => {
      const { id, problem } = await requireEvent(reach, params.id);
      if (!(await events.retryEvent(db, id))) {
        throw new Problem('ACTION_NOT_ALLOWED', `The event has no problem that a retry could mend (${RETRIABLE}).`, {
          problem,
          actions: [],
        });
      }
      wake();
      response.status(202).json(eventView(await requireEvent(reach, id)));
    }),
    // Settling leaves a trace: who, when, why, and the problem itself.
    serve(settleInboundEvent, async ({ reach, params, body: { by, note } }, response) => {
      const { id, problem } = await requireEvent(reach, params.id);
      if (!(await events.settleEvent(db, id, by, note))) {
        throw new Problem('ACTION_NOT_ALLOWED', 'The event has no open problem.', { problem, actions: [] });
      }
      response.json(eventView(await requireEvent(reach, id)));
    }),
  ]);
}

function eventView(row: InboundEvent) {
  const { id, sender, eventId, kind, orderId, reviewRound, receivedAt, state, disposition, problem, detail, caseId, attempts, payload } =
    row;
  const open = problem !== null && row.settledAt === null;
  const retriable = open && state !== 'pending' && (events.RETRIABLE_PROBLEMS as readonly string[]).includes(problem);
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

import { Router } from 'express';
import { z } from 'zod';
import { listMessages, type LedgerRow } from '../../db/messages.js';
import { decodeCursor, limitSchema, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';

const text = z.string().min(1).max(200).optional();
const listQuerySchema = z.strictObject({
  orderId: text,
  caseId: text,
  counterpart: z.enum(['buyer', 'review', 'liaison', 'vendor', 'customer', 'platform']).optional(),
  state: text,
  limit: limitSchema,
  cursor: z.string().max(1000).optional(),
});
const cursorSchema = z.strictObject({ wallAt: z.iso.datetime(), key: z.string() });

/** The ledger: every message with its attempts and its text as sent. */
export function messageRoutes({ db }: ApiDependencies): Router {
  const router = Router();
  router.get('/messages', async (request, response) => {
    const { limit, cursor, ...filter } = validated(listQuerySchema, request.query);
    const rows = await listMessages(db, filter, decodeCursor(cursorSchema, cursor), limit + 1);
    const page = pageOf(rows, limit, ({ wallAt, key }) => ({ wallAt, key }));
    response.json({ items: page.items.map(messageView), nextCursor: page.nextCursor });
  });
  router.all('/messages', onlyMethods('GET', 'HEAD'));
  return router;
}

function messageView({ attempts, ...message }: LedgerRow) {
  return {
    ...message,
    attempts: attempts.map(({ number, startedAt, finishedAt, outcome, httpStatus, error }) => ({
      number,
      startedAt,
      finishedAt,
      outcome,
      httpStatus,
      error,
    })),
  };
}

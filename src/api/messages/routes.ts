import { Router } from 'express';
import type { z } from 'zod';
import { answeredOnce, IdempotencyKeyReused } from '../../db/idempotent-answers.js';
import { countMessages, entriesOf, findMessage, listMessages, standingsOf, type LedgerCount, type LedgerRow } from '../../db/ledger.js';
import { previewResend, queueResend, type Resend, type ResendReport } from '../../db/resends.js';
import type { Reach } from '../../domain/access.js';
import { RESENDABLE_STATES, resendObstacle } from '../../domain/ledger.js';
import { senderOf } from '../authentication.js';
import { decodeCursor, encodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import { idempotencyKeySchema } from '../review-cases/schema.js';
import { countsQuerySchema, cursorSchema, listQuerySchema, resendSchema } from './schema.js';

/** Several hundred messages are judged and queued in one transaction. */
const RESEND_LIMIT_MS = 30_000;

/** The ledger: every message with its attempts and its text as sent; what was not delivered is sent again (D9). */
export function messageRoutes({ db, wakeDeliveries }: ApiDependencies): Router {
  const router = Router();
  const requireMessage = async (reach: Reach, id: string): Promise<LedgerRow> => {
    const row = await findMessage(db, reach, keyOf(id));
    if (row !== null) return row;
    throw new Problem('NOT_FOUND', `There is no message ${id.slice(0, 100)}; an id is that of a message in GET /v1/messages.`);
  };

  router.get('/messages', async (request, response) => {
    const { limit, cursor, state: states, ...filter } = validated(listQuerySchema, request.query);
    const rows = await listMessages(db, reachOf(response), { ...filter, states }, decodeCursor(cursorSchema, cursor), limit + 1);
    const page = pageOf(rows, limit, ({ wallAt, key }) => ({ wallAt, key }));
    response.json({ items: page.items.map(messageView), nextCursor: page.nextCursor });
  });

  router.get('/messages/counts', async (request, response) => {
    const { state: states, ...filter } = validated(countsQuerySchema, request.query);
    response.json(countsView(await countMessages(db, reachOf(response), { ...filter, states })));
  });

  router.post('/messages/resend', async (request, response) => {
    const asked = validated(resendSchema, request.body);
    const key = validated(idempotencyKeySchema, request.get('idempotency-key'));
    const resend = resendOf(asked, reachOf(response));
    if (asked.preview) return void response.json(reportView(await previewResend(db, resend)));
    const queue = async (): Promise<ResendReport> =>
      db.$transaction(
        (tx) => {
          if (key === undefined) return queueResend(tx, resend);
          const once = { sender: senderOf(response), operation: 'resend', key, content: asked };
          return answeredOnce(tx, once, () => queueResend(tx, resend));
        },
        { timeout: RESEND_LIMIT_MS },
      );
    const report = await queue().catch((error: unknown) => {
      if (!(error instanceof IdempotencyKeyReused)) throw error;
      throw new Problem('IDEMPOTENCY_KEY_REUSED', 'The Idempotency-Key came before with another request. Send a new one with a new key.');
    });
    wakeDeliveries();
    response.json(reportView(report));
  });
  router.all('/messages/resend', onlyMethods('POST'));

  router.get('/messages/:id', async (request, response) => {
    const row = await requireMessage(reachOf(response), request.params.id);
    const [entries, standingOf] = await Promise.all([entriesOf(db, [row.orderId]), standingsOf(db, [row.orderId])]);
    const entry = entries.find(({ key }) => key === row.key);
    const obstacle = entry === undefined ? null : resendObstacle(entry, entries, standingOf(entry), false);
    response.json({ ...messageView(row), resend: { possible: obstacle === null, reason: null, detail: null, ...obstacle } });
  });
  router.all(['/messages', '/messages/counts', '/messages/:id'], onlyMethods('GET', 'HEAD'));
  return router;
}

function resendOf({ keys, filter = { state: [] }, cursor, by, note, alsoUnknown }: z.output<typeof resendSchema>, reach: Reach): Resend {
  if (keys !== undefined) return { reach, messages: { keys }, by, note, alsoUnknown };
  const { state: states, ...rest } = filter;
  return { reach, messages: { filter: { ...rest, states }, after: decodeCursor(cursorSchema, cursor) }, by, note, alsoUnknown };
}

function reportView({ next, ...report }: ResendReport) {
  return { ...report, nextCursor: next === null ? null : encodeCursor(next) };
}

/** A key has slashes, and may have dots that a path would lose: in an address it is base64url. */
function idOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function keyOf(id: string): string {
  return Buffer.from(id, 'base64url').toString('utf8');
}

function messageView({ attempts, ...message }: LedgerRow) {
  const mayBeAsked = (RESENDABLE_STATES as readonly string[]).includes(message.state);
  return {
    id: idOf(message.key),
    ...message,
    attempts: attempts.map(({ number, startedAt, finishedAt, outcome, httpStatus, error }) => ({
      number,
      startedAt,
      finishedAt,
      outcome,
      httpStatus,
      error,
    })),
    actions: mayBeAsked && message.counterpart !== 'review' && message.counterpart !== 'vendor' ? ['resend'] : [],
  };
}

/** How many there are in each state, over all and at each counterpart. */
function countsView(counts: readonly LedgerCount[]) {
  const states: Record<string, number> = {};
  const items = new Map<string, { counterpart: string; counterpartId: string | null; states: Record<string, number> }>();
  for (const { counterpart, counterpartId, state, count } of counts) {
    states[state] = (states[state] ?? 0) + count;
    const place = `${counterpart} ${counterpartId}`;
    const item = items.get(place) ?? { counterpart, counterpartId, states: {} };
    item.states[state] = count;
    items.set(place, item);
  }
  return { states, items: [...items.values()] };
}

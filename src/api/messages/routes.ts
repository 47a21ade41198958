import type { Router } from 'express';
import type { z } from 'zod';
import type { Transaction } from '../../db/database.js';
import * as ledger from '../../db/ledger.js';
import { previewResend, queueResend, type Resend, type ResendReport } from '../../db/resends.js';
import type { Reach } from '../../domain/access.js';
import { RESENDABLE_STATES, resendObstacle } from '../../domain/ledger.js';
import { findUnstorable } from '../../wire/storable.js';
import { resource, serve } from '../contract/operation.js';
import { decodeCursor, encodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { countMessages, getMessage, listMessages, resendMessages } from './operations.js';
import { cursorSchema, type resendSchema } from './schema.js';

/** Several hundred messages are judged and queued in one transaction. */
const RESEND_LIMIT_MS = 30_000;

/** The ledger: every message with its attempts and its text as sent; what was not delivered is sent again (D9). */
export function messageRoutes(dependencies: ApiDependencies): Router {
  const { db, wakeDeliveries } = dependencies;
  return resource(dependencies, [
    serve(listMessages, async ({ reach, query: { limit, cursor, state: states, ...filter } }, response) => {
      const rows = await ledger.listMessages(db, reach, { ...filter, states }, decodeCursor(cursorSchema, cursor), limit + 1);
      const page = pageOf(rows, limit, ({ wallAt, key }) => ({ wallAt, key }));
      response.json({ items: page.items.map(messageView), nextCursor: page.nextCursor });
    }),
    serve(countMessages, async ({ reach, query: { state: states, ...filter } }, response) => {
      response.json(countsView(await ledger.countMessages(db, reach, { ...filter, states })));
    }),
    serve(resendMessages, async ({ reach, once, body }, response) => {
      const resend = resendOf(body, reach);
      if (body.preview) return void response.json(reportView(await previewResend(db, resend)));
      const queue = async (tx: Transaction) => {
        const done = reportView(await queueResend(tx, resend));
        await once.keep(tx, { status: 200, body: done });
        return done;
      };
      const report = await db.$transaction(queue, { timeout: RESEND_LIMIT_MS });
      wakeDeliveries();
      response.json(report);
    }),
    serve(getMessage, async ({ reach, params: { id } }, response) => {
      const key = keyOf(id);
      const row = findUnstorable(key) === null ? await ledger.findMessage(db, reach, key) : null;
      if (row === null)
        throw new Problem('NOT_FOUND', `There is no message ${id.slice(0, 100)}; an id is that of a message in GET /v1/messages.`);
      const [entries, standingOf] = await Promise.all([ledger.entriesOf(db, [row.orderId]), ledger.standingsOf(db, [row.orderId])]);
      const entry = entries.find((one) => one.key === key);
      const obstacle = entry === undefined ? null : resendObstacle(entry, entries, standingOf(entry), false);
      response.json({ ...messageView(row), resend: { possible: obstacle === null, reason: null, detail: null, ...obstacle } });
    }),
  ]);
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

function messageView({ attempts, ...message }: ledger.LedgerRow) {
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
function countsView(counts: readonly ledger.LedgerCount[]) {
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

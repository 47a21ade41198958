import { Router } from 'express';
import { listCaseEvents } from '../../db/case-events.js';
import type { Placement } from '../../db/generated/client.js';
import { findEvent, hasPendingEvents, type InboundKind } from '../../db/inbound-events.js';
import { findOrder } from '../../db/orders.js';
import { countPlacements, listPlacements, newestPlacement } from '../../db/placements.js';
import { newestRounds } from '../../db/review-cases.js';
import { findVendor } from '../../db/vendors.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { senderOf } from '../authentication.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { validated } from '../errors.js';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { reachOf, requireOwnOrder } from '../reach.js';
import { eventsCursorSchema, eventsQuerySchema } from '../review-cases/schema.js';
import { eventView } from '../review-cases/view.js';
import { accept } from '../review-notices/routes.js';
import { paymentSchema, placementCursorSchema, placementListSchema, placementSchema, resultSchema } from './schema.js';
import { acceptedAnswer, requirePlacement } from './placement.js';
import { placementView } from './view.js';

/** Placements with slow vendors (B): asked for, paid, reported upon, handled by people. */
export function placementRoutes({ db, inbox, namespace, temporalUiUrl }: ApiDependencies): Router {
  const router = Router();

  const show = async (rows: Placement[]) => {
    const rounds = await newestRounds(
      db,
      rows.map(({ orderId }) => orderId),
    );
    return rows.map((row) => placementView(row, { uiUrl: temporalUiUrl, namespace }, rounds.get(row.orderId) ?? null));
  };
  router.post('/placements', async (request, response) => {
    const { eventId, orderId, ...asked } = validated(placementSchema, request.body);
    const sender = senderOf(response);
    await requireOwnOrder(db, reachOf(response), orderId, asked.order);
    if ((await findEvent(db, sender, eventId)) === null) {
      if ((await findVendor(db, asked.vendorId)) === null) throw new Problem('VENDOR_UNKNOWN', `There is no vendor "${asked.vendorId}".`);
      const known = (asked.order ?? (await findOrder(db, orderId))) !== null;
      if (!known) throw new Problem('ORDER_UNKNOWN', `Order ${orderId} is not known: send its document as "order".`);
    }
    const event = await accept(inbox, {
      sender,
      eventId,
      orderId,
      reviewRound: 0,
      kind: 'placement',
      payload: { eventId, orderId, ...asked },
    });
    response.status(202).json(acceptedAnswer(event));
  });

  router.get('/placements', async (request, response) => {
    const { limit, cursor, ...filter } = validated(placementListSchema, request.query);
    const after = decodeCursor(placementCursorSchema, cursor);
    const reach = reachOf(response);
    const [rows, counts] = await Promise.all([listPlacements(db, reach, filter, limit + 1, after), countPlacements(db, reach, filter)]);
    const page = pageOf(rows, limit, ({ openedAt, placementId }) => ({ openedAt, placementId }));
    response.json({ items: await show(page.items), nextCursor: page.nextCursor, counts });
  });

  router.get('/placements/:orderId', async (request, response) => {
    const [shown] = await show([await requirePlacement(db, reachOf(response), request.params.orderId)]);
    response.json(shown);
  });

  router.get('/placements/:orderId/events', async (request, response) => {
    const { limit, cursor } = validated(eventsQuerySchema.omit({ round: true }), request.query);
    const { placementId } = await requirePlacement(db, reachOf(response), request.params.orderId);
    const after = BigInt(decodeCursor(eventsCursorSchema, cursor)?.id ?? 0);
    const page = pageOf(await listCaseEvents(db, placementId, after, limit + 1), limit, ({ id }) => ({ id: String(id) }));
    response.json({ placementId, items: page.items.map(eventView), nextCursor: page.nextCursor });
  });

  // What others tell of a placement: events like a notice, never lost and never counted twice.
  const tellings = {
    payment: { kind: 'payment', schema: paymentSchema },
    result: { kind: 'placement_result', schema: resultSchema },
  } as const;
  for (const [path, { kind, schema }] of Object.entries(tellings)) {
    router.post(`/placements/:orderId/${path}`, async (request, response) => {
      const orderId = validated(orderIdSchema, request.params.orderId);
      const payload = validated<{ eventId: string }>(schema, request.body);
      const reach = reachOf(response);
      if ((await newestPlacement(db, reach, orderId)) === null && !(await hasPendingEvents(db, reach, orderId)))
        await requirePlacement(db, reach, orderId);
      const arrival = {
        sender: senderOf(response),
        eventId: payload.eventId,
        orderId,
        reviewRound: 0,
        kind: kind satisfies InboundKind,
        payload,
      };
      const event = await accept(inbox, arrival);
      response.status(202).json(acceptedAnswer(event));
    });
    router.all(`/placements/:orderId/${path}`, onlyMethods('POST'));
  }

  router.all('/placements', onlyMethods('GET', 'HEAD', 'POST'));
  router.all(['/placements/:orderId', '/placements/:orderId/events'], onlyMethods('GET', 'HEAD'));
  return router;
}

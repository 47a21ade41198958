import type { Response, Router } from 'express';
import { listCaseEvents } from '../../db/case-events.js';
import type { Placement } from '../../db/generated/client.js';
import type { Reach } from '../../domain/access.js';
import { findEvent, hasPendingEvents } from '../../db/inbound-events.js';
import { findOrder } from '../../db/orders.js';
import * as placements from '../../db/placement-list.js';
import { newestRounds } from '../../db/review-cases.js';
import { findVendor } from '../../db/vendors.js';
import { senderOf } from '../authentication.js';
import { resource, serve, type Served } from '../contract/operation.js';
import type { Waiting } from '../contract/waiting.js';
import { decodeCursor, pageOf, sortedPlace } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { Problem } from '../problems.js';
import { reachIfAllowed, requireOwnOrder } from '../reach.js';
import { eventsCursorSchema } from '../review-cases/schema.js';
import { eventView } from '../review-cases/view.js';
import { accept } from '../review-notices/routes.js';
import { explanationOf } from './explanation.js';
import * as operations from './operations.js';
import { acceptedAnswer, requirePlacement } from './placement.js';
import { placementCursorSchema } from './schema.js';
import { placementView } from './view.js';

/** Placements with slow vendors (B): asked for, paid, reported upon, and read. */
export function placementRoutes(dependencies: ApiDependencies, waiting: Waiting): Router {
  return resource(dependencies, [...told(dependencies), ...read(dependencies, waiting)]);
}

/** What others tell of a placement: events like a notice, never lost and never counted twice. */
function told({ db, inbox }: ApiDependencies): Served[] {
  const keep = async (
    kind: 'placement' | 'payment' | 'placement_result',
    orderId: string,
    payload: { eventId: string },
    response: Response,
  ): Promise<void> => {
    const arrival = { sender: senderOf(response), eventId: payload.eventId, orderId, reviewRound: 0, kind, payload };
    response.status(202).json(acceptedAnswer(await accept(inbox, arrival)));
  };
  const requireAskedFor = async (reach: Reach, orderId: string): Promise<void> => {
    if (!(await hasPendingEvents(db, reach, orderId))) await requirePlacement(db, reach, orderId);
  };
  return [
    serve(operations.createPlacement, async ({ reach, body: asked }, response) => {
      const { eventId, orderId, vendorId } = asked;
      await requireOwnOrder(db, reach, orderId, asked.order);
      if ((await findEvent(db, senderOf(response), eventId)) === null) {
        if ((await findVendor(db, vendorId)) === null) throw new Problem('VENDOR_UNKNOWN', `There is no vendor "${vendorId}".`);
        const known = (asked.order ?? (await findOrder(db, orderId))) !== null;
        if (!known) throw new Problem('ORDER_UNKNOWN', `Order ${orderId} is not known: send its document as "order".`);
      }
      await keep('placement', orderId, asked, response);
    }),
    serve(operations.reportPayment, async ({ reach, params: { orderId }, body }, response) => {
      await requireAskedFor(reach, orderId);
      await keep('payment', orderId, body, response);
    }),
    serve(operations.reportPlacementResult, async ({ reach, params: { orderId }, body }, response) => {
      await requireAskedFor(reach, orderId);
      await keep('placement_result', orderId, body, response);
    }),
  ];
}

function read({ db, namespace, temporalUiUrl: uiUrl }: ApiDependencies, waiting: Waiting): Served[] {
  const show = async (rows: Placement[]) => {
    const rounds = await newestRounds(
      db,
      rows.map(({ orderId }) => orderId),
    );
    return rows.map((row) => placementView(row, { uiUrl, namespace }, rounds.get(row.orderId) ?? null));
  };
  return [
    serve(operations.listPlacements, async ({ reach, query: { limit, cursor, sort: wanted, ...filter } }, response) => {
      const { sort, after } = sortedPlace(placementCursorSchema, { sort: wanted, cursor });
      const [rows, counts] = await Promise.all([
        placements.listPlacements(db, reach, filter, limit + 1, after, sort),
        placements.countPlacements(db, reach, filter),
      ]);
      const page = pageOf(rows, limit, (row) => placements.placeOfPlacement(sort, row));
      response.json({ items: await show(page.items), nextCursor: page.nextCursor, counts });
    }),
    serve(operations.getPlacement, async ({ reach, params: { orderId }, query: { until } }, response) => {
      const look = async () => {
        const row = await requirePlacement(db, reach, orderId);
        return placementView(row, { uiUrl, namespace }, (await newestRounds(db, [orderId])).get(orderId) ?? null);
      };
      const isReached = until === undefined ? undefined : ({ status }: { status: string }) => until.some((state) => state === status);
      await waiting.send(response, { key: orderId, look, isReached });
    }),
    serve(operations.listPlacementEvents, async ({ reach, params, query: { limit, cursor } }, response) => {
      const { placementId } = await requirePlacement(db, reach, params.orderId);
      const after = BigInt(decodeCursor(eventsCursorSchema, cursor)?.id ?? 0);
      const page = pageOf(await listCaseEvents(db, placementId, after, limit + 1), limit, ({ id }) => ({ id: String(id) }));
      response.json({ placementId, items: page.items.map(eventView), nextCursor: page.nextCursor });
    }),
    serve(operations.explainPlacement, async ({ reach, params, query: { lang } }, response) => {
      const withPolicy = reachIfAllowed(response, 'policies.read') !== null;
      response.json(await explanationOf(db, await requirePlacement(db, reach, params.orderId), lang, withPolicy));
    }),
  ];
}

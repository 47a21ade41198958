import type { Response, Router } from 'express';
import { z } from 'zod';
import { placeBefore } from '../../db/feed.js';
import { findDelivery, listDeliveries as readDeliveries, queueReplay, type LoggedDelivery } from '../../db/subscription-deliveries.js';
import * as subscriptions from '../../db/subscriptions.js';
import type { Reach } from '../../domain/access.js';
import { callerOf } from '../authentication.js';
import { sendTagged, tagged } from '../contract/etag.js';
import { resource, serve } from '../contract/operation.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDependencies } from '../dependencies.js';
import { placeAfter } from '../events/cursor.js';
import { Problem } from '../problems.js';
import { reachOf } from '../reach.js';
import * as operations from './operations.js';
import { deliveryCursor } from './schema.js';
import { deliveryHistoryView, deliveryView, editable, subscriptionView } from './view.js';

const isUuid = (id: string): boolean => z.uuid().safeParse(id).success;

/** Who is sent the feed, and what was sent to them. */
export function subscriptionRoutes(dependencies: ApiDependencies): Router {
  const { db, sealing } = dependencies;
  const require = async (reach: Reach, id: string): Promise<subscriptions.SubscriptionRow> =>
    found(id, isUuid(id) ? await subscriptions.findSubscription(db, reach, id) : null);
  const requireDelivery = async (reach: Reach, { id, eventId }: { id: string; eventId: string }): Promise<LoggedDelivery> => {
    await require(reach, id);
    const delivery = isUuid(eventId) ? await findDelivery(db, id, eventId) : null;
    if (delivery === null) throw new Problem('NOT_FOUND', `The event ${eventId.slice(0, 100)} was not sent to this subscription.`);
    return delivery;
  };
  const tellOnce = async (
    response: Response,
    status: number,
    issued: { row: subscriptions.SubscriptionRow; secret: string },
  ): Promise<void> => void response.status(status).json({ ...(await subscriptionView(db, issued.row)), secret: issued.secret });

  return resource(dependencies, [
    serve(operations.listSubscriptions, async ({ reach }, response) => {
      const rows = await subscriptions.listSubscriptions(db, reach);
      response.json({ items: await Promise.all(rows.map((row) => subscriptionView(db, row))) });
    }),
    serve(operations.createSubscription, async ({ body: { buyers, ...fields } }, response) => {
      const asked = { ...fields, buyers: givable(response, buyers) };
      await tellOnce(response, 201, await subscriptions.createSubscription(db, sealing, asked, callerOf(response).name));
    }),
    serve(operations.getSubscription, async ({ reach, params: { id } }, response) => {
      const row = await require(reach, id);
      sendTagged(response, await subscriptionView(db, row), () => editable(row));
    }),
    serve(operations.changeSubscription, async ({ reach, params: { id }, body: { buyers, ...change }, precondition }, response) => {
      await require(reach, id);
      const wanted = { ...change, ...(buyers === undefined ? {} : { buyers: givable(response, buyers) }) };
      const check = (now: subscriptions.SubscriptionRow): void => precondition(editable(now));
      const row = found(id, await subscriptions.changeSubscription(db, reach, id, defined(wanted), check, callerOf(response).name));
      tagged(response, editable(row)).json(await subscriptionView(db, row));
    }),
    serve(operations.deleteSubscription, async ({ reach, params: { id }, precondition }, response) => {
      await require(reach, id);
      await subscriptions.deleteSubscription(db, reach, id, (now) => precondition(editable(now)), callerOf(response).name);
      response.status(204).end();
    }),
    serve(operations.rotateSubscriptionSecret, async ({ reach, params: { id }, body: { overlapMs } }, response) => {
      await require(reach, id);
      await tellOnce(
        response,
        200,
        await subscriptions.rotateSecret(db, sealing, id, overlapMs, callerOf(response).name).catch(notRotated),
      );
    }),
    serve(operations.replaySubscription, async ({ reach, params: { id }, body: { after, since } }, response) => {
      await require(reach, id);
      const place = since === undefined ? (await placeAfter(db, after, 'end')).position : await placeBefore(db, new Date(since));
      const row = await subscriptions.moveSubscription(db, id, place, callerOf(response).name);
      response.status(202).json(await subscriptionView(db, row));
    }),
    serve(operations.listDeliveries, async ({ reach, params: { id }, query: { limit, cursor, state } }, response) => {
      await require(reach, id);
      const before = decodeCursor(deliveryCursor, cursor);
      const rows = await readDeliveries(db, id, state, before === null ? null : BigInt(before.p), limit + 1);
      const page = pageOf(rows, limit, ({ position }) => ({ p: String(position) }));
      response.json({ items: page.items.map(deliveryView), nextCursor: page.nextCursor });
    }),
    serve(operations.getDelivery, async ({ reach, params }, response) => {
      response.json(deliveryHistoryView(await requireDelivery(reach, params)));
    }),
    serve(operations.replayDelivery, async ({ reach, params }, response) => {
      const { state } = await requireDelivery(reach, params);
      if (!(await queueReplay(db, params.id, params.eventId))) {
        throw new Problem('ACTION_NOT_ALLOWED', `It is ${state}: it is sent anyway.`, { actions: [] });
      }
      response.status(202).json(deliveryHistoryView(await requireDelivery(reach, params)));
    }),
  ]);
}

function found(id: string, row: subscriptions.SubscriptionRow | null): subscriptions.SubscriptionRow {
  if (row === null) throw new Problem('SUBSCRIPTION_NOT_FOUND', `There is no subscription ${id.slice(0, 100)}.`);
  return row;
}

/**
 * A subscription tells what its maker may read, and no more.
 * @param wanted undefined: as much as that
 * @throws Problem FORBIDDEN
 */
function givable(response: Response, wanted: readonly string[] | null | undefined): readonly string[] | null {
  const { buyers, liaisonIds } = reachOf(response, 'events.read');
  const none = buyers?.length === 0 || liaisonIds !== null;
  const beyond = buyers !== null && wanted !== undefined && (wanted === null || wanted.some((buyer) => !buyers.includes(buyer)));
  if (!none && !beyond) return wanted === undefined ? buyers : wanted && [...new Set(wanted)];
  const detail = none
    ? 'A subscription tells what its maker may read of the feed: it takes events.read for every case.'
    : `You are bound to the buyers ${(buyers ?? []).join(', ')}: subscribe to these, or some of them.`;
  throw new Problem('FORBIDDEN', detail, { permission: 'events.read' });
}

function notRotated(error: unknown): never {
  if (!(error instanceof subscriptions.TooManySecrets)) throw error;
  throw new Problem(
    'SECRET_NOT_ROTATED',
    `${subscriptions.MAX_VALID_SECRETS} secrets are valid already: wait until the overlap of one is over.`,
  );
}

/** Without what was left out. */
function defined<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

import type { Database } from '../../db/database.js';
import type { Placement } from '../../db/generated/client.js';
import type { Reach } from '../../domain/access.js';
import { newestPlacement } from '../../db/placements.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { validated } from '../errors.js';
import { Problem } from '../problems.js';

/** @throws Problem PLACEMENT_NOT_FOUND */
export async function requirePlacement(db: Database, reach: Reach, orderId: unknown): Promise<Placement> {
  const id = validated(orderIdSchema, orderId);
  const row = await newestPlacement(db, reach, id);
  if (row === null) throw new Problem('PLACEMENT_NOT_FOUND', `Order ${id} has not been placed with a vendor.`);
  return row;
}

/** The same for the same event, however often it comes. */
export function acceptedAnswer({ id, eventId, orderId }: { id: string; eventId: string; orderId: string }) {
  const order = encodeURIComponent(orderId);
  return {
    eventId,
    orderId,
    links: { event: `/v1/inbound-events/${id}`, placement: `/v1/placements/${order}`, history: `/v1/placements/${order}/events` },
  };
}

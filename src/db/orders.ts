import { ApplicationFailure } from '@temporalio/common';
import type { OrderDocument } from '../domain/order.js';
import { asJson, type Database } from './database.js';

export async function findOrder(db: Database, orderId: string): Promise<OrderDocument | null> {
  return (await findDatedOrder(db, orderId))?.document ?? null;
}

/** @returns an order with when it was last seen anew, null when nobody knows it */
export async function findDatedOrder(db: Database, orderId: string): Promise<{ document: OrderDocument; updatedAt: Date } | null> {
  const row = await db.order.findUnique({ where: { orderId } });
  return row === null ? null : { document: row.document as unknown as OrderDocument, updatedAt: row.updatedAt };
}

/** @throws ApplicationFailure ORDER_UNKNOWN (final) */
export async function requireOrder(db: Database, orderId: string): Promise<OrderDocument> {
  const order = await findOrder(db, orderId);
  if (order === null)
    throw ApplicationFailure.create({ type: 'ORDER_UNKNOWN', nonRetryable: true, message: `order ${orderId} is not known` });
  return order;
}

/** Keeps an order document; an older revision never overwrites a newer one. @returns whether it is the first one of this order */
export async function saveOrder(db: Database, order: OrderDocument): Promise<boolean> {
  const revision = order.revision ?? 1;
  const document = asJson(order);
  const { count } = await db.order.createMany({ data: [{ orderId: order.orderId, revision, document }], skipDuplicates: true });
  if (count === 1) return true;
  await db.order.updateMany({ where: { orderId: order.orderId, revision: { lt: revision } }, data: { revision, document } });
  return false;
}

/** Whom a placement is for, and what was paid for it. */
import { asCustomer, type Customer } from '../domain/customer-notice.js';
import type { Database } from './database.js';

/** @returns the customer of an order's placement: of its newest opening that names one, else of the request for it; null: none was given */
export async function customerOf(db: Database, orderId: string): Promise<Customer | null> {
  const openings = await db.placement.findMany({ where: { orderId }, orderBy: { opening: 'desc' }, select: { customer: true } });
  const kept = openings.map(({ customer }) => asCustomer(customer)).find((customer) => customer !== null);
  return kept ?? asCustomer(await latestField(db, orderId, 'placement', 'customer'));
}

/** @returns the reference of an order's payment, as it was told by itself; null: none was */
export async function paymentReferenceOf(db: Database, orderId: string): Promise<string | null> {
  const reference = await latestField(db, orderId, 'payment', 'reference');
  return typeof reference === 'string' && reference !== '' ? reference : null;
}

/** A field of the latest event of a kind. */
async function latestField(db: Database, orderId: string, kind: string, field: string): Promise<unknown> {
  const event = await db.inboundEvent.findFirst({ where: { orderId, kind }, orderBy: { seq: 'desc' }, select: { payload: true } });
  const payload = event?.payload;
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload[field] : undefined;
}

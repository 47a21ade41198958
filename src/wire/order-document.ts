import { z } from 'zod';
import { ORDER_ID } from '../domain/identifiers.js';
import type { OrderDocument } from '../domain/order.js';

/** Decimal strings, e.g. `"6225"`, `"-355.50"`. */
const decimal = z
  .string()
  .regex(/^-?\d{1,18}(\.\d{1,8})?$/, 'must be a decimal string like "1000.00"')
  .describe('a decimal, like "1000.00"');
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code like "EUR"')
  .describe('an ISO 4217 code, like "EUR"');
const amount = z.looseObject({ value: decimal, currency });
const text = z.string().max(2000);
const contact = z.looseObject({ name: text.optional(), email: text.optional(), phone: text.optional() });
const party = z.looseObject({ id: text.optional(), name: text.optional(), country: text.optional(), contact: contact.optional() });

const line = z.looseObject({
  id: text.optional(),
  item: text.optional(),
  sellerItemId: text.optional(),
  quantity: decimal
    .refine((value) => !value.startsWith('-'), 'must not be negative')
    .meta({ pattern: String.raw`^\d{1,18}(\.\d{1,8})?$` })
    .optional(),
  unitCode: text.optional(),
  price: amount.optional(),
  lineTotal: amount.optional(),
});

export const orderIdSchema = z
  .string()
  .regex(ORDER_ID, 'must be 1 to 128 characters of A-Za-z0-9._~-')
  .describe('an order\'s ID, like "P-1001"');

/** The order document (docs/wire.md): unknown extra fields are kept and passed on. At most 5,000 lines. */
export const orderDocumentSchema: z.ZodType<OrderDocument> = z.looseObject({
  orderId: orderIdSchema,
  revision: z.int().min(1).max(1_000_000_000).optional(),
  buyerOrderNumber: text.optional(),
  issuedAt: text.optional(),
  currency,
  buyer: party
    .refine((buyer) => buyer.id !== undefined || buyer.name !== undefined, 'must have an id or a name')
    .meta({ anyOf: [{ required: ['id'] }, { required: ['name'] }] }),
  seller: party.optional(),
  orderingUser: z.looseObject({ id: text.optional(), name: text.optional(), email: text.optional(), phone: text.optional() }).optional(),
  liaisonId: text.optional(),
  deliverTo: text.optional(),
  lines: z.array(line).min(1).max(5000),
  total: amount,
  payment: z.looseObject({ status: text.optional(), paidAt: text.optional(), reference: text.optional() }).optional(),
});

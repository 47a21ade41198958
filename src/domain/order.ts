/** The order document of the wire (docs/wire.md), as far as rules read it. Unknown fields are kept and passed on. */

export interface Amount {
  /** A decimal string, e.g. `"6225"`; never a binary float. */
  value: string;
  /** ISO 4217. */
  currency: string;
}

export interface Party {
  id?: string;
  name?: string;
  country?: string;
  contact?: { name?: string; email?: string; phone?: string };
}

export interface OrderLine {
  id?: string;
  item?: string;
  sellerItemId?: string;
  /** A decimal string in `unitCode` (UN/ECE Rec 20). */
  quantity?: string;
  unitCode?: string;
  price?: Amount;
  lineTotal?: Amount;
}

export interface OrderDocument {
  orderId: string;
  revision?: number;
  buyerOrderNumber?: string;
  issuedAt?: string;
  currency: string;
  buyer: Party;
  seller?: Party;
  orderingUser?: { id?: string; name?: string; email?: string; phone?: string };
  liaisonId?: string;
  deliverTo?: string;
  lines: OrderLine[];
  total: Amount;
  payment?: { status?: string; paidAt?: string; reference?: string };
  [extra: string]: unknown;
}

/** What a case's decisions and lists need of an order; carries no personal data. */
export interface OrderFacts {
  revision: number;
  buyerId: string;
  buyerName: string;
  buyerOrderNumber: string | null;
  total: Amount;
}

/** @returns the facts of an order; a buyer without an id is known by its name. */
export function orderFacts(order: OrderDocument): OrderFacts {
  return {
    revision: order.revision ?? 1,
    buyerId: order.buyer.id ?? order.buyer.name ?? 'unknown',
    buyerName: order.buyer.name ?? order.buyer.id ?? 'not given',
    buyerOrderNumber: order.buyerOrderNumber ?? null,
    total: order.total,
  };
}

/** Whether an order has been paid, by its own word (B2). */
export function isPaid(order: OrderDocument): boolean {
  return order.payment?.status === 'PAID';
}

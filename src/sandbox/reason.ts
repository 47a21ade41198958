/** Why a review failed, as the review server says it on the wire. */
export interface Reason {
  type: string;
  code: string;
  text: string;
}

type Order = Record<string, unknown> | undefined;

const KNOWN: Record<string, { code: string; text: (order: Order) => string }> = {
  STOCK_SHORT: { code: 'WH-7', text: stockText },
  DEDUCTION_ERROR: {
    code: 'FI-12',
    text: () => "The order amount could not be deducted from the buyer's prepaid account: the ledger did not confirm the booking.",
  },
  INTERFACE_TIMEOUT: { code: 'IF-504', text: () => 'The stock interface of warehouse 7 did not answer within 30 s.' },
  CONTENT_MISMATCH: {
    code: 'CT-3',
    text: () => 'The confirmed order differs from the reserved one: the quantity of line 1 was changed after the reservation.',
  },
  CONTENT_CHANGED: {
    code: 'CT-3',
    text: () => 'The confirmed order differs from the reserved one: the quantity of line 1 was changed after the reservation.',
  },
  PRICE_MISMATCH: {
    code: 'PR-5',
    text: () => 'The unit price of line 1 is not the price agreed in the frame contract.',
  },
  PRICE_CHANGED: {
    code: 'PR-4',
    text: () => 'The price list changed between the reservation and the confirmation of the order.',
  },
  CREDIT_LIMIT: { code: 'CR-2', text: () => "The order exceeds the buyer's remaining credit limit." },
  CREDIT_LIMIT_EXCEEDED: { code: 'CR-2', text: () => "The order exceeds the buyer's remaining credit limit." },
  BUYER_BLOCKED: { code: 'CU-9', text: () => "The buyer's account is blocked for new orders." },
  ADDRESS_INVALID: { code: 'LO-1', text: () => 'The delivery address could not be matched to a delivery zone.' },
  DUPLICATE_ORDER: {
    code: 'DU-1',
    text: () => 'An order with the same buyer order number and content was reviewed earlier today.',
  },
  ITEM_DISCONTINUED: { code: 'IT-6', text: () => 'The item of line 1 was discontinued and is no longer delivered.' },
  WITHDRAWN: { code: 'RV-0', text: () => 'The review was withdrawn before it had an outcome.' },
};

/** @returns a reason of this type as a review server would word it; unlisted types get a general text */
export function reasonOf(type: string, order?: Record<string, unknown>): Reason {
  const known = Object.hasOwn(KNOWN, type) ? KNOWN[type] : undefined;
  if (known) return { type, code: known.code, text: known.text(order) };
  return {
    type,
    code: 'RV-99',
    text: `The order did not pass its review (${type.toLowerCase().replaceAll('_', ' ')}).`,
  };
}

/** A tenth of what the first line orders is in stock. */
function stockText(order: Order): string {
  const line: unknown = Array.isArray(order?.['lines']) ? order['lines'][0] : undefined;
  const quantity = typeof line === 'object' && line !== null ? Number((line as { quantity?: unknown }).quantity) : NaN;
  const ordered = Number.isFinite(quantity) && quantity > 0 ? quantity : 120;
  return `${Math.floor(ordered / 10)} of ${ordered} in stock`;
}

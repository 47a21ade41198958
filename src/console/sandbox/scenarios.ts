/** What can happen to an order, as the sandbox's control takes it (docs/wire.md, "The sandbox"). */

interface Scenario {
  /** What is begun: a review that failed, or a placement. */
  kind: 'review' | 'placement';
  /** Of a placement. */
  vendorId?: string;
  /** The body of `PUT /scenarios/{orderId}`. */
  body: object;
}

export const SCENARIOS = {
  passes: { kind: 'review', body: { review: ['pass'] } },
  third: { kind: 'review', body: { review: ['fail:STOCK_SHORT', 'fail:STOCK_SHORT', 'pass'] } },
  never: { kind: 'review', body: { review: ['fail:STOCK_SHORT'] } },
  silent: { kind: 'review', body: { review: ['pass'], answer: 'never' } },
  buyerOut: { kind: 'review', body: { review: ['pass'], faults: [{ side: 'buyer', call: 1, until: 3, do: '503' }] } },
  mailRefused: { kind: 'review', body: { review: ['fail:STOCK_SHORT'], faults: [{ side: 'inbox', call: 1, until: 100, do: '550' }] } },
  delivered: {
    kind: 'placement',
    vendorId: 'swift-post',
    body: { vendor: ['ACCEPTED', 'LABEL_CREATED', 'PICKED_UP', 'IN_TRANSIT', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'] },
  },
  unmapped: { kind: 'placement', vendorId: 'swift-post', body: { vendor: ['ACCEPTED', 'HANDED_TO_DRONE'] } },
  lost: {
    kind: 'placement',
    vendorId: 'points-mall',
    body: { vendor: ['ACCEPTED', 'PICKING', 'DELIVERED'], faults: [{ side: 'vendor', call: 1, do: 'drop-after-acting' }] },
  },
  mute: {
    kind: 'placement',
    vendorId: 'points-mall',
    body: { faults: [{ side: 'vendor', call: 1, until: 1000, do: 'drop-after-acting' }] },
  },
  refused: { kind: 'placement', vendorId: 'swift-post', body: { faults: [{ side: 'vendor', call: 1, do: '422' }] } },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];

/** An order like those of the samples. */
export function sampleOrder(orderId: string) {
  return {
    orderId,
    revision: 1,
    buyerOrderNumber: '34',
    currency: 'SEK',
    buyer: { id: '7300070011115', name: 'Johnssons byggvaror', country: 'SE' },
    seller: { id: '7302347231111', name: 'Moderna Produkter AB', country: 'SE' },
    deliverTo: 'Stockholm',
    lines: [
      {
        id: '1',
        item: 'Red paint',
        quantity: '120',
        unitCode: 'LTR',
        price: { value: '50', currency: 'SEK' },
        lineTotal: { value: '6000', currency: 'SEK' },
      },
    ],
    total: { value: '6000', currency: 'SEK' },
    payment: { status: 'PAID' as const, paidAt: '2026-01-01T07:56:00Z', reference: 'pay-1' },
  };
}

/** A small valid order. */
export function sampleOrder(orderId: string, more: object = {}): Record<string, unknown> {
  return {
    orderId,
    revision: 1,
    buyerOrderNumber: '34',
    currency: 'SEK',
    buyer: { id: 'b-1', name: 'Johnssons byggvaror' },
    orderingUser: { id: 'u-17', name: 'Pelle Svensson', email: 'pelle@johnsson.example', phone: '123456' },
    lines: [
      {
        id: '1',
        item: 'Falu Rödfärg',
        quantity: '120',
        unitCode: 'LTR',
        price: { value: '50', currency: 'SEK' },
        lineTotal: { value: '6000', currency: 'SEK' },
      },
    ],
    total: { value: '6225', currency: 'SEK' },
    ...more,
  };
}

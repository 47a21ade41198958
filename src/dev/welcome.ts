import { apiKeys, type StackPlan } from './stack.js';
import type { DevSettings } from './settings.js';

/** What is printed when the stack is ready: where everything is, and how to open a first case, and to place a first order. */
export function welcome(plan: StackPlan, settings: DevSettings, givenKeys: string | undefined, seconds: number): string {
  const sandbox = `http://127.0.0.1:${plan.ports.sandboxControl}`;
  const webUi = plan.externalTemporal ? `that of ${plan.externalTemporal}` : `http://127.0.0.1:${plan.ports.temporalUi}`;
  const key = apiKeys(givenKeys, settings).get('operations') ?? '';
  const orderId = `P-${stamp()}`;
  return `
Ready in ${seconds.toFixed(1)} s. Everything is kept in ${plan.dataDir}; Ctrl-C stops it.

  Console          ${plan.apiUrl}/console/ (sign in as one of the sample people)
  API              ${plan.apiUrl}/v1
  Temporal Web UI  ${webUi}
  Sandbox          ${sandbox}
  Inbox            ${sandbox}/inbox

Open a case (the review of an order failed, its stock is short):

${curl(plan, key, '/v1/review-failures', exampleFailure(orderId))}

Then look at its story in the Temporal Web UI (workflow review-case/${orderId}/1), at the liaison's mail in the inbox, at what the
buyer was told (${sandbox}/arrivals?orderId=${orderId}), and at the case itself:

curl -sS ${plan.apiUrl}/v1/review-cases/${orderId} -H 'Authorization: Bearer ${key}'
${plan.externalDatabaseUrl ? '' : placing(plan, key)}`;
}

/** How to place an order with a sample vendor; a database of the user's own has none. */
function placing(plan: StackPlan, key: string): string {
  const sandbox = `http://127.0.0.1:${plan.ports.sandboxControl}`;
  const orderId = `V-${stamp()}`;
  return `
Place an order with a slow vendor (swift-post or points-mall), which takes days to deliver:

${curl(plan, key, '/v1/placements', examplePlacement(orderId, `http://127.0.0.1:${plan.ports.sandboxCustomer}/webhook`))}

Its result is asked for in half an hour, then at growing intervals. This skips the wait; twice, and it is delivered:

npm run fast-forward -- ${orderId}

What the vendor and the customer got: ${sandbox}/arrivals?orderId=${orderId}; the customer's mail has a private link to the order.
`;
}

function curl(plan: StackPlan, key: string, path: string, body: object): string {
  const headers = `-H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json'`;
  return `curl -sS ${plan.apiUrl}${path} ${headers} -d '${JSON.stringify(body)}'`;
}

/** A review-failed notice that lacks nothing: POST /v1/review-failures. */
function exampleFailure(orderId: string): object {
  return {
    eventId: `rf-${orderId}`,
    orderId,
    reviewRound: 1,
    reviewRequestId: null,
    occurredAt: new Date().toISOString(),
    reason: { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' },
    order: exampleOrder(orderId),
  };
}

/** A placement that lacks nothing: POST /v1/placements. */
function examplePlacement(orderId: string, webhook: string): object {
  const customer = { id: 'c-1', name: 'Maja Lind', email: 'maja@customer.example', locale: 'en', webhook };
  return { eventId: `pl-${orderId}`, orderId, vendorId: 'swift-post', order: exampleOrder(orderId), customer };
}

function exampleOrder(orderId: string): object {
  return {
    orderId,
    revision: 1,
    buyerOrderNumber: '34',
    issuedAt: '2026-01-01T07:55:00Z',
    currency: 'SEK',
    buyer: {
      id: '7300070011115',
      name: 'Johnssons byggvaror',
      country: 'SE',
      contact: { name: 'Pelle Svensson', email: 'pelle@buyer.example' },
    },
    seller: { id: '7302347231111', name: 'Moderna Produkter AB', country: 'SE', contact: {} },
    orderingUser: { id: 'u-17', name: 'Pelle Svensson', email: 'pelle@buyer.example' },
    deliverTo: 'Stockholm',
    lines: [
      {
        id: '1',
        item: 'Red paint',
        sellerItemId: 'SItemNo001',
        quantity: '120',
        unitCode: 'LTR',
        price: { value: '50', currency: 'SEK' },
        lineTotal: { value: '6000', currency: 'SEK' },
      },
    ],
    total: { value: '6000', currency: 'SEK' },
    payment: { status: 'PAID', paidAt: '2026-01-01T07:56:00Z', reference: 'pay-1' },
  };
}

/** UTC, to the second: each start proposes an order of its own. */
function stamp(): string {
  return new Date()
    .toISOString()
    .slice(0, 19)
    .replace('T', '-')
    .replaceAll(':', '')
    .replace(/^(\d{4})-(\d\d)-(\d\d)/, '$1$2$3');
}

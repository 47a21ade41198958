/**
 * What the examples of the contract refer to, made in a house before they are sent. Where an example needs a case or a placement in a state,
 * it gets one of its own, and is sent with that order's number in place of the one in the contract: examples do not disturb each other.
 *
 * An operation whose example refers to nothing, or only to sample data, needs no entry.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { OperationSpec } from '../../src/api/contract/operation.js';
import { sampleOrder, type House } from './house.js';
import { PAID, Placing } from './placing.js';

export type Example = OperationSpec['example'];
export type Seed = (house: House, example: Example) => Promise<Example>;

/** The numbers that orders have in the contract. */
const CASE = 'P-1001';
const PLACEMENT = 'V-1001';

/** By operation. */
export const SEEDS: Readonly<Record<string, Seed>> = {
  // Review notices
  // Each order is one case at Temporal, whichever test's database it is in: the number of the contract is the fuzz run's.
  reportReviewFailure: onCase(),
  reportReviewSuccess: onCase(),

  // Review cases
  getCase: onCase(),
  listCaseEvents: onCase(),
  getCaseOrder: onCase(),
  listCaseLinks: onCase(),
  explainCase: onCase(),
  reportCaseResolved: onCase(),
  requestCaseReview: onCase(),
  rescheduleCase: async (house, example) => {
    const { orderId, own } = await heldCase(house, example);
    const { nextAction } = await house.until(orderId, (found) => found.nextAction !== null, 'something is planned');
    return { ...own, body: { ...(own.body as object), at: nextAction.at } };
  },
  pauseCase: onCase(),
  resumeCase: onCase((house, orderId) => act(house, `/v1/review-cases/${orderId}/pause`)),
  reassignCase: onCase(),
  acknowledgeCase: onCase(),
  changeCasePolicy: onCase(),
  declineCase: onCase(),
  cancelCase: onCase(),
  addCaseNote: onCase(),
  reopenCase: onCase(async (house, orderId) => {
    await act(house, `/v1/review-cases/${orderId}/decline`);
    await house.workflowEnded(orderId);
    await house.until(orderId, ({ actions }) => actions.includes('reopen'), 'it can be reopened');
  }),

  // Placements
  createPlacement: async (house, example) => renamed(example, 'V-1002', house.newOrderId('V')),
  getPlacement: onPlacement(),
  listPlacementEvents: onPlacement(),
  explainPlacement: onPlacement(),
  reportPayment: onPlacement({ status: 'created', payment: { status: 'OPEN' } }),
  reportPlacementResult: onPlacement(),
  pollPlacement: onPlacement(),
  cancelPlacement: onPlacement(),
  resolvePlacement: onPlacement({ status: 'failed', scenario: { faults: [{ side: 'vendor', call: 1, do: '422' }] } }),
  retryPlacement: onPlacement({ status: 'failed', scenario: { faults: [{ side: 'vendor', call: 1, do: '422' }] } }),

  // Inbound events
  getInboundEvent: withEventOf((house, orderId) => house.fail(orderId, { order: sampleOrder(orderId) })),
  retryInboundEvent: withEventOf(orderUnknown),
  settleInboundEvent: withEventOf(orderUnknown),

  // Subscriptions
  getSubscription: onSubscription,
  changeSubscription: onSubscription,
  deleteSubscription: onSubscription,
  rotateSubscriptionSecret: onSubscription,
  replaySubscription: onSubscription,
  listDeliveries: onSubscription,
  getDelivery: withDelivery,
  replayDelivery: withDelivery,

  // Messages
  getMessage: withMessage,

  // Keys
  readKey: onKey,
  rotateKey: onKey,
  revokeKey: onKey,

  // Policies
  migrateReviewCases: onCase(),

  // People
  getAbsence: withAbsence,
  changeAbsence: withAbsence,
  removeAbsence: withAbsence,

  // Counterparts
  deleteCounterpart: async (house, example) => {
    const chat = { kind: 'liaison', name: 'Old chat', format: 'slack', baseUrl: 'https://chat.example/services/T0/B0/X' };
    await house.api('PUT', `/v1/counterparts/${example.params!['id']}`, chat);
    return example;
  },
  endCounterpartSecret: async (house, example) => {
    const { body } = await house.api('POST', `/v1/counterparts/${example.params!['id']}/secrets`, { purpose: 'bearer', generate: true });
    return { ...example, params: { ...example.params, secretId: body.id } };
  },
};

/** @returns the example, about a held case of its own; for operations that name an order and need no case */
export const withOwnCase: Seed = async (house, example) => (await heldCase(house, example)).own;

/** @returns the example, about a held case of its own that has been brought further by `more` */
function onCase(more: (house: House, orderId: string) => Promise<unknown> = async () => undefined): Seed {
  return async (house, example) => {
    const { orderId, own } = await heldCase(house, example);
    await more(house, orderId);
    return own;
  };
}

async function heldCase(house: House, example: Example): Promise<{ orderId: string; own: Example }> {
  const orderId = house.newOrderId();
  await house.fail(orderId, { order: sampleOrder(orderId) });
  await house.untilStatus(orderId, 'held');
  return { orderId, own: withOwnEventId(renamed(example, CASE, orderId)) };
}

interface Placed {
  status?: string;
  scenario?: object;
  payment?: object;
}

function onPlacement({ status = 'placed', scenario = { vendor: ['ACCEPTED', 'IN_TRANSIT'] }, payment = PAID }: Placed = {}): Seed {
  return async (house, example) => {
    const placing = new Placing(house);
    const orderId = await placing.place(scenario, {}, { payment });
    await placing.untilStatus(orderId, status);
    if (status === 'failed') await placing.ended(orderId);
    return withOwnEventId(renamed(example, PLACEMENT, orderId));
  };
}

/** @param begin brings an event of a new order in */
function withEventOf(begin: (house: House, orderId: string) => Promise<unknown>): Seed {
  return async (house, example) => {
    const orderId = house.newOrderId();
    await begin(house, orderId);
    await house.dispositions(orderId, 1);
    const { body } = await house.api('GET', `/v1/inbound-events?orderId=${orderId}`);
    return { ...example, params: { ...example.params, id: body.items[0].id } };
  };
}

async function orderUnknown(house: House, orderId: string): Promise<void> {
  await house.fail(orderId);
  await house.untilStatus(orderId, 'order_unknown');
  await house.workflowEnded(orderId);
}

async function withAbsence(house: House, example: Example): Promise<Example> {
  const absence = { from: '2031-01-01T00:00:00Z', to: '2031-01-02T00:00:00Z', delegateId: 'l-1', by: 'Sofia Nyström' };
  const { body } = await house.api('POST', `/v1/liaisons/${example.params!['id']}/absences`, absence);
  return { ...example, params: { ...example.params, absenceId: body.id } };
}

async function withMessage(house: House, example: Example): Promise<Example> {
  const orderId = house.newOrderId();
  await house.fail(orderId, { order: sampleOrder(orderId) });
  const { id } = await house.messageOf(orderId, 'buyer', 'sent');
  return { ...example, params: { ...example.params, id } };
}

async function onSubscription(house: House, example: Example): Promise<Example> {
  // Nobody listens there: nothing is delivered.
  const { status, body } = await house.api('POST', '/v1/subscriptions', { name: 'ERP', url: 'http://127.0.0.1:9/hooks' });
  if (status >= 300) throw new Error(`a subscription: ${status} ${JSON.stringify(body)}`);
  return { ...example, params: { ...example.params, id: body.id } };
}

async function withDelivery(house: House, example: Example): Promise<Example> {
  const own = await onSubscription(house, example);
  const eventId = randomUUID();
  const delivery = { subscriptionId: own.params!['id']!, eventId, position: 1n, type: 'case.held', state: 'delivered', attempts: 1 };
  await house.db.subscriptionDelivery.create({ data: delivery });
  return { ...own, params: { ...own.params, eventId } };
}

async function onKey(house: House, example: Example): Promise<Example> {
  const name = `erp-${randomBytes(4).toString('hex')}`;
  const { status, body } = await house.api('POST', '/v1/keys', { name, scopes: ['cases.read'] });
  if (status >= 300) throw new Error(`a key: ${status} ${JSON.stringify(body)}`);
  return { ...example, params: { ...example.params, name } };
}

async function act(house: House, path: string): Promise<void> {
  const { status, body } = await house.api('POST', path, { by: 'Ingrid Larsson', note: 'before the example' });
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
}

/** The example with another number wherever it names an order. */
function renamed(example: Example, from: string, to: string): Example {
  return JSON.parse(JSON.stringify(example).replaceAll(JSON.stringify(from), JSON.stringify(to))) as Example;
}

/** Events of one sender have IDs of their own, whatever order they are of. */
function withOwnEventId(example: Example): Example {
  const body = example.body as Record<string, unknown> | undefined;
  return body?.['eventId'] === undefined ? example : { ...example, body: { ...body, eventId: `evt-${randomBytes(6).toString('hex')}` } };
}

import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { contentHashOf } from './content-hash.js';
import { pushOf, type Notice } from './notice.js';
import { badRequest, problem } from './problem.js';
import type { Reply } from './reply.js';
import type { Call, Route } from './routes.js';
import { orderIdSchema, vendorWord } from './scenario.js';
import { vendorNumber, type SandboxState, type VendorOrder } from './state.js';

const vendorIdSchema = z.string().regex(/^[a-z0-9-]{1,60}$/, 'must be 1 to 60 characters of a-z0-9-');

const orderSchema = z.looseObject({
  placementNumber: z.string().regex(/^[A-Za-z0-9._~-]{1,128}\/[1-9]\d{0,5}$/, 'must be <orderId>/<n>'),
  order: z.looseObject({ orderId: orderIdSchema }),
  customer: z.record(z.string(), z.unknown()).nullable(),
});

/** The sample vendor that takes every request for another order, where the order's scenario does not say. */
const TAKES_REPETITIONS_FOR_NEW = 'points-mall';

export interface VendorServerOptions {
  state: SandboxState;
  /** Called when a push was queued. */
  onNotice: (notice: Notice) => void;
}

/** All vendors of wire.md, each below `/<vendorId>`; the words and ways of each order's vendor are those of its scenario. */
export function vendorRoutes(options: VendorServerOptions): Route[] {
  return [
    { method: 'POST', pattern: '/{vendorId}/orders', act: (call) => takeOrder(options, call) },
    { method: 'GET', pattern: '/{vendorId}/orders/{placementNumber}', act: (call) => tellStatus(options.state, call) },
    { method: 'POST', pattern: '/{vendorId}/orders/{placementNumber}/cancel', act: (call) => cancel(options.state, call) },
  ];
}

function takeOrder({ state, onNotice }: VendorServerOptions, call: Call): Reply {
  const vendorId = vendorIdSchema.safeParse(call.params['vendorId']);
  if (!vendorId.success) return badRequest('this is no vendor', vendorId.error);
  const parsed = orderSchema.safeParse(call.body);
  if (!parsed.success) return badRequest('this is no placement request', parsed.error);
  const { placementNumber, order } = parsed.data;
  if (!placementNumber.startsWith(`${order.orderId}/`)) return problem(422, "the placement number is not this order's");
  const key = call.headers['idempotency-key'];
  const asked = {
    vendorId: vendorId.data,
    placementNumber,
    orderId: order.orderId,
    idempotencyKey: typeof key === 'string' && key !== '' ? key : null,
    contentHash: contentHashOf(call.body),
  };
  const { idempotent = asked.vendorId !== TAKES_REPETITIONS_FOR_NEW } = state.scenarioOf(asked.orderId).vendorDoes;
  const known = idempotent ? knownOrder(state, asked) : undefined;
  if (known !== undefined && known.contentHash !== asked.contentHash) {
    return problem(422, 'this placement number or Idempotency-Key was used for other content');
  }
  return statusReply(state, known ?? makeOrder(state, asked, onNotice));
}

type Asked = Pick<VendorOrder, 'vendorId' | 'placementNumber' | 'orderId' | 'idempotencyKey' | 'contentHash'>;

function knownOrder(state: SandboxState, { vendorId, placementNumber, idempotencyKey }: Asked): VendorOrder | undefined {
  const byNumber = state.vendorOrdersByNumber.get(vendorNumber(vendorId, placementNumber));
  const sameKey = (order: VendorOrder): boolean => order.vendorId === vendorId && order.idempotencyKey === idempotencyKey;
  return byNumber ?? (idempotencyKey === null ? undefined : state.vendorOrders.find(sameKey));
}

function makeOrder(state: SandboxState, asked: Asked, onNotice: (notice: Notice) => void): VendorOrder {
  const now = Date.now();
  const again = state.vendorOrdersByNumber.has(vendorNumber(asked.vendorId, asked.placementNumber));
  const pushes = again ? [] : state.scenarioOf(asked.orderId).vendorDoes.pushes;
  const notices = pushes.map(({ status, description, afterMs, occurredAfterMs = afterMs }) =>
    pushOf(asked.orderId, { status, description, dueAt: now + afterMs, occurredAt: now + occurredAfterMs }),
  );
  const vendorOrderId = `V-${randomUUID().slice(0, 13).toUpperCase()}`;
  const order = { ...asked, vendorOrderId, queries: 0, cancelledAt: null, at: new Date(now).toISOString() };
  state.record({ kind: 'vendor-ordered', order, pushes: notices });
  for (const notice of notices) onNotice(notice);
  return order;
}

/** Each question advances the order by a word of its scenario. */
function tellStatus(state: SandboxState, call: Call): Reply {
  const order = findOrder(state, call);
  if (order === null) return problem(404, 'no such order');
  state.record({ kind: 'vendor-queried', vendorOrderId: order.vendorOrderId });
  return statusReply(state, order);
}

function cancel(state: SandboxState, call: Call): Reply {
  const order = findOrder(state, call);
  if (order === null) return problem(404, 'no such order');
  if (order.cancelledAt === null) {
    if (!state.scenarioOf(order.orderId).vendorDoes.cancellable) return problem(422, 'this order cannot be cancelled any more');
    state.record({ kind: 'vendor-cancelled', vendorOrderId: order.vendorOrderId });
  }
  return statusReply(state, order);
}

/** @returns the first order under the number, once the vendor knows of it */
function findOrder(state: SandboxState, { params }: Call): VendorOrder | null {
  const order = state.vendorOrdersByNumber.get(vendorNumber(params['vendorId'] ?? '', params['placementNumber'] ?? ''));
  if (order === undefined) return null;
  const { unknownForMs } = state.scenarioOf(order.orderId).vendorDoes;
  return unknownForMs !== null && Date.now() - Date.parse(order.at) >= unknownForMs ? order : null;
}

function statusReply(state: SandboxState, order: VendorOrder): Reply {
  const scenario = state.scenarioOf(order.orderId);
  const status = order.cancelledAt === null ? vendorWord(scenario, order.queries) : 'CANCELLED';
  const { notBeforeMs } = scenario.vendorDoes;
  const body = {
    status,
    vendorOrderId: order.vendorOrderId,
    description: status.toLowerCase().replaceAll('_', ' '),
    ...(notBeforeMs === null ? {} : { notBefore: new Date(Date.now() + notBeforeMs).toISOString() }),
  };
  return { status: 200, body };
}

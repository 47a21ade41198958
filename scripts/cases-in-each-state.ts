/** Brings real orders into each state of a case, on a stack that can skip time. */
import { answerTo } from '../src/client/client.js';
import { CASE_STATUSES, hasEnded, type CaseStatus } from '../src/domain/case-status.js';
import { workflowIdOf } from '../src/domain/identifiers.js';
import type { OrderDocument } from '../src/domain/order.js';
import { CaseScene } from '../src/demo/case-scene.js';
import { readOrders } from '../src/demo/orders.js';
import type { DemoStack } from '../src/demo/stack-calls.js';
import { fromRoot } from '../src/package-root.js';

/** A case that is in the state it is to show. */
export interface CaseInState {
  status: CaseStatus;
  orderId: string;
  workflowId: string;
}

const HOUR_MS = 3_600_000;
const INGRID = 'Ingrid Larsson';

/** How an order comes into each state. */
const WAYS: Record<CaseStatus, (scene: CaseScene) => Promise<unknown>> = {
  // The notice brings no order document, and the review server, which has it, is not available.
  deciding: async (scene) => {
    const { orderId, calls } = scene;
    await calls.putScenario(orderId, { order: scene.order, faults: [{ side: 'review', call: 1, until: 1000, do: '503' }] });
    await scene.notice('STOCK_SHORT', {});
  },
  held: async (scene) => open(scene, { review: ['fail:STOCK_SHORT', 'pass'] }),
  in_review: async (scene) => {
    await open(scene, { review: ['pass'], answer: 'notice', delayMs: HOUR_MS });
    await act(scene, 'request-review', 'the warehouse has counted again');
  },
  awaiting_liaison: async (scene) => {
    await open(scene, { review: ['fail:STOCK_SHORT'] });
    await scene.untilPeopleMustAct();
  },
  order_unknown: async (scene) => scene.notice('STOCK_SHORT', {}),
  rejected: async (scene) => scene.notice('PROHIBITED_GOODS'),
  approved: async (scene) => {
    await open(scene, { review: ['fail:STOCK_SHORT', 'pass'], answer: 'notice', delayMs: 150 });
    await scene.failedAttempt(1);
    await scene.clock.toNext();
  },
  declined: async (scene) => {
    await open(scene, { review: ['fail:STOCK_SHORT'] });
    await scene.failedAttempt(1);
    await act(scene, 'decline', 'discontinued');
  },
  expired: async (scene) => {
    await open(scene, { review: ['fail:STOCK_SHORT'] });
    await scene.untilPeopleMustAct();
    await scene.clock.move(72 * HOUR_MS);
  },
  cancelled: async (scene) => {
    await open(scene, { review: ['pass'] });
    await act(scene, 'cancel', 'the buyer ordered twice');
  },
};

async function open(scene: CaseScene, scenario: object): Promise<void> {
  await scene.calls.putScenario(scene.orderId, scenario);
  await scene.notice('STOCK_SHORT');
  await scene.untilHeld();
}

async function act(
  { orderId, calls: { operations } }: CaseScene,
  action: 'request-review' | 'decline' | 'cancel',
  note: string,
): Promise<void> {
  const call = operations.POST(`/v1/review-cases/{orderId}/${action}`, { params: { path: { orderId } }, body: { by: INGRID, note } });
  await answerTo(action, call);
}

/** @returns one case in each state, in the table's order. @throws Error when a case does not come into its state */
export async function casesInEachState(stack: DemoStack): Promise<CaseInState[]> {
  const documents = readOrders(fromRoot('demo', 'orders')).flatMap((file) => ('document' in file ? [file.document] : []));
  return Promise.all(CASE_STATUSES.map(async (status, index) => bringInto(stack, status, sampleOrder(documents, index))));
}

async function bringInto(stack: DemoStack, status: CaseStatus, order: OrderDocument): Promise<CaseInState> {
  const scene = new CaseScene(stack, order);
  await WAYS[status](scene);
  const { caseId } = await scene.until((found) => found.status === status, status);
  if (hasEnded(status)) await scene.ended(status);
  return { status, orderId: scene.orderId, workflowId: workflowIdOf(caseId) };
}

/** The sample orders by turns, each under the next free number of its own. */
function sampleOrder(documents: OrderDocument[], index: number): OrderDocument {
  const document = documents[index % documents.length];
  if (document === undefined) throw new Error('there are no sample orders in demo/orders');
  const later = (id: string): string =>
    id.replace(/\d+$/, (digits) => String(Number(digits) + Math.floor(index / documents.length)).padStart(digits.length, '0'));
  return { ...document, orderId: later(document.orderId), buyerOrderNumber: later(document.buyerOrderNumber ?? '') };
}

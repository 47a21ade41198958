/** A placement at a slow vendor as a script works with it. */
import { answerTo } from '../client/client.js';
import { placementIdOf, placementWorkflowIdOf } from '../domain/identifiers.js';
import type { OrderDocument } from '../domain/order.js';
import { placementHasEnded } from '../domain/placement-status.js';
import { CaseScene } from './case-scene.js';
import { Scene } from './scene.js';
import { eventually, type DemoStack, type PlacementRequest, type PlacementView } from './stack-calls.js';
import { PLACEMENT } from './stories.js';

export const CUSTOMER_EMAIL = 'maja@customer.example';

/** Longer than any policy polls: a life that has not ended by then never will. */
const MOST_STEPS = 60;

export class PlacementScene extends Scene {
  #accepted = { from: Date.now(), to: Date.now() };
  #pushes = 0;

  constructor(stack: DemoStack, order: OrderDocument) {
    super(stack, paid(order), PLACEMENT);
  }

  /** Wall instants between which Holdpoint took the order: its clocks run from there. */
  get accepted(): { from: number; to: number } {
    return this.#accepted;
  }

  /** Places the order as the platform does, and sees it accepted. */
  async place(vendorId: string, more: Pick<PlacementRequest, 'campaign'> = {}): Promise<void> {
    const { orderId } = this;
    const order = this.order as PlacementRequest['order'];
    const customer = { id: 'c-1', name: 'Maja Lind', email: CUSTOMER_EMAIL, locale: 'en' as const, webhook: this.stack.customerUrl };
    this.#accepted = { from: Date.now(), to: Date.now() };
    const body = { eventId: `pl-${orderId}`, orderId, vendorId, order, customer, ...more };
    await answerTo('POST /v1/placements', this.calls.platform.POST('/v1/placements', { body }));
    this.#accepted.to = Date.now();
  }

  /** Tells Holdpoint a result unasked, as the vendor does. */
  async push(status: string, description: string): Promise<void> {
    this.#pushes += 1;
    const { orderId } = this;
    const body = { eventId: `vp-${orderId}-${this.#pushes}`, status, description, occurredAt: new Date().toISOString() };
    this.note(`the vendor pushes: ${status}`);
    const call = this.calls.vendor.POST('/v1/placements/{orderId}/result', { params: { path: { orderId } }, body });
    await answerTo(`POST /v1/placements/${orderId}/result`, call);
  }

  async until(wanted: (found: PlacementView) => boolean, what: string): Promise<PlacementView> {
    let last: PlacementView | null = null;
    const ask = async () => {
      last = await this.calls.placementOf(this.orderId);
      return last !== null && wanted(last) ? last : undefined;
    };
    return eventually(ask, () => `expected: ${what}; seen: ${last === null ? 'no placement' : `${last.status} (${last.statusReason})`}`);
  }

  /** Lets time pass, question by question, until it has come to its end, and whatever it had to send has arrived. */
  async livedToTheEnd(status: string, reason?: string): Promise<void> {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const found = await this.until((view) => view.nextAction !== null || hasEnded(view), 'a planned instant, or the end');
      if (hasEnded(found)) break;
      await this.clock.toNext();
    }
    await this.ended(status, reason);
  }

  /** It has come to its end, and whatever it had to send has arrived. */
  async ended(status: string, reason?: string): Promise<void> {
    const { opening } = await this.until(hasEnded, status);
    await this.runEnded(placementWorkflowIdOf(this.orderId, opening));
    const found = await this.until((view) => view.opening === opening, 'the placement');
    if (found.status !== status || (reason !== undefined && found.statusReason !== reason))
      this.mistakes.push(`expected: ${status}${reason === undefined ? '' : ` (${reason})`}; seen: ${found.status} (${found.statusReason})`);
    await this.keepAudit();
  }

  /** The review case that the placement has handed its order over to, once everybody has been told of it. */
  async handedOver(): Promise<CaseScene> {
    const scene = new CaseScene(this.stack, this.order);
    this.others.push(scene);
    await scene.until(({ status }) => status === 'held', 'a review case, held');
    scene.openedBetween(this.#accepted.from, Date.now());
    // Of the placement: the refund at the buyer server, the customer's mail.
    await scene.untilTold(2, 2);
    return scene;
  }

  /** So many questions have reached the vendor. */
  async untilAsked(questions: number): Promise<void> {
    const ask = async () => {
      const arrivals = await this.calls.arrivals(this.orderId);
      return arrivals.filter(({ side, method }) => side === 'vendor' && method === 'GET').length >= questions ? true : undefined;
    };
    await eventually(ask, () => `expected: ${questions} questions at the vendor; seen: fewer`);
  }

  /** The customer opens the private link of the newest mail. @returns what the page shows, as HTML */
  async customerLooks(): Promise<string> {
    const text = (await this.calls.mails(this.orderId)).at(-1)?.text ?? '';
    const link = /https?:\/\/\S+\/track\/\S+/.exec(text)?.[0];
    if (link === undefined) throw new Error('expected: a private link in the mail to the customer; seen: none');
    this.note('the customer opens the private link of the mail');
    const response = await fetch(link, { signal: AbortSignal.timeout(20_000) });
    return response.text();
  }

  async keepAudit(): Promise<void> {
    const { placementId, lines } = await this.calls.placementAuditOf(this.orderId);
    // A later opening is a new run: it begins at wall time, and goes on here where the clock of the one before stood.
    const isFirst = placementId === placementIdOf(this.orderId);
    this.keep(placementId, lines, isFirst ? 0 : this.clock.skips.at(-1)?.aheadMs);
  }
}

function hasEnded({ status }: PlacementView): boolean {
  return placementHasEnded(status);
}

/** What is placed with a vendor has been paid. */
function paid(order: OrderDocument): OrderDocument {
  return { ...order, payment: { status: 'PAID', paidAt: '2026-01-01T07:56:00Z', reference: `pay-${order.orderId}` } };
}

/** Placements in a house: asked for over the API, moved through their days, judged by what the other sides received. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { addPolicy } from '../../src/db/policies.js';
import { placementWorkflowIdOf } from '../../src/domain/identifiers.js';
import { SEED_PLACEMENT_POLICY } from '../../src/domain/placement-policy.js';
import { fastForward } from '../../src/temporal/fast-forward.js';
import { eventually, sampleOrder, type Answer, type House } from './house.js';

export const PAID = { status: 'PAID', paidAt: '2026-01-01T07:00:00Z', reference: 'pay-1' };

export class Placing {
  constructor(readonly house: House) {}

  /** From now on placements are opened with the seed policy so changed. */
  async usePolicy(changes: Partial<typeof SEED_PLACEMENT_POLICY>): Promise<void> {
    const content = { base: { ...SEED_PLACEMENT_POLICY, ...changes }, rules: [] };
    await addPolicy(this.house.db, 'placement', content, { who: 'test', why: 'a test' });
  }

  /** Places an order, and sees it accepted. */
  async place(scenario: object, placement: Record<string, unknown> = {}, order: object = { payment: PAID }): Promise<string> {
    const orderId = this.house.newOrderId('V');
    await this.house.scenario(orderId, scenario);
    const body = {
      eventId: `pl-${orderId}`,
      orderId,
      vendorId: 'swift-post',
      order: sampleOrder(orderId, order),
      customer: {
        id: 'c-1',
        name: '李娜',
        email: `${orderId.toLowerCase()}@customer.example`,
        locale: 'zh-CN',
        webhook: `${this.house.sandbox.urls.customer}/webhook`,
      },
      ...placement,
    };
    const answer = await this.house.api('POST', '/v1/placements', body);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return orderId;
  }

  async of(orderId: string): Promise<any> {
    const { status, body } = await this.house.api('GET', `/v1/placements/${orderId}`);
    return status === 200 ? body : null;
  }

  async until(orderId: string, wanted: (placement: any) => boolean, what: string): Promise<any> {
    return eventually(
      async () => {
        const found = await this.of(orderId);
        return found !== null && wanted(found) ? found : undefined;
      },
      async () => `${what}; the placement is ${JSON.stringify(await this.of(orderId))}`,
    );
  }

  async untilStatus(orderId: string, status: string, reason?: string): Promise<any> {
    const found = await this.until(orderId, (one) => one.status === status, `${orderId} becomes ${status}`);
    if (reason !== undefined) assert.equal(found.statusReason, reason);
    return found;
  }

  /** Moves the placement's clock to its next planned instant, and waits until that has been done. */
  async toNext(orderId: string): Promise<any> {
    const before = await this.until(orderId, ({ nextAction }) => nextAction !== null, `${orderId} has a next action`);
    const aheadMs = Date.parse(before.caseAt) - Date.parse(before.asOf);
    const ms = Date.parse(before.nextAction.at) - (Date.now() + aheadMs) + 500;
    await fastForward(this.house.client, placementWorkflowIdOf(orderId, before.opening), Math.max(ms, 1000));
    const done = ({ nextAction, endedAt }: any): boolean =>
      endedAt !== null || (nextAction !== null && nextAction.at !== before.nextAction.at);
    return this.until(orderId, done, `${before.nextAction.what} of ${orderId} is done`);
  }

  /** The raw calls at the vendor. */
  async vendorCalls(orderId: string): Promise<{ method: string; path: string; headers: Record<string, string>; body: any }[]> {
    return this.house.arrivals(orderId, 'vendor');
  }

  /** Orders that the vendor made: more than one for a number would be a second order. */
  async vendorOrders(orderId: string): Promise<any[]> {
    return (await this.house.control('GET', `/effects?orderId=${orderId}`)).body.vendor;
  }

  async customerHeard(orderId: string): Promise<any[]> {
    return (await this.house.arrivals(orderId, 'customer')).map(({ body }) => body);
  }

  async push(orderId: string, result: object): Promise<Answer> {
    const answer = await this.house.api('POST', `/v1/placements/${orderId}/result`, {
      eventId: `push-${randomBytes(4).toString('hex')}`,
      ...result,
    });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return answer;
  }

  /** The types of the audit's lines. */
  async audit(orderId: string): Promise<any[]> {
    return (await this.house.api('GET', `/v1/placements/${orderId}/events?limit=200`)).body.items;
  }

  async ended(orderId: string, opening = 1): Promise<any> {
    return this.house.client.workflow.getHandle(placementWorkflowIdOf(orderId, opening)).result();
  }
}

/** The ledger of a house, as people work with it over the API. */
import assert from 'node:assert/strict';
import { eventually, sampleOrder, type Answer, type House } from './house.js';

export const WHO = { by: 'Olga Operator', note: 'the receiver is mended' };

export class Ledger {
  constructor(readonly house: House) {}

  async message(key: string): Promise<any> {
    const { body } = await this.house.api('GET', `/v1/messages?key=${encodeURIComponent(key)}`);
    return body.items[0] ?? null;
  }

  async until(key: string, state: string, limitMs?: number): Promise<any> {
    return eventually(
      async () => {
        const message = await this.message(key);
        return message?.state === state ? message : undefined;
      },
      async () => `${key} becomes ${state}: ${JSON.stringify(await this.message(key))}`,
      limitMs,
    );
  }

  async ask(request: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.house.api('POST', '/v1/messages/resend', { ...WHO, ...request }, headers);
  }

  /** Has messages sent again. @returns of each what came of it: `queued`, or why not */
  async resend(keys: string[], more: object = {}): Promise<string[]> {
    const { status, body } = await this.ask({ keys, ...more });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(
      body.items.map(({ key }: any) => key),
      keys,
    );
    return body.items.map(({ result, reason }: any) => reason ?? result);
  }

  /** An order that a review rejects at once; its message to the buyer server is refused as long as the scenario says. */
  async rejected(faults: object[]): Promise<string> {
    const orderId = this.house.newOrderId('R');
    await this.house.scenario(orderId, { faults });
    await this.house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'PROHIBITED_GOODS' } });
    await this.house.workflowEnded(orderId);
    return orderId;
  }
}

/** The keys, sequences and texts of what arrived, in order. */
export function keysOf(arrivals: { headers: Record<string, string> }[]): string[] {
  return arrivals.map(({ headers }) => headers['idempotency-key'] ?? '');
}

/** Orders in trouble, as operations find them: each comes to it as it would. */
import assert from 'node:assert/strict';
import { deliveryWorkflowIdOf } from '../../src/domain/identifiers.js';
import type { House } from './house.js';
import { Ledger, WHO } from './ledger.js';
import { Placing } from './placing.js';
import { sampleOrder } from './sample-order.js';

/** Of the sample vendor Swift Post, and in no vocabulary of it. */
export const UNKNOWN_WORD = 'HANDED_TO_DRONE';

export class Troubles {
  readonly ledger: Ledger;
  readonly placing: Placing;

  constructor(readonly house: House) {
    this.ledger = new Ledger(house);
    this.placing = new Placing(house);
  }

  /** The buyer server said no, once. @returns the order */
  async refusedMessage(): Promise<string> {
    const orderId = await this.ledger.rejected([{ side: 'buyer', call: 1, do: '422' }]);
    await this.ledger.until(`${orderId}/1/1`, 'refused');
    return orderId;
  }

  /** A message that was refused, sent again, and given up on that way; from now on its receiver is well. @returns the order */
  async deadLetter(): Promise<string> {
    const orderId = await this.ledger.rejected([
      { side: 'buyer', call: 1, do: '422' },
      { side: 'buyer', call: 2, until: 50, do: '503' },
    ]);
    const key = `${orderId}/1/1`;
    await this.ledger.until(key, 'refused');
    await this.ledger.resend([key]);
    await this.house.untilBuyerHeard(orderId, 2);
    const { wallAt } = await this.house.db.message.findUniqueOrThrow({ where: { key } });
    await this.house.client.workflow.getHandle(deliveryWorkflowIdOf({ key, resends: 1, wallAt })).cancel();
    await this.ledger.until(key, 'dead');
    await this.house.scenario(orderId, {});
    return orderId;
  }

  async heldCase(): Promise<string> {
    const orderId = this.house.newOrderId();
    await this.house.fail(orderId, { order: sampleOrder(orderId) });
    await this.house.untilStatus(orderId, 'held');
    return orderId;
  }

  /** The review server says by itself that the review has succeeded. */
  async savedAlone(): Promise<string> {
    const orderId = await this.heldCase();
    await this.house.untilBuyerHeard(orderId, 1);
    await this.house.api('POST', '/v1/review-successes', { eventId: `passed-${orderId}`, orderId });
    await this.house.untilStatus(orderId, 'approved');
    return orderId;
  }

  /** A success after the buyer was told that the order is cancelled. */
  async contradiction(): Promise<string> {
    const orderId = await this.heldCase();
    await this.house.api('POST', `/v1/review-cases/${orderId}/cancel`, WHO);
    await this.house.untilBuyerHeard(orderId, 2);
    await this.house.api('POST', '/v1/review-successes', { eventId: `late-${orderId}`, orderId });
    assert.equal(await this.house.dispositionOf(orderId, `late-${orderId}`), 'contradiction');
    return orderId;
  }

  /** A failure of an order that nobody has. */
  async unknownOrder(): Promise<string> {
    const orderId = this.house.newOrderId();
    await this.house.fail(orderId);
    await this.house.untilStatus(orderId, 'order_unknown');
    return orderId;
  }

  /** A placement whose vendor says a word that nobody has mapped. */
  async unknownWord(): Promise<string> {
    const orderId = await this.placing.place({ vendor: ['ACCEPTED', UNKNOWN_WORD] });
    await this.placing.untilStatus(orderId, 'placed');
    await this.placing.toNext(orderId);
    return orderId;
  }
}

/** What is sent again is still true, and comes in its order's sequence (D9, D1). */
import assert from 'node:assert/strict';
import { House, sampleOrder } from '../support/house.js';
import { keysOf, Ledger } from '../support/ledger.js';
import { Placing } from '../support/placing.js';

describe('what is sent again is true, and in order', function () {
  this.timeout(120_000);
  let house: House;
  let ledger: Ledger;
  let placing: Placing;
  before(async () => {
    house = await House.start();
    ledger = new Ledger(house);
    placing = new Placing(house);
  });
  after(async () => house.stop());

  const held = async (faults: object[], review = ['fail:STOCK_SHORT']): Promise<string> => {
    const orderId = house.newOrderId('T');
    await house.scenario(orderId, { review, answer: 'inline', faults });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    return orderId;
  };
  const decline = async (orderId: string): Promise<void> => {
    const { status } = await house.api('POST', `/v1/review-cases/${orderId}/decline`, { by: 'l-1', note: 'cannot be delivered' });
    assert.equal(status, 200);
  };
  const told = async (orderId: string): Promise<unknown[]> =>
    (await house.buyerEffects(orderId)).map(({ sequence, kind, supersedes }: any) => [sequence, kind, supersedes]);
  const refusal = (call: number) => ({ side: 'buyer', call, do: '422' });

  it('D9: an early success that a correction followed is never sent again', async () => {
    const orderId = await held([
      { side: 'buyer', call: 1, do: 'drop-before-acting' },
      { side: 'buyer', call: 2, until: 20, do: '503' },
    ]);
    await house.untilBuyerHeard(orderId, 2);
    await decline(orderId);
    await house.scenario(orderId, {});
    await house.workflowEnded(orderId);
    const [early, correction] = [`${orderId}/1/1`, `${orderId}/1/2`];
    await ledger.until(correction, 'sent');
    await ledger.until(early, 'unknown');
    assert.deepEqual(await ledger.resend([early, correction], { alsoUnknown: true }), ['SUPERSEDED', 'DELIVERED']);
    assert.deepEqual(await told(orderId), [[2, 'review_failed', early]]);
  });

  it('D9: where the correction died too, it goes alone', async () => {
    const orderId = await held([refusal(1), refusal(2)]);
    const [early, failure] = [`${orderId}/1/1`, `${orderId}/1/2`];
    await ledger.until(early, 'refused');
    await decline(orderId);
    await house.workflowEnded(orderId);
    await ledger.until(failure, 'refused');
    assert.deepEqual(await ledger.resend([early, failure]), ['NO_LONGER_TRUE', 'queued']);
    await ledger.until(failure, 'sent');
    assert.deepEqual(await told(orderId), [[2, 'review_failed', null]]);
    assert.deepEqual(await ledger.resend([early]), ['FOLLOWED']);
  });

  it('D9 D1: an early success that was sent again while its case is held is corrected like any other', async () => {
    const orderId = await held([refusal(1)]);
    const early = `${orderId}/1/1`;
    await house.untilAudited(orderId, 'buyer_message_settled', 1);
    assert.deepEqual(await ledger.resend([early]), ['queued']);
    await ledger.until(early, 'sent');
    await decline(orderId);
    await house.workflowEnded(orderId);
    assert.deepEqual(await told(orderId), [
      [1, 'review_succeeded', null],
      [2, 'review_failed', early],
    ]);
  });

  it('D9 D1: one that has become untrue on its way is not delivered any more', async () => {
    const orderId = await held([refusal(1), { side: 'buyer', call: 2, until: 1000, do: '503' }]);
    const early = `${orderId}/1/1`;
    await house.untilAudited(orderId, 'buyer_message_settled', 1);
    await ledger.resend([early]);
    await house.untilBuyerHeard(orderId, 2);
    await decline(orderId);
    await house.untilStatus(orderId, 'declined');
    const dropped = await ledger.until(early, 'dropped');
    assert.match(dropped.detail, /ended as declined/);
    await house.scenario(orderId, {});
    await house.workflowEnded(orderId);
    assert.deepEqual(await told(orderId), [[2, 'review_failed', null]]);
  });

  it('D9: two of one order go by their sequence, the later behind the earlier that is still tried', async () => {
    const orderId = await held([refusal(1), refusal(2), { side: 'buyer', call: 3, until: 4, do: '503' }], ['pass']);
    await ledger.until(`${orderId}/1/1`, 'refused');
    await house.toNext(orderId);
    await house.workflowEnded(orderId);
    await ledger.until(`${orderId}/1/2`, 'refused');
    assert.deepEqual(await ledger.resend([`${orderId}/1/2`, `${orderId}/1/1`]), ['queued', 'queued']);
    await ledger.until(`${orderId}/1/2`, 'sent');
    assert.deepEqual(
      (await house.buyerMessages(orderId)).map(({ sequence }) => sequence),
      [1, 2, 1, 1, 1, 2],
    );
  });

  it('D9: a customer’s messages keep their sequence too; one that a later one followed is not sent again', async () => {
    await placing.usePolicy({ customerUpdates: 'each_change' });
    const faults = [
      { side: 'customer', call: 1, until: 3, do: '422' },
      { side: 'customer', call: 4, do: '503' },
    ];
    const webhook = `${house.sandbox.urls.customer}/webhook`;
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'DELIVERED'], faults }, { customer: { id: 'c-1', webhook } });
    await placing.untilStatus(orderId, 'placed');
    const key = (n: number): string => `${orderId}/placement/customer/${n}/webhook`;
    await placing.toNext(orderId);
    await placing.ended(orderId);
    assert.deepEqual((await ledger.message(key(3))).state, 'refused');
    assert.deepEqual(await ledger.resend([key(3), key(1)]), ['queued', 'queued']);
    await ledger.until(key(3), 'sent');
    assert.deepEqual(keysOf(await house.arrivals(orderId, 'customer')), [1, 2, 3, 1, 1, 3].map(key));
    assert.deepEqual(await ledger.resend([key(2)]), ['FOLLOWED']);
    const lines = (await placing.audit(orderId)).filter(({ type }) => type === 'message_resent');
    assert.deepEqual(lines.map(({ data }) => data.key).toSorted(), [key(1), key(3)]);
  });

  it('D9: a notice is sent again while there is something to do, and not once its case has ended', async () => {
    const orderId = await held([{ side: 'inbox', call: 1, do: '550' }]);
    const { key, body } = await house.messageOf(orderId, 'liaison', 'refused');
    assert.deepEqual(await ledger.resend([key]), ['queued']);
    await ledger.until(key, 'sent');
    const [mail, ...more] = await house.mails(orderId);
    assert.deepEqual([mail.subject, more], [JSON.parse(body).subject, []]);
    const other = await held([{ side: 'inbox', call: 1, do: '550' }]);
    const notice = await house.messageOf(other, 'liaison', 'refused');
    await decline(other);
    await house.workflowEnded(other);
    assert.deepEqual(await ledger.resend([notice.key]), ['CASE_ENDED']);
  });

  it('D9: a refund is told again only while it is due', async () => {
    const faults = [
      { side: 'buyer', call: 1, do: '422' },
      { side: 'vendor', call: 1, do: '422' },
    ];
    const orderId = await placing.place({ faults });
    await placing.untilStatus(orderId, 'failed', 'VENDOR_REFUSED');
    await placing.ended(orderId);
    const key = `${orderId}/placement/refund`;
    await ledger.until(key, 'refused');
    assert.deepEqual(await ledger.resend([key]), ['queued']);
    await ledger.until(key, 'sent');
    const { body } = await house.control('GET', `/effects?orderId=${orderId}`);
    assert.equal(body.refunds.length, 1);
    const retried = await placing.place({ faults });
    await placing.untilStatus(retried, 'failed');
    await placing.ended(retried);
    await ledger.until(`${retried}/placement/refund`, 'refused');
    await house.api('POST', `/v1/placements/${retried}/retry`, { by: 'o', note: 'again' });
    await placing.until(retried, ({ opening, status }) => opening === 2 && status === 'placed', 'it is placed after all');
    assert.deepEqual(await ledger.resend([`${retried}/placement/refund`]), ['NO_LONGER_TRUE']);
  });

  it('P6 D9: a case that is opened again knows of a correction that was sent again', async () => {
    const orderId = await held([refusal(2)]);
    await house.untilBuyerHeard(orderId, 1);
    await decline(orderId);
    await house.workflowEnded(orderId);
    const correction = `${orderId}/1/2`;
    await ledger.until(correction, 'refused');
    await ledger.resend([correction]);
    await ledger.until(correction, 'sent');
    await house.until(orderId, ({ actions }) => actions.includes('reopen'), 'it can be opened again');
    const reopened = await house.api('POST', `/v1/review-cases/${orderId}/reopen`, { by: 'l-1', note: 'stock came' });
    assert.equal(reopened.status, 202, JSON.stringify(reopened.body));
    await house.until(orderId, ({ caseId, status }) => caseId === `${orderId}/1r2` && status === 'held', 'it is held again');
    await house.api('POST', `/v1/review-cases/${orderId}/review-succeeded`, { eventId: `ls-${orderId}`, by: 'l-1', note: 'stock came' });
    await house.untilStatus(orderId, 'approved');
    await house.untilBuyerHeard(orderId, 4);
    assert.deepEqual((await told(orderId)).at(-1), [3, 'review_succeeded', correction]);
  });
});

/** Going live buyer by buyer: shadow mode (L1), and the switch that stops early successes at once (L2). */
import assert from 'node:assert/strict';
import { House, sampleOrder } from '../support/house.js';

describe('going live', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const turn = async (name: string, on: boolean, buyerId: string | null = null): Promise<void> => {
    const { status } = await house.api('PUT', `/v1/switches/${name}`, { on, buyerId, by: 'anna', note: 'going live' });
    assert.equal(status, 200);
  };
  const open = async (buyerId: string, scenario: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['pass'], answer: 'inline', ...scenario });
    await house.fail(orderId, { order: sampleOrder(orderId, { buyer: { id: buyerId, name: buyerId } }) });
    await house.untilStatus(orderId, 'held');
    return orderId;
  };
  const ledger = async (orderId: string): Promise<unknown[]> => {
    const { body } = await house.api('GET', `/v1/messages?orderId=${orderId}`);
    return body.items.map(({ counterpart, kind, state }: any) => `${counterpart} ${kind} ${state}`).toSorted();
  };

  it('L1: in shadow everything is decided and recorded, and nothing is sent', async () => {
    await turn('shadow', true);
    const orderId = await open('b-shadow');
    await house.toNext(orderId);
    await house.until(orderId, ({ status }) => status === 'in_review', 'would have asked');
    await house.api('POST', `/v1/review-cases/${orderId}/decline`, { by: 'anna', note: 'no' });
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    assert.deepEqual(await house.arrivals(orderId), []);
    assert.equal((await house.caseOf(orderId)).shadow, true);
    assert.deepEqual(await ledger(orderId), [
      'buyer review_failed shadow',
      'buyer review_succeeded shadow',
      'liaison liaison_notice shadow',
      'review review_request shadow',
      'review withdraw shadow',
    ]);
  });

  it('L1: a buyer goes live by itself while the others stay in shadow; a case stays as it began', async () => {
    await turn('shadow', true);
    const before = await open('b-live');
    assert.equal((await house.caseOf(before)).shadow, true);
    await turn('shadow', false, 'b-live');
    const live = await open('b-live');
    await house.untilBuyerHeard(live, 1);
    const other = await open('b-other');
    await turn('shadow', false);
    assert.deepEqual(
      [(await house.caseOf(other)).shadow, (await house.caseOf(before)).shadow, (await house.caseOf(live)).shadow],
      [true, true, false],
    );
    await house.untilBuyerHeard(await open('b-other'), 1);
    await house.api('POST', `/v1/review-cases/${before}/decline`, { by: 'anna', note: 'no' });
    await house.workflowEnded(before);
    assert.deepEqual(await house.arrivals(before), []);
  });

  it('L2: early successes are stopped at once, for one buyer or all: the buyer is told at the end', async () => {
    await turn('stop-early-success', true, 'b-careful');
    const careful = await open('b-careful');
    await house.untilMailed(careful, 1);
    assert.deepEqual(await house.buyerMessages(careful), []);
    await house.toNext(careful);
    await house.workflowEnded(careful);
    assert.deepEqual(
      (await house.buyerEffects(careful)).map(({ sequence, kind, provisional }) => [sequence, kind, provisional]),
      [[1, 'review_succeeded', false]],
    );
    const usual = await open('b-usual');
    await house.untilBuyerHeard(usual, 1);
    await turn('stop-early-success', true);
    const stopped = await open('b-usual');
    await house.untilMailed(stopped, 1);
    assert.deepEqual(await house.buyerMessages(stopped), []);
    await turn('stop-early-success', false);
  });

  it('L2: one that is on its way is stopped too, as long as it surely has not arrived; approved, the buyer is told', async () => {
    const orderId = await open('b-way', { faults: [{ side: 'buyer', call: 1, until: 3, do: '503' }] });
    await house.untilBuyerHeard(orderId, 1);
    await turn('stop-early-success', true, 'b-way');
    await house.messageOf(orderId, 'buyer', 'dropped');
    await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
    await house.toNext(orderId);
    await house.workflowEnded(orderId);
    assert.deepEqual(
      (await house.buyerEffects(orderId)).map(({ sequence, kind, provisional }) => [sequence, kind, provisional]),
      [[2, 'review_succeeded', false]],
    );
  });

  it('L2: tells who turned which switch, and refuses what it does not know', async () => {
    await turn('stop-early-success', true, 'b-careful');
    const { items } = (await house.api('GET', '/v1/switches')).body;
    const stop = items.find((item: any) => item.name === 'stop-early-success' && item.buyerId === 'b-careful');
    assert.deepEqual([stop.on, stop.by, stop.note], [true, 'anna', 'going live']);
    assert.equal((await house.api('PUT', '/v1/switches/light', { on: true, by: 'a', note: 'b' })).body.code, 'VALIDATION_FAILED');
    assert.equal((await house.api('PUT', '/v1/switches/shadow', { on: 'yes', by: 'a', note: 'b' })).body.code, 'VALIDATION_FAILED');
  });
});

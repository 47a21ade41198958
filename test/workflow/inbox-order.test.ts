/** What overtakes, repeats, comes late or contradicts is recorded and never acted on by itself (A8, D5; wire.md). */
import assert from 'node:assert/strict';
import { eventually, House, sampleOrder } from '../support/house.js';

describe('events out of order', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const succeed = async (orderId: string, more: object = {}): Promise<void> => {
    const answer = await house.api('POST', '/v1/review-successes', { eventId: `s-${Math.random()}`, orderId, ...more });
    assert.equal(answer.status, 202);
  };

  it('A8: a success that overtakes its failure closes the round; a later failure opens a case', async () => {
    const orderId = house.newOrderId();
    await succeed(orderId, { occurredAt: '2026-01-01T08:00:00Z' });
    await house.fail(orderId, { occurredAt: '2026-01-01T07:59:00Z', order: sampleOrder(orderId) });
    assert.deepEqual(await house.dispositions(orderId, 2), ['closed_round', 'overtaken']);
    assert.equal(await house.caseOf(orderId), null);
    await house.fail(orderId, { occurredAt: '2026-01-01T08:01:00Z', order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
  });

  it('D5: a success after the buyer was told "failed" is a contradiction for people, and changes nothing', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'PROHIBITED_GOODS' } });
    await house.workflowEnded(orderId);
    await succeed(orderId);
    assert.deepEqual(await house.dispositions(orderId, 2), ['opened', 'contradiction']);
    const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=any`)).body;
    assert.deepEqual(
      items.map((item: any) => item.problem),
      ['SUCCESS_AFTER_FAILURE_TOLD'],
    );
    assert.equal((await house.buyerMessages(orderId)).length, 1);
    assert.equal((await house.caseOf(orderId)).status, 'rejected');
  });

  it('D5: what comes after an approval is late', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await succeed(orderId);
    await house.workflowEnded(orderId);
    await succeed(orderId);
    await house.fail(orderId);
    assert.deepEqual(await house.dispositions(orderId, 4), ['opened', 'counted', 'late', 'late']);
    const refused = await house.api('POST', `/v1/review-cases/${orderId}/decline`, { by: 'l-1', note: 'too late' });
    assert.deepEqual([refused.status, refused.body.code, refused.body.actions], [409, 'ACTION_NOT_ALLOWED', ['reopen', 'notes']]);
  });

  it('a success that comes before the case is decided is taken after it: approved, the buyer told once', async () => {
    const orderId = house.newOrderId();
    await house.stopWorker();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await succeed(orderId);
    await eventually(async () => {
      const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}`)).body;
      return items.every((item: any) => item.state === 'handed_over') ? true : undefined;
    }, 'both are handed over');
    await house.startWorker();
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
    assert.deepEqual(
      (await house.buyerMessages(orderId)).map(({ kind, provisional }) => [kind, provisional]),
      [['review_succeeded', false]],
    );
    assert.deepEqual(await house.mails(orderId), []);
  });

  it('a higher round ends the open one; its first message supersedes the early success', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    await house.fail(orderId, { reviewRound: 2, reason: { type: 'PROHIBITED_GOODS' } });
    await house.untilStatus(orderId, 'rejected', 2);
    const first = await house.untilStatus(orderId, 'cancelled', 1);
    assert.equal(first.statusReason, 'SUPERSEDED_BY_ROUND');
    const messages = await house.untilBuyerHeard(orderId, 2);
    assert.deepEqual(
      messages.map(({ messageId, kind, supersedes }) => [messageId, kind, supersedes]),
      [
        [`${orderId}/1/1`, 'review_succeeded', null],
        [`${orderId}/2/1`, 'review_failed', `${orderId}/1/1`],
      ],
    );
    await house.fail(orderId, { reviewRound: 1 });
    assert.deepEqual(await house.dispositions(orderId, 3), ['opened', 'opened', 'late']);
  });

  it("an order's buyer messages go out in sequence: the next only after the one before", async () => {
    const orderId = house.newOrderId();
    const faults = [{ side: 'buyer', call: 1, until: 2, do: '429' }];
    await house.scenario(orderId, { review: ['pass'], answer: 'inline', faults });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.fail(orderId, { reviewRound: 2, reason: { type: 'PROHIBITED_GOODS' } });
    await house.untilStatus(orderId, 'rejected', 2);
    await house.client.workflow.getHandle(`review-case/${orderId}/2`).result();
    const acted: string[] = (await house.buyerEffects(orderId)).map(({ messageId }) => messageId);
    assert.ok(
      ['1/1,2/1', '2/1'].includes(acted.map((id) => id.slice(orderId.length + 1)).join(',')),
      `out of sequence: ${acted.join(', ')}`,
    );
  });

  it('D1: a new round says nothing before the correction of the round before has arrived', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    await house.scenario(orderId, { review: ['pass'], answer: 'inline', faults: [{ side: 'buyer', call: 2, until: 3, do: '503' }] });
    await house.api('POST', `/v1/review-cases/${orderId}/decline`, { by: 'l-1', note: 'no' });
    await house.untilStatus(orderId, 'declined');
    await house.fail(orderId, { reviewRound: 2 });
    await house.client.workflow.getHandle(`review-case/${orderId}/1`).result();
    await house.messageOf(orderId, 'buyer', 'sent');
    await eventually(async () => ((await house.buyerEffects(orderId)).length === 3 ? true : undefined), 'three messages');
    const acted = (await house.buyerEffects(orderId)).map(({ messageId, supersedes }) => [
      messageId.slice(orderId.length),
      supersedes?.slice(orderId.length) ?? null,
    ]);
    assert.deepEqual(acted, [
      ['/1/1', null],
      ['/1/2', '/1/1'],
      ['/2/1', null],
    ]);
  });

  it('A8: a higher round that passed at once ends the open case of the lower one', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await succeed(orderId, { reviewRound: 2 });
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
  });

  it('at most 200 failure notices reach one run; the rest stay visible, and a success still goes through', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    for (let batch = 0; batch < 21; batch += 1) await Promise.all(Array.from({ length: 10 }, () => house.fail(orderId)));
    await eventually(async () => {
      const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&state=pending`)).body;
      return items.length === 0 ? true : undefined;
    }, 'all are handed over');
    const excess = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=TOO_MANY_NOTICES&limit=200`)).body.items;
    assert.equal(excess.length, 11);
    await succeed(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
  });

  it('a run that goes on from a carried state (continue-as-new) loses nothing', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    await house.untilMailed(orderId, 1);
    const handle = house.client.workflow.getHandle(`review-case/${orderId}/1`);
    const resume = await handle.query<any>('getState');
    await handle.terminate('carried on below');
    const args = [{ caseId: resume.caseId, orderId, reviewRound: 1, supersedesCaseId: null, resume }];
    await house.client.workflow.start('reviewCase', { workflowId: handle.workflowId, taskQueue: house.taskQueue, args });
    await house.toNext(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
    assert.equal((await house.buyerMessages(orderId)).length, 1);
    assert.equal((await house.reviewRequests(orderId)).length, 1);
  });
});

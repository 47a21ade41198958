/** Placements on the real server (B1–B7, D5): sent, polled over days that are skipped, ended, told. */
import assert from 'node:assert/strict';
import { House } from '../support/house.js';
import { Placing } from '../support/placing.js';

describe('placing', () => {
  let house: House;
  let placing: Placing;
  before(async () => {
    house = await House.start();
    placing = new Placing(house);
  });
  after(async () => house.stop());

  it('B1 B3 B4 B5: placed at once, polled at growing intervals, delivered; the customer is told once by each way', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'] });
    let found = await placing.until(orderId, ({ status, nextAction }) => status === 'placed' && nextAction !== null, 'placed');
    const instants = [Date.parse(found.nextAction.at)];
    while (found.status === 'placed') {
      found = await placing.toNext(orderId);
      if (found.nextAction !== null) instants.push(Date.parse(found.nextAction.at));
    }
    assert.equal(found.status, 'succeeded');
    assert.equal(found.polls, 3);
    const [first = 0, second = 0, third = 0] = instants;
    assert.ok(third - second > second - first, `the intervals do not grow: ${instants.join()}`);
    await placing.ended(orderId);
    const heard = await placing.customerHeard(orderId);
    assert.deepEqual(
      heard.map(({ status, orderId: of }) => [of, status]),
      [[orderId, 'succeeded']],
    );
    const mails = await house.mails(orderId);
    assert.equal(mails.length, 1);
    assert.equal((await placing.vendorOrders(orderId)).length, 1);
  });

  it('B2: an unpaid order ends as failed, and the vendor hears nothing', async () => {
    const orderId = await placing.place({}, {}, { payment: { status: 'OPEN' } });
    await placing.untilStatus(orderId, 'failed', 'NOT_PAID');
    await placing.ended(orderId);
    const found = await placing.of(orderId);
    assert.deepEqual(await placing.vendorCalls(orderId), []);
    assert.equal(found.refundDue, false);
    assert.deepEqual(found.actions.toSorted(), ['resolve', 'retry']);
  });

  it('B3: a vendor that says no: failed with the reason, the customer told, a refund due', async () => {
    const orderId = await placing.place({ faults: [{ side: 'vendor', call: 1, do: '422' }] });
    await placing.untilStatus(orderId, 'failed', 'VENDOR_REFUSED');
    await placing.ended(orderId);
    assert.equal((await placing.of(orderId)).refundDue, true);
    assert.deepEqual(
      (await placing.customerHeard(orderId)).map(({ status, reason }) => [status, reason]),
      [['failed', 'VENDOR_REFUSED']],
    );
    const refunds = (await house.arrivals(orderId, 'buyer')).filter(({ path }) => path === '/refunds-due');
    assert.equal(refunds.length, 1);
    assert.equal(refunds[0]?.body.orderId, orderId);
  });

  it('B3: an answer lost by a vendor that takes repetitions: the same request under the same key, one order', async () => {
    const orderId = await placing.place({
      vendorDoes: { idempotent: true },
      faults: [{ side: 'vendor', call: 1, do: 'drop-after-acting' }],
    });
    await placing.untilStatus(orderId, 'placed');
    const posts = (await placing.vendorCalls(orderId)).filter(({ method }) => method === 'POST');
    assert.equal(posts.length, 2);
    assert.equal(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size, 1);
    assert.equal((await placing.vendorOrders(orderId)).length, 1);
  });

  it('B3: an answer lost by a vendor that takes none: it is asked by our number, and has it', async () => {
    const orderId = await placing.place(
      { vendorDoes: { idempotent: false }, faults: [{ side: 'vendor', call: 1, do: 'drop-after-acting' }] },
      { vendorId: 'points-mall' },
    );
    let found = await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'a question is planned');
    assert.equal(found.status, 'sent');
    while (found.status === 'sent') found = await placing.toNext(orderId);
    assert.equal(found.status, 'placed');
    const posts = (await placing.vendorCalls(orderId)).filter(({ method }) => method === 'POST');
    assert.equal(posts.length, 1);
    assert.equal((await placing.vendorOrders(orderId)).length, 1);
  });

  it('B3: a lost request that never arrived: a new number only after the vendor surely does not have it', async () => {
    const orderId = await placing.place(
      { vendorDoes: { idempotent: false }, faults: [{ side: 'vendor', call: 1, do: 'drop-before-acting' }] },
      { vendorId: 'points-mall' },
    );
    let found = await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'a question is planned');
    while (found.status === 'sent') found = await placing.toNext(orderId);
    assert.equal(found.status, 'placed');
    const posts = (await placing.vendorCalls(orderId)).filter(({ method }) => method === 'POST').map(({ body }) => body.placementNumber);
    assert.deepEqual(posts, [`${orderId}/1`, `${orderId}/2`]);
    const lines = await placing.audit(orderId);
    const [first, second] = lines.filter(({ type }) => type === 'order_sent');
    const counted = lines.filter(({ data }) => data.result === 'not_found' && data.counts);
    assert.ok(counted.length >= 2 && counted.every(({ caseAt }) => caseAt <= second.caseAt), `${counted.length} answers counted`);
    const settled = counted.map(({ caseAt }) => Date.parse(caseAt) - Date.parse(first.caseAt));
    assert.ok(Math.min(...settled) >= 10 * 60_000, `believed after ${settled.join()} ms`);
    assert.equal((await placing.vendorOrders(orderId)).length, 1);
  });

  it('B4: no final word: the last poll is number max, then failed; the customer is not told a final no before', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT'] });
    let found = await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'placed');
    const placedAt = Date.parse(found.caseAt);
    for (let polls = 0; found.status === 'placed' && polls < 30; polls += 1) found = await placing.toNext(orderId);
    assert.deepEqual([found.status, found.statusReason, found.polls], ['failed', 'MAX_POLLS_EXCEEDED', 14]);
    const days = (Date.parse(found.caseAt) - placedAt) / 86_400_000;
    assert.ok(days >= 3 && days <= 6.5, `${days} days`);
    await placing.ended(orderId);
    assert.equal((await placing.of(orderId)).refundDue, false);
  });

  it('D5: a push that is final wins against the polls; what contradicts it later is shown, and moves nothing', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT'] });
    await placing.untilStatus(orderId, 'placed');
    await placing.push(orderId, { status: 'DELIVERED', description: 'signed by Li', occurredAt: '2026-01-03T08:00:00Z' });
    await placing.untilStatus(orderId, 'succeeded');
    await placing.ended(orderId);
    await placing.push(orderId, { status: 'LOST', description: 'cannot be found' });
    const { body } = await house.api('GET', `/v1/inbound-events?orderId=${orderId}`);
    await house.dispositions(orderId, 3);
    const events = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=any`)).body.items;
    assert.deepEqual(
      events.map(({ disposition, problem }: any) => [disposition, problem]),
      [['contradiction', 'RESULT_CONTRADICTS']],
      JSON.stringify(body),
    );
    assert.equal((await placing.of(orderId)).status, 'succeeded');
    assert.equal((await placing.customerHeard(orderId)).length, 1);
  });

  it('B4: a word that nobody mapped is never final; mapped by operations, the next answer counts', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'HANDED_TO_DRONE'] });
    await placing.untilStatus(orderId, 'placed');
    const found = await placing.toNext(orderId);
    assert.deepEqual([found.status, found.unmapped, found.vendorStatus], ['placed', true, 'HANDED_TO_DRONE']);
    const list = (await house.api('GET', `/v1/placements?unmapped=true&statusReason=NO_ANSWER,STATUS_UNMAPPED&orderId=${orderId}`)).body
      .items;
    assert.equal(list.length, 1);
    const mapped = await house.api('PUT', '/v1/vendors/swift-post/statuses/HANDED_TO_DRONE', { means: 'succeeded' });
    assert.equal(mapped.status, 200, JSON.stringify(mapped.body));
    const polled = await house.api('POST', `/v1/placements/${orderId}/poll`, { by: 'ops', note: 'mapped' });
    assert.deepEqual([polled.status, polled.body.nextPollAt], [200, found.nextAction.at], JSON.stringify(polled.body));
    await placing.untilStatus(orderId, 'succeeded');
  });

  it('B7: a failure is taken up again by people: retried under a new number, or resolved with who and why', async () => {
    const orderId = await placing.place({ faults: [{ side: 'vendor', call: 1, do: '422' }] });
    await placing.untilStatus(orderId, 'failed', 'VENDOR_REFUSED');
    await placing.ended(orderId);
    const retried = await house.api('POST', `/v1/placements/${orderId}/retry`, { by: 'Kim', note: 'address corrected at the vendor' });
    assert.equal(retried.status, 202, JSON.stringify(retried.body));
    const found = await placing.until(orderId, ({ status, opening }) => status === 'placed' && opening === 2, 'placed again');
    assert.equal(found.placementNumber, `${orderId}/2`);
    const answer = await house.api('POST', `/v1/placements/${orderId}/resolve`, { by: 'Kim', note: 'vendor phoned', outcome: 'succeeded' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    await placing.untilStatus(orderId, 'succeeded');
    await placing.ended(orderId, 2);
    const lines = await placing.audit(orderId);
    assert.ok(
      lines.some(({ actor, data }) => actor === 'Kim' && data.note === 'vendor phoned'),
      JSON.stringify(lines),
    );
    assert.deepEqual(
      (await placing.customerHeard(orderId)).map(({ status }) => status),
      ['failed', 'succeeded'],
    );
  });

  it('D5 B7: what a late push tells of the order is kept: a retry makes no second order', async () => {
    const orderId = await placing.place({ faults: [{ side: 'vendor', call: 1, do: '422' }] });
    await placing.untilStatus(orderId, 'failed', 'VENDOR_REFUSED');
    await placing.ended(orderId);
    await placing.push(orderId, { status: 'IN_TRANSIT', description: 'on its way after all' });
    await house.dispositions(orderId, 2);
    const { items } = (await house.api('GET', `/v1/inbound-events?orderId=${orderId}&problem=RESULT_CONTRADICTS`)).body;
    assert.equal(items.length, 1);
    await house.api('POST', `/v1/placements/${orderId}/retry`, { by: 'Kim', note: 'the vendor has it' });
    await placing.until(orderId, ({ status, opening }) => status === 'placed' && opening === 2, 'asked for again');
    assert.equal((await placing.of(orderId)).placementNumber, `${orderId}/1`);
    assert.equal((await placing.vendorCalls(orderId)).filter(({ method }) => method === 'POST').length, 1);
  });

  it('B7: cancelled where the vendor can: the customer hears it, a refund is due', async () => {
    const orderId = await placing.place({});
    await placing.untilStatus(orderId, 'placed');
    const answer = await house.api('POST', `/v1/placements/${orderId}/cancel`, { by: 'Kim', note: 'customer changed their mind' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    await placing.untilStatus(orderId, 'cancelled');
    await placing.ended(orderId);
    assert.deepEqual(
      (await placing.customerHeard(orderId)).map(({ status }) => status),
      ['cancelled'],
    );
    assert.equal((await placing.of(orderId)).refundDue, true);
    const refunds = (await house.arrivals(orderId, 'buyer')).filter(({ path }) => path === '/refunds-due');
    assert.deepEqual(
      refunds.map(({ body }) => body.reason),
      ['CANCELLED_AT_VENDOR'],
    );
  });

  it('B5: the customer looks the order up by the private link of the mail; another token shows nothing', async () => {
    const orderId = await placing.place({ vendor: ['DELIVERED'] });
    await placing.untilStatus(orderId, 'succeeded');
    const [mail] = await house.untilMailed(orderId, 1);
    const link = /https?:\/\/\S+\/track\/\S+/.exec(mail.text)?.[0] ?? '';
    const page = await fetch(link);
    assert.equal(page.status, 200);
    const html = await page.text();
    assert.ok(html.includes(orderId) && html.includes('已完成'), html);
    assert.equal((await fetch(`${link.slice(0, -2)}xx`)).status, 404);
  });
});

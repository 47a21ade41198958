/** What the Temporal Web UI shows of a case is readable by someone who is no developer (D8). */
import assert from 'node:assert/strict';
import { defaultPayloadConverter } from '@temporalio/common';
import { House, sampleOrder } from '../support/house.js';

describe('a case in the Temporal Web UI', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const detailsOf = async (orderId: string): Promise<string> => {
    const handle = house.client.workflow.getHandle(`review-case/${orderId}/1`);
    return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
  };

  it('D8: summaries on run, activities and timers, current details in Markdown, search attributes', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    await house.untilMailed(orderId, 1);
    const held = await house.caseOf(orderId);
    const handle = house.client.workflow.getHandle(`review-case/${orderId}/1`);
    const description = await handle.describe();
    assert.equal(await description.staticSummary(), `Order ${orderId}: review failed (STOCK_SHORT)`);
    const attributes = Object.fromEntries(description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    assert.deepEqual(
      { ...attributes, BuildIds: undefined, NextActionAt: (attributes['NextActionAt'] as Date).toISOString() },
      {
        OrderId: orderId,
        BuyerId: 'b-1',
        LiaisonId: 'l-1',
        CaseStatus: 'held',
        ReasonType: 'STOCK_SHORT',
        NextActionAt: held.nextAction.at,
        BuildIds: undefined,
      },
    );

    const details = await detailsOf(orderId);
    for (const part of [
      `Order ${orderId}`,
      '**Held; the review will be asked for again**',
      'Johnssons byggvaror',
      '6225 SEK',
      'STOCK_SHORT',
      'Liaison: l-1',
      'People can: review-succeeded, request-review, ',
      `Next: review request 1 at ${held.nextAction.at.slice(0, 16).replace('T', ' ')} UTC`,
      'Then, if nothing else happens: reminder to the liaison at ',
      '; escalation to the supervisor at ',
      'Message 1 to the buyer: review succeeded, early (delivered)',
    ]) {
      assert.ok(details.includes(part), `the details lack "${part}": ${details}`);
    }
    assert.ok(!details.includes('pelle@'), 'personal data in the details');

    const { events = [] } = await handle.fetchHistory();
    const summaries = (events ?? []).flatMap(({ userMetadata }) =>
      userMetadata?.summary ? [defaultPayloadConverter.fromPayload<string>(userMetadata.summary)] : [],
    );
    for (const wanted of [
      /^Tell the buyer server: review succeeded \(early\), message 1$/,
      /^Notify l-1 \(first_failure\) by email$/,
      /^review request 1 at 20\d\d-\d\d-\d\d \d\d:\d\d UTC$/,
      /^Write down: held$/,
    ]) {
      assert.ok(
        summaries.some((summary) => wanted.test(summary)),
        `no summary like ${wanted}: ${summaries.join(' | ')}`,
      );
    }
  });

  it('D8: a case that is still being decided, for want of its order, has details too', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { order: sampleOrder(orderId), faults: [{ side: 'review', call: 1, until: 1000, do: '503' }] });
    await house.fail(orderId);
    await house.untilStatus(orderId, 'deciding');
    assert.match(await detailsOf(orderId), /\*\*Being decided: the order is looked up/);
  });

  it('D8: text of other sides has no links or layout of its own there', async () => {
    const orderId = house.newOrderId();
    const reason = { type: 'STOCK_SHORT', text: 'none\n\n# [here](https://shop.example)' };
    await house.fail(orderId, { order: sampleOrder(orderId), reason });
    await house.untilStatus(orderId, 'held');
    const details = await detailsOf(orderId);
    assert.ok(details.includes(String.raw`(none # \[here\](https://shop.example))`), details);
  });

  it('D8: cases are found by their search attributes', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'PROHIBITED_GOODS' } });
    await house.workflowEnded(orderId);
    const found: string[] = [];
    for (let tries = 0; tries < 100 && found.length === 0; tries += 1) {
      for await (const run of house.client.workflow.list({ query: `OrderId = "${orderId}" AND CaseStatus = "rejected"` }))
        found.push(run.workflowId);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(found, [`review-case/${orderId}/1`]);
  });
});

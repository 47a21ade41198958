/** What the Temporal Web UI shows of a case is readable by someone who is no developer (D8). */
import assert from 'node:assert/strict';
import { defaultPayloadConverter } from '@temporalio/common';
import { House, sampleOrder } from '../support/house.js';

describe('a case in the Temporal Web UI', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const METADATA = '__temporal_workflow_metadata';

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

    const metadata = await handle.query<{ currentDetails: string }>(METADATA);
    for (const part of [
      `Order ${orderId}`,
      '**held',
      'Johnssons byggvaror',
      '6225 SEK',
      'STOCK_SHORT',
      'Liaison: l-1',
      'review request 1 at',
      'review_succeeded, provisional',
    ]) {
      assert.ok(metadata.currentDetails.includes(part), `the details lack "${part}": ${metadata.currentDetails}`);
    }
    assert.ok(!metadata.currentDetails.includes('pelle@'), 'personal data in the details');

    const { events = [] } = await handle.fetchHistory();
    const summaries = (events ?? []).flatMap(({ userMetadata }) =>
      userMetadata?.summary ? [defaultPayloadConverter.fromPayload<string>(userMetadata.summary)] : [],
    );
    for (const wanted of [
      /^Tell the buyer server: review succeeded \(early\), message 1$/,
      /^Notify liaison l-1: STOCK_SHORT$/,
      /^review request 1 at 20/,
    ]) {
      assert.ok(
        summaries.some((summary) => wanted.test(summary)),
        `no summary like ${wanted}: ${summaries.join(' | ')}`,
      );
    }
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

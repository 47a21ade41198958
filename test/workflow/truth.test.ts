/** The buyer always learns the truth (D1), at the latest at the one deadline (D3). */
import assert from 'node:assert/strict';
import { addPolicy } from '../../src/db/policies.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import { eventually, House, sampleOrder } from '../support/house.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the truth', () => {
  let house: House;
  before(async () => {
    house = await House.start();
    const earlySuccess = { default: true, buyers: { 'ships-at-once': false } };
    const limits = { retryWindowMs: 2 * HOUR, resolutionDeadlineMs: 6 * HOUR, escalation: { steps: [], workingTime: false } };
    await addPolicy(
      house.db,
      'review',
      { base: { ...SEED_REVIEW_POLICY, ...limits, earlySuccess }, rules: [] },
      { who: 'test', why: 'a buyer that ships on a success', effectiveFrom: new Date(0) },
    );
  });
  after(async () => house.stop());

  const open = async (scenario: object, order: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline', ...scenario });
    await house.fail(orderId, { order: sampleOrder(orderId, order) });
    await house.untilStatus(orderId, 'held');
    return orderId;
  };
  const told = async (orderId: string): Promise<unknown[]> =>
    (await house.buyerEffects(orderId)).map(({ sequence, kind, provisional, supersedes }: any) => [
      sequence,
      kind,
      provisional,
      supersedes,
    ]);
  const decline = (orderId: string) => house.api('POST', `/v1/review-cases/${orderId}/decline`, { by: 'l-1', note: 'cannot be delivered' });

  it('D1: declined after an early success: a correction that refers to it', async () => {
    const orderId = await open({});
    await house.untilBuyerHeard(orderId, 1);
    const answer = await decline(orderId);
    assert.equal(answer.status, 200);
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    assert.deepEqual(await told(orderId), [
      [1, 'review_succeeded', true, null],
      [2, 'review_failed', false, `${orderId}/1/1`],
    ]);
    const [, correction] = await house.buyerMessages(orderId);
    assert.equal(correction.reason.type, 'STOCK_SHORT');
    assert.equal(correction.ending, 'declined');
  });

  it('D1: before the correction the review server is asked once more, and told to withdraw', async () => {
    const orderId = await open({ answer: 'never' });
    await house.untilBuyerHeard(orderId, 1);
    await house.toNext(orderId);
    await house.untilStatus(orderId, 'in_review');
    await decline(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    const arrivals = await house.arrivals(orderId);
    const order = arrivals
      .filter(({ side }) => side !== 'inbox')
      .map(
        ({ side, method, path }) =>
          `${side} ${method} ${path.split('/').slice(0, 2).join('/')}${path.endsWith('/withdraw') ? '/withdraw' : ''}`,
      );
    assert.deepEqual(order.slice(0, 3), [
      'buyer POST /order-review-messages',
      'review POST /review-requests',
      'review GET /review-requests',
    ]);
    assert.deepEqual(order.slice(3).toSorted(), ['buyer POST /order-review-messages', 'review POST /review-requests/withdraw']);
  });

  it('D1: a success found by the last look is the truth: approved, nothing more told', async () => {
    const orderId = await open({ review: ['pass'], answer: 'poll', delayMs: 0 });
    await house.untilBuyerHeard(orderId, 1);
    await house.toNext(orderId);
    await house.untilStatus(orderId, 'in_review');
    const answer = await decline(orderId);
    assert.equal(answer.body.ending, 'declined');
    const result = await house.workflowEnded(orderId);
    assert.deepEqual([result.status, result.statusReason], ['approved', 'SUCCEEDED_AT_LAST_LOOK']);
    assert.equal((await told(orderId)).length, 1);
  });

  it('D1: a buyer that ships on a success is told once, at the end', async () => {
    const buyer = { id: 'ships-at-once', name: 'Ships At Once Ltd' };
    const declined = await open({}, { buyer });
    const approved = await open({ review: ['pass'] }, { buyer });
    await house.untilMailed(declined, 1);
    await decline(declined);
    await house.workflowEnded(declined);
    await house.toNext(approved);
    await house.workflowEnded(approved);
    assert.deepEqual(await told(declined), [[1, 'review_failed', false, null]]);
    assert.deepEqual(await told(approved), [[1, 'review_succeeded', false, null]]);
  });

  it('D1: an early success that surely never left is dropped, and only the truth is told', async () => {
    const orderId = await open({ faults: [{ side: 'buyer', call: 1, until: 4, do: '503' }] });
    await house.untilBuyerHeard(orderId, 1);
    await decline(orderId);
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    assert.deepEqual(await told(orderId), [[2, 'review_failed', false, null]]);
  });

  it('D1: an early success whose outcome is unknown is not resent; the correction follows it', async () => {
    const orderId = await open({
      faults: [
        { side: 'buyer', call: 1, do: 'drop-after-acting' },
        { side: 'buyer', call: 2, until: 9, do: '503' },
      ],
    });
    await eventually(async () => ((await house.buyerEffects(orderId)).length === 1 ? true : undefined), 'the buyer acted');
    await house.untilBuyerHeard(orderId, 2);
    await decline(orderId);
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await house.workflowEnded(orderId);
    assert.deepEqual(await told(orderId), [
      [1, 'review_succeeded', true, null],
      [2, 'review_failed', false, `${orderId}/1/1`],
    ]);
  });

  it('D1: a cancelled order is corrected too', async () => {
    const orderId = await open({});
    await house.untilBuyerHeard(orderId, 1);
    const answer = await house.api('POST', `/v1/review-cases/${orderId}/cancel`, { by: 'buyer b-1' });
    assert.deepEqual([answer.status, answer.body.status], [200, 'cancelled']);
    await house.workflowEnded(orderId);
    assert.deepEqual((await told(orderId)).at(-1), [2, 'review_failed', false, `${orderId}/1/1`]);
  });

  it('D1: a cancellation of the run itself still tells the buyer the truth', async () => {
    const orderId = await open({});
    await house.untilBuyerHeard(orderId, 1);
    await house.client.workflow.getHandle(`review-case/${orderId}/1`).cancel();
    assert.equal((await house.workflowEnded(orderId)).status, 'cancelled');
    assert.deepEqual((await told(orderId)).at(-1), [2, 'review_failed', false, `${orderId}/1/1`]);
  });

  it('D1: a request that is still being tried is given up before its withdrawal', async () => {
    const orderId = await open({ faults: [{ side: 'review', call: 1, until: 200, do: '503' }] });
    await house.untilBuyerHeard(orderId, 1);
    await house.toNext(orderId);
    await eventually(async () => ((await house.reviewRequests(orderId)).length > 0 ? true : undefined), 'the request is tried');
    await decline(orderId);
    await house.untilStatus(orderId, 'declined');
    await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    const posts = (await house.arrivals(orderId, 'review'))
      .filter(({ method }) => method === 'POST')
      .map(({ path }) => path.endsWith('/withdraw'));
    assert.ok(posts.includes(true), 'it is withdrawn');
    assert.ok(!posts.slice(posts.indexOf(true)).includes(false), `a request after its withdrawal: ${JSON.stringify(posts)}`);
    const { body } = await house.api('GET', `/v1/messages?orderId=${orderId}&state=sending`);
    assert.deepEqual(body.items, []);
  });

  it('D3: nobody acts: one last look at the deadline, no new request, then expired and corrected', async () => {
    const orderId = await open({});
    await house.untilBuyerHeard(orderId, 1);
    await house.skip(orderId, 3 * HOUR);
    await house.untilStatus(orderId, 'awaiting_liaison');
    const requests = (await house.reviewRequests(orderId)).length;
    await house.skip(orderId, 4 * HOUR);
    assert.equal((await house.workflowEnded(orderId)).status, 'expired');
    const ended = await house.untilStatus(orderId, 'expired');
    const late = Date.parse(ended.endedAt) - Date.parse(ended.deadlineAt);
    assert.ok(late >= 0 && late < MINUTE, `ended ${late} ms after its deadline`);
    assert.equal(Date.parse(ended.deadlineAt) - Date.parse(ended.firstFailureAt), 6 * HOUR);
    assert.equal((await house.reviewRequests(orderId)).length, requests, 'a new request at the deadline');
    const lastLooks = (await house.arrivals(orderId, 'review')).filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/review-requests/'),
    );
    assert.equal(lastLooks.length, 1);
    assert.deepEqual((await told(orderId)).at(-1), [2, 'review_failed', false, `${orderId}/1/1`]);
  });

  it('D3: a request still unanswered at the deadline is asked for, and a success there is taken', async () => {
    const orderId = await open({});
    await house.untilBuyerHeard(orderId, 1);
    await house.skip(orderId, 6 * HOUR - 2 * MINUTE);
    await house.untilStatus(orderId, 'awaiting_liaison');
    await house.scenario(orderId, { review: ['pass'], answer: 'poll', delayMs: 0 });
    await house.api('POST', `/v1/review-cases/${orderId}/request-review`, { by: 'l-1', note: 'one last try' });
    const inReview = await house.until(
      orderId,
      ({ status, nextAction }) => status === 'in_review' && nextAction !== null,
      'the request is accepted',
    );
    assert.equal(inReview.nextAction.at, inReview.deadlineAt);
    await house.skip(orderId, 5 * MINUTE);
    const result = await house.workflowEnded(orderId);
    assert.deepEqual([result.status, result.statusReason], ['approved', 'SUCCEEDED_AT_LAST_LOOK']);
    assert.equal((await told(orderId)).length, 1);
  });
});

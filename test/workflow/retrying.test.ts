/** Asking again: the rule, the window, the ways in which a request is answered, the people (A6–A8). */
import assert from 'node:assert/strict';
import { House, sampleOrder } from '../support/house.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('asking again', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  /** A held case whose buyer and liaison have been told. */
  const heldCase = async (scenario: object, order: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, scenario);
    await house.fail(orderId, { order: sampleOrder(orderId, order) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    await house.untilMailed(orderId, 1);
    return orderId;
  };
  const attempted = (orderId: string, attempts: number, status: string): Promise<any> =>
    house.until(orderId, (found) => found.status === status && found.reviewAttempts === attempts, `${status} after attempt ${attempts}`);

  it('A6 A7 A8: held, asked twice, approved (answers at once)', async () => {
    const orderId = await heldCase({ review: ['fail:STOCK_SHORT', 'pass'], answer: 'inline' });
    await house.toNext(orderId);
    await attempted(orderId, 1, 'held');
    await house.toNext(orderId);
    const result = await house.workflowEnded(orderId);
    assert.equal(result.status, 'approved');
    assert.deepEqual(
      (await house.buyerMessages(orderId)).map(({ kind, provisional }) => [kind, provisional]),
      [['review_succeeded', true]],
    );
    const requests = await house.reviewRequests(orderId);
    assert.deepEqual(
      requests.map(({ attempt, reviewRound }) => [attempt, reviewRound]),
      [
        [1, 1],
        [2, 1],
      ],
    );
    assert.equal(new Set(requests.map(({ reviewRequestId }) => reviewRequestId)).size, 2);
  });

  it('A6 A8: held, asked twice, approved (answers by notice)', async () => {
    const orderId = await heldCase({ review: ['fail:STOCK_SHORT', 'pass'], answer: 'notice', delayMs: 50 });
    await house.toNext(orderId);
    await attempted(orderId, 1, 'held');
    await house.toNext(orderId);
    await house.settled(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
    assert.equal((await house.reviewRequests(orderId)).length, 2);
  });

  it('A8: the result of an accepted request is asked for at growing intervals', async () => {
    const orderId = await heldCase({ review: ['pass'], answer: 'poll', delayMs: 3_600_000 });
    await house.toNext(orderId);
    await attempted(orderId, 1, 'in_review');
    const instants: number[] = [];
    for (let query = 1; query <= 3; query += 1) {
      const found = await house.until(
        orderId,
        ({ nextAction }) => nextAction?.what.startsWith('ask for the result'),
        `query ${query} is planned`,
      );
      instants.push(Date.parse(found.nextAction.at));
      await house.toNext(orderId);
      await house.until(
        orderId,
        ({ nextAction }) => nextAction !== null && nextAction.at !== found.nextAction.at,
        `query ${query} is answered`,
      );
    }
    const [first = 0, second = 0, third = 0] = instants;
    assert.ok(third - second > second - first, `the intervals do not grow: ${instants.join(', ')}`);
    const asked = (await house.arrivals(orderId, 'review')).filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/review-requests/'),
    );
    assert.equal(asked.length, 3);
    const { reviewRequestId } = await house.caseOf(orderId);
    await house.api('POST', '/v1/review-successes', { eventId: `s-${orderId}`, orderId, reviewRequestId });
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
  });

  it('A8: a result found by asking ends the case', async () => {
    const orderId = await heldCase({ review: ['pass'], answer: 'poll', delayMs: 0 });
    await house.toNext(orderId);
    await attempted(orderId, 1, 'in_review');
    await house.toNext(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
  });

  it('A7: no answer by the answer deadline is a failed attempt with its own reason', async () => {
    const orderId = await heldCase({ review: ['pass'], answer: 'never' });
    await house.toNext(orderId);
    await attempted(orderId, 1, 'in_review');
    await house.skip(orderId, 2 * HOUR + MINUTE);
    const held = await attempted(orderId, 1, 'held');
    assert.equal(held.reason.type, 'NO_ANSWER');
    const asked = (await house.arrivals(orderId, 'review')).filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/review-requests/'),
    );
    assert.equal(asked.length, 5, 'four queries, and the last look at the answer deadline');
  });

  it('A7: a request that is refused is a failed attempt with its own reason', async () => {
    const orderId = await heldCase({ review: ['pass'], answer: 'inline' });
    const { caseId } = await house.caseOf(orderId);
    // The review server has seen this request ID with another content: it refuses ours.
    const reviewRequestId = `${caseId.replace('/', '.')}.1`;
    await house.call('POST', `${house.sandbox.urls.review}/review-requests`, {
      reviewRequestId,
      orderId: house.newOrderId('other'),
      reviewRound: 1,
      attempt: 1,
      requestedAt: new Date().toISOString(),
    });
    await house.toNext(orderId);
    const held = await attempted(orderId, 1, 'held');
    assert.equal(held.reason.type, 'REVIEW_REQUEST_REFUSED');
    assert.equal((await house.reviewRequests(orderId)).length, 1, 'a refusal is not tried again');
  });

  it('A7: beyond the window the rule is deleted, and the order waits for people, who can still ask', async () => {
    const orderId = await heldCase({ review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await house.skip(orderId, 25 * HOUR);
    const waiting = await house.untilStatus(orderId, 'awaiting_liaison');
    const windowEndsAt = Date.parse(waiting.windowEndsAt);
    assert.equal(windowEndsAt, Date.parse(waiting.firstFailureAt) + 24 * HOUR);
    const requests = await house.reviewRequests(orderId);
    const instants = requests.map(({ requestedAt }) => Date.parse(requestedAt));
    assert.ok(
      instants.every((instant) => instant <= windowEndsAt + 5000),
      'asked after the window',
    );
    const beforeEnd = windowEndsAt - (instants.at(-1) ?? 0);
    assert.ok(beforeEnd <= 15 * MINUTE, `no request near the end of the window: ${beforeEnd} ms before`);
    assert.deepEqual(waiting.actions, [
      'review-succeeded',
      'request-review',
      'pause',
      'reassign',
      'acknowledge',
      'change-policy',
      'decline',
      'cancel',
      'notes',
    ]);

    const asked = await house.api('POST', `/v1/review-cases/${orderId}/request-review`, { by: 'l-1', note: 'stock is back' });
    assert.deepEqual([asked.status, asked.body.status], [200, 'in_review']);
    await attempted(orderId, requests.length + 1, 'awaiting_liaison');
    await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
    await house.api('POST', `/v1/review-cases/${orderId}/request-review`, { by: 'l-1', note: 'really' });
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
  });

  it('A7: a later failure within the window waits by the rule, growing', async () => {
    const orderId = await heldCase({ review: ['fail:STOCK_SHORT'], answer: 'inline' });
    const planned: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await house.toNext(orderId);
      const held = await attempted(orderId, attempt, 'held');
      planned.push(Date.parse(held.nextAction.at) - Date.parse(held.caseAt));
    }
    const [second = 0, third = 0, fourth = 0] = planned;
    assert.ok(Math.abs(second - 30 * MINUTE) <= 3 * MINUTE + 2000, `second after ${second} ms`);
    assert.ok(Math.abs(third - 60 * MINUTE) <= 6 * MINUTE + 2000, `third after ${third} ms`);
    assert.ok(Math.abs(fourth - 120 * MINUTE) <= 12 * MINUTE + 2000, `fourth after ${fourth} ms`);
  });

  it('A8: a liaison asks through the liaison server; its success ends the case', async () => {
    const orderId = await heldCase({ review: ['pass'], answer: 'notice', delayMs: 20 });
    const asked = await house.call('POST', `${house.sandbox.urls.liaison}/orders/${orderId}/review`, { liaisonId: 'l-1' });
    assert.equal(asked.status, 202);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
    assert.deepEqual(await house.reviewRequests(orderId).then((all) => all.filter(({ reviewRequestId }) => reviewRequestId !== null)), []);
    assert.equal((await house.buyerMessages(orderId)).length, 1);
  });

  it('A8: a liaison resolves at the signal endpoint, with who and why in the audit', async () => {
    const orderId = await heldCase({ review: ['fail:STOCK_SHORT'], answer: 'inline' });
    const word = { eventId: `ls-${orderId}`, by: 'l-1 Ingrid Larsson', note: 'seen in the ERP: approved at 14:02' };
    const answer = await house.api('POST', `/v1/review-cases/${orderId}/review-succeeded`, word);
    assert.equal(answer.status, 202);
    assert.deepEqual((await house.api('POST', `/v1/review-cases/${orderId}/review-succeeded`, word)).body, answer.body);
    const result = await house.workflowEnded(orderId);
    assert.deepEqual([result.status, result.statusReason], ['approved', 'LIAISON_WORD']);
    const { items } = (await house.api('GET', `/v1/review-cases/${orderId}/events`)).body;
    const approved = items.filter((line: any) => line.type === 'approved');
    assert.equal(approved.length, 1);
    assert.deepEqual([approved[0].actor, approved[0].data.note], ['l-1 Ingrid Larsson', 'seen in the ERP: approved at 14:02']);
  });

  it('A8: an outcome counts once per request, and one of a request that was never made changes nothing', async () => {
    const orderId = await heldCase({ review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await house.toNext(orderId);
    const held = await attempted(orderId, 1, 'held');
    const mine = `${held.caseId.replace('/', '.')}.1`;
    await house.fail(orderId, { reviewRequestId: mine });
    await house.fail(orderId, { reviewRequestId: `${mine}7` });
    const success = { eventId: `s-${orderId}`, orderId, reviewRequestId: `${mine}7` };
    assert.equal((await house.api('POST', '/v1/review-successes', success)).status, 202);
    const dispositions = await house.dispositions(orderId, 4);
    assert.deepEqual(dispositions, ['opened', 'repeated', 'unknown_request', 'unknown_request']);
    const after = await house.caseOf(orderId);
    assert.deepEqual([after.status, after.reviewAttempts, after.nextAction.at], ['held', 1, held.nextAction.at]);
  });
});

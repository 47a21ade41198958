/** The policy of a case is changed while a review request of it is unanswered: which times apply from then on (A7, D3). */
import assert from 'node:assert/strict';
import { addPolicy } from '../../src/db/policies.js';
import { SEED_REVIEW_POLICY, type ReviewPolicy } from '../../src/domain/review-policy.js';
import { House, sampleOrder } from '../support/house.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TOLERANCE_MS = 5000;

describe('change-policy during an unanswered review request', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  /** A version that no case follows by itself, without a ladder: its steps would be among the instants. */
  const versionWith = async (changes: Partial<ReviewPolicy>): Promise<number> => {
    const by = { who: 'test', why: 'other times', effectiveFrom: new Date('2100-01-01') };
    const base = { ...SEED_REVIEW_POLICY, jitter: 0, escalation: { steps: [], workingTime: false }, ...changes };
    return (await addPolicy(house.db, 'review', { base, rules: [] }, by)).version;
  };
  /** A case whose first request waits for its answer; `requestedAt` by its clock. */
  const askedCase = async (scenario: object = {}): Promise<{ orderId: string; asked: any; requestedAt: number }> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'never', ...scenario });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    await house.untilMailed(orderId, 1);
    await house.toNext(orderId);
    const asked = await house.until(orderId, ({ status, nextAction }) => status === 'in_review' && nextAction !== null, 'asked');
    const [request] = await house.reviewRequests(orderId);
    return { orderId, asked, requestedAt: Date.parse(request.requestedAt) };
  };
  const change = async (orderId: string, changes: Partial<ReviewPolicy>): Promise<any> => {
    const version = await versionWith(changes);
    const answer = await house.api('POST', `/v1/review-cases/${orderId}/change-policy`, { by: 'anna', note: 'other times', version });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return house.until(orderId, ({ policyVersion }) => policyVersion === version, 'under the other policy');
  };
  const near = (instant: string, wanted: number, what: string): void => {
    const off = Date.parse(instant) - wanted;
    assert.ok(Math.abs(off) <= TOLERANCE_MS, `${what}: ${instant}, expected ${new Date(wanted).toISOString()}`);
  };
  const lines = async (orderId: string, type: string): Promise<any[]> =>
    (await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`)).body.items.filter((line: any) => line.type === type);

  it('A7: a shorter answer deadline counts from the request; then the other rule and window apply, and nothing is asked twice', async () => {
    const { orderId, asked, requestedAt } = await askedCase();
    const changes = { answerDeadlineMs: 30 * MINUTE, intervalMs: 3 * HOUR, capMs: 9 * HOUR, retryWindowMs: 12 * HOUR };
    const changed = await change(orderId, { ...changes, answerQuery: { initialMs: HOUR, coefficient: 1, maximum: 4 } });
    assert.deepEqual([changed.status, changed.reviewAttempts], ['in_review', 1]);
    assert.equal(changed.firstFailureAt, asked.firstFailureAt);
    assert.equal(Date.parse(changed.windowEndsAt) - Date.parse(changed.firstFailureAt), 12 * HOUR);
    // No query fits before the deadline any more: what is left is the last look.
    assert.equal(changed.nextAction.what, 'answer to request 1 due');
    near(changed.nextAction.at, requestedAt + 30 * MINUTE, 'the answer deadline');

    await house.toNext(orderId);
    const held = await house.until(orderId, ({ status, reviewAttempts }) => status === 'held' && reviewAttempts === 1, 'unanswered');
    assert.equal(held.reason.type, 'NO_ANSWER');
    const [unanswered] = await lines(orderId, 'review_unanswered');
    near(unanswered.caseAt, requestedAt + 30 * MINUTE, 'given up');
    near(held.nextAction.at, Date.parse(unanswered.caseAt) + 3 * HOUR, 'the next request');
    await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
    await house.toNext(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
    const requests = await house.reviewRequests(orderId);
    assert.deepEqual(
      requests.map(({ attempt }) => attempt),
      [1, 2],
    );
  });

  it('A7: a longer answer deadline holds for the requests after it; the one under way keeps its own', async () => {
    const { orderId, requestedAt } = await askedCase();
    const query = { initialMs: 90 * MINUTE, coefficient: 2, maximum: 4 };
    const changed = await change(orderId, { answerDeadlineMs: 6 * HOUR, answerQuery: query, intervalMs: HOUR });
    near(changed.nextAction.at, Date.parse(changed.caseAt) + 90 * MINUTE, 'the next query');
    await house.toNext(orderId);
    const queried = await house.until(orderId, ({ nextAction }) => nextAction?.what === 'answer to request 1 due', 'queried');
    near(queried.nextAction.at, requestedAt + 2 * HOUR, 'its own answer deadline');
    await house.toNext(orderId);
    await house.until(orderId, ({ status, reviewAttempts }) => status === 'held' && reviewAttempts === 1, 'unanswered');
    await house.toNext(orderId);
    await house.until(
      orderId,
      ({ status, reviewAttempts, nextAction }) => status === 'in_review' && reviewAttempts === 2 && nextAction,
      'asked again',
    );
    const [, second] = await lines(orderId, 'review_accepted');
    const [, request] = await house.reviewRequests(orderId);
    near(second.data.answerDueAt, Date.parse(request.requestedAt) + 6 * HOUR, 'the answer deadline of the second request');
  });

  it('A7: a window that is over by then leaves no request after the one under way', async () => {
    const { orderId } = await askedCase();
    const changed = await change(orderId, {
      firstDelayMs: 5 * MINUTE,
      retryWindowMs: 5 * MINUTE,
      answerDeadlineMs: 20 * MINUTE,
      answerQuery: { initialMs: HOUR, coefficient: 1, maximum: 1 },
    });
    assert.equal(changed.status, 'in_review', 'its answer is still awaited');
    await house.toNext(orderId);
    const waiting = await house.untilStatus(orderId, 'awaiting_liaison');
    assert.deepEqual([waiting.statusReason, waiting.reviewAttempts], ['RETRY_WINDOW_PASSED', 1]);
    assert.equal(waiting.nextAction.what, 'resolution deadline');
  });

  it('D3: a deadline that comes before the answer ends the case there, with its last look, and the buyer learns the truth', async () => {
    const { orderId, asked } = await askedCase();
    const changed = await change(orderId, {
      retryWindowMs: HOUR,
      resolutionDeadlineMs: HOUR,
      answerQuery: { initialMs: 2 * HOUR, coefficient: 1, maximum: 1 },
    });
    assert.equal(Date.parse(changed.deadlineAt) - Date.parse(asked.firstFailureAt), HOUR);
    near(changed.nextAction.at, Date.parse(changed.deadlineAt), 'the deadline');
    await house.toNext(orderId);
    assert.deepEqual((await house.workflowEnded(orderId)).statusReason, 'RESOLUTION_DEADLINE_PASSED');
    const [expired] = await lines(orderId, 'expired');
    near(expired.caseAt, Date.parse(changed.deadlineAt), 'the end');
    assert.equal((await lines(orderId, 'last_look')).length, 1);
    assert.deepEqual(
      (await house.buyerEffects(orderId)).map(({ kind }) => kind),
      ['review_succeeded', 'review_failed'],
    );
    assert.equal((await house.reviewRequests(orderId)).length, 1);
  });

  it('A7 D3: a call that is not answered yet goes on; taken after the change, it is awaited no longer than the other policy says', async () => {
    const orderId = house.newOrderId();
    const faults = [{ side: 'review', call: 1, until: 1_000_000, do: '503' }];
    await house.scenario(orderId, { review: ['pass'], answer: 'never', faults });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilMailed(orderId, 1);
    await house.toNext(orderId);
    await house.untilStatus(orderId, 'in_review');
    const changed = await change(orderId, { answerDeadlineMs: 20 * MINUTE, retryWindowMs: HOUR, resolutionDeadlineMs: HOUR });
    assert.deepEqual([changed.status, changed.nextAction.what], ['in_review', 'resolution deadline']);
    await house.scenario(orderId, { review: ['pass'], answer: 'never' });
    const [accepted] = await house.untilAudited(orderId, 'review_accepted', 1);
    const requests = await house.reviewRequests(orderId);
    const [{ reviewRequestId, requestedAt }] = requests;
    near(accepted.data.answerDueAt, Date.parse(requestedAt) + 20 * MINUTE, 'its answer deadline');
    assert.deepEqual(new Set(requests.map((request) => request.reviewRequestId)), new Set([reviewRequestId]), 'the same request again');
    await house.skip(orderId, 21 * MINUTE);
    const held = await house.until(orderId, ({ status, reviewAttempts }) => status === 'held' && reviewAttempts === 1, 'unanswered');
    assert.ok(Date.parse(held.nextAction.at) <= Date.parse(held.windowEndsAt), 'planned past the window');
  });
});

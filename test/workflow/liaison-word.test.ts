/** A liaison's word that the review server must confirm, given before the case was decided (A8). */
import assert from 'node:assert/strict';
import { addPolicy } from '../../src/db/policies.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import { House, sampleOrder } from '../support/house.js';

const WORD = { by: 'anna', note: 'seen in the ERP' };

describe('a liaison’s word to be confirmed, given while the case is being decided', () => {
  let house: House;
  before(async () => {
    house = await House.start();
    const by = { who: 'test', why: 'four eyes', effectiveFrom: new Date(0) };
    await addPolicy(house.db, 'review', { base: { ...SEED_REVIEW_POLICY, liaisonWord: 'confirmed' }, rules: [] }, by);
  });
  after(async () => house.stop());

  /** A case that has heard the word before its order was found: until then the review server answers nothing. */
  const decidedAfterWord = async (reasonType: string, scenario: object): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { faults: [{ side: 'review', call: 1, until: 1_000_000, do: '503' }] });
    await house.fail(orderId, { reason: { type: reasonType, code: 'first', text: null } });
    await house.untilStatus(orderId, 'deciding');
    const answer = await house.api('POST', `/v1/review-cases/${orderId}/review-succeeded`, { eventId: `w-${orderId}`, ...WORD });
    assert.equal(answer.status, 202);
    // What a case that is being decided has heard is written down when it is decided.
    await house.untilHandedOver(orderId, 2);
    assert.equal((await house.caseOf(orderId)).status, 'deciding');
    await house.scenario(orderId, { answer: 'inline', order: sampleOrder(orderId), ...scenario });
    return orderId;
  };
  const told = async (orderId: string): Promise<unknown[]> =>
    (await house.buyerEffects(orderId)).map(({ kind, provisional, supersedes }) => [kind, provisional, supersedes]);
  const lines = async (orderId: string): Promise<any[]> =>
    (await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`)).body.items;

  it('A8: the review server is asked at once, in the liaison’s name, and its success approves', async () => {
    const orderId = await decidedAfterWord('STOCK_SHORT', { review: ['pass'] });
    const result = await house.workflowEnded(orderId);
    assert.deepEqual([result.status, result.statusReason], ['approved', 'REVIEW_SUCCEEDED']);
    assert.equal((await house.reviewRequests(orderId)).length, 1);
    assert.deepEqual(await told(orderId), [['review_succeeded', true, null]]);
    const asked = (await lines(orderId)).filter(({ type }) => type === 'review_requested');
    assert.deepEqual(
      asked.map(({ actor }) => actor),
      ['anna'],
    );
    assert.deepEqual(await house.dispositions(orderId, 2), ['opened', 'deferred']);
  });

  it('A8: a word that is not confirmed leaves the case held, under the rule', async () => {
    const orderId = await decidedAfterWord('STOCK_SHORT', { review: ['fail:PRICE_SYNC', 'pass'] });
    const held = await house.until(orderId, ({ status, reviewAttempts }) => status === 'held' && reviewAttempts === 1, 'not confirmed');
    assert.deepEqual([held.reason.type, held.nextAction.what], ['PRICE_SYNC', 'review request 2']);
    await house.toNext(orderId);
    assert.equal((await house.workflowEnded(orderId)).statusReason, 'REVIEW_SUCCEEDED');
    assert.equal((await house.reviewRequests(orderId)).length, 2);
  });

  it('A4 A8: where the reason is not preset nobody is told anything before the confirmation; confirmed, the buyer is told so', async () => {
    const orderId = await decidedAfterWord('PROHIBITED_GOODS', { review: ['pass'], answer: 'poll', delayMs: 3_600_000 });
    const asked = await house.until(orderId, ({ status, nextAction }) => status === 'in_review' && nextAction !== null, 'asked');
    await house.settled(orderId);
    assert.deepEqual([await told(orderId), await house.mails(orderId)], [[], []]);
    const { reviewRequestId } = asked;
    await house.api('POST', '/v1/review-successes', { eventId: `s-${orderId}`, orderId, reviewRequestId });
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
    assert.deepEqual(await told(orderId), [['review_succeeded', false, null]]);
  });

  it('A4 A8: not preset and not confirmed, it goes back to the buyer at once, with its first reason', async () => {
    const orderId = await decidedAfterWord('PROHIBITED_GOODS', { review: ['fail:STOCK_SHORT'] });
    const result = await house.workflowEnded(orderId);
    assert.deepEqual([result.status, result.statusReason], ['rejected', 'REASON_NOT_PRESET']);
    assert.deepEqual(await told(orderId), [['review_failed', false, null]]);
    const [message] = await house.buyerMessages(orderId);
    assert.deepEqual(message.reason, { type: 'PROHIBITED_GOODS', code: 'first', text: null });
    assert.deepEqual(await house.mails(orderId), []);
    assert.equal((await house.reviewRequests(orderId)).length, 1);
  });

  it('A4 A8: not preset and no confirmation in time: the request is withdrawn, and the buyer told', async () => {
    const orderId = await decidedAfterWord('PROHIBITED_GOODS', { review: ['pass'], answer: 'never' });
    await house.until(orderId, ({ status, nextAction }) => status === 'in_review' && nextAction !== null, 'asked');
    await house.skip(orderId, 2 * 3_600_000 + 60_000);
    assert.equal((await house.workflowEnded(orderId)).status, 'rejected');
    assert.deepEqual(await told(orderId), [['review_failed', false, null]]);
    const withdrawn = (await house.arrivals(orderId, 'review')).filter(({ path }) => path.endsWith('/withdraw'));
    assert.equal(withdrawn.length, 1);
  });
});

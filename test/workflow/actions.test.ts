/** Every action a person needs on a case, with its audit (P1–P7, A8; the states → actions table). */
import assert from 'node:assert/strict';
import { addPolicy } from '../../src/db/policies.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import { House, sampleOrder, type Answer } from '../support/house.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('what people do', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const heldCase = async (scenario: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline', ...scenario });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    await house.untilMailed(orderId, 1);
    return orderId;
  };
  const act = (orderId: string, action: string, body: object = {}): Promise<Answer> =>
    house.api('POST', `/v1/review-cases/${orderId}/${action}`, { by: 'anna', note: `why ${action}`, ...body });
  const audited = async (orderId: string, type: string): Promise<any[]> => {
    const { body } = await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`);
    return body.items.filter((line: any) => line.type === type);
  };

  it('P1: pause stops requests, not the clocks; resume makes what became due at once', async () => {
    const orderId = await heldCase();
    const paused = await act(orderId, 'pause');
    assert.deepEqual([paused.status, paused.body.paused], [200, true]);
    const shown = await house.caseOf(orderId);
    assert.deepEqual(shown.actions, [
      'resume',
      'review-succeeded',
      'reassign',
      'acknowledge',
      'change-policy',
      'decline',
      'cancel',
      'notes',
    ]);
    assert.equal((await act(orderId, 'request-review')).body.code, 'ACTION_NOT_ALLOWED');
    await house.skip(orderId, 2 * HOUR);
    // Whatever else wakes the case, it asks nothing.
    const woken = await act(orderId, 'reassign', { liaisonId: 'l-3' });
    assert.deepEqual([woken.body.status, woken.body.paused], ['held', true]);
    await house.untilMailed(orderId, 2);
    assert.deepEqual([await house.reviewRequests(orderId), (await house.caseOf(orderId)).reviewAttempts], [[], 0]);
    await act(orderId, 'resume');
    await house.until(orderId, ({ reviewAttempts, status }) => reviewAttempts === 1 && status === 'held', 'asked at once');
    const [line] = await audited(orderId, 'paused');
    assert.deepEqual([line.actor, line.data.note, line.before, line.after], ['anna', 'why pause', 'held', 'held']);
  });

  it('P1: a case that stays paused past its window waits for people', async () => {
    const orderId = await heldCase();
    await act(orderId, 'pause');
    await house.skip(orderId, 24 * HOUR + MINUTE);
    const waiting = await house.untilStatus(orderId, 'awaiting_liaison');
    assert.deepEqual([waiting.statusReason, waiting.reviewAttempts], ['RETRY_WINDOW_PASSED', 0]);
  });

  it('P2: reschedule moves the next request, within the window only', async () => {
    const orderId = await heldCase();
    const held = await house.caseOf(orderId);
    const at = new Date(Date.parse(held.firstFailureAt) + 3 * HOUR).toISOString();
    const moved = await act(orderId, 'reschedule', { at });
    assert.deepEqual([moved.status, moved.body.nextReviewAt], [200, at]);
    assert.equal((await house.caseOf(orderId)).nextAction.at, at);
    const late = await act(orderId, 'reschedule', { at: new Date(Date.parse(held.windowEndsAt) + 1000).toISOString() });
    assert.deepEqual([late.status, late.body.code, late.body.latest], [409, 'INSTANT_NOT_ALLOWED', held.windowEndsAt]);
    const past = await act(orderId, 'reschedule', { at: '2020-01-01T00:00:00Z' });
    assert.equal(past.body.code, 'INSTANT_NOT_ALLOWED');
    assert.equal((await act(orderId, 'reschedule', { at: 'tomorrow' })).body.code, 'VALIDATION_FAILED');
    await house.toNext(orderId);
    await house.until(orderId, ({ reviewAttempts }) => reviewAttempts === 1, 'asked');
  });

  it('P3: reassign tells the new liaison, once each time; an unknown one is refused', async () => {
    const orderId = await heldCase();
    assert.equal((await act(orderId, 'reassign', { liaisonId: 'nobody' })).body.code, 'LIAISON_UNKNOWN');
    assert.equal((await act(orderId, 'reassign', { liaisonId: 'l-3' })).status, 200);
    const mails = await house.untilMailed(orderId, 2);
    assert.deepEqual(mails[1].to, ['wang.wei@liaison.example']);
    await act(orderId, 'reassign', { liaisonId: 'l-3' });
    assert.equal((await house.caseOf(orderId)).liaisonId, 'l-3');
    const lines = await audited(orderId, 'reassigned');
    assert.deepEqual([lines[0].data.from, lines[0].data.to, lines[0].data.note], ['l-1', 'l-3', 'why reassign']);
    await act(orderId, 'reassign', { liaisonId: 'l-1' });
    await house.untilMailed(orderId, 3);
    await act(orderId, 'reassign', { liaisonId: 'l-3' });
    await house.untilMailed(orderId, 4);
    await act(orderId, 'decline');
    await house.workflowEnded(orderId);
    const all = (await house.mails(orderId)).map(({ to }) => to[0]);
    assert.deepEqual(all.slice(1), ['wang.wei@liaison.example', all[0], 'wang.wei@liaison.example']);
  });

  it('P4: change-policy counts the limits anew from the first failure, for this case alone', async () => {
    const orderId = await heldCase();
    const other = await heldCase();
    const by = { who: 'test', why: 'longer', effectiveFrom: new Date('2100-01-01') };
    const base = { ...SEED_REVIEW_POLICY, retryWindowMs: 48 * HOUR, firstDelayMs: HOUR, jitter: 0 };
    const { version } = await addPolicy(house.db, 'review', { base, rules: [] }, by);
    assert.equal((await act(orderId, 'change-policy', { version: 99 })).body.code, 'POLICY_UNKNOWN');
    assert.equal((await act(orderId, 'change-policy', { version })).status, 200);
    const changed = await house.caseOf(orderId);
    assert.equal(Date.parse(changed.windowEndsAt) - Date.parse(changed.firstFailureAt), 48 * HOUR);
    assert.equal(changed.policyVersion, version);
    const waits = Date.parse(changed.nextAction.at) - Date.parse(changed.caseAt);
    assert.ok(Math.abs(waits - HOUR) < 5000, `the first request after ${waits} ms`);
    assert.equal((await house.caseOf(other)).policyVersion, 1);
  });

  it('P5: a note is kept with who wrote it, also after the end', async () => {
    const orderId = await heldCase();
    assert.equal((await act(orderId, 'notes')).status, 201);
    await act(orderId, 'decline');
    await house.workflowEnded(orderId);
    assert.deepEqual((await house.caseOf(orderId)).actions, ['reopen', 'notes']);
    await act(orderId, 'notes', { note: 'called the buyer' });
    const notes = await audited(orderId, 'note');
    assert.deepEqual(
      notes.map(({ actor, data }) => [actor, data.note]),
      [
        ['anna', 'why notes'],
        ['anna', 'called the buyer'],
      ],
    );
  });

  it('P6: reopened after a correction and then approved: the buyer is told, with reference to the correction', async () => {
    const orderId = await heldCase();
    await act(orderId, 'decline');
    await house.workflowEnded(orderId);
    await house.scenario(orderId, { review: ['pass'], answer: 'inline' });
    const reopened = await act(orderId, 'reopen');
    assert.equal(reopened.status, 202);
    const held = await house.untilStatus(orderId, 'held');
    assert.equal(held.caseId, `${orderId}/1r2`);
    await house.toNext(orderId);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
    const told = (await house.buyerEffects(orderId)).map(({ sequence, kind, supersedes }) => [sequence, kind, supersedes]);
    assert.deepEqual(told, [
      [1, 'review_succeeded', null],
      [2, 'review_failed', `${orderId}/1/1`],
      [3, 'review_succeeded', `${orderId}/1/2`],
    ]);
  });

  it('P6: reopened after an approval and then declined: the buyer gets a correction of what it was told', async () => {
    const orderId = await heldCase({ review: ['pass'] });
    await house.toNext(orderId);
    await house.workflowEnded(orderId);
    assert.equal((await act(orderId, 'reopen')).status, 202);
    await house.until(orderId, ({ status, caseId }) => status === 'held' && caseId.endsWith('r2'), 'open again');
    await act(orderId, 'decline');
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    const told = (await house.buyerEffects(orderId)).map(({ sequence, kind, supersedes }) => [sequence, kind, supersedes]);
    assert.deepEqual(told, [
      [1, 'review_succeeded', null],
      [2, 'review_failed', `${orderId}/1/1`],
    ]);
    assert.equal((await act(orderId, 'pause')).body.code, 'ACTION_NOT_ALLOWED');
  });

  it('P6: a case is not opened again while the buyer is still to be told of its end', async () => {
    const orderId = await heldCase({ faults: [{ side: 'buyer', call: 2, until: 4, do: '503' }] });
    await act(orderId, 'decline');
    await house.untilStatus(orderId, 'declined');
    const early = await act(orderId, 'reopen');
    assert.deepEqual([early.status, early.body.code, early.body.actions], [409, 'ACTION_NOT_ALLOWED', ['notes']]);
    await house.workflowEnded(orderId);
    assert.equal((await act(orderId, 'reopen')).status, 202);
  });

  it('A8: where a policy demands it, a liaison’s word is confirmed by the review server first', async () => {
    const by = { who: 'test', why: 'four eyes', effectiveFrom: new Date(0) };
    await addPolicy(house.db, 'review', { base: { ...SEED_REVIEW_POLICY, liaisonWord: 'confirmed' }, rules: [] }, by);
    const refused = await heldCase();
    const word = { by: 'anna', note: 'trust me' };
    await house.api('POST', `/v1/review-cases/${refused}/review-succeeded`, { eventId: `w-${refused}`, ...word });
    await house.until(refused, ({ reviewAttempts, status }) => reviewAttempts === 1 && status === 'held', 'asked, and not confirmed');
    const confirmed = await heldCase({ review: ['pass'] });
    await house.api('POST', `/v1/review-cases/${confirmed}/review-succeeded`, { eventId: `w-${confirmed}`, ...word });
    assert.deepEqual((await house.workflowEnded(confirmed)).statusReason, 'REVIEW_SUCCEEDED');
    assert.equal((await house.reviewRequests(confirmed)).length, 1);
  });

  it('P7: a contradiction is settled by hand, and leaves its trace', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId), reason: { type: 'PROHIBITED_GOODS' } });
    await house.workflowEnded(orderId);
    await house.api('POST', '/v1/review-successes', { eventId: `s-${orderId}`, orderId });
    await house.dispositions(orderId, 2);
    const list = `/v1/inbound-events?orderId=${orderId}&problem=any`;
    const [item] = (await house.api('GET', list)).body.items;
    assert.deepEqual(item.actions, ['settle']);
    const settled = await house.api('POST', `/v1/inbound-events/${item.id}/settle`, { by: 'anna', note: 'told the buyer by phone' });
    assert.deepEqual([settled.status, settled.body.problem, settled.body.settled.by], [200, 'SUCCESS_AFTER_FAILURE_TOLD', 'anna']);
    assert.deepEqual((await house.api('GET', list)).body.items, []);
    assert.equal(
      (await house.api('POST', `/v1/inbound-events/${item.id}/settle`, { by: 'anna', note: 'again' })).body.code,
      'ACTION_NOT_ALLOWED',
    );
  });
});

/** The placement's workflow on a real Temporal server: timers skipped, the vendor's answers scripted. */
import assert from 'node:assert/strict';
import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { counterpartTaskQueue } from '../../src/domain/counterpart.js';
import type { VendorReport } from '../../src/domain/vendor.js';
import { ACTION_NOT_ALLOWED } from '../../src/workflows/review-case/contract.js';
import { cancelPlacement, paymentReceived, pollNow, resolve, resultReported } from '../../src/workflows/order-placement/contract.js';
import { eventually } from '../support/house.js';
import { fails, PlacementStage } from '../support/placement-stage.js';

const word = (status: string, meaning: VendorReport['meaning'], more: Partial<VendorReport> = {}): VendorReport => {
  return { status, meaning, description: `the vendor says ${status}`, vendorOrderId: 'V-1', notBefore: null, ...more };
};
const accepted = word('ACCEPTED', { means: 'in_progress' });
const inTransit = { kind: 'found', report: word('IN_TRANSIT', { means: 'in_progress' }) } as const;
const delivered = { kind: 'found', report: word('DELIVERED', { means: 'succeeded' }) } as const;
const notFound = { kind: 'not_found' } as const;
const noAnswer = { kind: 'no_answer', error: 'maintenance', retryAfterMs: null } as const;
const who = { by: 'operations', note: 'as agreed' };

describe('the life of a placement', () => {
  let stage: PlacementStage;
  before(async () => void (stage = await PlacementStage.start()));
  after(async () => stage.stop());

  it('B1 B3 B4 B5: placed, asked for twice, delivered; the customer is told once by each channel', async () => {
    const placement = await stage.place({ script: { place: [accepted], query: [inTransit, delivered] } });
    const row = await placement.untilStatus('placed');
    assert.deepEqual([row.vendorStatus, row.polls, row.placementNumber], ['ACCEPTED', 0, `${placement.orderId}/1`]);
    const waits = SEED_WAITS_MS.map((ms) => [ms * 0.9, ms * 1.1 + 5000]);
    for (const [index, [least = 0, most = 0]] of waits.entries()) {
      const planned = await placement.until(({ nextActionAt }) => nextActionAt !== null, 'a poll is planned');
      const wait = (planned.nextActionAt ?? 0) - planned.caseAt;
      assert.ok(wait > least - 5000 && wait < most, `poll ${index + 1} is planned after ${wait} ms`);
      await placement.toNext();
    }
    assert.deepEqual(await placement.result(), {
      placementId: `${placement.orderId}/placement`,
      status: 'succeeded',
      statusReason: 'VENDOR_REPORTED',
    });
    assert.deepEqual(
      placement.calls.map(({ what, taskQueue }) => [what, taskQueue]),
      ['place', 'query', 'query'].map((what) => [what, counterpartTaskQueue(stage.taskQueue, 'v-1')]),
    );
    assert.deepEqual(placement.told.map(({ channel, status, sequence }) => [channel, status, sequence]).toSorted(), [
      ['email', 'succeeded', 1],
      ['webhook', 'succeeded', 1],
    ]);
    assert.deepEqual([placement.row?.closed, placement.row?.polls, placement.refunds.length], [true, 2, 0]);
  });

  it('D8: summaries, details and search attributes say how it stands', async () => {
    const placement = await stage.place({ script: { place: [accepted], query: [delivered] } });
    const row = await placement.untilStatus('placed');
    const described = await eventually(async () => {
      const description = await placement.handle.describe();
      const values = Object.fromEntries(description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
      return values['PlacementStatus'] === 'placed' ? values : undefined;
    }, 'the search attributes are there');
    assert.deepEqual([described['VendorId'], (described['NextActionAt'] as Date).getTime()], ['v-1', row.nextActionAt]);
    const { currentDetails } = await placement.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    for (const part of [
      'at vendor v-1',
      '**the vendor has the order',
      'Vendor says: ACCEPTED',
      'Next: poll 1 at 20',
      'Polls made: 0 of 14',
    ]) {
      assert.ok(currentDetails.includes(part), `the details lack "${part}": ${currentDetails}`);
    }
    await placement.toNext();
    await placement.result();
    const { events } = await placement.handle.fetchHistory();
    const summaries = (events ?? []).flatMap(({ userMetadata }) =>
      userMetadata?.summary ? [defaultPayloadConverter.fromPayload<string>(userMetadata.summary)] : [],
    );
    for (const wanted of [
      /^Place order .+\/1 with vendor v-1$/,
      /^poll 1 at 20/,
      /^Ask for the result of /,
      /^Tell the customer by email: succeeded/,
    ]) {
      assert.ok(
        summaries.some((summary) => wanted.test(summary)),
        `no summary ${String(wanted)}: ${summaries.join(' | ')}`,
      );
    }
  });

  it('B2: an unpaid order waits for its payment; without one it fails and is never sent', async () => {
    const policy = { paymentWaitMs: 3_600_000 };
    const [unpaid, paid] = await Promise.all([
      stage.place({ policy, paid: false, script: { place: [accepted] } }),
      stage.place({ policy, paid: false, script: { place: [accepted], query: [delivered] } }),
    ]);
    await unpaid.until(({ statusReason }) => statusReason === 'AWAITING_PAYMENT', 'it waits');
    await unpaid.toNext();
    assert.deepEqual((await unpaid.result()).statusReason, 'NOT_PAID');
    assert.equal(unpaid.calls.length, 0);
    await paid.until(({ statusReason }) => statusReason === 'AWAITING_PAYMENT', 'it waits');
    await paid.handle.signal(paymentReceived, { inboundId: 'pay', sender: 'platform', reference: 'R-1' });
    await paid.untilStatus('placed');
    assert.ok(
      paid.records.some(({ dispositions }) =>
        dispositions.some(({ inboundId, disposition }) => inboundId === 'pay' && disposition === 'counted'),
      ),
    );
  });

  it('B3: a lost answer is verified; two answers "not found" after the vendor has settled, and only then a second number', async () => {
    const script = { place: [fails('OUTCOME_UNKNOWN'), accepted], query: [noAnswer, notFound, notFound, delivered] };
    const placement = await stage.place({ script, settled: 'unknown' });
    await placement.until(({ statusReason }) => statusReason === 'VERIFYING', 'it verifies');
    for (let question = 1; question <= 3; question += 1) await placement.toNext();
    const row = await placement.untilStatus('placed');
    assert.equal(row.placementNumber, `${placement.orderId}/2`);
    assert.deepEqual(
      placement.calls.map(({ what, call }) => `${what} ${call.placementNumber.split('/')[1]}`),
      ['place 1', 'query 1', 'query 1', 'query 1', 'place 2'],
    );
  });

  it('B3 B7: a vendor that cannot be reached: retries used up, failed, and a paid order is a refund', async () => {
    const policy = { send: { initialMs: 1000, coefficient: 1, maximum: 3 }, reviewReasons: { VENDOR_UNREACHABLE: 'INTERFACE_TIMEOUT' } };
    const placement = await stage.place({ policy, script: { place: [fails('COUNTERPART_UNAVAILABLE')] }, settled: 'dropped' });
    assert.equal((await placement.result()).statusReason, 'VENDOR_UNREACHABLE');
    assert.equal(placement.countOf('place'), 3);
    assert.deepEqual([placement.refunds.length, placement.reviews, placement.row?.carry.existence], [1, ['INTERFACE_TIMEOUT'], 'absent']);
  });

  it('B6: waiting for a place at a busy vendor uses up no attempts', async () => {
    const policy = { send: { initialMs: 1000, coefficient: 1, maximum: 1 } };
    const busy = fails('COUNTERPART_BUSY');
    const placement = await stage.place({ policy, script: { place: [busy, busy, busy, accepted] } });
    await placement.untilStatus('placed');
    assert.equal(placement.countOf('place'), 4);
  });

  it('D10: waiting for a vendor that is away uses up no attempts, and those used before count', async () => {
    const policy = { send: { initialMs: 1000, coefficient: 1, maximum: 2 } };
    const away = fails('COUNTERPART_PAUSED');
    const awayAfterOne = fails('COUNTERPART_PAUSED', 'away', 1);
    const lost = fails('COUNTERPART_UNAVAILABLE');
    const script = { place: [away, away, lost, awayAfterOne, lost, accepted] };
    const placement = await stage.place({ policy, script, settled: 'dropped' });
    const { statusReason } = await placement.result();
    assert.deepEqual([statusReason, placement.countOf('place')], ['VENDOR_UNREACHABLE', 5]);
    assert.equal(placement.audit.filter((type) => type === 'order_waits').length, 3);
  });

  it('D10: a question that could not be asked is no poll, and waits no further than the deadline', async () => {
    const policy = { poll: { initialMs: 60_000, intervalMs: 60_000, coefficient: 2, capMs: 240_000, jitter: 0, maximum: 1 } };
    const notAsked = { kind: 'not_asked', error: 'v-1 is not called for now', retryAfterMs: 90_000 } as const;
    const placement = await stage.place({ policy, script: { place: [accepted], query: [notAsked, notAsked, delivered] } });
    await placement.untilStatus('placed');
    await placement.toNext();
    await placement.until((row) => row.statusReason === 'VENDOR_AWAY' && row.nextActionAt !== null, 'the poll waits');
    assert.equal(placement.row?.polls, 0);
    await placement.toNext();
    await placement.toNext();
    assert.equal((await placement.result()).status, 'succeeded');
    assert.deepEqual([placement.row?.polls, placement.countOf('query')], [1, 3]);
  });

  it('B3: an answer that is lost at a vendor that cannot be asked: nobody is told "no", and nothing is sent again', async () => {
    const vendor = { id: 'v-1', idempotent: false, queryByOurNumber: false, settleMs: 0, cancellable: false };
    const placement = await stage.place({ vendor, script: { place: [fails('COUNTERPART_REFUSED')] }, settled: 'unknown' });
    assert.equal((await placement.result()).statusReason, 'OUTCOME_UNKNOWN');
    assert.deepEqual([placement.told.length, placement.refunds.length, placement.countOf('place')], [0, 0, 1]);
  });

  it('B4: unanswered polls count; the last is number maximum', async () => {
    const policy = { poll: { initialMs: 60_000, intervalMs: 60_000, coefficient: 2, capMs: 240_000, jitter: 0, maximum: 3 } };
    const placement = await stage.place({ policy, script: { place: [accepted], query: [noAnswer] } });
    await placement.untilStatus('placed');
    for (let poll = 1; poll <= 3; poll += 1) await placement.toNext();
    assert.equal((await placement.result()).statusReason, 'MAX_POLLS_EXCEEDED');
    assert.equal(placement.countOf('query'), 3);
    assert.deepEqual([placement.told.length, placement.refunds.length], [2, 0]);
  });

  it('D5: a push ends it while it waits for its next poll; a person may ask at any time', async () => {
    const placement = await stage.place({ script: { place: [accepted], query: [inTransit] } });
    await placement.untilStatus('placed');
    const answer = await placement.handle.executeUpdate(pollNow, { args: [who] });
    assert.equal(answer.status, 'placed');
    await placement.until(({ vendorStatus }) => vendorStatus === 'IN_TRANSIT', 'the person’s question is answered');
    assert.equal(placement.row?.polls, 0);
    await placement.handle.signal(resultReported, { inboundId: 'push', sender: 'vendor-v-1', report: delivered.report, occurredAt: null });
    assert.equal((await placement.result()).status, 'succeeded');
    assert.ok(placement.audit.includes('result_reported'));
  });

  it('B7: people cancel it at the vendor; what the state does not allow is refused', async () => {
    const placement = await stage.place({
      script: { place: [accepted], cancel: [{ kind: 'refused', error: 'too early' }, { kind: 'cancelled' }] },
    });
    await placement.untilStatus('placed');
    assert.equal((await placement.handle.executeUpdate(cancelPlacement, { args: [who] })).ending, 'cancelled');
    await placement.until(({ ending, nextAction }) => ending === null && nextAction !== null, 'it goes on as before');
    assert.ok(placement.audit.includes('not_cancelled'));
    await placement.handle.executeUpdate(cancelPlacement, { args: [who] });
    assert.deepEqual((await placement.result()).statusReason, 'CANCELLED_AT_VENDOR');

    const unpaid = await stage.place({ policy: { paymentWaitMs: 60_000 }, paid: false, script: { place: [accepted] } });
    await unpaid.until(({ statusReason }) => statusReason === 'AWAITING_PAYMENT', 'it waits');
    await assert.rejects(unpaid.handle.executeUpdate(pollNow, { args: [who] }), (error) => {
      const { cause } = error as WorkflowUpdateFailedError;
      return cause instanceof ApplicationFailure && cause.type === ACTION_NOT_ALLOWED && JSON.stringify(cause.details).includes('"cancel"');
    });
    await unpaid.handle.cancel();
    assert.equal((await unpaid.result()).statusReason, 'CANCELLED_BEFORE_SENDING');
  });

  it('B7: cancelled while its request is tried again: the request stops, and the vendor surely has nothing', async () => {
    const policy = { send: { initialMs: 3_600_000, coefficient: 1, maximum: 5 } };
    const placement = await stage.place({ policy, script: { place: [fails('COUNTERPART_UNAVAILABLE')] }, settled: 'dropped' });
    await eventually(async () => (placement.countOf('place') === 1 ? true : undefined), 'it was tried once');
    await placement.handle.executeUpdate(cancelPlacement, { args: [who] });
    assert.equal((await placement.result()).statusReason, 'CANCELLED_NOT_PLACED');
    assert.equal(placement.countOf('place'), 1);
  });

  it('B5: with each change told, a channel gets its messages in sequence, the next only after the one before has come out', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((free) => (release = free));
    const placement = await stage.place({
      policy: { customerUpdates: 'each_change' },
      channels: ['webhook'],
      script: { place: [accepted] },
      tellCustomer: async ({ sequence }) => (sequence === 1 ? held : undefined),
    });
    await placement.untilStatus('placed');
    await placement.handle.executeUpdate(resolve, { args: [{ ...who, outcome: 'succeeded', reason: null }] });
    await placement.untilStatus('succeeded');
    assert.deepEqual([placement.told.length, placement.row?.closed], [0, false]);
    release();
    await placement.result();
    assert.deepEqual(
      placement.told.map(({ sequence, status }) => [sequence, status]),
      [
        [1, 'sent'],
        [2, 'placed'],
        [3, 'succeeded'],
      ],
    );
  });

  it('D3: goes on from the state that continue-as-new carries: nothing is sent again, polls and deadline stay', async () => {
    const first = await stage.place({ script: { place: [accepted], query: [inTransit] } });
    await first.untilStatus('placed');
    await first.toNext();
    await first.until(({ vendorStatus, nextAction }) => vendorStatus === 'IN_TRANSIT' && nextAction !== null, 'it has been asked for');
    const resume = await first.state();
    await first.handle.terminate();
    const next = await stage.place({ script: { place: [], query: [delivered] } }, { orderId: first.orderId, resume });
    const state = await next.state();
    assert.deepEqual([state.nextPollAt, state.deadlineAt, state.polls], [resume.nextPollAt, resume.deadlineAt, 1]);
    await next.handle.signal(resultReported, { inboundId: 'push', sender: 'vendor-v-1', report: delivered.report, occurredAt: null });
    assert.equal((await next.result()).status, 'succeeded');
    assert.deepEqual([next.countOf('place'), next.told.length, next.row?.openedAt], [0, 2, resume.openedAt]);
  });

  it('B7: opened again after it failed: asked for under the same number, the customer not told the same twice', async () => {
    const policy = { poll: { initialMs: 60_000, intervalMs: 60_000, coefficient: 1, capMs: 60_000, jitter: 0, maximum: 1 } };
    const first = await stage.place({ policy, script: { place: [accepted], query: [noAnswer] } });
    await first.untilStatus('placed');
    await first.toNext();
    await first.result();
    const carry = first.row?.carry;
    assert.ok(carry);
    const reopening = { word: 'retry', by: 'operations', note: null, outcome: null, reason: null, absenceConfirmed: false, carry } as const;
    const again = await stage.place(
      { policy, script: { place: [], query: [noAnswer] } },
      { orderId: first.orderId, opening: 2, reopening },
    );
    await again.until(({ statusReason }) => statusReason === 'TAKEN_UP_AGAIN', 'it is taken up again');
    await again.toNext();
    assert.equal((await again.result()).statusReason, 'MAX_POLLS_EXCEEDED');
    assert.deepEqual([first.told.length, again.told.length, again.row?.placementNumber], [2, 0, `${first.orderId}/1`]);
  });
});

/** The first waits of the seed policy. */
const SEED_WAITS_MS = [1_800_000, 3_600_000];

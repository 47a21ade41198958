/** Which messages people may have sent again, by the pure rules (D9). */
import assert from 'node:assert/strict';
import {
  counterpartIdOf,
  deliveryObstacle,
  earlierPending,
  MESSAGE_STATES,
  RESENDABLE_STATES,
  resendObstacle,
  type LedgerEntry,
  type Standing,
} from '../../src/domain/ledger.js';

const NOW = Date.UTC(2026, 0, 1, 8);
const DECLINED: Standing = {
  reviewCase: { caseId: 'P-1/1', status: 'declined', statusReason: 'DECLINED', ending: null },
  placement: null,
  earlySuccessStopped: false,
};
const standing = (more: Partial<NonNullable<Standing['reviewCase']>>): Standing => ({
  ...DECLINED,
  reviewCase: { ...DECLINED.reviewCase!, ...more },
});

const entry = (more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  key: 'P-1/1/1',
  caseId: 'P-1/1',
  orderId: 'P-1',
  reviewRound: 1,
  stage: 'rejection',
  counterpart: 'buyer',
  counterpartId: null,
  recipient: 'b-1',
  sequence: 1,
  kind: 'review_failed',
  provisional: false,
  supersedes: null,
  state: 'dead',
  resends: 0,
  caseAt: NOW,
  mayHaveActed: false,
  ...more,
});
const later = (more: Partial<LedgerEntry> = {}): LedgerEntry => entry({ key: 'P-1/1/2', sequence: 2, ...more });
const why = (message: LedgerEntry, others: LedgerEntry[], at: Standing, alsoUnknown = false): string | null =>
  resendObstacle(message, [message, ...others], at, alsoUnknown)?.reason ?? null;

describe('the ledger: what may be sent again', () => {
  it('D9: of the states only dead, refused, and on request unknown', () => {
    const free = MESSAGE_STATES.filter((state) => why(entry({ state }), [], DECLINED) === null);
    const withUnknown = MESSAGE_STATES.filter((state) => why(entry({ state }), [], DECLINED, true) === null);
    assert.deepEqual(free.toSorted(), ['dead', 'refused']);
    assert.deepEqual(withUnknown.toSorted(), [...RESENDABLE_STATES].toSorted());
  });

  it('D9: calls that ask for something never are, whatever became of them', () => {
    for (const counterpart of ['review', 'vendor'] as const) {
      assert.equal(why(entry({ counterpart }), [], DECLINED, true), 'NOT_FOR_RESENDING');
      assert.equal(deliveryObstacle(entry({ counterpart, state: 'sending' }), [], DECLINED)?.reason, 'NOT_FOR_RESENDING');
    }
  });

  it('D9: nothing after which something later has come to the receiver, may have, or may yet', () => {
    for (const state of ['sent', 'unknown', 'sending', 'queued'] as const)
      assert.equal(why(entry(), [later({ state })], DECLINED), 'FOLLOWED');
    assert.equal(why(entry(), [later({ mayHaveActed: true })], DECLINED), 'FOLLOWED');
    for (const state of ['dead', 'refused', 'dropped', 'shadow'] as const) assert.equal(why(entry(), [later({ state })], DECLINED), null);
    assert.equal(why(later(), [entry({ state: 'sent' })], DECLINED), null);
    assert.equal(why(entry(), [later({ state: 'sent', supersedes: 'P-1/1/1' })], DECLINED), 'SUPERSEDED');
    assert.equal(why(entry(), [later({ counterpart: 'liaison', state: 'sent' })], DECLINED), null);
  });

  it('D9: nothing after which a later round has spoken, even in vain', () => {
    const round2 = later({ key: 'P-1/2/1', caseId: 'P-1/2', reviewRound: 2, sequence: 1 });
    assert.equal(why(entry(), [round2], DECLINED), 'FOLLOWED');
    assert.equal(why(entry(), [{ ...round2, state: 'shadow' }], DECLINED), null);
    assert.equal(why(entry(), [], standing({ status: 'cancelled', statusReason: 'SUPERSEDED_BY_ROUND' })), 'NO_LONGER_TRUE');
  });

  it('D9 D1: to the buyer only what is true of the round now', () => {
    const success = entry({ kind: 'review_succeeded' });
    const early = entry({ kind: 'review_succeeded', provisional: true });
    for (const status of ['rejected', 'declined', 'expired', 'cancelled'] as const) {
      assert.equal(why(entry(), [], standing({ status })), null, status);
      assert.equal(why(success, [], standing({ status })), 'NO_LONGER_TRUE', status);
      assert.equal(why(early, [], standing({ status })), 'NO_LONGER_TRUE', status);
    }
    assert.equal(why(entry(), [], standing({ status: 'approved' })), 'NO_LONGER_TRUE');
    assert.equal(why(success, [], standing({ status: 'approved' })), null);
    for (const status of ['held', 'in_review', 'awaiting_liaison'] as const) {
      assert.equal(why(early, [], standing({ status })), null, status);
      assert.equal(why(entry(), [], standing({ status })), 'NO_LONGER_TRUE', status);
      assert.equal(why(early, [], standing({ status, caseId: 'P-1/1r2' })), 'NO_LONGER_TRUE', 'opened again');
      assert.equal(why(early, [], standing({ status, ending: 'declined' })), 'NO_LONGER_TRUE', 'about to end');
      assert.equal(why(early, [], { ...standing({ status }), earlySuccessStopped: true }), 'EARLY_SUCCESS_STOPPED');
    }
    assert.equal(why(entry(), [], { ...DECLINED, reviewCase: null }), 'NO_LONGER_TRUE');
  });

  it('D9: on its way, what waits behind it is no obstacle; what has come, or is true no more, is', () => {
    const going = entry({ state: 'sending' });
    assert.equal(deliveryObstacle(going, [later({ state: 'sending' }), later({ state: 'queued' })], DECLINED), null);
    assert.equal(deliveryObstacle(going, [later({ state: 'sent' })], DECLINED)?.reason, 'FOLLOWED');
    assert.equal(deliveryObstacle(going, [], standing({ status: 'approved' }))?.reason, 'NO_LONGER_TRUE');
    assert.ok(earlierPending(later(), [going]) && earlierPending(later(), [entry({ state: 'queued' })]));
    assert.ok(!earlierPending(later(), [entry({ state: 'dead' })]) && !earlierPending(going, [later({ state: 'sending' })]));
    assert.ok(earlierPending(entry({ reviewRound: 2 }), [later({ state: 'sending' })]), 'an earlier round goes first');
  });

  it('D9: customers’ messages count for each way by itself, and no end is told that is none any more', () => {
    const customer = (more: Partial<LedgerEntry> = {}): LedgerEntry =>
      entry({ counterpart: 'customer', recipient: 'email', kind: 'placement_failed', reviewRound: 0, ...more });
    const at = (status: 'placed' | 'failed' | 'succeeded'): Standing => ({
      ...DECLINED,
      reviewCase: null,
      placement: { status, refundDue: false },
    });
    assert.equal(why(customer(), [customer({ sequence: 2, state: 'sent', recipient: 'webhook' })], at('failed')), null);
    assert.equal(why(customer(), [customer({ sequence: 2, state: 'sent' })], at('failed')), 'FOLLOWED');
    assert.equal(why(customer(), [], at('placed')), 'NO_LONGER_TRUE');
    assert.equal(why(customer({ kind: 'placement_placed' }), [], at('succeeded')), null);
    assert.ok(earlierPending(customer({ sequence: 2 }), [customer({ state: 'queued' })]));
    assert.ok(!earlierPending(customer({ sequence: 2 }), [customer({ state: 'queued', recipient: 'webhook' })]));
  });

  it('D9: notices while their case is open and no later one has come; those of no case always', () => {
    const common = {
      counterpart: 'liaison',
      recipient: 'l-1/email',
      sequence: null,
      kind: 'liaison_notice',
      stage: 'first_failure',
    } as const;
    const notice = (more: Partial<LedgerEntry> = {}): LedgerEntry => entry({ ...common, ...more });
    const open = standing({ status: 'held' });
    assert.equal(why(notice(), [], open), null);
    assert.equal(why(notice(), [], DECLINED), 'CASE_ENDED');
    assert.equal(why(notice(), [], standing({ status: 'held', caseId: 'P-1/1r2' })), 'CASE_ENDED');
    const reminder = notice({ key: 'reminder', stage: 'reminder-1', caseAt: NOW + 1, state: 'sent' });
    assert.equal(why(notice(), [reminder], open), 'FOLLOWED');
    assert.equal(why(reminder, [notice()], open), 'DELIVERED');
    assert.equal(why(notice({ ...reminder, state: 'dead' }), [notice({ state: 'sent' })], open), null);
    assert.equal(
      why(notice(), [notice({ key: 'by chat', recipient: 'l-1/chat', state: 'sent' })], open),
      'FOLLOWED',
      'told by another way',
    );
    assert.equal(why(notice(), [{ ...reminder, recipient: 'l-2/email' }], open), null);
    assert.equal(why(notice({ counterpart: 'operations', reviewRound: 0 }), [], { ...DECLINED, reviewCase: null }), null);
    assert.equal(why(notice({ counterpart: 'operations' }), [], DECLINED), 'CASE_ENDED', 'an escalation is about its case');
  });

  it('D9: a refund only while it is due', () => {
    const refund = entry({ counterpart: 'platform', recipient: 'platform', kind: 'refund_due', reviewRound: 0 });
    assert.equal(why(refund, [], { ...DECLINED, placement: { status: 'failed', refundDue: true } }), null);
    assert.equal(why(refund, [], { ...DECLINED, placement: { status: 'placed', refundDue: false } }), 'NO_LONGER_TRUE');
  });

  it('D9: a message goes by the counterpart it was claimed with, else by the default of its kind', () => {
    const ids = (['buyer', 'platform', 'review', 'liaison', 'operations'] as const).map((counterpart) =>
      counterpartIdOf(entry({ counterpart })),
    );
    assert.deepEqual(ids, ['buyer-server', 'buyer-server', 'review-server', 'mail', 'mail']);
    const customers = ['email', 'webhook'].map((recipient) => counterpartIdOf(entry({ counterpart: 'customer', recipient })));
    assert.deepEqual(customers, ['mail', 'customers']);
    assert.equal(counterpartIdOf(entry({ counterpart: 'vendor', recipient: 'swift-post' })), 'swift-post');
    assert.equal(counterpartIdOf(entry({ counterpartId: 'buyer-north' })), 'buyer-north');
  });
});

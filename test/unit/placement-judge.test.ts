/** The judge of `npm run faults` on placements: what is as it must be passes, and each thing that must not be is named. */
import assert from 'node:assert/strict';
import { judgePlacements, type Remains } from '../faults/placement-checker.js';
import type { PlannedPlacement } from '../faults/placement-plan.js';

const AT = '2026-01-01T08:00:00.000Z';
const LATE = '2026-01-01T09:00:00.000Z';
const plan: PlannedPlacement = {
  orderId: 'V-1',
  kind: 'lost',
  vendorId: 'points-mall',
  idempotent: false,
  ends: 'failed LOST',
  copiesAt: [0],
  scenario: { vendor: ['ACCEPTED', 'LOST'], vendorDoes: {}, faults: [] },
};
const accepted = [{ eventId: 'pl-V-1', orderId: 'V-1', reviewRound: 0 }];
const row = { orderId: 'V-1', status: 'failed', statusReason: 'LOST', endedAt: AT, deadlineAt: LATE };
const vendorOrder = { orderId: 'V-1', vendorId: 'points-mall', placementNumber: 'V-1/1', status: 'LOST', at: AT };
const arrival = (side: string, call: number, more: object = {}) => ({
  at: AT,
  side,
  method: 'POST',
  path: '/points-mall/orders',
  orderId: 'V-1',
  call,
  body: { placementNumber: 'V-1/1' },
  headers: { 'idempotency-key': `V-1/${side}` },
  ...more,
});
const told = { messageId: 'V-1/placement/1', orderId: 'V-1', status: 'failed', reason: 'LOST', at: AT };
const mail = { orderId: 'V-1', messageId: '<1>', at: AT };
const refund = { messageId: 'V-1/placement/refund', orderId: 'V-1', reason: 'LOST', at: AT };

const EFFECTS = { buyer: [], review: [], notices: [], inbox: [mail], vendor: [vendorOrder], customer: [told], refunds: [refund] };
const remains = (more: Partial<Remains> = {}, effects: Partial<Remains['effects']> = {}): Remains => ({
  placements: [row],
  events: [{ eventId: 'pl-V-1', orderId: 'V-1', state: 'handed_over', disposition: 'opened' }],
  effects: { counts: { buyer: 0, review: 0, notices: 0, inbox: 1 }, ...EFFECTS, ...effects },
  arrivals: [arrival('vendor', 1), arrival('customer', 1)],
  ledger: [],
  ...more,
});
const complaints = (found: Remains, by = plan): string[] => {
  const { lost, doubled, endedWrong } = judgePlacements([by], accepted, found);
  return [...lost, ...doubled, ...endedWrong.map(({ what }) => what)];
};

describe('the judge of placements under faults', () => {
  it('has nothing to say where all is as it must be', () => assert.deepEqual(complaints(remains()), []));

  const wrong: [what: string, found: Remains, says: RegExp][] = [
    ['a second order', remains({}, { vendor: [vendorOrder, { ...vendorOrder, placementNumber: 'V-1/2' }] }), /has 2 orders/],
    [
      'a second request',
      remains({ arrivals: [arrival('vendor', 1), arrival('vendor', 2), arrival('customer', 1)] }),
      /sent to points-mall again/,
    ],
    ['a request that nobody heard', remains({ events: [] }), /was not heard/],
    ['no placement', remains({ placements: [] }), /has no placement/],
    [
      'another end',
      remains({ placements: [{ ...row, statusReason: 'OUTCOME_UNKNOWN' }] }),
      /must end failed LOST, and is failed OUTCOME_UNKNOWN/,
    ],
    ['an end that has no end', remains({ placements: [{ ...row, status: 'placed', endedAt: null }] }), /and is placed/],
    ['a "no" where the vendor delivers', remains({}, { vendor: [{ ...vendorOrder, status: 'DELIVERED' }] }), /the vendor says DELIVERED/],
    ['a customer not told', remains({}, { customer: [] }), /who was told/],
    ['a customer told twice', remains({}, { customer: [told, { ...told, messageId: 'V-1/placement/2' }] }), /who was told/],
    ['two mails', remains({}, { inbox: [mail, { ...mail, messageId: '<2>' }] }), /who was told/],
    [
      'another key with each try',
      remains({ arrivals: [arrival('customer', 1), arrival('customer', 2, { headers: { 'idempotency-key': 'other' } })] }),
      /who was told/,
    ],
    ['a refund not told', remains({}, { refunds: [] }), /who was told/],
    ['a refund told twice', remains({}, { refunds: [refund, { ...refund, messageId: 'other' }] }), /who was told/],
  ];
  for (const [what, found, says] of wrong) {
    it(`names ${what}`, () => assert.match(complaints(found).join('\n'), says));
  }

  it('a request that surely was not acted on may be sent again', () => {
    const by: PlannedPlacement = { ...plan, scenario: { ...plan.scenario, faults: [{ side: 'vendor', call: 1, do: '429' }] } };
    const arrivals = [arrival('vendor', 1), arrival('vendor', 2), arrival('customer', 1)];
    assert.deepEqual(complaints(remains({ arrivals }), by), []);
  });

  it('at its deadline, and not before, it may end without its result; then nobody is told "no", and nothing is paid back', () => {
    const silent = { customer: [], inbox: [], refunds: [] };
    const unknown = { ...row, statusReason: 'OUTCOME_UNKNOWN' };
    const found = (endedAt: string) => remains({ placements: [{ ...unknown, endedAt }], arrivals: [arrival('vendor', 1)] }, silent);
    assert.deepEqual(complaints(found(LATE)), []);
    assert.equal(complaints(found(AT)).length, 1);
  });
});

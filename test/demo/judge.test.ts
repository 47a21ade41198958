/** The demo's judge: what it lets pass, and that it sees each way in which a life can be wrong. */
import assert from 'node:assert/strict';
import { judge, type Expectation } from '../../src/demo/judge.js';
import type { OrderDocument } from '../../src/domain/order.js';
import type { Arrival } from '../../src/sandbox/arrival-log.js';
import { sampleOrder } from '../support/sample-order.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 1, 8);
const order = sampleOrder('P-1') as unknown as OrderDocument;
const iso = (ms: number): string => new Date(NOW + ms).toISOString();

/** Nobody acted: told early, asked until the window ended, corrected at the deadline. */
const EXPIRED: Expectation = {
  order,
  noticed: { from: NOW - 100, to: NOW + 100 },
  buyer: [
    { kind: 'review_succeeded', provisional: true },
    { kind: 'review_failed', provisional: false, corrects: 1, ending: 'expired', atDeadline: true },
  ],
  mails: 1,
  requests: 'until the window ends',
  lastLooks: 1,
};

type Raw = Pick<Arrival, 'side' | 'method' | 'path' | 'body'> & Partial<Arrival>;

const message = (sequence: number, more: object, at = 1000): Raw => ({
  side: 'buyer',
  method: 'POST',
  path: '/order-review-messages',
  body: { messageId: `P-1/1/${sequence}`, orderId: 'P-1', reviewRound: 1, sequence, at: iso(at), order, ...more },
});
const early = message(1, { kind: 'review_succeeded', provisional: true, supersedes: null, reason: null });
const correction = message(
  2,
  { kind: 'review_failed', provisional: false, supersedes: 'P-1/1/1', ending: 'expired', reason: { type: 'STOCK_SHORT' } },
  72 * HOUR,
);
const mail = (id: string, to = 'l@x.example'): Raw => ({
  side: 'inbox',
  method: 'SMTP',
  path: to,
  body: '',
  headers: { 'message-id': id, 'x-holdpoint-order': 'P-1' },
});
const request = (attempt: number, at: number, id = `P-1.1.${attempt}`): Raw => ({
  side: 'review',
  method: 'POST',
  path: '/review-requests',
  body: { reviewRequestId: id, orderId: 'P-1', reviewRound: 1, attempt, requestedAt: iso(at) },
});
const requests = [10 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR].map((at, index) => request(index + 1, at));
const lastLook: Raw = { side: 'review', method: 'GET', path: '/review-requests/P-1.1.5', body: null };
const GOOD = [early, mail('<1@x>'), ...requests, lastLook, correction];

const judged = (raw: Raw[], expected = EXPIRED): string[] =>
  judge(
    expected,
    raw.map((one, index) => ({ seq: index + 1, at: iso(index), headers: {}, orderId: 'P-1', call: null, signatureValid: true, ...one })),
  );
const without = (gone: Raw): Raw[] => GOOD.filter((one) => one !== gone);
const replaced = (old: Raw, by: Raw): Raw[] => GOOD.map((one) => (one === old ? by : one));

describe('the judge of the demo', () => {
  it('D1: lets a life pass that is as it must be', () => {
    assert.deepEqual(judged(GOOD), []);
  });

  const wrong: [string, Raw[], RegExp][] = [
    ['a correction that never came', without(correction), /expected: P-1\/1\/1 .* then P-1\/1\/2 .*; seen: P-1\/1\/1 [^,]*provisional$/],
    ['a message delivered twice', [...GOOD, correction], /distinct messageIds; seen: P-1\/1\/2 again/],
    [
      'a second message of the same kind',
      [...GOOD, message(3, { ...(correction.body as object), messageId: 'P-1/1/3' })],
      /then P-1\/1\/3/,
    ],
    ['messages in the wrong order', [correction, ...without(correction)], /seen: P-1\/1\/2 .* then P-1\/1\/1/],
    [
      'an early success that says it is final',
      replaced(early, message(1, { ...(early.body as object), provisional: false })),
      /provisional/,
    ],
    ['a correction that corrects nothing', replaced(correction, message(2, { ...(correction.body as object), supersedes: null })), /super/],
    [
      'a correction before the deadline',
      replaced(correction, message(2, { ...(correction.body as object), at: iso(71 * HOUR) })),
      /at the resolution deadline/,
    ],
    ['a failure without its reason', replaced(correction, message(2, { ...(correction.body as object), reason: null })), /a reason in P-1/],
    ['a message without the whole order', replaced(early, message(1, { ...(early.body as object), order: {} })), /whole order document/],
    ['no mail', GOOD.filter(({ side }) => side !== 'inbox'), /1 mails to the liaison; seen: 0/],
    ['a second mail', [...GOOD, mail('<2@x>')], /1 mails to the liaison; seen: 2/],
    ['an escalation that was not due', [...GOOD, mail('<2@x>', 's@x.example')], /0 mails to those above; seen: 1/],
    ['a request after the window', [...GOOD, request(6, 25 * HOUR)], /request 6 between/],
    ['a request before its time', replaced(requests[0]!, request(1, MINUTE)), /request 1 between/],
    ['a request twice', [...GOOD, request(5, 24 * HOUR)], /attempts 1, 2/],
    ['two requests under one id', replaced(requests[1]!, request(2, HOUR, 'P-1.1.1')), /distinct reviewRequestIds/],
    ['no request near the end of the window', GOOD.filter((one) => one !== requests[4]), /a request at the end of the window/],
    ['no last look', without(lastLook), /1 times the result was asked for; seen: 0/],
    ['a wrong signature', replaced(early, { ...early, signatureValid: false }), /valid signatures/],
    ['a call nobody knows', [...GOOD, { side: 'review', method: 'DELETE', path: '/orders/P-1', body: null }], /nothing else on any side/],
    ['nothing at all', [], /seen: no message to the buyer/],
  ];
  for (const [what, raw, said] of wrong) {
    it(`D1: sees ${what}`, () => {
      const mistakes = judged(raw);
      assert.ok(
        mistakes.some((mistake) => said.test(mistake)),
        `not seen: ${JSON.stringify(mistakes)}`,
      );
    });
  }

  it('D6: sees that the supervisor was not told', () => {
    assert.deepEqual(judged(GOOD, { ...EXPIRED, escalations: 1 }), ['expected: 1 mails to those above; seen: 0']);
    assert.deepEqual(judged([...GOOD, mail('<2@x>', 's@x.example')], { ...EXPIRED, escalations: 1 }), []);
  });

  it('A1: sees that somebody was told of an order while nobody knew it', () => {
    assert.deepEqual(judged(GOOD, { ...EXPIRED, silentUpTo: 1 }), [
      'expected: nobody told anything of an unknown order; seen: arrival 1 at the buyer side',
    ]);
  });
});

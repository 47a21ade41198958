/** A9: receiving, order lookup, notice composing, notice sending and the buyer message are modules that stand alone. */
import assert from 'node:assert/strict';
import { composeBuyerMessage, numberBuyerMessage } from '../../src/domain/buyer-message.js';
import { decideReason } from '../../src/domain/failure-reason.js';
import { attemptOf, caseIdOf, openingOf, reviewRequestIdOf } from '../../src/domain/identifiers.js';
import { routeLiaison } from '../../src/domain/liaison-routing.js';
import { localInstant } from '../../src/domain/locale.js';
import { noticeDocument } from '../../src/domain/notice-document.js';
import type { CaseNotice } from '../../src/domain/notice-facts.js';
import { composeMail } from '../../src/domain/notice-mail.js';
import { orderFacts, type OrderDocument } from '../../src/domain/order.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import { orderDocumentSchema } from '../../src/wire/order-document.js';
import { sampleOrder } from '../support/sample-order.js';

const NOW = Date.UTC(2026, 0, 1, 8);
const order = sampleOrder('P-1') as OrderDocument;
const notice: CaseNotice = {
  stage: 'first_failure',
  repetition: 1,
  order,
  reason: { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' },
  reviewRound: 1,
  status: 'held',
  statusReason: null,
  firstFailureAt: NOW,
  windowEndsAt: NOW,
  deadlineAt: NOW,
  next: { what: 'review request 1', at: NOW },
  actions: ['decline'],
  buyerToldEarly: true,
  acknowledgedBy: null,
  liaisonName: 'Ingrid',
  caseUrl: 'http://h.example/c',
  pageUrl: null,
};

describe('modules that stand alone', () => {
  it('A9: receiving understands an order document and keeps what it does not know', () => {
    assert.deepEqual(orderDocumentSchema.parse({ ...order, colour: 'red' }), { ...order, colour: 'red' });
  });

  it('A9: order lookup gives the facts that decisions need, and no personal data', () => {
    const facts = orderFacts(order);
    assert.deepEqual(facts, {
      revision: 1,
      buyerId: 'b-1',
      buyerName: 'Johnssons byggvaror',
      buyerOrderNumber: '34',
      total: { value: '6225', currency: 'SEK' },
    });
    assert.equal(orderFacts({ ...order, buyer: { name: 'Only A Name' } }).buyerId, 'Only A Name');
  });

  it('A9: the notice is composed without sending it', () => {
    const reader = { name: 'Ingrid', locale: 'en', timeZone: 'Europe/Stockholm', onBehalfOf: null } as const;
    const texts = { subject: 'Order P-1 failed', opening: 'It is held.', advice: 'Clear the cause.' };
    const { subject, text, html } = composeMail(noticeDocument(notice, reader, texts));
    assert.equal(subject, 'Order P-1 failed');
    for (const part of ['Dear Ingrid', 'It is held.', 'Falu Rödfärg', 'WH-7', 'Pelle Svensson', 'GMT+1', 'http://h.example/c'])
      assert.ok(text.includes(part), part);
    assert.ok(html.startsWith('<!doctype html>'));
  });

  it('A9: the buyer message is composed without sending it', () => {
    const draft = {
      stage: 'correction',
      kind: 'review_failed',
      provisional: false,
      supersedes: 'P-1/1/1',
      reason: null,
      ending: 'expired',
    } as const;
    const message = numberBuyerMessage(draft, 'P-1', 1, 2);
    assert.deepEqual(composeBuyerMessage(message, order, NOW), {
      messageId: 'P-1/1/2',
      orderId: 'P-1',
      buyerOrderNumber: '34',
      reviewRound: 1,
      sequence: 2,
      kind: 'review_failed',
      provisional: false,
      supersedes: 'P-1/1/1',
      at: '2026-01-01T08:00:00.000Z',
      order,
      reason: null,
      ending: 'expired',
    });
  });

  it('A3 A4: a decision says which rule matched and what it looked at', () => {
    const policy = { ...SEED_REVIEW_POLICY, version: 4 };
    const inputs = (reasonType: string) => ({ reasonType, buyerId: 'b-1', amount: '6225', currency: 'SEK' });
    assert.deepEqual(decideReason(inputs('PRICE_SYNC'), { ...policy, matchedRule: 'big orders' }), {
      preset: true,
      basis: 'reasonTypes',
      policyVersion: 4,
      matchedRule: 'big orders',
      inputs: inputs('PRICE_SYNC'),
    });
    assert.equal(decideReason(inputs('PROHIBITED_GOODS'), policy).preset, false);
    assert.equal(decideReason(inputs('toString'), policy).basis, 'unknownReasonType');
    assert.equal(decideReason(inputs('NEW'), { ...policy, unknownReasonType: 'preset' }).preset, true);
  });

  it('the liaison: the order names one, else the most specific route', () => {
    const routes = [
      { buyerId: null, reasonType: null, liaisonId: 'default' },
      { buyerId: 'b-1', reasonType: null, liaisonId: 'of-buyer' },
      { buyerId: null, reasonType: 'STOCK_SHORT', liaisonId: 'of-reason' },
      { buyerId: 'b-1', reasonType: 'STOCK_SHORT', liaisonId: 'of-both' },
      { buyerId: 'b-2', reasonType: 'STOCK_SHORT', liaisonId: 'gone' },
    ];
    const known = new Set(['default', 'of-buyer', 'of-reason', 'of-both', 'own']);
    const route = (buyerId: string, reasonType: string, liaisonId: string | null = null) =>
      routeLiaison({ liaisonId, buyerId }, reasonType, routes, known);
    assert.deepEqual(
      [
        route('b-1', 'STOCK_SHORT', 'own'),
        route('b-1', 'STOCK_SHORT'),
        route('b-1', 'X'),
        route('b-2', 'STOCK_SHORT'),
        route('b-2', 'X'),
        route('b-1', 'X', 'nobody'),
      ],
      ['own', 'of-both', 'of-buyer', 'of-reason', 'default', 'of-buyer'],
    );
    assert.equal(routeLiaison({ liaisonId: null, buyerId: 'b' }, 'X', [], known), null);
  });

  it('identifiers are made and read back, also where an order id has dots and looks like one', () => {
    for (const orderId of ['P', 'P.1', 'P~1.2', 'a.1.1']) {
      const caseId = caseIdOf(orderId, 2, 3);
      assert.deepEqual([caseId, openingOf(caseId), openingOf(caseIdOf(orderId, 1))], [`${orderId}/2r3`, 3, 1]);
      assert.equal(attemptOf(caseId, reviewRequestIdOf(caseId, 12)), 12);
      assert.equal(attemptOf(caseId, reviewRequestIdOf(caseIdOf(orderId, 2), 12)), null);
    }
    assert.equal(attemptOf('P/1', 'P.1.0'), null);
    assert.equal(attemptOf('P/1', 'P.1.1x'), null);
  });

  it('an instant is shown in the zone of its reader; an unknown zone falls back to UTC', () => {
    assert.match(localInstant(NOW, 'zh-CN', 'Asia/Shanghai'), /16:00:00/);
    assert.match(localInstant(NOW, 'en', 'Mars/Olympus'), /8:00:00.*UTC/);
  });
});

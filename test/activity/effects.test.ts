/** Each effect against the sandbox and its faults, without a workflow: what is sent, what the ledger says, what is thrown. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { createActivities, type Activities } from '../../src/activities/index.js';
import { createMailer } from '../../src/activities/liaison/mailer.js';
import { claimAndStart, finishAttempt } from '../../src/db/attempts.js';
import { openDatabase } from '../../src/db/database.js';
import { saveOrder } from '../../src/db/orders.js';
import type { Counterpart } from '../../src/domain/counterpart.js';
import type { BuyerMessage } from '../../src/domain/buyer-message.js';
import type { NotifyPersonInput } from '../../src/domain/notice.js';
import type { OrderDocument } from '../../src/domain/order.js';
import { House, sampleOrder } from '../support/house.js';

const NOW = Date.UTC(2026, 0, 1, 8);

describe('effects against the sandbox', () => {
  let house: House;
  let activities: Activities;
  before(async () => {
    house = await House.start({ worker: false, counterpartTimeoutMs: 500 });
    activities = activitiesAt({});
  });
  after(async () => house.stop());

  const activitiesAt = (urls: { buyer?: string; review?: string; smtp?: string; db?: string }): Activities => {
    const elsewhere = new Map([
      ['buyer-server', urls.buyer],
      ['review-server', urls.review],
    ]);
    const require = async (id: string): Promise<Counterpart> => {
      const row = await house.counterparts.require(id);
      return { ...row, baseUrl: elsewhere.get(id) ?? row.baseUrl };
    };
    return createActivities({
      db: urls.db === undefined ? house.db : openDatabase(urls.db),
      counterparts: { ...house.counterparts, require },
      liaison: {
        mailer: createMailer(urls.smtp ?? house.sandbox.urls.smtp, 500),
        from: 'h@test.example',
        publicUrl: 'http://h.example',
        consoleUrl: null,
      },
      linkKey: 'a link key of tests, 32 characters',
    });
  };
  const orderWith = async (scenario: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['pass'], answer: 'inline', ...scenario });
    await saveOrder(house.db, sampleOrder(orderId) as OrderDocument);
    return orderId;
  };
  const messageFor = (orderId: string, more: Partial<BuyerMessage> = {}) => {
    const message: BuyerMessage = {
      messageId: `${orderId}/1/1`,
      orderId,
      reviewRound: 1,
      sequence: 1,
      stage: 'early_success',
      kind: 'review_succeeded',
      provisional: true,
      supersedes: null,
      reason: null,
      ending: null,
      ...more,
    };
    return { caseId: `${orderId}/1`, message, supersedesCaseId: null, counterpartId: 'buyer-server', shadow: false, caseAt: NOW };
  };
  const failure = async (work: Promise<unknown>): Promise<ApplicationFailure> => {
    const error = await work.then(
      () => assert.fail('it should have failed'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ApplicationFailure, String(error));
    return error;
  };
  const ledger = async (orderId: string) => {
    const row = await house.db.message.findFirstOrThrow({ where: { orderId }, include: { attempts: { orderBy: { number: 'asc' } } } });
    return { state: row.state, attempts: row.attempts.map(({ outcome, httpStatus }) => [outcome, httpStatus]) };
  };
  const buyerFault = (fault: string) => orderWith({ faults: [{ side: 'buyer', call: 1, do: fault }] });

  it('a message delivered is not sent again by a retry', async () => {
    const orderId = await orderWith();
    await activities.sendBuyerMessage(messageFor(orderId));
    await activities.sendBuyerMessage(messageFor(orderId));
    assert.equal((await house.arrivals(orderId, 'buyer')).length, 1);
    assert.deepEqual(await ledger(orderId), { state: 'sent', attempts: [['delivered', 200]] });
  });

  for (const [fault, outcome, status] of [
    ['hang', 'unknown', null],
    ['drop-after-acting', 'unknown', null],
    ['drop-before-acting', 'unknown', null],
    ['slow:700', 'unknown', null],
    ['500', 'unknown', 500],
    ['429', 'not_acted', 429],
    ['503', 'not_acted', 503],
  ] as const) {
    it(`buyer "${fault}": ${outcome}, and the retry sends the same text under the same key, with one effect`, async () => {
      const orderId = await buyerFault(fault);
      const thrown = await failure(activities.sendBuyerMessage(messageFor(orderId)));
      assert.deepEqual([thrown.type, thrown.nonRetryable], ['COUNTERPART_UNAVAILABLE', false]);
      if (status === 429 || status === 503) assert.equal(thrown.nextRetryDelay, 1000, 'Retry-After is not honoured');
      assert.deepEqual(await ledger(orderId), { state: 'sending', attempts: [[outcome, status]] });
      await activities.sendBuyerMessage({ ...messageFor(orderId), caseAt: NOW + 60_000 });
      const [first, second] = await house.arrivals(orderId, 'buyer');
      assert.deepEqual(first?.body, second?.body);
      assert.equal(first?.headers['idempotency-key'], second?.headers['idempotency-key']);
      assert.equal((await house.buyerEffects(orderId)).length, 1);
      assert.equal((await ledger(orderId)).state, 'sent');
    });
  }

  for (const status of ['410', '422'] as const) {
    it(`buyer "${status}" is a no: final, a dead letter`, async () => {
      const orderId = await buyerFault(status);
      const thrown = await failure(activities.sendBuyerMessage(messageFor(orderId)));
      assert.deepEqual([thrown.type, thrown.nonRetryable], ['COUNTERPART_REFUSED', true]);
      assert.deepEqual(await ledger(orderId), { state: 'refused', attempts: [['refused', Number(status)]] });
      assert.equal((await failure(activities.sendBuyerMessage(messageFor(orderId)))).type, 'MESSAGE_SETTLED');
      assert.equal((await house.arrivals(orderId, 'buyer')).length, 1);
    });
  }

  it('a buyer server that is not there: surely not acted', async () => {
    const orderId = await orderWith();
    const away = activitiesAt({ buyer: 'http://127.0.0.1:9' });
    assert.match((await failure(away.sendBuyerMessage(messageFor(orderId)))).message, /not reached|failed/);
    assert.equal((await ledger(orderId)).attempts[0]?.[0], 'not_acted');
    assert.equal(await activities.settleMessage({ key: `${orderId}/1/1`, as: 'dropped' }), 'dropped');
  });

  it('a later message waits for the one before it', async () => {
    const orderId = await buyerFault('503');
    await failure(activities.sendBuyerMessage(messageFor(orderId)));
    const later = messageFor(orderId, { messageId: `${orderId}/1/2`, sequence: 2, stage: 'correction', kind: 'review_failed' });
    assert.equal((await failure(activities.sendBuyerMessage(later))).type, 'EARLIER_MESSAGE_PENDING');
    await activities.sendBuyerMessage(messageFor(orderId));
    await activities.sendBuyerMessage(later);
    assert.deepEqual(
      (await house.buyerEffects(orderId)).map(({ sequence }: any) => sequence),
      [1, 2],
    );
  });

  it('what cannot be claimed is not sent', async () => {
    const orderId = await orderWith();
    const away = activitiesAt({ db: 'postgresql://nobody:x@127.0.0.1:9/none' });
    await assert.rejects(away.sendBuyerMessage(messageFor(orderId)));
    assert.deepEqual(await house.arrivals(orderId, 'buyer'), []);
  });

  it('attempts that start at one instant have a number each, and a settled message gets no more of them', async () => {
    const orderId = await orderWith();
    const { caseId } = messageFor(orderId);
    const place = {
      key: `${caseId}/x/l-1`,
      caseId,
      orderId,
      reviewRound: 1,
      stage: 'x',
      counterpart: 'liaison' as const,
      recipient: 'l-1',
    };
    const claim = { ...place, kind: 'liaison_notice', body: '{}', caseAt: NOW };
    const started = await Promise.allSettled(Array.from({ length: 6 }, () => claimAndStart(house.db, claim)));
    const numbers = started.flatMap((one) => (one.status === 'fulfilled' && one.value.kind === 'started' ? [one.value.number] : []));
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      numbers.map((_, i) => i + 1),
    );
    await finishAttempt(house.db, claim.key, 1, { kind: 'delivered', httpStatus: 200, result: {} });
    assert.deepEqual(await claimAndStart(house.db, claim), { kind: 'settled' });
    assert.equal((await ledger(orderId)).attempts.length, numbers.length);
  });

  it('settling tells what is known: unknown once an attempt may have acted', async () => {
    const orderId = await buyerFault('hang');
    await failure(activities.sendBuyerMessage(messageFor(orderId)));
    assert.equal(await activities.settleMessage({ key: `${orderId}/1/1`, as: 'dropped' }), 'unknown');
    assert.equal((await ledger(orderId)).state, 'unknown');
    assert.equal(await activities.settleMessage({ key: `${orderId}/never`, as: 'dropped' }), 'dropped');
  });

  const reviewRequest = (orderId: string) => ({
    caseId: `${orderId}/1`,
    orderId,
    reviewRound: 1,
    reviewRequestId: `${orderId}.1.1`,
    attempt: 1,
    requestedAt: NOW,
    counterpartId: 'review-server',
    shadow: false,
  });

  it('a review request whose answer was lost is asked again under its key, and decided once', async () => {
    const orderId = await orderWith({
      review: ['fail:PRICE_SYNC', 'pass'],
      faults: [{ side: 'review', call: 1, do: 'drop-after-acting' }],
    });
    await failure(activities.requestReview(reviewRequest(orderId)));
    const answer = await activities.requestReview(reviewRequest(orderId));
    assert.equal(answer.kind, 'failed');
    assert.equal(answer.kind === 'failed' && answer.reason.type, 'PRICE_SYNC');
    assert.deepEqual(await activities.requestReview(reviewRequest(orderId)), answer, 'a repeated call is answered from the ledger');
    assert.equal((await house.reviewRequests(orderId)).length, 2);
  });

  it('an answer that cannot be understood is no answer', async () => {
    const odd = await answering(200, '{"outcome":"perhaps"}');
    const orderId = await orderWith();
    const thrown = await failure(activitiesAt({ review: odd.url }).requestReview(reviewRequest(orderId)));
    assert.deepEqual([thrown.type, thrown.message], ['COUNTERPART_UNAVAILABLE', 'answer not understood']);
    await odd.close();
  });

  it('an answer over 1 MiB and a redirect are not followed to their end', async () => {
    const orderId = await orderWith();
    const huge = await answering(200, JSON.stringify({ outcome: 'succeeded', padding: 'x'.repeat(1_100_000) }));
    assert.match((await failure(activitiesAt({ review: huge.url }).requestReview(reviewRequest(orderId)))).message, /ANSWER_TOO_LARGE/);
    await huge.close();
    const elsewhere = await answering(302, '', { location: `${house.sandbox.urls.review}/review-requests` });
    assert.equal(
      (await failure(activitiesAt({ review: elsewhere.url }).requestReview(reviewRequest(orderId)))).type,
      'COUNTERPART_REFUSED',
    );
    await elsewhere.close();
  });

  it('an order document of another order is not taken', async () => {
    const wrong = await answering(200, JSON.stringify(sampleOrder('somebody-elses')));
    const orderId = house.newOrderId();
    const why = await activitiesAt({ review: wrong.url }).fetchOrder({ caseId: `${orderId}/1`, orderId, counterpartId: 'review-server' });
    assert.match(why ?? '', /answered with another order/);
    await wrong.close();
  });

  it('a mail server that is not there: surely not acted', async () => {
    const orderId = await orderWith();
    await failure(activitiesAt({ smtp: 'smtp://127.0.0.1:9' }).notifyPerson(noticeFor(orderId)));
    assert.equal((await ledger(orderId)).attempts[0]?.[0], 'not_acted');
  });

  const noticeFor = (orderId: string): NotifyPersonInput => ({
    caseId: `${orderId}/1`,
    orderId,
    reviewRound: 1,
    stage: 'first_failure',
    ledgerStage: 'first_failure',
    personId: 'l-1',
    onBehalfOf: null,
    channel: { type: 'email' },
    liaisonId: 'l-1',
    reason: { type: 'STOCK_SHORT', code: null, text: null },
    firstFailureAt: NOW,
    windowEndsAt: NOW + 2,
    deadlineAt: NOW + 3,
    status: 'held',
    statusReason: null,
    next: { what: 'review request 1', at: NOW + 1 },
    actions: ['decline', 'notes'],
    buyerToldEarly: true,
    acknowledgedBy: null,
    caseAt: NOW,
    shadow: false,
  });
  for (const [fault, outcome, retried] of [
    ['451', 'not_acted', true],
    ['550', 'refused', false],
    ['accept-no-reply', 'unknown', true],
  ] as const) {
    it(`mail "${fault}": ${outcome}; always one Message-ID`, async () => {
      const orderId = await orderWith({ faults: [{ side: 'inbox', call: 1, do: fault }] });
      const thrown = await failure(activities.notifyPerson(noticeFor(orderId)));
      assert.equal(thrown.nonRetryable, !retried);
      assert.equal((await ledger(orderId)).attempts[0]?.[0], outcome);
      if (!retried) return;
      await activities.notifyPerson(noticeFor(orderId));
      const ids = (await house.mails(orderId)).map(({ messageId }) => messageId);
      assert.equal(new Set(ids).size, 1);
      assert.equal((await ledger(orderId)).state, 'sent');
    });
  }
});

/** A server that answers everything the same. */
async function answering(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((_request, response) => void response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

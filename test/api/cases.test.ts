/** Reading cases, and acting on them, over the API. */
import assert from 'node:assert/strict';
import { House, PLATFORM_KEY, sampleOrder, type Answer } from '../support/house.js';

describe('cases over the API', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const open = async (more: object = {}, reason = 'STOCK_SHORT'): Promise<string> => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId, more), reason: { type: reason } });
    await house.until(orderId, ({ status }) => status === 'held' || status === 'rejected', 'decided');
    return orderId;
  };

  it('pages through the list by cursor, each case once, while more come in', async () => {
    const buyer = { id: 'paged', name: 'Paged Ltd' };
    const orders: string[] = [];
    for (let index = 0; index < 5; index += 1) orders.push(await open({ buyer }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body }: { body: any } = await house.api(
        'GET',
        `/v1/review-cases?buyerId=paged&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...body.items.map((item: any) => item.orderId));
      if (cursor === null) await open({ buyer });
      cursor = body.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(seen, orders.toReversed());
  });

  it('filters and counts', async () => {
    const buyer = { id: 'counted', name: 'Counted Ltd' };
    const held = await open({ buyer });
    await open({ buyer }, 'PROHIBITED_GOODS');
    const { body } = await house.api('GET', '/v1/review-cases?buyerId=counted&status=held,in_review');
    assert.deepEqual([body.items.map((item: any) => item.orderId), body.counts], [[held], { held: 1, rejected: 1 }]);
    const byReason = await house.api('GET', '/v1/review-cases?buyerId=counted&reasonType=PROHIBITED_GOODS');
    assert.equal(byReason.body.items[0].status, 'rejected');
  });

  it('refuses unknown filters, statuses, limits and cursors, in words', async () => {
    for (const query of ['colour=red', 'status=happy', 'limit=0', 'limit=201', 'limit=x', 'cursor=abc', 'status=held&status=held']) {
      const { status, body } = await house.api('GET', `/v1/review-cases?${query}`);
      assert.deepEqual([status, body.code], [400, 'VALIDATION_FAILED'], query);
    }
  });

  it('names the part of the request that is wrong: first the path, then the query, the headers, the body', async () => {
    const orderId = house.newOrderId();
    const post = (path: string, body: unknown, key = 'k') =>
      house.api('POST', `/v1/review-cases/${path}/pause`, body, { 'idempotency-key': key });
    const cases: [Promise<Answer>, string][] = [
      [house.api('GET', '/v1/review-cases/not%20one?round=x'), 'orderId'],
      [house.api('GET', `/v1/review-cases/${orderId}?round=x`), 'round'],
      [post('not%20one', {}, 'a b'), 'orderId'],
      [post(orderId, {}, 'a b'), 'Idempotency-Key'],
      [post(orderId, {}), 'by'],
    ];
    for (const [answer, path] of cases) {
      const { status, body } = await answer;
      assert.deepEqual([status, body.code, body.errors.map((mistake: any) => mistake.path)], [400, 'VALIDATION_FAILED', [path]]);
    }
  });

  it('shows a case with what comes next, what can be done, and as of when', async () => {
    const orderId = await open();
    await house.untilBuyerHeard(orderId, 1);
    const found = await house.caseOf(orderId);
    assert.deepEqual(found.actions, [
      'review-succeeded',
      'request-review',
      'reschedule',
      'pause',
      'reassign',
      'acknowledge',
      'change-policy',
      'decline',
      'cancel',
      'notes',
    ]);
    assert.match(found.nextAction.what, /^review request 1$/);
    const inputs = { reasonType: 'STOCK_SHORT', buyerId: found.buyer.id, amount: found.total.value, currency: found.total.currency };
    assert.deepEqual(found.decision, { preset: true, basis: 'reasonTypes', policyVersion: 1, matchedRule: null, inputs });
    assert.ok(Date.parse(found.asOf) > 0 && found.caseVersion > 0);
    assert.equal(found.links.temporal, `http://ui.example/namespaces/default/workflows/${encodeURIComponent(`review-case/${orderId}/1`)}`);
    const history = await house.api('GET', found.links.events);
    const types = history.body.items.map((line: any) => line.type);
    assert.deepEqual(types.slice(0, 3), ['review_failed', 'decided', 'review_planned']);
    const paged = await house.api('GET', `${found.links.events}&limit=1`);
    const next = await house.api('GET', `${found.links.events}&limit=1&cursor=${paged.body.nextCursor}`);
    assert.equal(next.body.items[0].type, 'decided');
  });

  it('shows the ledger: every message with its attempts and its text as sent', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['pass'], answer: 'inline', faults: [{ side: 'buyer', call: 1, do: '500' }] });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilBuyerHeard(orderId, 2);
    await house.untilMailed(orderId, 1);
    const message = await house.messageOf(orderId, 'buyer', 'sent');
    assert.deepEqual(
      message.attempts.map(({ outcome, httpStatus }: any) => [outcome, httpStatus]),
      [
        ['unknown', 500],
        ['delivered', 200],
      ],
    );
    const [first, second] = await house.arrivals(orderId, 'buyer');
    assert.deepEqual(JSON.parse(message.body), first?.body);
    assert.deepEqual(first?.body, second?.body, 'the text changed between attempts');
    assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id']);
  });

  it('answers an action twice under one Idempotency-Key from the first', async () => {
    const orderId = await open();
    await house.scenario(orderId, { review: ['pass'], answer: 'never' });
    const ask = (more: Record<string, string> = {}) => {
      const headers = { 'idempotency-key': `k-${orderId}`, ...more };
      return house.api('POST', `/v1/review-cases/${orderId}/request-review`, { by: 'l-1', note: 'now' }, headers);
    };
    const first = await ask();
    const second = await ask();
    assert.deepEqual([first.status, second.status, second.body], [200, 200, first.body]);
    assert.equal(second.headers.get('idempotency-replayed'), 'true');
    const ofAnother = await ask({ authorization: `Bearer ${PLATFORM_KEY}` });
    assert.deepEqual([ofAnother.status, ofAnother.body.code], [409, 'ACTION_NOT_ALLOWED'], 'a key is its client’s');
    const third = await house.api('POST', `/v1/review-cases/${orderId}/request-review`, { by: 'l-1', note: 'again' });
    assert.deepEqual([third.status, third.body.code, third.body.caseStatus], [409, 'ACTION_NOT_ALLOWED', 'in_review']);
    assert.deepEqual(third.body.actions, [
      'review-succeeded',
      'pause',
      'reassign',
      'acknowledge',
      'change-policy',
      'decline',
      'cancel',
      'notes',
    ]);
    await house.until(orderId, ({ nextAction }) => nextAction !== null, 'accepted');
    assert.equal((await house.reviewRequests(orderId)).length, 1);
  });

  it('refuses an action without a name, or with a note that is too long', async () => {
    const orderId = await open();
    for (const body of [{}, { by: '' }, { by: 'l-1', note: 'x'.repeat(2001) }, { by: 'l-1', extra: 1 }]) {
      const { status, body: problem } = await house.api('POST', `/v1/review-cases/${orderId}/decline`, body);
      assert.deepEqual([status, problem.code], [400, 'VALIDATION_FAILED']);
    }
    assert.equal((await house.caseOf(orderId)).status, 'held');
  });

  it('says 503 OUTCOME_UNKNOWN when no worker answers within 5 s; the same key later tells the outcome', async () => {
    const orderId = await open();
    await house.stopWorker();
    const body = { by: 'l-1', note: 'no' };
    const key = { 'idempotency-key': `later-${orderId}` };
    const answer = await house.api('POST', `/v1/review-cases/${orderId}/decline`, body, key);
    assert.deepEqual([answer.status, answer.body.code, answer.headers.get('retry-after')], [503, 'OUTCOME_UNKNOWN', '1']);
    await house.startWorker();
    const again = await house.api('POST', `/v1/review-cases/${orderId}/decline`, body, key);
    assert.equal(again.status, 200, JSON.stringify(again.body));
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    const muchLater = await house.api('POST', `/v1/review-cases/${orderId}/decline`, body, key);
    assert.deepEqual([muchLater.status, muchLater.body], [200, again.body], 'the case has ended: the key is still answered');
    const another = await house.api('POST', `/v1/review-cases/${orderId}/decline`, body, { 'idempotency-key': 'another' });
    assert.equal(another.body.code, 'ACTION_NOT_ALLOWED');
  });
});

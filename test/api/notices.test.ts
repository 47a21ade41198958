/** The way in over HTTP: what is taken, what is refused and in which words. */
import assert from 'node:assert/strict';
import { House, REVIEW_KEY, sampleOrder, type Answer } from '../support/house.js';

const DECOY = 'a-key-of-nobody-in-this-house';

describe('notices over the API', () => {
  let house: House;
  before(async () => void (house = await House.start({ worker: false })));
  after(async () => house.stop());

  const notice = (more: object = {}): Record<string, unknown> => ({
    eventId: 'e-1',
    orderId: house.newOrderId(),
    reason: { type: 'STOCK_SHORT' },
    ...more,
  });
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    house.api('POST', '/v1/review-failures', body, headers);
  const refused = (answer: Answer, status: number, code: string): void => {
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
    assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.equal(answer.body.status, status);
    assert.ok(answer.body.title.length > 0 && answer.body.detail.length > 0);
  };
  const inboxSize = (): Promise<number> => house.db.inboundEvent.count();

  it('answers 202 with links once committed, the same for the same event, whatever the order of its fields', async () => {
    const body = notice({ eventId: 'same' });
    const first = await post(body);
    assert.equal(first.status, 202);
    assert.deepEqual(Object.keys(first.body).toSorted(), ['eventId', 'links', 'orderId']);
    const { reason, ...rest } = body;
    const again = await post({ reason, ...rest });
    assert.deepEqual([again.status, again.body], [202, first.body]);
    const event = await house.api('GET', first.body.links.event);
    assert.equal(event.body.sender, 'review-server');
  });

  it('refuses the same eventId with other content (422), and keeps what came first', async () => {
    const body = notice({ eventId: 'reused' });
    await post(body);
    const before = await inboxSize();
    refused(await post({ ...body, reason: { type: 'PRICE_SYNC' } }), 422, 'EVENT_ID_REUSED');
    assert.equal(await inboxSize(), before);
  });

  it('keeps the same eventId of two senders apart', async () => {
    const body = notice({ eventId: 'both' });
    const one = await post(body);
    const other = await post(body, { authorization: 'Bearer test-key-of-the-liaison-server' });
    assert.deepEqual([one.status, other.status], [202, 202]);
    assert.notEqual(one.body.links.event, other.body.links.event);
  });

  const mistakes: [what: string, body: object, path: string][] = [
    ['no orderId', { orderId: undefined }, 'orderId'],
    ['an orderId with a slash', { orderId: 'P/1' }, 'orderId'],
    ['an orderId of 129 characters', { orderId: 'x'.repeat(129) }, 'orderId'],
    ['no eventId', { eventId: '' }, 'eventId'],
    ['a round of 0', { reviewRound: 0 }, 'reviewRound'],
    ['a round in words', { reviewRound: 'one' }, 'reviewRound'],
    ['no reason', { reason: undefined }, 'reason'],
    ['a reason type in small letters', { reason: { type: 'stock short' } }, 'reason.type'],
    ['an instant without offset', { occurredAt: '2026-01-01T08:00:00' }, 'occurredAt'],
    ['an unknown field', { surprise: true }, '(body)'],
    ["another order's document", { order: sampleOrder('other') }, 'order.orderId'],
    ['an order without lines', { order: { ...sampleOrder('x'), lines: [] } }, 'order.lines'],
    ['an amount as a number', { order: { ...sampleOrder('x'), total: { value: 12, currency: 'SEK' } } }, 'order.total.value'],
    ['a negative quantity', { order: { ...sampleOrder('x'), lines: [{ quantity: '-5' }] } }, 'order.lines.0.quantity'],
    ['a buyer without id and name', { order: { ...sampleOrder('x'), buyer: { country: 'SE' } } }, 'order.buyer'],
  ];
  for (const [what, body, path] of mistakes) {
    it(`refuses ${what}, naming ${path}, and changes nothing`, async () => {
      const before = await inboxSize();
      const answer = await post(notice(body));
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.ok(
        answer.body.errors.some((error: any) => error.path === path),
        JSON.stringify(answer.body.errors),
      );
      assert.equal(await inboxSize(), before);
    });
  }

  it('names every mistake at once', async () => {
    const answer = await post({ reviewRound: -1, surprise: 1 });
    assert.deepEqual(
      new Set(answer.body.errors.map((error: any) => error.path)),
      new Set(['eventId', 'orderId', 'reviewRound', 'reason', '(body)']),
    );
  });

  it('says of what is missing or of another type what it must be, in plain words', async () => {
    const said = async (path: string, body: object): Promise<string[]> => {
      const { status, body: problem } = await house.api('POST', path, body);
      assert.equal(status, 400);
      const lines = problem.errors.map((error: any) => `${error.path} ${error.message}`);
      assert.equal(problem.detail, problem.errors.map((error: any) => `${error.path}: ${error.message}`).join('; '));
      return lines.toSorted();
    };
    const order = { ...sampleOrder('P-1'), lines: {}, currency: undefined };
    assert.deepEqual(await said('/v1/review-failures', { orderId: 7, reviewRound: '1', reason: {}, order }), [
      "eventId is missing; it must be a string (the sender's own ID of the event: the same again is the same event)",
      'order.currency is missing; it must be a string (an ISO 4217 code, like "EUR")',
      'order.lines must be a list, not an object',
      'orderId must be a string (an order\'s ID, like "P-1001"), not a number',
      'reason.type is missing; it must be a string (what kind of failure it is, like "STOCK_SHORT")',
      'reviewRound must be a whole number, not a string',
    ]);
    assert.deepEqual(
      await said('/v1/review-failures', { eventId: '', orderId: 'P-1', reviewRound: 1001, reason: null, colour: 1, taste: 2 }),
      [
        '(body) has fields that are not known: "colour", "taste"',
        'eventId must not be empty',
        'reason must be an object (why the review failed), not null',
        'reviewRound must be at most 1000',
      ],
    );
    const person = { by: 'x'.repeat(201), note: 5, version: 1.5 };
    assert.deepEqual(await said('/v1/review-cases/P-1/change-policy', person), [
      'by must be at most 200 characters',
      'note must be a string (why), not a number',
      'version must be a whole number (a version of the policy)',
    ]);
    assert.deepEqual(await said('/v1/review-cases/P-1/reassign', { by: 'anna' }), [
      'liaisonId is missing; it must be a string (the liaison who takes over)',
    ]);
    const list = await house.api('GET', '/v1/messages?counterpart=nobody&limit=0&state=');
    assert.deepEqual(list.body.errors, [
      { path: 'counterpart', message: 'must be one of: buyer, review, liaison, vendor, customer, platform, operations' },
      { path: 'state.0', message: 'must be one of: queued, sending, sent, refused, dead, dropped, unknown, shadow' },
      { path: 'limit', message: 'must be a whole number, 1 to 200' },
    ]);
  });

  it('refuses what is not JSON, not JSON by its type, or too large', async () => {
    refused(await post('{"eventId":'), 400, 'MALFORMED_JSON');
    refused(await post('"text"'), 400, 'MALFORMED_JSON');
    refused(
      await house.api('POST', '/v1/review-failures', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    );
    refused(await post(notice({ reason: { type: 'STOCK_SHORT', text: 'x'.repeat(1_100_000) } })), 413, 'BODY_TOO_LARGE');
    refused(await house.api('POST', '/v1/review-failures'), 400, 'VALIDATION_FAILED');
  });

  it('refuses text that cannot be kept, and nesting without end', async () => {
    for (const text of ['a\\u0000b', '\\ud800']) {
      const answer = await post(`{"eventId":"odd","orderId":"${house.newOrderId()}","reason":{"type":"STOCK_SHORT","text":"${text}"}}`);
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.equal(answer.body.errors[0].path, 'reason.text');
    }
    const deep = `{"eventId":"deep","orderId":"P","reason":{"type":"STOCK_SHORT"},"order":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;
    refused(await post(deep), 400, 'VALIDATION_FAILED');
    refused(await house.api('GET', '/v1/review-cases?buyerId=%00'), 400, 'VALIDATION_FAILED');
  });

  it('lets nobody in without a known key', async () => {
    const url = `${house.apiUrl}/v1/review-failures`;
    const none = await house.call('POST', url, notice());
    refused(none, 401, 'KEY_MISSING');
    assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="holdpoint"');
    for (const key of [DECOY, '', `${REVIEW_KEY}x`, REVIEW_KEY.slice(0, -1)]) {
      const answer = await house.call('POST', url, notice(), { authorization: `Bearer ${key}` });
      assert.equal(answer.status, 401);
    }
    refused(await house.call('GET', `${house.apiUrl}/v1/review-cases`), 401, 'KEY_MISSING');
  });

  it('says 404 and 405 in problem documents', async () => {
    refused(await house.api('GET', '/v1/nothing'), 404, 'NOT_FOUND');
    const answer = await house.api('DELETE', '/v1/review-failures');
    refused(answer, 405, 'METHOD_NOT_ALLOWED');
    assert.equal(answer.headers.get('allow'), 'POST, OPTIONS');
    refused(await house.api('GET', '/v1/review-cases/none'), 404, 'CASE_NOT_FOUND');
    refused(
      await house.api('POST', '/v1/review-cases/none/review-succeeded', { eventId: 'x', by: 'l-1', note: 'n' }),
      404,
      'CASE_NOT_FOUND',
    );
    refused(await house.api('GET', '/v1/review-cases/%E0%A4%A'), 400, 'VALIDATION_FAILED');
    refused(await house.api('GET', '/v1/inbound-events/not-a-uuid'), 404, 'NOT_FOUND');
  });

  it('is alive without a key, and ready while the database is', async () => {
    assert.deepEqual((await house.call('GET', `${house.apiUrl}/healthz`)).body, { status: 'ok' });
    assert.equal((await house.call('GET', `${house.apiUrl}/readyz`)).status, 200);
  });
});

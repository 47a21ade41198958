/** Request IDs and W3C trace context: from a call to the API to the calls that come of it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createLogger } from '../../src/log.js';
import { eventually, House, sampleOrder } from '../support/house.js';

const newTrace = (): { traceId: string; traceparent: string } => {
  const traceId = randomBytes(16).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
};
const traceIdOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

describe('request IDs and trace context', () => {
  let house: House;
  const lines: any[] = [];
  const log = createLogger('test', 'info', { write: (line: string) => void lines.push(JSON.parse(line)) });
  before(async () => void (house = await House.start({ log })));
  after(async () => house.stop());

  const notice = (orderId: string, more: object = {}) => ({
    eventId: `rf-${randomBytes(6).toString('hex')}`,
    orderId,
    reason: { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' },
    order: sampleOrder(orderId),
    ...more,
  });

  it("a caller's request ID is answered, also in a problem; one that is not fit for a log is replaced", async () => {
    const right = await house.api('GET', '/v1/switches', undefined, { 'x-request-id': 'order-desk/17:3' });
    assert.equal(right.headers.get('x-request-id'), 'order-desk/17:3');
    const wrong = await house.api('GET', '/v1/nothing', undefined, { 'x-request-id': 'order-desk/18' });
    assert.equal(wrong.body.requestId, 'order-desk/18');
    for (const unfit of ['a b', 'x'.repeat(129), '{"a":1}']) {
      const { headers, body } = await house.api('GET', '/v1/nothing', undefined, { 'x-request-id': unfit });
      assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
      assert.equal(body.requestId, headers.get('x-request-id'));
    }
    const made = await house.api('GET', '/v1/switches');
    assert.match(made.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('an error of ours is in the log with request ID and trace; its words are not in the answer', async () => {
    const { traceId, traceparent } = newTrace();
    await house.db.$executeRaw`ALTER TABLE "switch_change" RENAME TO "switch_change_away"`;
    const headers = { 'x-request-id': 'broken-1', traceparent };
    const put = { on: true, by: 'Ana', note: 'why' };
    const read = await house.api('GET', '/v1/switches', undefined, headers);
    const written = await house.api('PUT', '/v1/switches/shadow', put, { ...headers, 'x-request-id': 'broken-2' });
    await house.db.$executeRaw`ALTER TABLE "switch_change_away" RENAME TO "switch_change"`;
    for (const [answer, requestId] of [
      [read, 'broken-1'],
      [written, 'broken-2'],
    ] as const) {
      assert.equal(answer.status, 500);
      assert.equal(answer.body.requestId, requestId);
      assert.doesNotMatch(JSON.stringify(answer.body), /switch_change|prisma|at .*\.ts|node_modules/i);
      const logged = lines.filter((line) => line.requestId === requestId);
      assert.equal(logged.length, 1, JSON.stringify(lines));
      assert.equal(logged[0].traceId, traceId);
      assert.match(logged[0].err.message, /switch_change/);
    }
  });

  it('the trace of a notice goes on in the calls it leads to, and that of a later word in those that follow', async () => {
    const orderId = house.newOrderId();
    const first = newTrace();
    await house.api('POST', '/v1/review-failures', notice(orderId), { traceparent: first.traceparent });
    await house.untilBuyerHeard(orderId, 1);
    const [told] = await house.arrivals(orderId, 'buyer');
    assert.equal(traceIdOf(told?.headers['traceparent']), first.traceId);
    assert.notEqual(told?.headers['traceparent'], first.traceparent);

    await house.untilStatus(orderId, 'held');
    const second = newTrace();
    const asked = await house.api(
      'POST',
      `/v1/review-cases/${orderId}/request-review`,
      { by: 'Ana', note: 'again' },
      { traceparent: second.traceparent },
    );
    assert.ok(asked.status < 300, JSON.stringify(asked.body));
    const request = await eventually(
      async () => (await house.arrivals(orderId, 'review')).find(({ method }) => method === 'POST'),
      'the review server is asked',
    );
    assert.equal(traceIdOf(request.headers['traceparent']), second.traceId);
  });

  it('a notice without a trace, or with one that is none, begins one: the calls of the case share it', async () => {
    const orderId = house.newOrderId();
    const unfit = '00-00000000000000000000000000000000-00f067aa0ba902b7-01';
    await house.api('POST', '/v1/review-failures', notice(orderId), { traceparent: unfit });
    await house.untilMailed(orderId, 1);
    await house.untilBuyerHeard(orderId, 1);
    const { traceparent } = await house.db.inboundEvent.findFirstOrThrow({ where: { orderId } });
    assert.match(traceparent ?? '', /^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    const [told] = await house.arrivals(orderId, 'buyer');
    assert.equal(traceIdOf(told?.headers['traceparent']), traceIdOf(traceparent ?? undefined));
  });
});

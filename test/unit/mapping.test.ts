/** Where a counterpart's JSON and paths differ from ours: expressions, their limits, and their mistakes when they are saved (D9). */
import assert from 'node:assert/strict';
import { createMapper, MappingError, type Mapper } from '../../src/counterparts/mapper.js';
import { mappedIn, mappedOut, mappedPath, mappingMistakes } from '../../src/counterparts/mapping.js';

describe('mapping', function () {
  this.timeout(20_000);
  let mapper: Mapper;
  before(async () => {
    mapper = createMapper();
    await mapper.apply('{}', '{}');
  });
  after(async () => mapper.close());

  const failure = async (expression: string, document: object = {}): Promise<string> => {
    const error = await mapper.apply(expression, JSON.stringify(document)).then(
      (text) => assert.fail(`it gave ${text.slice(0, 100)}`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof MappingError, String(error));
    return error.message;
  };

  it('D9: our message becomes theirs, and their answer ours; without an expression nothing changes', async () => {
    const mapping = {
      out: { 'review-request': '{"ref": reviewRequestId, "po": {"no": orderId}, "try": attempt}' },
      in: { 'review-result': '{"outcome": $lookup({"OK": "succeeded", "NOK": "failed"}, state)}' },
    };
    const server = { id: 'other-review', mapping };
    const request = { reviewRequestId: 'P-1.1.2', orderId: 'P-1', attempt: 2 };
    assert.equal(await mappedOut(mapper, server, 'review-request', request), '{"ref":"P-1.1.2","po":{"no":"P-1"},"try":2}');
    assert.deepEqual(await mappedIn(mapper, server, 'review-result', { state: 'NOK' }), { outcome: 'failed' });
    assert.equal(await mappedOut(mapper, server, 'placement', request), JSON.stringify(request));
    assert.deepEqual(await mappedIn(mapper, server, 'vendor-answer', { state: 'NOK' }), { state: 'NOK' });
    assert.equal(await mappedIn(mapper, server, 'review-result', null), null, 'what is no JSON is not mapped');
    await assert.rejects(mappedIn(mapper, { id: 'x', mapping: { in: { 'review-result': 'state' } } }, 'review-result', { state: 'OK' }), {
      message: 'mapping.in of x for review-result gives a string, not an object',
    });
  });

  it('D9: an expression that never ends, eats memory or gives too much is stopped, and the next one goes on', async () => {
    const startedAt = performance.now();
    const messages = {
      tail: await failure('($f := function($n){$f($n + 1)}; $f(1))'),
      deep: await failure('($f := function($n){1 + $f($n + 1)}; $f(1))'),
      pattern: await failure('{"x": $match(a, /^(a+)+$/)}', { a: `${'a'.repeat(40)}!` }),
      range: await failure('{"x": [1..10000000]}'),
      pad: await failure('{"x": $pad("x", 1000000000)}'),
      memory: await failure(
        '($f := function($a, $n){$n = 0 ? $a : $f($append($a, $string($random()) & $pad("y", 90000)), $n - 1)}; {"x": $f([], 90000)})',
      ),
      long: await failure('{"x": $pad("x", 2000000)}'),
    };
    const tookMs = performance.now() - startedAt;
    assert.match(messages.tail, /timeout after 250 milliseconds|takes longer than 250 ms/);
    assert.match(messages.deep, /Stack overflow/);
    assert.match(messages.pattern, /takes longer than 250 ms/);
    assert.match(messages.long, /more than 1 MiB/);
    assert.ok(tookMs < 10_000, `${tookMs} ms`);
    assert.equal(await mapper.apply('{"x": a}', '{"a":1}'), '{"x":1}');
  });

  it('D9: one that loops does not hold up this process', async () => {
    const looping = failure('{"x": $match(a, /^(a+)+$/)}', { a: `${'a'.repeat(40)}!` });
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 5);
    await looping;
    clearInterval(ticking);
    assert.ok(ticks >= 10, `${ticks} ticks of some 50`);
  });

  it('D9: paths are led elsewhere with their values', () => {
    const paths = { '/review-requests/{reviewRequestId}': '/v2/reviews?ref={reviewRequestId}', '/orders/{orderId}': '/po/{orderId}/doc' };
    assert.equal(mappedPath(paths, '/review-requests/P-1.1.1'), '/v2/reviews?ref=P-1.1.1');
    assert.equal(mappedPath(paths, '/orders/a%2Fb'), '/po/a%2Fb/doc');
    assert.equal(mappedPath(paths, '/review-requests'), '/review-requests');
    assert.equal(mappedPath(undefined, '/orders/1'), '/orders/1');
  });

  it('D9: every mistake is named when it is saved, each with its place', async () => {
    const mistakes = await mappingMistakes(mapper, 'buyer', {
      paths: { '/order-review-messages': 'v2/notify', '/orders/{orderId}': '/x', '/refunds-due': '/refunds/{messageId}' },
      out: { 'order-review-message': '{"id": messageId, ', 'refund-due': 'reason', placement: '{}' },
      in: { 'review-result': '{}' },
    });
    assert.deepEqual(mistakes.map(({ path }) => path).toSorted(), [
      'mapping.in.review-result',
      'mapping.out.order-review-message',
      'mapping.out.placement',
      'mapping.out.refund-due',
      'mapping.paths./order-review-messages',
      'mapping.paths./orders/{orderId}',
      'mapping.paths./refunds-due',
    ]);
    const said = new Map(mistakes.map(({ path, message }) => [path, message]));
    assert.match(said.get('mapping.out.order-review-message') ?? '', /at character/);
    assert.match(said.get('mapping.out.refund-due') ?? '', /gives a string, not an object; tried on \{"messageId"/);
    assert.match(said.get('mapping.out.placement') ?? '', /one of: order-review-message, refund-due/);
    const right = { paths: { '/refunds-due': '/r' }, out: { 'order-review-message': '{"n": order.lines.quantity, "why": reason.type}' } };
    assert.deepEqual(await mappingMistakes(mapper, 'buyer', right), []);
    assert.deepEqual(
      (await mappingMistakes(mapper, 'review', { in: { 'review-result': '{"outcome": ', 'order-document': 'doc' } })).map(
        ({ path }) => path,
      ),
      ['mapping.in.review-result'],
    );
  });
});

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buyerMessage, call, RawTalk, reviewRequest, until, World } from './support.js';

const SECRET_BYTES = Buffer.alloc(32, 7);

describe('sandbox arrivals', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start({ webhookSecret: `whsec_${SECRET_BYTES.toString('base64')}` });
  });
  afterEach(() => world.stop());

  it('keeps everything raw and in order: duplicates, malformed bodies, unknown paths, other methods', async () => {
    const { buyer, review, liaison } = world.sandbox.urls;
    await world.tellBuyer('P-1');
    await world.tellBuyer('P-1');
    assert.equal((await call('POST', `${buyer}/order-review-messages`, '{"orderId":"P-1",')).status, 400);
    assert.equal((await call('POST', `${buyer}/nowhere?x=1`, { orderId: 'P-1' })).status, 404);
    assert.equal((await call('DELETE', `${review}/orders/P-1`)).status, 405);
    assert.equal((await call('GET', `${liaison}/%ff/%`)).status, 404);
    const all = await world.control('/arrivals');
    assert.deepEqual(
      all.map((a: any) => [a.seq, a.side, a.method, a.path, a.orderId, a.call]),
      [
        [1, 'buyer', 'POST', '/order-review-messages', 'P-1', 1],
        [2, 'buyer', 'POST', '/order-review-messages', 'P-1', 2],
        [3, 'buyer', 'POST', '/order-review-messages', null, null],
        [4, 'buyer', 'POST', '/nowhere?x=1', 'P-1', 3],
        [5, 'review', 'DELETE', '/orders/P-1', 'P-1', 1],
        [6, 'liaison', 'GET', '/%ff/%', null, null],
      ],
    );
    assert.deepEqual(all[0].body, buyerMessage('P-1'));
    assert.equal(all[0].headers['content-type'], 'application/json');
    assert.equal(all[2].body, '{"orderId":"P-1",');
    assert.equal(all[5].body, null);
    const lines = readFileSync(join(world.dataDir, 'arrivals.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      all,
    );
  });

  it('filters by order and side, and pages with next', async () => {
    for (const order of ['P-1', 'P-2', 'P-1', 'P-1']) await world.tellBuyer(order);
    await world.requestReview('P-1');
    assert.equal((await world.control('/arrivals?orderId=P-1')).length, 4);
    assert.equal((await world.control('/arrivals?orderId=P-1&side=review')).length, 1);
    assert.deepEqual(
      (await world.control('/arrivals?after=3')).map((a: any) => a.seq),
      [4, 5],
    );
    const page = await call('GET', `${world.sandbox.urls.control}/arrivals?orderId=P-1&limit=2`);
    assert.deepEqual(
      page.body.map((a: any) => a.seq),
      [1, 3],
    );
    assert.equal(page.headers.get('x-next-after'), '3');
    const next = /<(.*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    const last = await call('GET', `${world.sandbox.urls.control}${next}`);
    assert.deepEqual(
      last.body.map((a: any) => a.seq),
      [4, 5],
    );
    assert.equal(last.headers.get('link'), null);
    assert.equal((await call('GET', `${world.sandbox.urls.control}/arrivals?limit=1001`)).status, 400);
    assert.equal((await call('GET', `${world.sandbox.urls.control}/arrivals?order=P-1`)).status, 400);
  });

  it('knows the order of a withdrawal and a result query by the request', async () => {
    await world.requestReview('P-1');
    await world.result('P-1');
    await world.withdraw('P-1');
    assert.equal((await world.control('/arrivals?orderId=P-1')).length, 3);
  });

  it('keeps the beginning of a body beyond 1 MB, and refuses it', async () => {
    const answered = await call('POST', `${world.sandbox.urls.buyer}/order-review-messages`, 'x'.repeat(1_500_000));
    assert.equal(answered.status, 413);
    const [arrival] = await world.control('/arrivals');
    assert.equal(arrival.truncated, true);
    assert.equal(arrival.body.length, 1024 * 1024);
  });

  it('keeps what is no HTTP, and what broke off', async () => {
    const noHttp = new RawTalk(world.sandbox.ports.buyer);
    noHttp.send('hello there\r\n\r\n');
    await until('the refusal', () => noHttp.closed);
    assert.match(noHttp.received, /^HTTP\/1.1 400 /);
    const brokenOff = new RawTalk(world.sandbox.ports.review);
    brokenOff.send('POST /review-requests HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"orderId"');
    brokenOff.finish();
    const arrivals = await until('both', async () => {
      const all = await world.control('/arrivals');
      return all.length === 2 ? all : null;
    });
    assert.equal(arrivals[0].method, null);
    assert.equal(arrivals[0].body, 'hello there\r\n\r\n');
    assert.equal(arrivals[1].aborted, true);
    assert.equal(arrivals[1].body, '{"orderId"');
  });

  it('says whether a signature is valid, by the bytes as they came', async () => {
    const body = JSON.stringify(reviewRequest('P-1'), null, 1);
    const url = `${world.sandbox.urls.review}/review-requests`;
    const signed = (text: string, timestamp: number) => {
      const digest = createHmac('sha256', SECRET_BYTES).update(`msg-1.${timestamp}.${text}`).digest('base64');
      return {
        'webhook-id': 'msg-1',
        'webhook-timestamp': String(timestamp),
        'webhook-signature': `v1,AAAA v1,${digest}`,
      };
    };
    const now = Math.floor(Date.now() / 1000);
    await call('POST', url, body, signed(body, now));
    await call('POST', url, body, signed(`${body} `, now));
    await call('POST', url, body, signed(body, now - 3600));
    await call('POST', url, body);
    await call('GET', `${world.sandbox.urls.review}/orders/P-1`, undefined, signed('', now));
    await call('POST', `${world.sandbox.urls.liaison}/orders/P-1/review`, { liaisonId: 'l-3' });
    const valid = (await world.control('/arrivals')).map((a: any) => a.signatureValid);
    assert.deepEqual(valid, [true, false, false, false, true, undefined, undefined]);
  });
});

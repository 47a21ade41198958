/** A whole side of the sandbox that is out. */
import assert from 'node:assert/strict';
import { call, openMail, sendMail, until, World, type Answered } from './support.js';

const MAIL = ['Subject: s', 'X-Holdpoint-Order: P-1'];

describe('sandbox outages', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const outage = (method: string, side: string, body?: object): Promise<Answered> =>
    call(method, `${world.sandbox.urls.control}/outages/${side}`, body);
  const begin = async (side: string, what: string, more: object = {}): Promise<void> => {
    const answered = await outage('PUT', side, { do: what, ...more });
    assert.equal(answered.status, 200, JSON.stringify(answered.body));
  };
  const effects = async () => (await world.control('/effects')).counts;
  const arrivals = async (side: string): Promise<any[]> => world.control(`/arrivals?side=${side}`);
  const codeOf = (answer: Promise<unknown>): Promise<string> =>
    answer.then(
      () => 'answered',
      (error) => error.cause?.code ?? error.message,
    );
  const sides: [side: string, say: () => Promise<Answered>][] = [
    ['buyer', () => world.tellBuyer('P-1')],
    ['review', () => world.requestReview('P-1')],
    ['liaison', () => call('POST', `${world.sandbox.urls.liaison}/chat/slack`, { text: 'x' })],
    ['vendor', () => world.place('P-1')],
    ['customer', () => call('POST', `${world.sandbox.urls.customer}/webhook`, {})],
  ];

  for (const [side, say] of sides) {
    it(`${side}: answers 503 to everybody, does not act, counts, and is back`, async () => {
      await begin(side, '503', { retryAfterSeconds: 7 });
      const refused = await say();
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '7']);
      await say();
      assert.deepEqual(Object.values(await effects()), [0, 0, 0, 0, 0, 0, 0, 0]);
      assert.deepEqual(
        (await arrivals(side)).map((arrival) => arrival.outage),
        ['503', '503'],
      );
      const [shown, ...more] = (await world.control('/outages')).outages;
      assert.deepEqual([more, shown.side, shown.do, shown.retryAfterSeconds, shown.arrivals], [[], side, '503', 7, 2]);
      const ended = await outage('DELETE', side);
      assert.deepEqual([ended.status, ended.body.arrivals], [200, 2]);
      assert.notEqual((await say()).status, 503);
      assert.equal((await arrivals(side)).at(-1)?.outage, undefined);
    });

    it(`${side}: refuse lets nobody connect, and it listens again at the same port`, async () => {
      await say();
      await begin(side, 'refuse');
      assert.equal(await codeOf(say()), 'ECONNREFUSED');
      assert.equal(await codeOf(say()), 'ECONNREFUSED');
      assert.equal((await arrivals(side)).length, 1);
      await outage('DELETE', side);
      assert.notEqual((await say()).status, 503);
      assert.equal((await arrivals(side)).length, 2);
    });
  }

  it('500 comes without Retry-After', async () => {
    await begin('buyer', '500');
    const refused = await world.tellBuyer('P-1');
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [500, null]);
  });

  it('drop-before-acting: reads the call, breaks the connection, does not act', async () => {
    await begin('buyer', 'drop-before-acting');
    await assert.rejects(world.tellBuyer('P-1'), TypeError);
    assert.equal((await effects()).buyer, 0);
    assert.equal((await arrivals('buyer'))[0].body.orderId, 'P-1');
  });

  it('hang: reads the call, never answers, does not act', async () => {
    await begin('buyer', 'hang');
    const leave = new AbortController();
    const answer = codeOf(call('POST', `${world.sandbox.urls.buyer}/order-review-messages`, { orderId: 'P-1' }, {}, leave.signal));
    await until('the arrival', async () => (await arrivals('buyer')).length === 1);
    assert.equal((await effects()).buyer, 0);
    leave.abort();
    await answer;
  });

  it('refuse cuts what is under way', async () => {
    await world.scenario('P-1', { faults: [{ side: 'buyer', call: 1, do: 'hang' }] });
    const answer = codeOf(world.tellBuyer('P-1'));
    await until('the effect', async () => (await effects()).buyer === 1);
    await begin('buyer', 'refuse');
    assert.match(await answer, /UND_ERR_SOCKET|ECONNRESET/);
  });

  it('goes before what the scenario of an order wants', async () => {
    await world.scenario('P-1', { faults: [{ side: 'buyer', call: 1, until: 9, do: '422' }] });
    await begin('buyer', '503');
    assert.equal((await world.tellBuyer('P-1')).status, 503);
  });

  it('can change from one to another, and begin again', async () => {
    await begin('buyer', 'refuse');
    await begin('buyer', '503');
    assert.equal((await world.tellBuyer('P-1')).status, 503);
    await begin('buyer', 'refuse');
    assert.equal(await codeOf(world.tellBuyer('P-1')), 'ECONNREFUSED');
    await outage('DELETE', 'buyer');
    assert.equal((await world.tellBuyer('P-1')).status, 200);
  });

  it('the other sides go on, and so do the notices of the side that is out', async () => {
    await world.scenario('P-1', { answer: 'notice', delayMs: 200 });
    await world.requestReview('P-1');
    await begin('review', 'refuse');
    assert.equal((await world.tellBuyer('P-1')).status, 200);
    await until('the notice', () => world.receiver.noticed.length === 1);
  });

  it('a restart ends it', async () => {
    await begin('buyer', 'refuse');
    await world.sandbox.stop();
    await world.startSandbox();
    assert.deepEqual((await world.control('/outages')).outages, []);
    assert.equal((await world.tellBuyer('P-1')).status, 200);
  });

  it('is shown to people', async () => {
    await begin('vendor', 'hang');
    const home = await call('GET', `${world.sandbox.urls.control}/`);
    assert.match(home.body, /vendor is out since .* \(hang\), 0 arrivals/);
  });

  it('refuses what is no outage, and ends none that is not there', async () => {
    const wrong: [side: string, body: object, path: string][] = [
      ['warehouse', { do: '503' }, ''],
      ['buyer', { do: '421' }, 'do'],
      ['inbox', { do: '503' }, 'do'],
      ['buyer', {}, 'do'],
      ['buyer', { do: '500', retryAfterSeconds: 5 }, 'retryAfterSeconds'],
      ['buyer', { do: '503', retryAfterSeconds: -1 }, 'retryAfterSeconds'],
      ['buyer', { do: '503', forMs: 5 }, 'forMs'],
    ];
    for (const [side, body, path] of wrong) {
      const answered = await outage('PUT', side, body);
      assert.deepEqual([answered.status, answered.body.errors[0].path], [400, path]);
    }
    assert.equal((await outage('DELETE', 'buyer')).status, 404);
    assert.equal((await outage('POST', 'buyer', {})).status, 405);
  });

  describe('of the inbox', () => {
    const send = (): Promise<string> => sendMail(world.sandbox.ports.smtp, 'lin@example.org', MAIL, 'text');
    const greeting = (): ReturnType<typeof openMail> => openMail(world.sandbox.ports.smtp, 'lin@example.org', MAIL, 'text');

    it('451: takes no mail, and keeps that it came', async () => {
      await begin('inbox', '451');
      assert.match(await send(), /^451 /);
      assert.equal((await effects()).inbox, 0);
      const [arrival] = await arrivals('inbox');
      assert.deepEqual([arrival.outage, arrival.orderId], ['451', 'P-1']);
      await outage('DELETE', 'inbox');
      assert.match(await send(), /^250 /);
    });

    it('421: greets nobody else, and counts who came', async () => {
      await begin('inbox', '421');
      const mail = greeting();
      await until('the end', () => mail.talk.closed);
      assert.match(mail.talk.received, /^421 /);
      mail.sent.catch(() => undefined);
      assert.deepEqual(
        (await arrivals('inbox')).map((arrival) => [arrival.outage, arrival.path]),
        [['421', null]],
      );
      assert.equal((await world.control('/outages')).outages[0].arrivals, 1);
    });

    it('hang: does not greet', async () => {
      await begin('inbox', 'hang');
      const mail = greeting();
      mail.sent.catch(() => undefined);
      await until('the connection', async () => (await arrivals('inbox')).length === 1);
      assert.equal(mail.talk.received, '');
      mail.talk.end();
    });

    it('drop-before-acting: reads the mail, keeps none, breaks the connection', async () => {
      await begin('inbox', 'drop-before-acting');
      assert.equal(await send(), 'closed');
      assert.equal((await effects()).inbox, 0);
      assert.equal((await arrivals('inbox')).length, 1);
    });

    it('refuse lets nobody connect, and it listens again at the same port', async () => {
      await begin('inbox', 'refuse');
      const mail = greeting();
      mail.sent.catch(() => undefined);
      await until('the refusal', () => mail.talk.closed);
      assert.equal(mail.talk.received, '');
      await outage('DELETE', 'inbox');
      assert.match(await send(), /^250 /);
    });
  });
});

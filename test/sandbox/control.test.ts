import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { loadSandboxOptions } from '../../src/sandbox/sandbox.js';
import { call, World } from './support.js';

describe('sandbox control', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const put = (path: string, body: unknown) => call('PUT', `${world.sandbox.urls.control}${path}`, body);

  it('takes the scenario of wire.md and shows it with counters', async () => {
    const scenario = {
      review: ['fail:STOCK_SHORT', 'fail:STOCK_SHORT', 'pass'],
      answer: 'notice',
      delayMs: 0,
      vendor: ['ACCEPTED', 'IN_TRANSIT', 'DELIVERED'],
      faults: [
        { side: 'buyer', call: 1, do: 'slow:2000' },
        { side: 'inbox', call: 2, until: 3, do: '451' },
      ],
    };
    assert.equal((await put('/scenarios/P-1', scenario)).status, 200);
    const shown = await world.control('/scenarios/P-1');
    assert.deepEqual({ ...shown, ...scenario }, shown);
    assert.equal(shown.default, false);
    assert.deepEqual(shown.counters.calls, { buyer: 0, review: 0, liaison: 0, inbox: 0, vendor: 0, customer: 0 });
    assert.deepEqual(shown.noticesRefused, []);
    assert.deepEqual(await world.control('/arrivals'), []);
  });

  it('shows the default of an order without a scenario', async () => {
    const shown = await world.control('/scenarios/P-1');
    assert.equal(shown.default, true);
    assert.deepEqual([shown.review, shown.answer, shown.delayMs], [['pass'], 'inline', 0]);
  });

  it('refuses a wrong scenario with every mistake', async () => {
    const answered = await put('/scenarios/P-1', {
      review: ['pass', 'fail', 'fail:stock'],
      answer: 'later',
      delayMs: -1,
      colour: 'red',
      order: [],
      faults: [
        { side: 'buyer', call: 0, do: '500' },
        { side: 'buyer', call: 1, do: 'explode' },
        { side: 'inbox', call: 1, do: '500' },
        { side: 'review', call: 1, do: '451' },
        { side: 'warehouse', call: 1, do: '500', extra: 1 },
        { side: 'buyer', call: 3, until: 2, do: 'slow:9999999' },
      ],
    });
    assert.equal(answered.status, 400);
    assert.equal(answered.headers.get('content-type'), 'application/problem+json');
    const paths = answered.body.errors.map((mistake: any) => mistake.path).toSorted();
    assert.deepEqual(paths, [
      'answer',
      'colour',
      'delayMs',
      'faults.0.call',
      'faults.1.do',
      'faults.2.do',
      'faults.3.do',
      'faults.4.extra',
      'faults.4.side',
      'faults.5.do',
      'faults.5.until',
      'order',
      'review.1',
      'review.2',
    ]);
    assert.equal((await world.control('/scenarios/P-1')).default, true);
  });

  it('refuses what is no object, no JSON, or no order ID', async () => {
    assert.equal((await put('/scenarios/P-1', '{"review"')).status, 400);
    assert.equal((await put('/scenarios/P-1', [])).status, 400);
    assert.equal((await put('/scenarios/P%201', {})).status, 400);
    assert.equal((await put(`/scenarios/${'x'.repeat(129)}`, {})).status, 400);
  });

  it('takes settings, and refuses wrong ones', async () => {
    assert.equal((await put('/settings', { holdpointUrl: 'http://127.0.0.1:1' })).status, 200);
    assert.deepEqual(await world.control('/settings'), { holdpointUrl: 'http://127.0.0.1:1' });
    assert.equal((await put('/settings', { holdpointUrl: 'ftp://x' })).status, 400);
    assert.equal((await put('/settings', { holdpoint: 'http://x' })).status, 400);
  });

  it('is healthy, knows its paths and methods', async () => {
    assert.deepEqual(await world.control('/healthz'), { status: 'ok' });
    assert.equal((await call('GET', `${world.sandbox.urls.control}/nowhere`)).status, 404);
    const wrong = await call('POST', `${world.sandbox.urls.control}/arrivals`, {});
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get('allow'), 'GET');
  });

  it('has pages for people that escape what came from outside', async () => {
    await call('POST', `${world.sandbox.urls.buyer}/<script>x`, { orderId: '<img src=x>' });
    const page = await call('GET', `${world.sandbox.urls.control}/arrivals`, undefined, { accept: 'text/html' });
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.ok(!page.body.includes('<script') && !page.body.includes('<img'));
    assert.ok(page.body.includes('&#60;img src=x&#62;'));
    const home = await call('GET', `${world.sandbox.urls.control}/`);
    assert.match(home.body, /href="\/inbox"/);
  });

  it('does not start where a port is taken, and leaves nothing running', async () => {
    const second = new World();
    second.receiver = world.receiver;
    const starting = second.startSandbox({ ports: { smtp: world.sandbox.ports.smtp } });
    await assert.rejects(starting, /EADDRINUSE/);
    rmSync(second.dataDir, { recursive: true });
  });
});

describe('sandbox settings', function () {
  this.timeout(30_000);
  it('have defaults, and take empty variables as not set', () => {
    const options = loadSandboxOptions({ SANDBOX_HOLDPOINT_URL: '', PATH: '/bin' });
    assert.equal(options.host, '127.0.0.1');
    assert.equal(options.dataDir, '.holdpoint/sandbox');
    assert.deepEqual(options.ports, { control: 9100, buyer: 9101, review: 9102, liaison: 9103, smtp: 9125, vendor: 9104, customer: 9105 });
    assert.equal(options.holdpointUrl, undefined);
  });

  it('report every mistake at once', () => {
    const env = {
      SANDBOX_CONTROL_PORT: '99999',
      SANDBOX_SMTP_PORT: 'mail',
      SANDBOX_HOLDPOINT_URL: 'holdpoint',
      SANDBOX_WEBHOOK_SECRET: 'whsec_short',
      SANDBOX_REVIEW_KEY: 'two words',
    };
    assert.throws(
      () => loadSandboxOptions(env),
      (error: Error) => Object.keys(env).every((name) => error.message.includes(name)),
    );
  });
});

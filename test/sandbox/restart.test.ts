import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buyerMessage, call, RawTalk, reviewRequest, sendMail, until, World } from './support.js';

describe('sandbox restart', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  const restart = async (options = {}) => {
    await world.sandbox.stop();
    await world.startSandbox(options);
  };

  it('finds arrivals, scenarios, reviews, messages, mails and counters again', async () => {
    const faults = [{ side: 'buyer', call: 3, do: '500' }];
    await world.scenario('P-1', { review: ['fail:STOCK_SHORT', 'pass'], faults, order: { orderId: 'P-1' } });
    const outcome = (await world.requestReview('P-1')).body;
    await world.tellBuyer('P-1', {}, { 'idempotency-key': 'k-1' });
    await sendMail(world.sandbox.ports.smtp, 'lin@example.org', ['Subject: s', 'X-Holdpoint-Order: P-1'], 'text');
    const views = ['/arrivals', '/effects', '/inbox', '/scenarios/P-1', '/settings'];
    const before = await Promise.all(views.map((view) => world.control(view)));
    await restart({ holdpointUrl: undefined });
    assert.deepEqual(await Promise.all(views.map((view) => world.control(view))), before);
    await world.scenario('P-1', { review: ['pass'], faults });
    assert.deepEqual((await world.requestReview('P-1')).body, outcome);
    assert.equal((await world.tellBuyer('P-1')).status, 409);
    assert.equal((await world.tellBuyer('P-1')).status, 500);
    assert.equal((await world.result('P-1')).status, 200);
    assert.deepEqual(
      (await world.control('/arrivals')).map((a: any) => a.seq),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.equal((await world.control('/arrivals?orderId=P-1')).length, 7);
  });

  it('still owes its notices, under the same eventId', async () => {
    world.receiver.statuses.push(503, 503, 503);
    await world.scenario('P-1', { answer: 'notice' });
    await world.requestReview('P-1');
    await until('a first try', () => world.receiver.noticed.length > 0);
    await restart();
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
    const events = new Set(world.receiver.noticed.map((n) => n.body.eventId));
    assert.equal(events.size, 1);
    assert.equal((await world.control('/effects')).counts.notices, 1);
  });

  it('does not send again what was delivered, and keeps what was refused or withdrawn', async () => {
    world.receiver.statuses.push(202, 400);
    await world.scenario('P-1', { answer: 'notice' });
    await world.requestReview('P-1', 1);
    await until('delivered', async () => (await world.control('/owed')).owed === 0);
    await world.requestReview('P-1', 2);
    await until('refused', async () => (await world.control('/owed')).owed === 0);
    await world.scenario('P-1', { answer: 'notice', delayMs: 60_000 });
    await world.requestReview('P-1', 3);
    await world.withdraw('P-1', 3);
    await restart();
    assert.equal((await world.control('/owed')).owed, 0);
    assert.equal((await world.control('/scenarios/P-1')).noticesRefused.length, 1);
    assert.equal((await world.result('P-1', 3)).body.reason.type, 'WITHDRAWN');
    assert.equal(world.receiver.noticed.length, 2);
  });

  it('stops while calls of every kind are in work, without a failure of its own', async () => {
    await world.scenario('P-1', { delayMs: 60_000, faults: [{ side: 'buyer', call: 1, do: 'slow:60000' }] });
    const half = new RawTalk(world.sandbox.ports.review);
    half.send('POST /review-requests HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"orderId"');
    const calls = [world.requestReview('P-1'), world.tellBuyer('P-1')].map((answer) => answer.catch(() => 'cut off'));
    await until('both in work', async () => (await world.control('/owed')).owed === 2);
    await restart();
    assert.deepEqual(await Promise.all(calls), ['cut off', 'cut off']);
    assert.equal((await world.control('/owed')).owed, 0);
  });

  it('gives up a notice that is 72 h old', async () => {
    await world.sandbox.stop();
    const dueAt = new Date(Date.now() - 73 * 3600 * 1000).toISOString();
    const notice = { eventId: 'rs-1', orderId: 'P-1', sender: 'review', path: 'v1/review-successes', body: {}, dueAt };
    appendFileSync(join(world.dataDir, 'journal.jsonl'), `${JSON.stringify({ kind: 'notice-queued', at: dueAt, notice })}\n`);
    await world.startSandbox();
    await until('nothing owed', async () => (await world.control('/owed')).owed === 0);
    const [refused] = (await world.control('/scenarios/P-1')).noticesRefused;
    assert.equal(refused.how, 'given-up');
    assert.equal(world.receiver.noticed.length, 0);
  });

  it('cuts off a line torn by a crash', async () => {
    await world.tellBuyer('P-1');
    await world.sandbox.stop();
    for (const file of ['arrivals.jsonl', 'journal.jsonl']) appendFileSync(join(world.dataDir, file), '{"seq":2,"to');
    await world.startSandbox();
    await world.tellBuyer('P-2');
    assert.deepEqual(
      (await world.control('/arrivals')).map((a: any) => a.seq),
      [1, 2],
    );
    assert.equal((await world.control('/effects')).counts.buyer, 2);
  });
});

describe('sandbox process', function () {
  this.timeout(60_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'holdpoint-sandbox-process-'));
  const children: ChildProcess[] = [];
  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true });
  });

  async function start(env: Record<string, string> = {}) {
    const free = {
      SANDBOX_CONTROL_PORT: '0',
      SANDBOX_BUYER_PORT: '0',
      SANDBOX_REVIEW_PORT: '0',
      SANDBOX_LIAISON_PORT: '0',
      SANDBOX_SMTP_PORT: '0',
      SANDBOX_VENDOR_PORT: '0',
      SANDBOX_CUSTOMER_PORT: '0',
    };
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/bin/sandbox.ts'], {
      env: { ...process.env, ...free, SANDBOX_DATA_DIR: dataDir, ...env },
    });
    children.push(child);
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const ended = new Promise<number | string | null>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    return { child, said, ended };
  }

  async function ready(sandbox: Awaited<ReturnType<typeof start>>) {
    await until('the ready line', () => sandbox.said.out.includes('\n') || sandbox.child.exitCode !== null);
    assert.equal(sandbox.child.exitCode, null, sandbox.said.err);
    return JSON.parse(sandbox.said.out) as Record<string, number | boolean>;
  }

  it('says its ports, survives SIGKILL with all it was sent, and stops on SIGTERM while a caller hangs', async () => {
    const first = await start();
    const ports = await ready(first);
    assert.deepEqual(Object.keys(ports), ['ready', 'control', 'buyer', 'review', 'liaison', 'smtp', 'vendor', 'customer']);
    await call('POST', `http://127.0.0.1:${ports['buyer']}/order-review-messages`, buyerMessage('P-1'));
    first.child.kill('SIGKILL');
    assert.equal(await first.ended, 'SIGKILL');

    const second = await start();
    const again = await ready(second);
    const control = `http://127.0.0.1:${again['control']}`;
    assert.equal((await call('GET', `${control}/arrivals?orderId=P-1`)).body.length, 1);
    const known = await call('POST', `http://127.0.0.1:${again['buyer']}/order-review-messages`, buyerMessage('P-1'));
    assert.equal(known.status, 409);
    await call('PUT', `${control}/scenarios/P-2`, { faults: [{ side: 'review', call: 1, do: 'hang' }] });
    const hanging = call('POST', `http://127.0.0.1:${again['review']}/review-requests`, reviewRequest('P-2')).catch(() => 'cut off');
    await until('the effect', async () => (await call('GET', `${control}/effects?orderId=P-2`)).body.counts.review === 1);
    second.child.kill('SIGTERM');
    assert.equal(await second.ended, 0);
    assert.equal(await hanging, 'cut off');
    assert.doesNotMatch(second.said.err, /"level":[56]0/);
    assert.match(readFileSync(join(dataDir, 'arrivals.jsonl'), 'utf8'), /"P-2"/);
  });

  it('refuses wrong settings, naming each', async () => {
    const sandbox = await start({ SANDBOX_BUYER_PORT: 'x', SANDBOX_HOLDPOINT_URL: 'y' });
    assert.equal(await sandbox.ended, 2);
    assert.match(sandbox.said.err, /SANDBOX_BUYER_PORT.*\n.*SANDBOX_HOLDPOINT_URL/);
    assert.equal(sandbox.said.out, '');
  });
});

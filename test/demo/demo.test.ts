/** D11: whole lives of orders within a minute, on the real server, with its time skipped. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotMoveError } from '../../src/demo/cannot-move.js';
import { caseClock } from '../../src/demo/case-clock.js';
import { parseDuration } from '../../src/demo/duration.js';
import { APPROVED, LIVES } from '../../src/demo/lives.js';
import { readOrders } from '../../src/demo/orders.js';
import { runDemo, runOrders, type DemoOptions } from '../../src/demo/run-demo.js';
import { callsOf, type DemoStack } from '../../src/demo/stack-calls.js';
import { styleFor } from '../../src/demo/style.js';
import { fromRoot } from '../../src/package-root.js';
import { House, LIAISON_KEY, REVIEW_KEY, sampleOrder, VENDOR_KEY } from '../support/house.js';
import { Placing } from '../support/placing.js';
import { runProgram } from '../support/programs.js';
import { fromEnvironment } from '../support/servers.js';

const HOUR = 3_600_000;

describe('the demo', function () {
  this.timeout(300_000);
  let house: House;
  let stack: DemoStack;
  let dir: string;

  before(async () => {
    house = await House.start({ counterpartTimeoutMs: 10_000 });
    const { control: sandboxUrl, liaison: liaisonUrl, customer } = house.sandbox.urls;
    stack = {
      apiUrl: house.apiUrl,
      sandboxUrl,
      liaisonUrl,
      customerUrl: `${customer}/webhook`,
      keys: { reviewServer: REVIEW_KEY, platform: REVIEW_KEY, vendor: VENDOR_KEY, operations: REVIEW_KEY },
      client: house.client,
    };
    dir = mkdtempSync(join(tmpdir(), 'holdpoint-demo-test-'));
  });
  after(async () => {
    rmSync(dir, { recursive: true, force: true });
    await house.stop();
  });

  const told = (): { lines: string[]; options: DemoOptions } => {
    const lines: string[] = [];
    return { lines, options: { stack, say: (line) => lines.push(...line.split('\n')), style: styleFor(false) } };
  };
  const heldCase = async (scenario: object): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, scenario);
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    return orderId;
  };

  it('D11: all lives are as they must be, their days skipped', async () => {
    const { lines, options } = told();
    assert.deepEqual(await runDemo(options), { lives: LIVES.length, good: LIVES.length }, lines.join('\n'));
    for (const wanted of [
      /^1\. Held, asked twice, approved/,
      /\+3d 00:0\d:\d\d {2}buyer server {4}message 2: REVIEW FAILED {2}expired, supersedes message 1$/,
      /\+1d 01:00:\d\d {2}liaison server {2}l-1 resolves/,
      /mailbox .*mail to /,
      /http:\/\/ui\.example\/namespaces\/default\/workflows\/review-case%2F/,
      /✓ as it must be: declined/,
      /^4\. The liaison resolves it from the mail/,
      /this demo {7}the liaison opens the mail, and its link "Resolved"$/,
      /^9\. At a slow vendor: delivered on day 4/,
      /\+3d \d\d:\d\d:\d\d {2}the placement {3}SUCCEEDED \(VENDOR_REPORTED\)$/,
      /vendor {10}gets order \S+-11\/2$/,
      /customer {8}told: failed, MAX_POLLS_EXCEEDED, exceeded the maximum number of polls$/,
      /mailbox .*: Order \S+: being clarified$/,
      /http:\/\/ui\.example\/namespaces\/default\/workflows\/order-placement%2F/,
    ]) {
      assert.ok(
        lines.some((line) => wanted.test(line)),
        `no line like ${wanted}:\n${lines.join('\n')}`,
      );
    }
  });

  it('D11: a life that is not as expected is counted as such, with what was expected and what was seen', async () => {
    const { lines, options } = told();
    const broken = {
      ...APPROVED,
      script: async (scene: Parameters<typeof APPROVED.script>[0]) => ({ ...(await APPROVED.script(scene)), mails: 2 }),
    };
    assert.deepEqual(await runDemo({ ...options, lives: [broken] }), { lives: 1, good: 0 });
    const crosses = lines.filter((line) => line.includes('✗')).map((line) => line.trim());
    assert.equal(crosses[0], '✗ expected: 2 mails to the liaison; seen: 1');
    assert.equal(crosses.length, 2);
  });

  it('D11: the orders of a folder, each told of by its file', async () => {
    const folder = join(dir, 'orders');
    mkdirSync(folder);
    cpSync(fromRoot('test', 'fixtures', 'orders', 'UBL-Order-2.1-Example.json'), join(folder, 'a good one.json'));
    writeFileSync(join(folder, 'b.json'), '{"orderId": "P-2", ');
    writeFileSync(join(folder, 'c.json'), '{"orderId": "P-3", "lines": []}');
    writeFileSync(join(folder, 'notes.txt'), 'passed over');
    const { lines, options } = told();
    assert.deepEqual(await runOrders(options, readOrders(folder)), { lives: 3, good: 1 });
    const text = lines.join('\n');
    assert.match(text, /1\. a good one\.json[\s\S]*✓ as it must be: approved/);
    assert.match(text, /b\.json\n {3}✗ cannot be read: /);
    assert.match(text, /3\. c\.json[\s\S]*✗ expected: POST \/v1\/review-failures accepted; seen: 4\d\d /);
  });

  it('D11: a case is moved past several instants, and never while the sandbox owes an answer', async () => {
    const orderId = await heldCase({ review: ['fail:STOCK_SHORT'], answer: 'notice', delayMs: 400 });
    const clock = caseClock(stack, callsOf(stack), orderId);
    const from = await clock.now();
    await clock.move(3 * HOUR);
    const moved = (await clock.now()) - from;
    assert.ok(moved >= 3 * HOUR && moved < 3 * HOUR + 60_000, `moved by ${moved} ms`);
    const requests = await house.reviewRequests(orderId);
    assert.ok(requests.length >= 3, `${requests.length} requests`);
    const { items } = (await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`)).body;
    const heard = items.filter((line: any) => line.type === 'review_failed' && line.data.reviewRequestId);
    for (const [index, { requestedAt }] of requests.entries()) {
      const waited = Date.parse(heard[index]?.caseAt) - Date.parse(requestedAt);
      assert.ok(waited < 60_000, `the answer to request ${index + 1} came ${waited} ms late on the case's clock`);
    }
    await house.api('POST', `/v1/review-cases/${orderId}/cancel`, { by: 'test' });
    await house.workflowEnded(orderId);
    await assert.rejects(clock.toNext(), new CannotMoveError(`the review case of ${orderId} has ended (cancelled)`));
  });

  it('D11: durations', () => {
    const read = (texts: string[]) => texts.map(parseDuration);
    assert.deepEqual(read(['90m', '5h', '3d', '1d12h', '1s']), [1.5 * HOUR, 5 * HOUR, 72 * HOUR, 36 * HOUR, 1000]);
    assert.deepEqual(
      read(['', '5', 'h', '0s', '-5h', '1.5h', '5 h', '367d', '3x']),
      Array.from({ length: 9 }, () => null),
    );
  });

  describe('as programs', () => {
    /** The environment in which this house is the running stack. */
    const environment = (): NodeJS.ProcessEnv => {
      const dataDir = join(dir, 'data');
      mkdirSync(dataDir, { recursive: true });
      const apiKeys = { 'review-server': REVIEW_KEY, 'liaison-server': LIAISON_KEY, operations: REVIEW_KEY };
      writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ apiKeys, webhookSecret: 'whsec_', postgresPassword: 'x' }));
      const port = (url: string) => new URL(url).port;
      return {
        ...process.env,
        HOLDPOINT_DATA_DIR: dataDir,
        HOLDPOINT_PORT: port(house.apiUrl),
        SANDBOX_CONTROL_PORT: port(house.sandbox.urls.control),
        SANDBOX_LIAISON_PORT: port(house.sandbox.urls.liaison),
        TEMPORAL_ADDRESS: fromEnvironment('TEST_TEMPORAL_ADDRESS'),
      };
    };
    const programs = {
      demo: ['--import', 'tsx', fromRoot('src', 'bin', 'demo.ts')],
      'fast-forward': [fromRoot('bin', 'holdpoint.mjs'), 'fast-forward'],
    };
    const run = (name: keyof typeof programs, args: string[], env = environment()) =>
      runProgram(process.execPath, [...programs[name], ...args], { cwd: fromRoot(), env });

    it('D11: fast-forward says from where to where, and what has become of the case', async () => {
      const orderId = await heldCase({ review: ['pass'], answer: 'notice', delayMs: 300 });
      const { code, output } = await run('fast-forward', [orderId]);
      assert.match(
        output,
        new RegExp(`^review case of ${orderId}: \\S+Z → \\S+Z\\nheld → approved \\(REVIEW_SUCCEEDED\\)\\nnext: nothing is planned\\n$`),
      );
      assert.equal(code, 0);
      const again = await run('fast-forward', [orderId, '5h']);
      assert.deepEqual([again.code, again.output], [1, `holdpoint: not moved: the review case of ${orderId} has ended (approved)\n`]);
    });

    it('D11: fast-forward moves a placement; where a case is open too, it wants to know which of them', async () => {
      const placing = new Placing(house);
      const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT', 'DELIVERED'] });
      await placing.until(orderId, ({ nextAction }) => nextAction !== null, 'a poll is planned');
      const first = await run('fast-forward', [orderId]);
      assert.match(
        first.output,
        new RegExp(`^placement of ${orderId}: \\S+Z → \\S+Z\\nplaced → placed \\(IN_PROGRESS\\)\\nnext: poll 2 at`),
      );
      await house.fail(orderId, { order: sampleOrder(orderId) });
      await house.untilStatus(orderId, 'held');
      const both = await run('fast-forward', [orderId]);
      const asks = `holdpoint: not moved: order ${orderId} has an open review case and an open placement: say --case or --placement\n`;
      assert.deepEqual([both.code, both.output], [1, asks]);
      const second = await run('fast-forward', [orderId, '2h', '--placement']);
      assert.match(second.output, /\nplaced → succeeded \(VENDOR_REPORTED\)\nnext: nothing is planned\n$/);
      const alone = await run('fast-forward', [orderId]);
      assert.match(alone.output, new RegExp(`^review case of ${orderId}: `));
      const ended = await run('fast-forward', ['--placement', orderId]);
      assert.deepEqual([ended.code, ended.output], [1, `holdpoint: not moved: the placement of ${orderId} has ended (succeeded)\n`]);
    });

    it('D11: fast-forward says what it cannot do', async () => {
      const nowhere = { ...environment(), HOLDPOINT_DATA_DIR: join(dir, 'nowhere') };
      const outcomes = await Promise.all([
        run('fast-forward', ['P-0']),
        run('fast-forward', ['P-0', 'soon']),
        run('fast-forward', []),
        run('fast-forward', ['P-0', '--case', '--placement']),
        run('fast-forward', ['P-0'], nowhere),
      ]);
      assert.deepEqual(
        outcomes.map(({ code }) => code),
        [1, 2, 2, 2, 1],
      );
      const said = [
        /^holdpoint: not moved: order P-0 has neither a review case nor a placement\n$/,
        /^holdpoint: "soon" is no duration\n {2}expected: 90m/,
        /^holdpoint: missing required argument 'orderId'\n$/,
        /^holdpoint: --case and --placement are two\n/,
        /^holdpoint: no stack runs here: nothing .*\n {2}start one: npm start\n$/,
      ];
      for (const [index, wanted] of said.entries()) assert.match(outcomes[index]!.output, wanted);
    });

    it('D11: the demo finds the running stack; its exit code tells of a life that went wrong', async () => {
      const folder = join(dir, 'one');
      mkdirSync(folder);
      writeFileSync(join(folder, 'broken.json'), '[');
      const { code, output } = await run('demo', ['--orders', folder]);
      assert.match(output, /^On the running stack, http/);
      assert.match(output, /\n0 of 1 orders as they must be, \d+ s\n$/);
      assert.equal(code, 1);
      const asked = await run('demo', ['--lives', '3']);
      assert.deepEqual([asked.code, /npm run demo -- --orders DIR/.test(asked.output)], [2, true]);
    });
  });
});

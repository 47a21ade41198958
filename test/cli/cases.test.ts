/** The command line's reads, as the process that `npx holdpoint` runs, against a real house. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import getPort from 'get-port';
import { answerOf, commandLine, errorOf, type CommandLine } from '../support/command-line.js';
import { House, REVIEW_KEY, sampleOrder } from '../support/house.js';
import { Placing } from '../support/placing.js';
import { removeTemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.js';

describe('the command line: cases', function () {
  this.timeout(180_000);
  let house: House;
  let dir: string;
  let held: string;
  let declined: string;
  /** Called with the API's address and key. */
  let holdpoint: CommandLine;
  /** Called where nothing says which API. */
  let bare: CommandLine;

  before(async () => {
    dir = temporaryDirectory('cli');
    const nowhere = { HOLDPOINT_DATA_DIR: join(dir, 'nothing'), HOME: dir };
    house = await House.start();
    bare = commandLine(nowhere);
    holdpoint = commandLine({ ...nowhere, HOLDPOINT_API_URL: house.apiUrl, HOLDPOINT_API_KEY: REVIEW_KEY });
    [held, declined] = [house.newOrderId(), house.newOrderId()];
    await house.fail(held, { order: sampleOrder(held, { buyer: { id: 'b-1', name: '约翰逊\u001B[31m建材' } }) });
    await house.fail(declined, { order: sampleOrder(declined) });
    await house.untilStatus(held, 'held');
    await house.untilStatus(declined, 'held');
    await house.api('POST', `/v1/review-cases/${declined}/decline`, { by: 'Ingrid Larsson', note: 'discontinued' });
    await house.untilStatus(declined, 'declined');
    await house.messageOf(held, 'buyer', 'sent');
  });
  after(async () => {
    await house.stop();
    removeTemporaryDirectory(dir);
  });

  it('cases lists them in a table, with what comes next and how many there are', async () => {
    const { code, stdout, stderr } = await holdpoint(['cases']);
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^ORDER +STATUS +REASON +BUYER +LIAISON +NEXT +OPENED \(UTC\)$/);
    assert.match(lines[1] ?? '', new RegExp(`^${declined} +declined +STOCK_SHORT +Johnssons byggvaror +\\S+ +- +20`));
    assert.match(lines[2] ?? '', new RegExp(`^${held} +held +STOCK_SHORT +约翰逊 \\[31m建材 +\\S+ +review request 1 in \\d+ min`));
    assert.equal(lines.at(-1), '2 shown (in all states: 1 declined, 1 held)');
    assert.ok(!stdout.includes('\u001B'), 'no colours where there is no terminal, and none from other people');
  });

  it('cases: filters, pages and JSON are those of the API', async () => {
    const all = await holdpoint(['cases', '--json']);
    const { body } = await house.api('GET', '/v1/review-cases');
    assert.deepEqual(answerOf(all).counts, body.counts);
    const ids = async (...args: string[]): Promise<string[]> =>
      answerOf(await holdpoint(['cases', '--json', ...args])).items.map((item: any) => item.orderId);
    assert.deepEqual(await ids(), [declined, held]);
    assert.deepEqual(await ids('--status', 'held', 'in_review'), [held]);
    assert.deepEqual(await ids('--status', 'held,declined', '--order', declined), [declined]);
    assert.deepEqual(await ids('--buyer', 'b-2'), []);
    assert.deepEqual(await ids('--reason', 'STOCK_SHORT', '--limit', '1'), [declined]);
    const none = await holdpoint(['cases', '--buyer', 'b-2']);
    assert.deepEqual([none.code, none.stdout], [0, 'no cases (in all states: none)\n']);
    const one = await holdpoint(['cases', '--limit', '1']);
    assert.match(one.stdout, /\n1 shown, there are more: --limit \(in all states/);
  });

  it('case shows where it stands, what comes next, its timeline and its messages', async () => {
    const { code, stdout } = await holdpoint(['case', held]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^${held} {2}held`));
    for (const wanted of [
      /\n {2}why +STOCK_SHORT, WH-7, 12 of 120 in stock\n/,
      /\n {2}next +review request 1: \S+ \S+ \(in \d+ min/,
      /\n {2}then +reminder: \S+ \S+\n {2}then +escalation supervisor: /,
      /\n {2}deadline +\S+ \S+ \(in 2 d/,
      /\n {2}you can +.*request-review.*decline/,
      /\n {2}story +http:\/\/ui\.example\/namespaces\/default\/workflows\/review-case/,
      /\nTimeline\n {2}20\S+ \S+ {2}review-server +review failed: STOCK_SHORT\n/,
      /\n {2}20\S+ \S+ {2}holdpoint +request 1 at \S+ \S+; deciding → held\n/,
      /\nMessages\n {2}AT \(UTC\) +TO +WHAT +STATE +ATTEMPTS\n/,
      / review_succeeded.* \(provisional\) +sent +1\n/,
    ]) {
      assert.match(stdout, wanted);
    }
    const ended = await holdpoint(['case', declined, '--round', '1']);
    assert.match(ended.stdout, new RegExp(`^${declined} {2}declined`));
    assert.match(ended.stdout, /Ingrid Larsson +.*: "discontinued"/);
    assert.match(ended.stdout, /review_failed, correction \(supersedes 1\) +sent +1\n/);
    assert.doesNotMatch(ended.stdout, /\n {2}next /);
  });

  it('case --json has the case, its audit and its messages, oldest first', async () => {
    const answer = answerOf(await holdpoint(['case', declined, '--json']));
    assert.deepEqual(Object.keys(answer), ['case', 'events', 'messages']);
    assert.equal(answer.case.status, 'declined');
    const { items } = (await house.api('GET', `/v1/review-cases/${declined}/events?limit=200`)).body;
    assert.deepEqual(answer.events, items);
    const told = answer.messages.filter(({ counterpart }: any) => counterpart === 'buyer').map(({ kind }: any) => kind);
    assert.deepEqual(told, ['review_succeeded', 'review_failed']);
  });

  it('explain tells why, in two languages, of a case and of a placement', async () => {
    const english = await holdpoint(['explain', held]);
    const { text } = (await house.api('GET', `/v1/review-cases/${held}/explanation`)).body;
    assert.deepEqual([english.code, english.stdout], [0, `${text}\n`]);
    const chinese = await holdpoint(['explain', held, '--lang', 'zh-CN']);
    assert.match(chinese.stdout, /\p{Script=Han}/u);
    assert.equal(answerOf(await holdpoint(['explain', held, '--json'])).decision.preset, true);
    const placed = await new Placing(house).place({ vendor: ['ACCEPTED'] });
    const placement = answerOf(await holdpoint(['explain', placed, '--placement', '--json']));
    assert.equal(placement.orderId, placed);
  });

  it('what is not understood gets exit code 2, and words that say what would be right', async () => {
    const calls: [args: string[], wanted: RegExp][] = [
      [['cases', '--status', 'hold'], /^holdpoint: no state of a case: hold\n {2}the states are: deciding, held, /],
      [['cases', '--limit', '0'], /^holdpoint: --limit "0" is not right\n {2}expected: a whole number from 1 to 10000\n$/],
      [['cases', '--colour'], /^holdpoint: unknown option '--colour'\n/],
      [['case'], /^holdpoint: missing required argument 'orderId'\n$/],
      [['case', held, '--round', 'two'], /^holdpoint: --round "two" is not right\n {2}expected: a whole number from 1 on\n$/],
      [['case', held, 'more'], /^holdpoint: too many arguments for 'case'/],
      [['explain', held, '--lang', 'sv'], /Allowed choices are en, zh-CN/],
      [['csaes'], /^holdpoint: unknown command 'csaes'\n\(Did you mean cases\?\)\n$/],
      [['cases', '--api', 'nowhere'], /^holdpoint: "nowhere" is no address of an API\n {2}expected: http:\/\/host:8080/],
      [[], /^Usage: holdpoint /],
    ];
    for (const [args, wanted] of calls) {
      const { code, stdout, stderr } = await holdpoint(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, wanted, args.join(' '));
    }
    const inJson = await holdpoint(['cases', '--status', 'hold', '--json']);
    assert.deepEqual([inJson.code, inJson.stdout, errorOf(inJson).code], [2, '', 'USAGE']);
    const unknown = await holdpoint(['cases', '--colour', '--json']);
    assert.deepEqual([unknown.code, errorOf(unknown).message], [2, "unknown option '--colour'"]);
  });

  it('no API, another server, a wrong key, an order without a case: what is wrong and what to do', async () => {
    const port = await getPort();
    const away = await holdpoint(['cases', '--api', `http://127.0.0.1:${port}`]);
    assert.equal(away.code, 1);
    assert.match(
      away.stderr,
      /^holdpoint: no API answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\n {2}is it running, .*\n {2}holdpoint doctor/,
    );
    const wrongKey = await holdpoint(['cases', '--key', 'a-key-that-nobody-has', '--json']);
    assert.deepEqual([wrongKey.code, errorOf(wrongKey).code, wrongKey.stderr.includes('nobody-has')], [1, 'KEY_UNKNOWN', false]);
    const unset = await bare(['cases']);
    assert.equal(unset.code, 2);
    assert.match(unset.stderr, /^holdpoint: which API\? .*\n {2}name it: .*HOLDPOINT_API_URL.*\n {2}or start one here: npm start\n$/);
    const keyless = await bare(['cases', '--api', house.apiUrl]);
    assert.equal(keyless.code, 2);
    assert.match(keyless.stderr, /^holdpoint: no key for the API at /);
    const missing = await holdpoint(['case', 'P-0']);
    assert.deepEqual([missing.code, missing.stderr], [1, 'holdpoint: Order P-0 has no review case.\n  which there are: holdpoint cases\n']);
    const sandbox = await holdpoint(['cases', '--api', house.sandbox.urls.control]);
    assert.equal(sandbox.code, 1);
    assert.match(sandbox.stderr, /^holdpoint: what answers at http:\S+ is not the API \(HTTP 404\)\n/);
  });

  it('the stack of npm start is found by itself; its key goes to no other address', async () => {
    const dataDir = join(dir, 'data');
    mkdirSync(dataDir, { recursive: true });
    const apiKeys = { 'review-server': REVIEW_KEY, operations: REVIEW_KEY };
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ apiKeys, webhookSecret: 'whsec_', postgresPassword: 'x' }));
    const here = { HOLDPOINT_DATA_DIR: dataDir, HOLDPOINT_PORT: new URL(house.apiUrl).port };
    assert.equal(answerOf(await bare(['case', held, '--json'], here)).case.orderId, held);
    const heard: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      heard.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const asked = await bare(['cases', '--api', url], here);
    other.close();
    assert.deepEqual([asked.code, heard], [2, []]);
    const stopped = await bare(['cases'], { ...here, HOLDPOINT_PORT: String(await getPort()) });
    assert.equal(stopped.code, 1);
    assert.match(stopped.stderr, /\(ECONNREFUSED\)\n {2}start it: npm start\n/);
  });

  it('help has examples and the exit codes, and goes to stdout', async () => {
    for (const args of [['--help'], ['help', 'cases'], ['case', '-h'], ['--version']]) {
      const { code, stdout, stderr } = await bare(args);
      assert.deepEqual([code, stderr], [0, ''], args.join(' '));
      assert.match(
        stdout,
        args[0] === '--version' ? /^\d+\.\d+\.\d+\n$/ : args[0] === '--help' ? /Exit codes: 0 done/ : /\nExamples:\n {2}holdpoint /,
      );
    }
  });
});

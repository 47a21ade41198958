/** The rules as data over the API (D2): published, refused, tried, previewed. */
import assert from 'node:assert/strict';
import { versionInForce } from '../../src/db/policies.js';
import { SEED_PLACEMENT_POLICY } from '../../src/domain/placement-policy.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import { House, sampleOrder, type Answer } from '../support/house.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const base = SEED_REVIEW_POLICY;
const who = { by: 'anna', why: 'stock takes two days' };

describe('policies over the API', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const publish = (content: object, more: object = {}, kind = 'review'): Promise<Answer> =>
    house.api('POST', `/v1/policies/${kind}`, { content, ...who, ...more });
  const decided = async (order: object = {}, reason = 'STOCK_SHORT'): Promise<any> => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId, order), reason: { type: reason } });
    return house.until(orderId, ({ decision }) => decision !== null, 'decided');
  };

  it('D2: versions are numbered without gaps, dated, with who and why, and never edited in place', async () => {
    const before = (await house.api('GET', '/v1/policies/review')).body;
    const many = await Promise.all(
      Array.from({ length: 5 }, () => publish({ base, rules: [] }, { effectiveFrom: '2100-01-01T00:00:00Z' })),
    );
    assert.deepEqual(
      many.map(({ status, body }) => [status, body.version]).toSorted(),
      [1, 2, 3, 4, 5].map((step) => [201, before.items[0].version + step]),
    );
    const after = (await house.api('GET', '/v1/policies/review')).body;
    assert.equal(after.inForce, before.inForce, 'what is dated later is not in force yet');
    const { links } = after.items[0];
    const shown = (await house.api('GET', links.self)).body;
    assert.deepEqual([shown.by, shown.why, shown.inForce, shown.effectiveFrom], ['anna', who.why, false, '2100-01-01T00:00:00.000Z']);
    assert.deepEqual(shown.content, { base, rules: [] });
    for (const method of ['PUT', 'PATCH', 'DELETE', 'POST']) assert.equal((await house.api(method, links.self, {})).status, 405, method);
    const pages = (await house.api('GET', `/v1/policies/review?limit=4`)).body;
    const rest = (await house.api('GET', `/v1/policies/review?limit=4&cursor=${pages.nextCursor}`)).body;
    assert.deepEqual(
      [...pages.items, ...rest.items].map(({ version }: any) => version).slice(0, 6),
      after.items.map(({ version }: any) => version).slice(0, 6),
    );
    assert.equal((await house.api('GET', '/v1/policies/review/999')).status, 404);
    for (const [path, named] of [
      ['pricing', 'kind'],
      ['pricing/1', 'kind'],
      ['review/newest', 'version'],
    ] as const) {
      const { status, body } = await house.api('GET', `/v1/policies/${path}?limit=0`);
      assert.deepEqual([status, body.errors?.[0].path], [400, named], 'what is wrong in a path is named before what is wrong in a query');
    }
  });

  it('D2: a date to come takes effect then, whatever was published since; a past one is refused', async () => {
    const dated = (await publish({ base, rules: [] }, { effectiveFrom: '2090-01-01T00:00:00Z' })).body;
    const atOnce = (await publish({ base, rules: [] })).body;
    assert.deepEqual([dated.inForce, atOnce.inForce, atOnce.version], [false, true, dated.version + 1]);
    assert.equal(await versionInForce(house.db, 'review', new Date('2089-12-31T23:59:59.999Z')), atOnce.version);
    assert.equal(await versionInForce(house.db, 'review', new Date('2090-01-01T00:00:00Z')), dated.version);
    const past = await publish({ base, rules: [] }, { effectiveFrom: '2020-01-01T00:00:00Z' });
    assert.deepEqual([past.status, past.body.code], [400, 'VALIDATION_FAILED']);
  });

  it('D2: who bases a version on one that is not the newest any more is told', async () => {
    const newest = (await publish({ base, rules: [] })).body.version;
    assert.equal((await publish({ base, rules: [] }, { basedOn: newest })).status, 201);
    const late = await publish({ base, rules: [] }, { basedOn: newest });
    assert.deepEqual([late.status, late.body.code, late.body.newest], [409, 'POLICY_MOVED_ON', newest + 1]);
  });

  it('D2: a bad policy is refused with all its mistakes, each with its place, and changes nothing', async () => {
    const before = (await house.api('GET', '/v1/policies/review')).body.items[0].version;
    const answer = await publish({
      base: { ...base, coefficient: 0.9, retryWindowMs: 5 * MINUTE },
      rules: [
        { name: 'moons', when: { reasonTypes: ['MOON_PHASE'] }, then: { colour: 'red' } },
        {
          name: 'seconds',
          when: { buyerIds: ['b-1'] },
          then: { firstDelayMs: 1000, intervalMs: 1000, capMs: 1000, coefficient: 1, retryWindowMs: HOUR },
        },
        {
          name: 'mars',
          when: { amount: { currency: 'SEK', from: '1' } },
          then: { calendar: { timeZone: 'UTC', hours: { mon: [['22:00', '06:00']] }, holidays: { country: 'XX' } } },
        },
      ],
    });
    assert.deepEqual([answer.status, answer.body.code], [422, 'POLICY_UNSOUND']);
    const told = answer.body.errors.map(({ path, message }: any) => `${path}: ${message}`).join('\n');
    for (const mistake of [
      /^base: coefficient must be between 1 and 10$/m,
      /^base: retryWindowMs must not be shorter than firstDelayMs$/m,
      /^rules\[0\] "moons": .*colour/m,
      /^rules\[1\] "seconds": the delays make over 500 review requests/m,
      /^rules\[2\] "mars": calendar\.hours\.mon: .*across midnight/m,
      /^rules\[2\] "mars": calendar\.holidays\.country: "XX"/m,
    ]) {
      assert.match(told, mistake);
    }
    const ladder = { escalation: { steps: [{ afterMs: HOUR, to: 'boss' }], workingTime: true } };
    const up = await publish({ base, rules: [{ name: 'up', when: { buyerIds: ['b-1'] }, then: ladder }] });
    assert.match(up.body.detail, /^rules\[0\] "up": escalation\.steps\.0\.to: must be one of: liaison, supervisor, operations/);
    const unknown = await publish({ base, rules: [{ name: 'moons', when: { reasonTypes: ['MOON_PHASE'] }, then: { jitter: 0 } }] });
    assert.match(unknown.body.detail, /"MOON_PHASE" is an unknown reason type/);
    const short = await publish(
      { base: { ...SEED_PLACEMENT_POLICY, promisedMs: 30 * 24 * HOUR, deadlineMs: 60 * 24 * HOUR }, rules: [] },
      {},
      'placement',
    );
    assert.equal(short.body.code, 'POLICY_UNSOUND');
    assert.match(short.body.detail, /promised/);
    const stray = await publish({ base: { ...SEED_PLACEMENT_POLICY, reviewReasons: { OUT_OF_STOCK: 'NO_SUCH' } } }, {}, 'placement');
    assert.match(stray.body.detail, /reviewReasons.OUT_OF_STOCK: "NO_SUCH" is an unknown reason type/);
    assert.equal((await house.api('GET', '/v1/policies/review')).body.items[0].version, before);
  });

  it('D2: a dry run tells what a draft decides for a notice', async () => {
    const content = {
      base,
      rules: [{ name: 'big', when: { amount: { currency: 'SEK', from: '5000' } }, then: { reasonTypes: { STOCK_SHORT: 'not_preset' } } }],
    };
    const notice = { reasonType: 'STOCK_SHORT', buyerId: 'b-1', amount: { value: '5000.00', currency: 'SEK' } };
    const { body } = await house.api('POST', '/v1/policies/review/dry-run', { content, notice });
    assert.deepEqual([body.version, body.notice.decision.matchedRule, body.notice.outcome.decision], [null, 'big', 'rejected']);
    assert.match(body.notice.explanation, /a draft of the review policy, by its rule "big"/);
    const small = { ...notice, amount: { value: '4999.99', currency: 'SEK' } };
    const other = (await house.api('POST', '/v1/policies/review/dry-run', { content, notice: small, receivedAt: '2026-01-01T08:00:00Z' }))
      .body.notice;
    assert.deepEqual(
      [other.outcome.decision, other.outcome.reviewRequests, other.outcome.requestsAt[0]],
      ['held', 10, '2026-01-01T08:10:00.000Z'],
    );
    const bad = await house.api('POST', '/v1/policies/review/dry-run', { content: { base: { ...base, jitter: 2 } }, notice });
    assert.equal(bad.body.code, 'POLICY_UNSOUND');
    const both = await house.api('POST', '/v1/policies/review/dry-run', { content, version: 1, notice });
    assert.equal(both.body.code, 'VALIDATION_FAILED');
    assert.equal((await house.api('POST', '/v1/policies/review/dry-run', { version: 999 })).body.code, 'POLICY_UNKNOWN');
  });

  it('D2: over open and recent cases a dry run tells which would go otherwise, and how', async () => {
    const buyer = { id: 'dry', name: 'Dry Ltd' };
    const held = await decided({ buyer });
    const rejected = await decided({ buyer }, 'CONTENT_MISMATCH');
    const unchanged = await decided({ buyer, total: { value: '10', currency: 'SEK' } });
    await house.untilStatus(rejected.orderId, 'rejected');
    const rules = [
      { name: 'mismatch', when: { reasonTypes: ['CONTENT_MISMATCH'] }, then: { reasonTypes: { CONTENT_MISMATCH: 'preset' } } },
      {
        name: 'big',
        when: { amount: { currency: 'SEK', from: '5000' } },
        then: { retryWindowMs: 48 * HOUR, earlySuccess: { buyers: { dry: false } } },
      },
    ];
    const ask = async (cases: object): Promise<any> =>
      (await house.api('POST', '/v1/policies/review/dry-run', { content: { base, rules }, cases })).body.cases;
    const cases = await ask({ buyerId: 'dry' });
    assert.deepEqual([cases.examined, cases.otherwise, cases.more], [3, 2, false]);
    const of = (orderId: string): any => cases.items.find((item: any) => item.orderId === orderId);
    assert.equal(of(unchanged.orderId), undefined);
    const changes = Object.fromEntries(of(held.orderId).differences.map(({ what, from, to }: any) => [what, [from, to]]));
    assert.deepEqual(changes.buyerToldEarly, [true, false]);
    assert.equal(Date.parse(changes.windowEndsAt[1]) - Date.parse(held.firstFailureAt), 48 * HOUR);
    assert.deepEqual(of(held.orderId).matchedRule, { from: null, to: 'big' });
    assert.deepEqual(
      of(rejected.orderId).differences.find(({ what }: any) => what === 'decision'),
      { what: 'decision', from: 'rejected', to: 'held' },
    );
    assert.equal((await ask({ buyerId: 'dry', limit: 1 })).more, true);
    assert.equal((await ask({ buyerId: 'dry', status: ['rejected'] })).examined, 1);
  });

  it('D2: a preview returns all instants, without jitter and the bounds with it', async () => {
    const preview = async (body: object, kind = 'review'): Promise<any> =>
      (await house.api('POST', `/v1/policies/${kind}/schedule-preview`, body)).body;
    const from = '2026-09-30T08:00:00Z';
    const plain = await preview({ content: { base }, from });
    assert.deepEqual(
      [plain.requests.length, plain.requests[0].at, plain.windowEndsAt],
      [10, '2026-09-30T08:10:00.000Z', '2026-10-01T08:00:00.000Z'],
    );
    assert.deepEqual([plain.requests[0].earliest, plain.requests[0].latest], ['2026-09-30T08:09:00.000Z', '2026-09-30T08:11:00.000Z']);
    assert.deepEqual(plain.escalation, [
      { to: 'liaison', afterMs: 4 * HOUR, at: '2026-09-30T12:00:00.000Z' },
      { to: 'supervisor', afterMs: 8 * HOUR, at: '2026-09-30T16:00:00.000Z' },
      { to: 'operations', afterMs: 24 * HOUR, at: '2026-10-01T08:00:00.000Z' },
    ]);
    for (const { earliest, example, latest } of plain.requests) if (example !== null) assert.ok(earliest <= example && example <= latest);

    const day = [['09:00', '18:00']];
    const calendar = {
      timeZone: 'Asia/Shanghai',
      hours: { mon: day, tue: day, wed: day, thu: day, fri: day },
      holidays: { country: 'CN' },
    };
    const long = { ...base, jitter: 0, retryWindowMs: 20 * 24 * HOUR, resolutionDeadlineMs: 21 * 24 * HOUR, capMs: 24 * HOUR, calendar };
    const china = await preview({ content: { base: long }, from });
    const days: string[] = [
      ...new Set<string>(china.requests.map(({ at }: any) => new Date(Date.parse(at) + 8 * HOUR).toISOString().slice(0, 10))),
    ];
    assert.equal(days.filter((date) => date > '2026-09-30' && date < '2026-10-08').length, 0, 'the National Day holiday');
    assert.ok(days.includes('2026-10-10'), 'a Saturday that is worked');

    const polls = await preview({ from }, 'placement');
    assert.deepEqual([polls.version, polls.polls.length], [1, 14]);
    assert.equal((await house.api('GET', '/v1/policies/review/schedule-preview')).status, 405);
  });

  it('D2: placements have versions of their own, and a dry run for a vendor and a campaign', async () => {
    const rules = [{ name: 'spring', when: { vendorIds: ['points'], campaigns: ['spring'] }, then: { customerUpdates: 'each_change' } }];
    const published = await publish({ base: SEED_PLACEMENT_POLICY, rules }, {}, 'placement');
    assert.deepEqual([published.status, published.body.version, published.body.rules], [201, 2, ['spring']]);
    const sample = { version: 2, notice: { vendorId: 'points', campaign: 'spring' }, cases: {} };
    const { body } = await house.api('POST', '/v1/policies/placement/dry-run', sample);
    assert.deepEqual([body.notice.decision.matchedRule, body.notice.outcome.customerUpdates], ['spring', 'each_change']);
    assert.deepEqual([body.cases.examined, body.cases.otherwise], [0, 0]);
  });

  it('D2: the explanation of a case says version, rule and inputs, in two languages', async () => {
    const name = 'explained buyers';
    const version = (await publish({ base, rules: [{ name, when: { buyerIds: ['why'] }, then: { jitter: 0 } }] }, { why: 'they asked' }))
      .body.version;
    const found = await decided({ buyer: { id: 'why', name: 'Why Ltd' } });
    const inputs = { reasonType: 'STOCK_SHORT', buyerId: 'why', amount: '6225', currency: 'SEK' };
    assert.deepEqual(found.decision, { preset: true, basis: 'reasonTypes', policyVersion: version, matchedRule: name, inputs });
    const path = `/v1/review-cases/${found.orderId}/explanation`;
    const english = (await house.api('GET', path)).body;
    assert.match(english.text, new RegExp(`STOCK_SHORT .* version ${version} .* "${name}".*buyer why, amount 6225 SEK.*why: they asked`));
    const chinese = (await house.api('GET', `${path}?lang=zh-CN`)).body;
    assert.match(chinese.text, new RegExp(`第 ${version} 版.*${name}.*金额 6225 SEK`));
    assert.deepEqual([chinese.decision, chinese.policy.createdBy], [found.decision, 'anna']);
    assert.equal((await house.api('GET', `${path}?lang=fr`)).body.code, 'VALIDATION_FAILED');
    assert.equal((await house.api('GET', '/v1/review-cases/NO-SUCH/explanation')).status, 404);
    assert.equal((await house.api('POST', path, {})).status, 405);
  });
});

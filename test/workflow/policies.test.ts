/** What a policy does to running cases (D2): hot change, migration, the working calendar. */
import assert from 'node:assert/strict';
import { SEED_PLACEMENT_POLICY } from '../../src/domain/placement-policy.js';
import { SEED_REVIEW_POLICY, type ReviewRules } from '../../src/domain/review-policy.js';
import type { WorkingCalendar } from '../../src/domain/working-calendar.js';
import { House, sampleOrder, type Answer } from '../support/house.js';
import { Placing } from '../support/placing.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A zone in which it is about ten in the morning now, so that no test of this day meets midnight. */
function zoneAtTen(): string {
  const difference = 10 - new Date().getUTCHours();
  // The zones with whole offsets go from 12 hours behind to 14 ahead.
  const ahead = difference < -12 ? difference + 24 : difference;
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

describe('policies and running cases', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const publish = async (changes: Partial<ReviewRules>, rules: object[] = []): Promise<number> => {
    const content = { base: { ...SEED_REVIEW_POLICY, jitter: 0, ...changes }, rules };
    const answer = await house.api('POST', '/v1/policies/review', { content, by: 'anna', why: 'a test' });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.version;
  };
  const heldCase = async (order: object = {}, scenario: object = {}): Promise<any> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline', ...scenario });
    await house.fail(orderId, { order: sampleOrder(orderId, order) });
    const found = await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    return found;
  };
  const migrate = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    house.api('POST', '/v1/policies/review/migrate', { by: 'anna', why: 'longer', ...body }, headers);
  const spanOf = ({ windowEndsAt, firstFailureAt }: any): number => Date.parse(windowEndsAt) - Date.parse(firstFailureAt);

  it('D2: a new version serves the next case at once; a running one keeps its own', async () => {
    const before = await heldCase();
    const version = await publish({ retryWindowMs: 30 * HOUR });
    const after = await heldCase();
    assert.deepEqual([after.policyVersion, spanOf(after)], [version, 30 * HOUR]);
    await house.toNext(before.orderId);
    const kept = await house.until(before.orderId, ({ reviewAttempts, status }) => reviewAttempts === 1 && status === 'held', 'asked once');
    assert.deepEqual([kept.policyVersion, spanOf(kept)], [before.policyVersion, spanOf(before)]);
  });

  it('D2: the amount band and the buyer choose the rule, and the case keeps which', async () => {
    const version = await publish({}, [
      { name: 'big', when: { amount: { currency: 'SEK', from: '6225.00', below: '10000' } }, then: { firstDelayMs: 20 * MINUTE } },
      { name: 'careful', when: { buyerIds: ['careful'] }, then: { retryWindowMs: 40 * HOUR } },
    ]);
    const big = await heldCase({ buyer: { id: 'careful', name: 'Careful' } });
    const small = await heldCase({ buyer: { id: 'careful', name: 'Careful' }, total: { value: '6224.99', currency: 'SEK' } });
    assert.deepEqual([big.decision.matchedRule, big.decision.policyVersion, spanOf(big)], ['big', version, 24 * HOUR]);
    assert.deepEqual([small.decision.matchedRule, small.decision.inputs.amount, spanOf(small)], ['careful', '6224.99', 40 * HOUR]);
    const wait = Date.parse(big.nextAction.at) - Date.parse(big.caseAt);
    assert.ok(wait > 19 * MINUTE && wait <= 20 * MINUTE, `${wait}`);
  });

  it('D2: migrate moves the chosen cases and says of each what changed, or why not', async () => {
    await publish({});
    const buyer = { id: 'moved', name: 'Moved' };
    const [first, second, ended, other] = [
      await heldCase({ buyer }),
      await heldCase({ buyer }),
      await heldCase({ buyer }),
      await heldCase(),
    ];
    await house.api('POST', `/v1/review-cases/${ended.orderId}/decline`, { by: 'anna' });
    await house.workflowEnded(ended.orderId);
    const version = await publish({ retryWindowMs: 36 * HOUR, firstDelayMs: 2 * HOUR });
    const orderIds = [first.orderId, ended.orderId, 'NO-SUCH'];

    const dry = (await migrate({ version, cases: { orderIds }, dryRun: true })).body;
    assert.deepEqual(dry.counts, { would_migrate: 1, refused: 1, not_found: 1 });
    assert.deepEqual(
      dry.items[0].changed.map(({ what }: any) => what),
      ['policyVersion', 'windowEndsAt'],
    );
    assert.equal((await house.caseOf(first.orderId)).policyVersion, first.policyVersion, 'a dry run changes nothing');

    const done = (await migrate({ version, cases: { orderIds } })).body;
    assert.deepEqual([done.counts, done.more], [{ migrated: 1, refused: 1, not_found: 1 }, false]);
    const changed = Object.fromEntries(done.items[0].changed.map(({ what, from, to }: any) => [what, [from, to]]));
    assert.deepEqual(changed.policyVersion, [first.policyVersion, version]);
    assert.equal(changed.windowEndsAt[0], first.windowEndsAt);
    assert.equal(Date.parse(changed.windowEndsAt[1]) - Date.parse(first.firstFailureAt), 36 * HOUR);
    assert.equal(changed.nextReviewAt[0], first.nextAction.at);
    assert.match(done.items[1].detail, /change-policy is not possible while it is declined/);
    const moved = await house.until(first.orderId, ({ policyVersion }) => policyVersion === version, 'moved');
    assert.deepEqual([spanOf(moved), moved.nextAction.at], [36 * HOUR, changed.nextReviewAt[1]]);
    assert.equal(moved.decision.policyVersion, first.policyVersion, 'the decision is not made again');
    const explained = (await house.api('GET', `/v1/review-cases/${first.orderId}/explanation`)).body.text;
    assert.match(explained, new RegExp(`version ${first.policyVersion} .* follows version ${version} now`));

    const byFilter = (await migrate({ version, cases: { filter: { buyerId: 'moved' } } })).body;
    assert.deepEqual(
      byFilter.items.map(({ orderId, result }: any) => [orderId, result]),
      [[second.orderId, 'migrated']],
    );
    assert.deepEqual((await migrate({ version, cases: { orderIds: [first.orderId] } })).body.items[0].result, 'unchanged');
    assert.equal((await house.caseOf(other.orderId)).policyVersion, other.policyVersion, 'nobody chose it');
    const { body } = await house.api('GET', `/v1/review-cases/${first.orderId}/events?limit=200`);
    const line = body.items.find(({ type }: any) => type === 'policy_changed');
    assert.deepEqual([line.actor, line.data.note, line.data.from, line.data.to], ['anna', 'longer', first.policyVersion, version]);
    assert.equal((await migrate({ version: 999, cases: { orderIds } })).body.code, 'POLICY_UNKNOWN');
    assert.equal((await migrate({ version, cases: { orderIds: [] } })).body.code, 'VALIDATION_FAILED');
  });

  it('D2: migrate says so where the new version would not have held the case', async () => {
    const held = await heldCase();
    const version = await publish({ reasonTypes: { ...SEED_REVIEW_POLICY.reasonTypes, STOCK_SHORT: 'not_preset' } });
    const [item] = (await migrate({ version, cases: { orderIds: [held.orderId] } })).body.items;
    assert.equal(item.result, 'migrated');
    assert.match(item.detail, /STOCK_SHORT is not preset in version \d+; the case stays open/);
    assert.equal((await house.untilStatus(held.orderId, 'held')).status, 'held');
  });

  it('D2: the working calendar shifts the request to the next opening; window and deadline stay', async () => {
    const hours: WorkingCalendar['hours'] = {};
    for (const day of ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const) hours[day] = [['13:00', '15:00']];
    const calendar: WorkingCalendar = { timeZone: zoneAtTen(), hours };
    const version = await publish({ calendar });
    const found = await heldCase({}, { review: ['fail:STOCK_SHORT', 'pass'] });
    assert.deepEqual([found.policyVersion, spanOf(found)], [version, 24 * HOUR]);
    assert.equal(Date.parse(found.deadlineAt) - Date.parse(found.firstFailureAt), 72 * HOUR);
    const localHour = (instant: string): string =>
      new Intl.DateTimeFormat('en-GB', { timeZone: calendar.timeZone, timeStyle: 'medium' }).format(new Date(instant));
    assert.equal(localHour(found.nextAction.at), '13:00:00');
    await house.toNext(found.orderId);
    const asked = await house.until(found.orderId, ({ reviewAttempts, status }) => reviewAttempts === 1 && status === 'held', 'asked once');
    const { body } = await house.api('GET', `/v1/review-cases/${found.orderId}/events?limit=200`);
    const request = body.items.find(({ type }: any) => type === 'review_requested');
    assert.match(localHour(request.caseAt), /^13:00:0/);
    assert.match(localHour(asked.nextAction.at), /^13:30:0/, 'within working time the rule is as it was');
    await house.toNext(found.orderId);
    assert.equal((await house.workflowEnded(found.orderId)).status, 'approved');
  });

  it('D2: change-policy lays the calendar out for its case too', async () => {
    const closed = await publish({
      calendar: {
        timeZone: zoneAtTen(),
        hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['13:00', '15:00']]])),
      },
    });
    await publish({});
    const found = await heldCase();
    const answer = await house.api('POST', `/v1/review-cases/${found.orderId}/change-policy`, { version: closed, by: 'anna' });
    assert.equal(answer.status, 200);
    const moved = answer.body.changed.find(({ what }: any) => what === 'nextReviewAt');
    assert.match(moved.to, /:00:00\.000Z$/);
    assert.ok(Date.parse(moved.to) - Date.parse(moved.from) > HOUR);
  });

  it('D2: a placement follows the rule of its vendor and campaign, keeps which, and explains it', async () => {
    const placing = new Placing(house);
    const rules = [
      { name: 'spring', when: { vendorIds: ['swift-post'], campaigns: ['spring'] }, then: { poll: { initialMs: 2 * HOUR, jitter: 0 } } },
    ];
    const content = { base: SEED_PLACEMENT_POLICY, rules };
    const { version } = (await house.api('POST', '/v1/policies/placement', { content, by: 'anna', why: 'spring is slow' })).body;
    const vendor = { vendor: ['ACCEPTED', 'IN_TRANSIT'] };
    const spring = await placing.place(vendor, { campaign: 'spring' });
    const other = await placing.place(vendor, { campaign: 'autumn' });
    const placed = await placing.until(spring, ({ status, nextAction }) => status === 'placed' && nextAction !== null, 'placed');
    assert.deepEqual([placed.decision.policyVersion, placed.decision.matchedRule], [version, 'spring']);
    const wait = Date.parse(placed.nextAction.at) - Date.parse(placed.caseAt);
    assert.ok(wait > 1.9 * HOUR && wait <= 2 * HOUR, `${wait}`);
    const { decision } = await placing.untilStatus(other, 'placed');
    assert.deepEqual([decision.policyVersion, decision.matchedRule], [version, null]);
    const { body } = await house.api('GET', `/v1/placements/${spring}/explanation?lang=en`);
    assert.match(
      body.text,
      new RegExp(`version ${version} of the placement policy, by its rule "spring".*campaign spring.*why: spring is slow`),
    );
    assert.match((await house.api('GET', `/v1/placements/${other}/explanation?lang=zh-CN`)).body.text, /没有规则匹配.*活动 autumn/);
    const draft = { base: { ...SEED_PLACEMENT_POLICY, customerUpdates: 'each_change' }, rules };
    const dry = (await house.api('POST', '/v1/policies/placement/dry-run', { content: draft, cases: { vendorId: 'swift-post' } })).body
      .cases;
    assert.deepEqual([dry.examined, dry.otherwise], [2, 2]);
    assert.deepEqual(dry.items[0].differences, [{ what: 'customerUpdates', from: 'final', to: 'each_change' }]);
  });
});

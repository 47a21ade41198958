/** A policy that is published at one process serves the cases of all others, without a restart (D2). */
import assert from 'node:assert/strict';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import { Deployment } from '../support/deployment.js';

const HOUR = 3_600_000;
const LIMIT_MS = 5000;

describe('a new version and other processes', function () {
  this.timeout(300_000);
  let house: Deployment;
  before(async () => void (house = await Deployment.start()));
  after(async () => house?.stop());

  it('D2: published at one API, it serves the cases that other programs open within 5 s, and shows in each', async () => {
    const publisher = await house.startApi();
    const [other] = await Promise.all([house.startApi(), house.startWorker()]);
    const warm = house.newOrderId();
    await house.fail(warm);
    await house.untilStatus(warm, 'held');

    const day = [['00:00', '24:00']];
    const calendar = {
      timeZone: 'Asia/Shanghai',
      hours: { mon: day, tue: day, wed: day, thu: day, fri: day },
      holidays: { country: 'CN' },
    };
    const rules = [{ name: 'all of this buyer', when: { buyerIds: ['b-1'] }, then: { retryWindowMs: 40 * HOUR, calendar } }];
    const content = { base: SEED_REVIEW_POLICY, rules };
    const published = await house.api('POST', '/v1/policies/review', { content, by: 'anna', why: 'a test' }, publisher);
    assert.equal(published.status, 201, JSON.stringify(published.body));
    const { version } = published.body;

    const since = performance.now();
    const orderId = house.newOrderId();
    await house.fail(orderId);
    const found = await house.until(orderId, ({ decision }) => decision !== null, 'decided', LIMIT_MS);
    assert.ok(performance.now() - since < LIMIT_MS);
    assert.deepEqual([found.decision.policyVersion, found.decision.matchedRule], [version, 'all of this buyer']);
    assert.equal((await house.api('GET', '/v1/policies/review', undefined, other)).body.inForce, version);
    assert.notEqual((await house.caseOf(warm)).policyVersion, version);
  });
});

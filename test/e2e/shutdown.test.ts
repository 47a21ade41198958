/** Programs that are asked to end under load: they finish what they began, nothing is lost or done twice, others take over. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Deployment, type Api } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { assertSound, audit, figures, type Accepted } from './audit.js';

const ORDERS = 40;
const EVERY_MS = 100;
/** What orchestrators allow by custom before they kill (Kubernetes: 30 s). */
const END_LIMIT_MS = 30_000;

describe('graceful shutdown under load', function () {
  this.timeout(300_000);
  let house: Deployment;
  before(
    async () =>
      void (house = await Deployment.start({
        policy: { firstDelayMs: 1000, intervalMs: 1000, capMs: 1000, jitter: 0, retryWindowMs: 300_000 },
      })),
  );
  after(async () => house?.stop());

  it('worker and API end in time, with code 0, and others take over', async () => {
    const [firstApi, firstWorker] = await Promise.all([house.startApi(), house.startWorker()]);
    const [secondApi] = await Promise.all([house.startApi(), house.startWorker()]);
    const sending = sendAll(house, [firstApi, secondApi]);
    await delay((ORDERS * EVERY_MS) / 3);
    const workerEnded = await firstWorker.terminate();
    const apiEnded = await firstApi.program.terminate();
    const accepted = await sending;
    for (const { orderId } of accepted) await house.untilStatus(orderId, 'approved');
    for (const { orderId } of accepted) await house.workflowEnded(`${orderId}/1`);
    for (const ended of [workerEnded, apiEnded]) {
      assert.equal(ended.code, 0, `${JSON.stringify(ended)}${house.report()}`);
      assert.ok(ended.ms < END_LIMIT_MS, `ended after ${ended.ms} ms`);
    }
    const found = await audit(house, accepted);
    assertSound(found, house);
    assert.equal(found.accepted, ORDERS);
    const again = found.ledger.filter(({ attempts }) => attempts.length !== 1 || attempts[0]?.outcome !== 'delivered');
    assert.deepEqual(again, [], 'a call under way is brought to its end, none is made twice');
    console.log(`      worker ended after ${workerEnded.ms.toFixed(0)} ms, API after ${apiEnded.ms.toFixed(0)} ms; ${figures(found)}`);
  });
});

describe('graceful shutdown of an API at which somebody waits', function () {
  this.timeout(120_000);
  let house: Deployment;
  let database: pg.Client;
  before(async () => {
    house = await Deployment.start();
    database = new pg.Client({ connectionString: house.databaseUrl });
    await database.connect();
  });
  after(async () => {
    await database.end();
    await house?.stop();
  });

  it('who waits is answered at once, and the API ends', async () => {
    const api = await house.startApi();
    // Held up in its first look, so that it is known to have come.
    await database.query('BEGIN; LOCK TABLE "review_case" IN ACCESS EXCLUSIVE MODE');
    const asked = house.api('GET', '/v1/review-cases/P-nobody?until=held', undefined, { headers: { prefer: 'wait=30' } });
    await eventually(async () => {
      const { rows } = await database.query(`SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'review_case'::regclass`);
      return rows.length > 0 ? true : undefined;
    }, 'somebody waits');
    await database.query('ROLLBACK');
    const [ended, answer] = await Promise.all([api.program.terminate(), asked]);
    assert.deepEqual([answer.status, answer.body.code], [404, 'CASE_NOT_FOUND']);
    assert.equal(ended.code, 0, house.report());
    assert.ok(ended.ms < END_LIMIT_MS, `ended after ${ended.ms} ms`);
  });
});

/** One order after the other, at a steady pace; a notice that was not accepted goes to the next API under the same eventId. */
async function sendAll(house: Deployment, apis: Api[]): Promise<Accepted[]> {
  const sent: Promise<Accepted>[] = [];
  for (let n = 0; n < ORDERS; n += 1) {
    const orderId = house.newOrderId('LOAD');
    sent.push(sendOne(house, apis, orderId));
    await delay(EVERY_MS);
  }
  return Promise.all(sent);
}

async function sendOne(house: Deployment, apis: Api[], orderId: string): Promise<Accepted> {
  const faults = [
    { side: 'buyer', call: 1, do: 'slow:300' },
    { side: 'review', call: 1, do: 'slow:300' },
  ];
  await house.scenario(orderId, { review: ['pass'], faults });
  const notice = house.notice(orderId);
  const refusals: string[] = [];
  for (const { url } of apis) {
    const answer = await house
      .api('POST', '/v1/review-failures', notice, { url })
      .catch((error: unknown) => void refusals.push(String(error)));
    if (answer?.status === 202) return { ...notice, reviewRound: 1 };
    refusals.push(JSON.stringify(answer?.body));
  }
  return assert.fail(`no API accepted ${orderId}: ${refusals.join('; ')}${house.report()}`);
}

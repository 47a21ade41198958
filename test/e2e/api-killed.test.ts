/** The API killed -9 in the moment in which its 202 arrives: what it accepted is in the inbox, and another process hands it over. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import getPort from 'get-port';
import { Deployment, type Api } from '../support/deployment.js';
import { eventually, REVIEW_KEY } from '../support/house.js';
import { assertSound, audit, figures, type Accepted } from './audit.js';

const KILLS = 12;
/** APIs started at a time. */
const AT_ONCE = 4;

describe('the API killed -9 after a 202', function () {
  this.timeout(300_000);
  let house: Deployment;
  before(async () => void (house = await Deployment.start()));
  after(async () => house?.stop());

  it(`A1: ${KILLS} notices, a kill after each 202: each has its case, once`, async () => {
    const nowhere = `127.0.0.1:${await getPort()}`;
    const accepted: Accepted[] = [];
    const killAfterAnswer = async (number: number): Promise<void> => {
      // Every other one cannot reach Temporal; the rest are killed while they hand over, or before.
      const { program, url } = await house.startApi(number % 2 === 0 ? { TEMPORAL_ADDRESS: nowhere } : {});
      const orderId = house.newOrderId('KILL');
      const notice = house.notice(orderId);
      const status = await sendAndKill({ program, url }, notice);
      assert.equal(status, 202, house.report());
      accepted.push({ ...notice, reviewRound: 1 });
      await program.ended;
      assert.equal(program.ending?.signal, 'SIGKILL');
    };
    for (let number = 0; number < KILLS; number += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => killAfterAnswer(number + n)));
    }

    const api = await house.startApi({ TEMPORAL_ADDRESS: nowhere });
    const waiting = (await house.inboundEvents()).filter(({ state }) => state === 'pending').length;
    assert.ok(waiting >= KILLS / 2, `only the inbox knew of ${waiting} notices at the kills`);
    await api.program.kill();
    await Promise.all([house.startApi(), house.startWorker()]);
    for (const { orderId } of accepted) await house.untilStatus(orderId, 'held');
    const again = await Promise.all(accepted.map(({ orderId }) => house.fail(orderId)));
    assert.deepEqual(
      again.map(({ body }) => body.orderId),
      accepted.map(({ orderId }) => orderId),
    );
    const sent = async () => (await house.ledger()).filter(({ state }) => state === 'sent').length;
    await eventually(async () => ((await sent()) === 2 * KILLS ? true : undefined), 'everybody is told of each', 60_000);
    await house.settled();
    const found = await audit(house, accepted);
    assertSound(found, house);
    assert.deepEqual([found.accepted, found.cases, found.deliveries, found.effects], [KILLS, KILLS, 2 * KILLS, 2 * KILLS], figures(found));
    console.log(`      kills ${KILLS}, known only to the inbox then ${waiting}; ${figures(found)}`);
  });
});

/** Sends a notice, and kills its receiver in the very callback that the answer's status line calls. */
function sendAndKill({ program, url }: Api, notice: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${REVIEW_KEY}` };
    const sent = request(`${url}/v1/review-failures`, { method: 'POST', headers, agent: false }, (answer) => {
      void program.kill();
      answer.on('error', () => {}).resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(notice));
  });
}

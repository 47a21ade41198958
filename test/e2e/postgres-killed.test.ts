/** PostgreSQL killed -9 and started again under load: the same processes go on, nothing accepted is lost, nothing happens twice. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { startOwnPostgres, type OwnPostgres } from '../faults/own-servers.js';
import { Deployment } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { fromEnvironment } from '../support/servers.js';
import { assertSound, audit, figures, toldWrong, type Accepted } from './audit.js';

/** Before each kill, while the server is away, and after the last start. */
const ORDERS = 6;
const KILLS = 3;
const AWAY_MS = 1500;
const RESEND_MS = 100;
/** Review requests come soon, so that kills meet every kind of effect. */
const POLICY = { firstDelayMs: 1500, intervalMs: 1500, capMs: 1500, coefficient: 1, jitter: 0, retryWindowMs: 600_000 };

describe('PostgreSQL killed -9 and started again', function () {
  this.timeout(300_000);
  let postgres: OwnPostgres;
  let house: Deployment;
  before(async () => {
    postgres = await startOwnPostgres();
    const servers = { temporalAddress: fromEnvironment('TEST_TEMPORAL_ADDRESS'), databaseUrl: postgres.databaseUrl };
    house = await Deployment.start({ servers, policy: POLICY });
    await Promise.all([house.startApi(), house.startWorker()]);
  });
  after(async () => {
    await house?.stop();
    await postgres?.stop();
  });

  it('A1 A3 A8: API and worker live on, what was accepted is heard, and has its effects once', async () => {
    const accepted: Accepted[] = [];
    const answers = new Map<number, number>();
    const sendAll = (prefix: string): Promise<void>[] =>
      Array.from({ length: ORDERS }, async () => {
        const orderId = house.newOrderId(prefix);
        await house.scenario(orderId, { review: ['fail:STOCK_SHORT', 'pass'], answer: 'inline' });
        accepted.push(await sendUntilAccepted(house, orderId, answers));
      });

    for (let kill = 1; kill <= KILLS; kill += 1) {
      await Promise.all(sendAll('BEFORE'));
      // These are answered, or not, in the middle of it.
      const sending = sendAll('DURING');
      const killedAt = performance.now();
      await postgres.server.kill();
      // The others come again all the time: who is sent away for that comes again too.
      const heard = (ask: () => ReturnType<typeof house.api>) =>
        eventually(async () => {
          const answer = await ask();
          return answer.body.code === 'OVERLOADED' ? undefined : answer;
        }, 'it is heard');
      const away = house.notice(house.newOrderId('AWAY'));
      const notice = await heard(() => house.api('POST', '/v1/review-failures', away));
      const page = await heard(() => house.api('GET', '/v1/review-cases'));
      assert.deepEqual([notice.status, notice.body.code], [503, 'DATABASE_UNAVAILABLE'], JSON.stringify(notice.body));
      assert.deepEqual([page.status, page.body.code], [503, 'DATABASE_UNAVAILABLE'], JSON.stringify(page.body));
      await delay(Math.max(0, AWAY_MS - (performance.now() - killedAt)));
      await postgres.server.start();
      await Promise.all(sending);
    }
    await Promise.all(sendAll('AFTER'));

    for (const { orderId } of accepted) await house.untilStatus(orderId, 'approved', 120_000);
    await house.settled(120_000);
    assert.deepEqual(
      house.programs.filter(({ ending }) => ending !== undefined).map(({ name, ending }) => [name, ending]),
      [],
      `every program lived through it${house.report()}`,
    );
    assert.deepEqual(
      [...answers.keys()].filter((status) => status !== 202 && status !== 503),
      [],
      `only 202 and 503 were answered: ${JSON.stringify([...answers])}${house.report()}`,
    );
    const found = await audit(house, accepted);
    assertSound(found, house);
    const count = accepted.length;
    assert.equal(count, ORDERS * (2 * KILLS + 1));
    assert.equal(found.cases, count, 'an order whose notice was refused has a case');
    const { buyer, review, inbox } = await house.effects();
    const mailed = new Set(inbox.map(({ messageId }) => messageId)).size;
    assert.deepEqual([buyer.length, review.length, mailed], [count, 2 * count, count], figures(found));
    assert.deepEqual(
      accepted.flatMap(({ orderId }) => toldWrong(buyer, orderId, 'approved')),
      [],
    );
    console.log(`      kills ${KILLS}; ${figures(found)}; answers ${JSON.stringify(Object.fromEntries(answers))}`);
  });
});

/** Sends a notice, the same again as long as it is refused, as a sender does. */
async function sendUntilAccepted(house: Deployment, orderId: string, answers: Map<number, number>): Promise<Accepted> {
  const notice = house.notice(orderId);
  for (;;) {
    const { status } = await house.api('POST', '/v1/review-failures', notice);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === 202) return { eventId: notice.eventId, orderId, reviewRound: 1 };
    await delay(RESEND_MS);
  }
}

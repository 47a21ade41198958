/** Queued messages become deliveries once each, whatever crashes between (D9); operations are told once (D10). */
import assert from 'node:assert/strict';
import { atCounterpart } from '../../src/activities/at-counterpart.js';
import { settleMessage } from '../../src/db/messages.js';
import { queueOutageNotice, type OutageToTell } from '../../src/db/operations-notices.js';
import { addTemplate } from '../../src/db/notice-templates.js';
import { deliveryWorkflowIdOf } from '../../src/domain/identifiers.js';
import { MESSAGE_DELIVERY_TYPE } from '../../src/workflows/message-delivery/contract.js';
import { eventually, House } from '../support/house.js';
import { Ledger } from '../support/ledger.js';

describe('deliveries', function () {
  this.timeout(60_000);
  let house: House;
  let ledger: Ledger;
  before(async () => {
    house = await House.start();
    ledger = new Ledger(house);
    const people = [
      { id: 'op-1', name: 'Olga', email: 'olga@ops.example', locale: 'en', timeZone: 'Europe/Stockholm', role: 'operations' },
      { id: 'op-2', name: '欧阳', email: 'ouyang@ops.example', locale: 'zh-CN', timeZone: 'Asia/Shanghai', role: 'operations' },
      { id: 'op-3', name: 'Gone', email: 'gone@ops.example', role: 'operations', active: false },
    ];
    await house.db.liaison.updateMany({ where: { role: 'operations' }, data: { active: false } });
    await house.db.liaison.createMany({ data: people });
  });
  after(async () => house.stop());

  const refused = async (faults: object[] = []): Promise<string> => {
    const orderId = await ledger.rejected([{ side: 'buyer', call: 1, do: '422' }, ...faults]);
    await ledger.until(`${orderId}/1/1`, 'refused');
    return orderId;
  };

  const rowOf = (key: string) => house.db.message.findUniqueOrThrow({ where: { key } });

  it('D9: a delivery that was started, and whose row was not handed over, is not started twice', async () => {
    const orderId = await refused();
    const key = `${orderId}/1/1`;
    await house.stopWorker();
    const input = { key, resends: 1, counterpartId: 'buyer-server', what: 'a test' };
    const { wallAt } = await rowOf(key);
    const workflowId = deliveryWorkflowIdOf({ key, resends: 1, wallAt });
    const lost = await house.client.workflow.start(MESSAGE_DELIVERY_TYPE, { workflowId, taskQueue: house.taskQueue, args: [input] });
    // As it is found after the crash: started, and still queued.
    await house.db.message.update({ where: { key }, data: { state: 'queued', resends: 1, settledAt: null } });
    await ledger.until(key, 'sending');
    await house.startWorker();
    await ledger.until(key, 'sent');
    assert.deepEqual(await lost.result(), { key, outcome: 'delivered' });
    assert.equal((await house.arrivals(orderId, 'buyer')).length, 2);
  });

  it('D9: a delivery that runs before its row was handed over takes it, and sends it once', async () => {
    const orderId = await refused();
    const key = `${orderId}/1/1`;
    const activities = house.activities();
    await house.stopWorker();
    const input = { key, resends: 1, counterpartId: 'buyer-server', what: 'a test' };
    const { wallAt } = await rowOf(key);
    const started = {
      workflowId: deliveryWorkflowIdOf({ key, resends: 1, wallAt }),
      taskQueue: house.taskQueue,
      args: [input] as [typeof input],
    };
    const run = await house.client.workflow.start(MESSAGE_DELIVERY_TYPE, started);
    // Nobody else sees the row while this transaction holds it, as the relay's does when it is about to crash.
    const running = await house.db.$transaction(async (tx) => {
      await tx.message.update({ where: { key }, data: { state: 'queued', resends: 1 } });
      const attempt = activities.deliverMessage({ key, resends: 1 });
      // First in the row's queue: before the relay of this house, which cannot see yet that there is something to start.
      const waits = () => tx.$queryRaw<object[]>`SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))`;
      await eventually(async () => ((await waits()).length > 0 ? true : undefined), 'the delivery waits for the row', 4000);
      return { attempt };
    });
    await running.attempt;
    const { resends } = await ledger.until(key, 'sent');
    assert.equal(resends, 1);
    assert.equal((await house.arrivals(orderId, 'buyer')).length, 2);
    await house.startWorker();
    assert.equal((await run.result()).outcome, 'delivered');
    assert.equal((await house.arrivals(orderId, 'buyer')).length, 2, 'a repeated attempt sends nothing');
  });

  it('D9: the case that gave a message up does not settle one that people have had sent again', async () => {
    const orderId = await refused([{ side: 'buyer', call: 2, until: 1000, do: '503' }]);
    const key = `${orderId}/1/1`;
    await ledger.resend([key]);
    await house.untilBuyerHeard(orderId, 2);
    assert.equal(await settleMessage(house.db, key, 'dead'), 'unknown');
    assert.equal((await ledger.message(key)).state, 'sending');
    await assert.rejects(house.activities().deliverMessage({ key, resends: 0 }), { type: 'MESSAGE_SETTLED' });
    await house.scenario(orderId, {});
    await ledger.until(key, 'sent');
  });

  const outage = (opening: number, counterpartId = 'buyer-server'): OutageToTell => ({
    counterpartId,
    name: 'Buyer server <north>',
    opening,
    since: new Date(Date.UTC(2026, 0, 1, 8)),
    error: 'no answer within 10000 ms',
  });
  const queue = (told: OutageToTell): Promise<number> => house.db.$transaction((tx) => queueOutageNotice(tx, told));
  const mailsTo = async (address: string): Promise<any[]> => (await house.control('GET', `/inbox?to=${address}`)).body;

  it('D9: operations are told once of an outage, though two workers found it at the same time', async () => {
    const counts = await Promise.all([queue(outage(1)), queue(outage(1))]);
    assert.equal(counts[0] + counts[1], 2);
    for (const id of ['op-1', 'op-2']) {
      const { body, attempts } = await ledger.until(`outage/buyer-server/1/${id}`, 'sent');
      assert.deepEqual([JSON.parse(body).to.address.length > 0, attempts.length], [true, 1]);
    }
    assert.equal(await queue(outage(1)), 0);
    const [english, ...more] = await mailsTo('olga@ops.example');
    const [chinese, ...others] = await mailsTo('ouyang@ops.example');
    assert.deepEqual([more, others, await mailsTo('gone@ops.example')], [[], [], []]);
    assert.equal(english.subject, 'Buyer server <north> does not answer');
    assert.match(english.text, /no answer within 10000 ms/);
    assert.match(english.text, /9:00:00.*GMT\+1/);
    assert.ok(english.html.includes('Buyer server &lt;north&gt;') && !english.html.includes('<north>'));
    assert.equal(chinese.subject, 'Buyer server <north> 无应答');
  });

  it('D9: operations are told of the next outage too, by the template in force, and of none that was rolled back', async () => {
    const texts = { subject: 'Down: {{ counterpart.id }}', opening: 'Since {{ outage.since }}.', advice: '' };
    const saved = { stage: 'outage', reasonType: '', texts: { en: texts, 'zh-CN': texts } } as const;
    await addTemplate(house.db, { ...saved, createdBy: 'test', why: 'a test' });
    const rolledBack = house.db.$transaction(async (tx) => {
      await queueOutageNotice(tx, outage(2));
      throw new Error('the breaker did not open after all');
    });
    await assert.rejects(rolledBack, /did not open/);
    await queue(outage(3));
    for (const id of ['op-1', 'op-2']) await ledger.until(`outage/buyer-server/3/${id}`, 'sent');
    const subjects: string[] = (await mailsTo('olga@ops.example')).map(({ subject }) => subject);
    assert.deepEqual(
      subjects.filter((subject) => subject.startsWith('Down')),
      ['Down: buyer-server'],
    );
    assert.equal(await ledger.message('outage/buyer-server/2/op-1'), null);
  });

  it('D9: a notice is sent though an earlier database, or the state before a restore, had a delivery of its name', async () => {
    const key = 'outage/buyer-server/9/op-1';
    const heard = async () => (await mailsTo('olga@ops.example')).length;
    await queue(outage(9));
    await ledger.until(key, 'sent');
    const before = await heard();
    // A backup of the moment before it was sent.
    await house.db.attempt.deleteMany({ where: { messageKey: key } });
    await house.db.message.update({ where: { key }, data: { state: 'queued', settledAt: null } });
    assert.equal((await ledger.until(key, 'sent')).attempts.length, 1);
    // A new database beside the Temporal of the old one.
    await house.db.attempt.deleteMany({ where: { messageKey: key } });
    await house.db.message.delete({ where: { key } });
    await queue(outage(9));
    assert.equal((await ledger.until(key, 'sent')).attempts.length, 1);
    assert.equal(await heard(), before + 2);
  });

  it('D9: a breaker that opens tells operations, whichever workers made the calls that failed', async () => {
    const counterpart = { id: 'review-server', maxConcurrent: 20, timeoutMs: 1000 };
    const failed = { kind: 'unknown', error: 'no answer within 1000 ms' } as const;
    const orders = ['O-1', 'O-2', 'O-3', 'O-4', 'O-5', 'O-6'];
    for (const orderId of orders) {
      const settings = { counterpart, orderId, whenNotBegun: 'retry' } as const;
      const call = atCounterpart(house.db, settings, (heard) => Promise.resolve(heard(failed)));
      await (orderId === 'O-6' ? assert.rejects(call, { type: 'COUNTERPART_PAUSED' }) : call);
    }
    const told = await ledger.until('outage/review-server/1/op-1', 'sent');
    assert.match(told.body, /no answer within 1000 ms|Down: review-server/);
  });

  it('D9: who has another way is told by it when the mail server itself is away', async () => {
    await house.db.counterpart.create({ data: { id: 'ops-hook', kind: 'liaison', name: 'Hook', baseUrl: house.sandbox.urls.liaison } });
    const channels = [{ type: 'email' }, { type: 'server', counterpartId: 'ops-hook' }];
    await house.db.liaison.update({ where: { id: 'op-1' }, data: { channels } });
    const waits = {
      reviewRound: 1,
      counterpart: 'liaison',
      counterpartId: 'mail',
      recipient: 'l-1/email',
      kind: 'liaison_notice',
      body: '{}',
    };
    const orders = ['W-1', 'W-2'].map((orderId) => ({
      orderId,
      caseId: `${orderId}/1`,
      key: `${orderId}/1/x`,
      stage: 'x',
      caseAt: new Date(),
    }));
    await house.db.message.createMany({ data: orders.map((one) => ({ ...waits, ...one })) });
    await queue({ ...outage(1, 'mail'), name: 'Mail' });
    const told = await ledger.until('outage/mail/1/op-1', 'sent');
    assert.deepEqual([told.counterpartId, told.recipient], ['ops-hook', 'op-1/ops-hook']);
    const { stage, caseId, orderId, counterpart, waiting, links, lastError } = JSON.parse(told.body);
    assert.deepEqual([stage, caseId, orderId, links, lastError], ['outage', null, null, [], 'no answer within 10000 ms']);
    assert.deepEqual([counterpart.id, counterpart.kind, waiting.orders], ['mail', 'mail', 2]);
    // The mail to the other one in operations may wait too.
    assert.ok([2, 3].includes(waiting.messages), String(waiting.messages));
  });
});

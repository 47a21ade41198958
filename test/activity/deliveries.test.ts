/** Queued messages become deliveries once each, whatever crashes between (D9); operations are told once (D10). */
import assert from 'node:assert/strict';
import { settleMessage } from '../../src/db/messages.js';
import { queueOutageNotice, type OutageNotice } from '../../src/db/operations-notices.js';
import { deliveryWorkflowIdOf } from '../../src/domain/identifiers.js';
import { composeOutageNotice } from '../../src/domain/operations-notice.js';
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
  });
  after(async () => house.stop());

  const refused = async (faults: object[] = []): Promise<string> => {
    const orderId = await ledger.rejected([{ side: 'buyer', call: 1, do: '422' }, ...faults]);
    await ledger.until(`${orderId}/1/1`, 'refused');
    return orderId;
  };

  it('D9: a delivery that was started, and whose row was not handed over, is not started twice', async () => {
    const orderId = await refused();
    const key = `${orderId}/1/1`;
    await house.stopWorker();
    const input = { key, resends: 1, counterpartId: 'buyer-server', what: 'a test' };
    const workflowId = deliveryWorkflowIdOf(key, 1);
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
    const { deliverMessage } = house.activities();
    await house.stopWorker();
    const input = { key, resends: 1, counterpartId: 'buyer-server', what: 'a test' };
    const started = { workflowId: deliveryWorkflowIdOf(key, 1), taskQueue: house.taskQueue, args: [input] as [typeof input] };
    const run = await house.client.workflow.start(MESSAGE_DELIVERY_TYPE, started);
    // Nobody else sees the row while this transaction holds it, as the relay's does when it is about to crash.
    const running = await house.db.$transaction(async (tx) => {
      await tx.message.update({ where: { key }, data: { state: 'queued', resends: 1 } });
      return { attempt: deliverMessage({ key, resends: 1 }) };
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

  const outage = (opening: number): OutageNotice => ({
    counterpartId: `test-${house.taskQueue}`,
    name: 'Buyer server <north>',
    opening,
    since: new Date(Date.UTC(2026, 0, 1, 8)),
    error: 'no answer within 10000 ms',
  });
  const mailsOf = async (about: string): Promise<any[]> =>
    (await house.control('GET', '/inbox')).body.filter(({ orderId }: any) => orderId === about);

  it('D9: operations are told once of an outage, though two workers found it at the same time', async () => {
    const people = [
      { id: 'op-1', name: 'Olga', email: 'olga@ops.example', locale: 'en', timeZone: 'Europe/Stockholm', role: 'operations' },
      { id: 'op-2', name: '欧阳', email: 'ouyang@ops.example', locale: 'zh-CN', timeZone: 'Asia/Shanghai', role: 'operations' },
      { id: 'op-3', name: 'Gone', email: 'gone@ops.example', role: 'operations', active: false },
    ];
    await house.db.liaison.createMany({ data: people });
    const queue = () => house.db.$transaction((tx) => queueOutageNotice(tx, outage(1)));
    const counts = await Promise.all([queue(), queue()]);
    assert.equal(counts[0] + counts[1], 2);
    const about = `outage/${outage(1).counterpartId}/1`;
    for (const id of ['op-1', 'op-2']) await ledger.until(`${about}/${id}`, 'sent');
    assert.equal(await queue(), 0);
    const mails = await mailsOf(about);
    assert.deepEqual(mails.map(({ to }) => to[0]).toSorted(), ['olga@ops.example', 'ouyang@ops.example']);
    assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, 2);
    const [english, chinese] = mails.toSorted((a, b) => (a.to[0] < b.to[0] ? -1 : 1));
    assert.equal(english.subject, 'Out of order: Buyer server <north>');
    assert.match(english.text, /no answer within 10000 ms/);
    assert.match(english.text, /9:00:00.*GMT\+1/);
    assert.ok(english.html.includes('Buyer server &lt;north&gt;') && !english.html.includes('<north>'));
    assert.equal(chinese.subject, '服务中断：Buyer server <north>');
  });

  it('D9: operations are told of the next outage too, and of none that was rolled back', async () => {
    const rolledBack = house.db.$transaction(async (tx) => {
      await queueOutageNotice(tx, outage(2));
      throw new Error('the breaker did not open after all');
    });
    await assert.rejects(rolledBack, /did not open/);
    await house.db.$transaction((tx) => queueOutageNotice(tx, outage(3)));
    const third = `outage/${outage(3).counterpartId}/3`;
    await ledger.until(`${third}/op-1`, 'sent');
    await eventually(async () => ((await mailsOf(third)).length === 2 ? true : undefined), 'both are told');
    assert.deepEqual(await mailsOf(`outage/${outage(2).counterpartId}/2`), []);
  });

  it('D9: the notice of an outage is composed for its reader alone', () => {
    const reader = { name: 'Olga', locale: 'en', timeZone: 'UTC' } as const;
    const { text } = composeOutageNotice({ counterpartId: 'mail', name: 'Mail server', since: 0, error: '451' }, reader);
    for (const part of ['Dear Olga,', 'Mail server (mail)', '451']) assert.ok(text.includes(part), text);
  });
});

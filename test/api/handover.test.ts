/** All open cases of a liaison handed over in one call (D6). */
import assert from 'node:assert/strict';
import { House, sampleOrder, type Answer } from '../support/house.js';

describe('handing the cases of a liaison over', () => {
  let house: House;
  before(async () => {
    house = await House.start();
    const people = ['l-from', 'l-to', 'l-third'].map((id) => ({ id, name: id, email: `${id}@liaison.example` }));
    await house.db.liaison.createMany({ data: people });
  });
  after(async () => house.stop());

  const heldCase = async (liaisonId: string, buyerId = 'b-1'): Promise<string> => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId, { liaisonId, buyer: { id: buyerId, name: buyerId } }) });
    await house.untilStatus(orderId, 'held');
    await house.untilMailed(orderId, 1);
    return orderId;
  };
  const handOver = (from: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    house.api('POST', `/v1/liaisons/${from}/handover`, { by: 'anna', note: 'on leave', ...body }, headers);
  const outcomes = ({ body }: Answer): [string, string][] => body.items.map(({ orderId, outcome }: any) => [orderId, outcome]);
  const assignments = async (orderId: string): Promise<number> => {
    const { body } = await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`);
    return body.items.filter(({ type }: any) => type === 'reassigned').length;
  };

  it('D6: every open case goes to the other liaison, who is told of each; the same call again changes nothing', async () => {
    const open = [await heldCase('l-from'), await heldCase('l-from'), await heldCase('l-from', 'b-2')];
    const other = await heldCase('l-third');
    const ended = await heldCase('l-from');
    await house.api('POST', `/v1/review-cases/${ended}/decline`, { by: 'anna' });
    await house.workflowEnded(ended);

    const preview = await handOver('l-from', { to: 'l-to', preview: true });
    assert.deepEqual([preview.body.counts, preview.body.left], [{ would_be_reassigned: 3 }, 0]);
    assert.deepEqual((await Promise.all(open.map(assignments))).join(), '0,0,0', 'a preview changes nothing');
    const some = await handOver('l-from', { to: 'l-to', preview: true, filter: { buyerId: 'b-2', status: ['held'] } });
    assert.deepEqual(outcomes(some), [[open[2], 'would_be_reassigned']]);

    const key = { 'idempotency-key': 'leave-1' };
    const done = await handOver('l-from', { to: 'l-to' }, key);
    assert.deepEqual(outcomes(done), open.map((orderId) => [orderId, 'reassigned'])); // oxfmt-ignore
    assert.equal((await handOver('l-from', { to: 'l-to' }, key)).status, 200);
    for (const orderId of open) {
      const moved = await house.until(orderId, ({ liaisonId }) => liaisonId === 'l-to', 'handed over');
      assert.deepEqual(moved.escalation.acknowledged, null);
      const mails = await house.untilMailed(orderId, 2);
      assert.deepEqual([mails[1].to[0], await assignments(orderId)], ['l-to@liaison.example', 1]);
    }
    assert.deepEqual([(await house.caseOf(other)).liaisonId, (await house.caseOf(ended)).liaisonId], ['l-third', 'l-from']);
    const rest = await handOver('l-from', { to: 'l-to' });
    assert.deepEqual([rest.body.items, rest.body.left], [[], 0]);
  });

  it('D6: a case that cannot be handed over says why, and keeps nobody else from it', async () => {
    const [going, gone] = [await heldCase('l-third', 'b-3'), await heldCase('l-third', 'b-3')];
    // Its workflow has ended, and the read model does not know.
    await house.client.workflow.getHandle(`review-case/${gone}/1`).terminate('a test');
    const { body } = await handOver('l-third', { to: 'l-to', filter: { buyerId: 'b-3' } });
    assert.deepEqual(body.counts, { reassigned: 1, refused: 1 });
    const refused = body.items.find(({ orderId }: any) => orderId === gone);
    assert.match(refused.why, /reassign is not possible/);
    await house.until(going, ({ liaisonId }) => liaisonId === 'l-to', 'handed over');
  });

  it('D6: at most 500 at once, and how many are left', async () => {
    await house.db.liaison.create({ data: { id: 'l-busy', name: 'Busy', email: 'busy@liaison.example' } });
    const row = (index: number) => ({
      caseId: `BUSY-${index}/1`,
      orderId: `BUSY-${index}`,
      reviewRound: 1,
      status: 'held',
      reasonType: 'STOCK_SHORT',
      liaisonId: 'l-busy',
      firstFailureAt: new Date(),
      openedAt: new Date(1_700_000_000_000 + index),
      caseAt: new Date(),
    });
    await house.db.reviewCase.createMany({ data: Array.from({ length: 507 }, (_, index) => row(index)) });
    const { body } = await handOver('l-busy', { to: 'l-to', preview: true });
    assert.deepEqual([body.items.length, body.left, body.items[0].orderId], [500, 7, 'BUSY-0'], 'the oldest first');
  });

  it('D6: refuses what it does not know', async () => {
    assert.equal((await handOver('l-from', { to: 'nobody' })).body.code, 'LIAISON_UNKNOWN');
    assert.equal((await handOver('nobody', { to: 'l-to' })).body.code, 'LIAISON_UNKNOWN');
    assert.equal((await handOver('l-to', { to: 'l-to' })).body.code, 'VALIDATION_FAILED');
    assert.equal((await handOver('l-from', { to: 'l-to', filter: { status: ['approved'] } })).body.code, 'VALIDATION_FAILED');
    assert.equal((await handOver('l-from', { to: 'l-to', by: '' })).body.code, 'VALIDATION_FAILED');
    assert.equal((await house.api('GET', '/v1/liaisons/l-from/handover')).status, 405);
  });
});

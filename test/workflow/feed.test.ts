/** What the feed tells of real lives: as much as their audit, and nothing else. */
import assert from 'node:assert/strict';
import { writeCase } from '../../src/db/review-cases.js';
import type { CaseRecord, CaseRow } from '../../src/domain/case-record.js';
import { eventually, House, sampleOrder } from '../support/house.js';
import { PAID, Placing } from '../support/placing.js';

describe('what the feed tells', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  const eventsOf = async (orderId: string): Promise<any[]> =>
    (await house.api('GET', `/v1/events?orderId=${orderId}&limit=200`)).body.items;
  const until = (orderId: string, type: string): Promise<any[]> =>
    eventually(
      async () => {
        const events = await eventsOf(orderId);
        return events.some((event) => event.type === type) ? events : undefined;
      },
      async () => `${type} of ${orderId}: ${JSON.stringify(await eventsOf(orderId))}`,
    );
  const act = async (orderId: string, action: string): Promise<void> => {
    const { status, body } = await house.api('POST', `/v1/review-cases/${orderId}/${action}`, { by: 'Ingrid Larsson', note: 'call 0123' });
    assert.ok(status < 300, JSON.stringify(body));
  };

  it('E3: the life of a case, with ids and stable words alone', async () => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await act(orderId, 'pause');
    await act(orderId, 'resume');
    await act(orderId, 'decline');
    await house.workflowEnded(orderId);
    const events = await until(orderId, 'case.declined');
    const types = events.map(({ type }) => type);
    assert.deepEqual(
      types.filter((type) => type !== 'case.buyer_told'),
      ['case.opened', 'case.held', 'case.paused', 'case.resumed', 'case.declined'],
    );
    const { caseId, buyer } = await house.caseOf(orderId);
    const held = events.find(({ type }) => type === 'case.held');
    assert.deepEqual([held.data.caseId, held.data.status, held.data.reasonType], [caseId, 'held', 'STOCK_SHORT']);
    assert.equal(held.data.buyerId, buyer.id);
    assert.doesNotMatch(JSON.stringify(events), /Ingrid|0123|12 of 120/);
  });

  it('E3: the life of a placement', async () => {
    const placing = new Placing(house);
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'DELIVERED'] }, {}, { payment: PAID });
    await placing.untilStatus(orderId, 'placed');
    const { status, body } = await house.api('POST', `/v1/placements/${orderId}/poll`, { by: 'Olga', note: 'the customer asks' });
    assert.ok(status < 300, JSON.stringify(body));
    const events = await until(orderId, 'placement.succeeded');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['placement.opened', 'placement.sent', 'placement.placed', 'placement.polled', 'placement.succeeded'],
    );
    const { buyer } = sampleOrder(orderId) as { buyer: { id: string } };
    assert.equal(events[0].data.buyerId, buyer.id);
  });

  it('E3: what a lost workflow task had written, and was decided otherwise, is withdrawn; what was decided the same is told once', async () => {
    const orderId = house.newOrderId();
    const caseId = `${orderId}/1`;
    const line = (number: number, type: string, before: string, after: string, data: object = {}) => ({
      number,
      type,
      actor: 'x',
      at: Date.now(),
      before,
      after,
      data,
    });
    const record = (historyLength: number, auditBefore: number, status: string, audit: unknown[]): CaseRecord => ({
      row: { ...rowOf(orderId, caseId), status, historyLength } as CaseRow,
      auditBefore,
      audit: audit as CaseRecord['audit'],
      dispositions: [],
    });
    await writeCase(house.db, record(5, 0, 'held', [line(1, 'review_failed', 'deciding', 'held', { disposition: 'opened' })]));
    const lost = [line(2, 'paused', 'held', 'held'), line(3, 'declined', 'held', 'declined', { reason: 'DECLINED' })];
    await writeCase(house.db, record(9, 1, 'declined', lost));
    const lostAgain = [line(2, 'paused', 'held', 'held'), line(3, 'approved', 'held', 'approved', { reason: 'LIAISON' })];
    await writeCase(house.db, record(11, 1, 'approved', lostAgain));
    await writeCase(house.db, record(11, 1, 'approved', lostAgain));
    const events = await until(orderId, 'case.approved');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['case.opened', 'case.held', 'case.paused', 'case.declined', 'event.withdrawn', 'case.approved'],
    );
    const declined = events[3];
    assert.deepEqual([events[4].data.eventId, events[4].data.eventType], [declined.id, 'case.declined']);
  });

  it('E3: a message that is refused is told, with its key', async () => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { faults: [{ side: 'buyer', call: 1, do: '422' }] });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    const events = await until(orderId, 'message.dead_lettered');
    const { data } = events.find(({ type }) => type === 'message.dead_lettered');
    assert.deepEqual([data.messageId, data.outcome, data.caseId], [`${orderId}/1/1`, 'refused', `${orderId}/1`]);
  });
});

function rowOf(orderId: string, caseId: string): Partial<CaseRow> {
  const now = Date.now();
  return {
    orderId,
    caseId,
    reviewRound: 1,
    statusReason: null,
    reasonType: 'STOCK_SHORT',
    buyerId: 'b-1',
    liaisonId: 'l-1',
    decision: null,
    planned: [],
    escalation: null,
    firstFailureAt: now,
    windowEndsAt: null,
    deadlineAt: null,
    nextActionAt: null,
    openedAt: now,
    endedAt: null,
    caseVersion: 1,
    caseAt: now,
  };
}

/** What callers see and change of an order's things: only what is within their reach. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createTail } from '../../src/api/events/tail.js';
import { endOfFeed, readFeed, writeFeed } from '../../src/db/feed.js';
import { findInboundEvent, hasPendingEvents, listInboundEvents } from '../../src/db/inbound-events.js';
import { countMessages, findMessage, listMessages, messagePlaces } from '../../src/db/ledger.js';
import { addAbsence } from '../../src/db/people.js';
import { countCases, listCases } from '../../src/db/case-list.js';
import { countPlacements, listPlacements } from '../../src/db/placement-list.js';
import { newestPlacement } from '../../src/db/placements.js';
import { recentPlacements } from '../../src/db/recent-placements.js';
import { previewResend, queueResend } from '../../src/db/resends.js';
import { casesOfLiaison, casesToMigrate, newestCase, recentCases } from '../../src/db/review-cases.js';
import { EVERYTHING, type Reach } from '../../src/domain/access.js';
import { asJson } from '../../src/db/database.js';
import { HandIssuer } from '../support/hand-issuer.js';
import { eventually, House, sampleOrder, type Answer } from '../support/house.js';

/** Each order with its buyer, and the liaison of its case. */
const ORDERS = [
  ['R-1', 'b-1', 'l-1'],
  ['R-2', 'b-1', 'l-3'],
  ['R-3', 'b-2', 'l-1'],
  ['R-4', 'b-2', 'l-3'],
] as const;
const REACHES: [string, Reach, string[]][] = [
  ['everything', EVERYTHING, ['R-1', 'R-2', 'R-3', 'R-4']],
  ['a buyer', { buyers: ['b-1'], liaisonIds: null }, ['R-1', 'R-2']],
  ['a liaison', { buyers: null, liaisonIds: ['l-1'] }, ['R-1', 'R-3']],
  ['a liaison who stands in for another', { buyers: null, liaisonIds: ['l-1', 'l-3'] }, ['R-1', 'R-2', 'R-3', 'R-4']],
  ['a liaison bound to a buyer', { buyers: ['b-1'], liaisonIds: ['l-1'] }, ['R-1']],
  ['no buyer', { buyers: [], liaisonIds: null }, []],
  ['no liaison', { buyers: null, liaisonIds: [] }, []],
];

describe('the reach of a caller', () => {
  let house: House;
  let issuer: HandIssuer;
  const eventIds = new Map<string, string>();
  before(async () => {
    issuer = await HandIssuer.start();
    house = await House.start({ worker: false, people: { config: issuer.config } });
    for (const [orderId, buyerId, liaisonId] of ORDERS) await seed(orderId, buyerId, liaisonId);
    // Of an order that nobody knows: of no buyer, and of no liaison.
    await house.db.inboundEvent.create({ data: event('R-5') });
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
  });

  const event = (orderId: string) => ({
    id: randomUUID(),
    sender: 'test',
    eventId: orderId,
    kind: 'review_failure',
    orderId,
    reviewRound: 1,
    contentHash: '',
    payload: {},
    state: 'pending',
    // Never handed over: nothing of this test is for a workflow.
    notBefore: new Date(Date.now() + 86_400_000),
    problem: 'ORDER_UNKNOWN',
  });
  async function seed(orderId: string, buyerId: string, liaisonId: string): Promise<void> {
    const { db } = house;
    const now = new Date();
    await db.order.create({ data: { orderId, revision: 1, document: asJson(sampleOrder(orderId, { buyer: { id: buyerId } })) } });
    const reviewCase = { caseId: `${orderId}/1`, orderId, reviewRound: 1, status: 'held', reasonType: 'STOCK_SHORT', policyVersion: 1 };
    await db.reviewCase.create({ data: { ...reviewCase, buyerId, liaisonId, firstFailureAt: now, openedAt: now, caseAt: now } });
    const placement = { placementId: `${orderId}/p`, orderId, vendorId: 'swift-post', status: 'placed', policyVersion: 1 };
    await db.placement.create({ data: { ...placement, openedAt: now, caseAt: now } });
    const message = { key: `${orderId}/1/1`, caseId: `${orderId}/1`, orderId, reviewRound: 1, stage: 'first', kind: 'review_succeeded' };
    await db.message.create({ data: { ...message, counterpart: 'liaison', recipient: 'x', body: '{}', state: 'dead', caseAt: now } });
    const row = event(orderId);
    eventIds.set(orderId, row.id);
    await db.inboundEvent.create({ data: row });
  }
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((one, other) => one + other, 0);
  const idsOf = (rows: readonly { orderId: string }[]): string[] => rows.map(({ orderId }) => orderId).toSorted();

  for (const [who, reach, orders] of REACHES) {
    it(`W3: ${who}: lists have what is within reach`, async () => {
      const { db } = house;
      const longAgo = new Date(0);
      const lists = {
        cases: await listCases(db, reach, {}, 100, null),
        recent: await recentCases(db, reach, {}, longAgo, 100),
        toMigrate: await casesToMigrate(db, reach, {}, { version: 2 }, 100),
        ofLiaisons: [...(await casesOfLiaison(db, reach, 'l-1', {}, 100)).rows, ...(await casesOfLiaison(db, reach, 'l-3', {}, 100)).rows],
        placements: await listPlacements(db, reach, {}, 100, null),
        recentPlacements: await recentPlacements(db, reach, undefined, longAgo, 100),
        messages: await listMessages(db, reach, {}, null, 100),
        resent: (await db.$transaction((tx) => messagePlaces(tx, reach, {}, null, 100))).map(({ key }) => ({
          orderId: key.split('/')[0] ?? '',
        })),
      };
      for (const [list, rows] of Object.entries(lists)) assert.deepEqual(idsOf(rows), orders, list);
      const events = idsOf(await listInboundEvents(db, reach, {}, null, 100));
      assert.deepEqual(events, reach === EVERYTHING ? [...orders, 'R-5'] : orders, 'inbound events');
    });

    it(`W3: ${who}: counts tell nothing of what is beyond`, async () => {
      const { db } = house;
      const messages = (await countMessages(db, reach, {})).reduce((total, { count }) => total + count, 0);
      const counted = [sum(await countCases(db, reach, {})), sum(await countPlacements(db, reach, {})), messages];
      assert.deepEqual(counted, [orders.length, orders.length, orders.length]);
    });

    it(`W3: ${who}: one by one, what is beyond is not there`, async () => {
      const { db } = house;
      for (const [orderId] of ORDERS) {
        const found = {
          case: await newestCase(db, reach, orderId),
          placement: await newestPlacement(db, reach, orderId),
          message: await findMessage(db, reach, `${orderId}/1/1`),
          event: await findInboundEvent(db, reach, eventIds.get(orderId) ?? ''),
          pending: (await hasPendingEvents(db, reach, orderId)) || null,
        };
        for (const [what, row] of Object.entries(found)) assert.equal(row !== null, orders.includes(orderId), `${what} of ${orderId}`);
      }
    });

    it(`W3: ${who}: nothing beyond is sent again`, async () => {
      const { db } = house;
      const resend = { reach, by: 'x', note: 'y', alsoUnknown: false };
      const keys = ORDERS.map(([orderId]) => `${orderId}/1/1`);
      const byKeys = await previewResend(db, { ...resend, messages: { keys } });
      const missing = byKeys.items.filter(({ result }) => result === 'not_found').map(({ key }) => key.split('/')[0]);
      assert.deepEqual(
        missing,
        ORDERS.map(([orderId]) => orderId).filter((orderId) => !orders.includes(orderId)),
      );
      const byFilter = await previewResend(db, { ...resend, messages: { filter: { states: ['dead'] }, after: null } });
      assert.deepEqual(byFilter.items.map(({ key }) => key.split('/')[0]).toSorted(), orders);
    });
  }

  it('W3: the feed, read or followed from memory, has what is within reach', async () => {
    const { db } = house;
    const told = ORDERS.map(([orderId, buyerId]) => ({ type: 'case.held' as const, at: 0, number: null, data: { orderId, buyerId } }));
    const tail = createTail(db);
    const leave = tail.follow();
    const soon = { ms: 5000, isOver: () => false };
    // From here on it is kept in memory.
    const { upTo } = await tail.next(EVERYTHING, {}, await endOfFeed(db), { ...soon, ms: 500 });
    await writeFeed(db, [...told, { type: 'counterpart.paused', at: 0, number: null, data: { counterpartId: 'x' } }]);
    const end = await eventually(async () => {
      const now = await endOfFeed(db);
      return now.position >= upTo.position + 5n ? now.position : undefined;
    }, 'it is published');
    await tail.next(EVERYTHING, {}, upTo, soon);
    const within = { after: upTo.position, upTo: end };
    for (const [who, reach, orders] of REACHES) {
      const read = (await readFeed(db, reach, {}, within, 100)).map(({ orderId }) => orderId ?? '-');
      assert.deepEqual(read.toSorted(), reach === EVERYTHING ? ['-', ...orders] : orders, who);
      const { events } = await tail.next(reach, {}, upTo, { ...soon, ms: 0 });
      assert.deepEqual(
        events.map(({ orderId }) => orderId ?? '-'),
        read,
        `${who}, from memory`,
      );
    }
    leave();
  });

  it('W3: what was asked for beyond reach stays as it was', async () => {
    const reach = { buyers: ['b-2'], liaisonIds: null };
    const asked = { reach, by: 'x', note: 'y', alsoUnknown: false, messages: { keys: ['R-1/1/1'] } };
    await house.db.$transaction((tx) => queueResend(tx, asked));
    const { state, resends } = await house.db.message.findUniqueOrThrow({ where: { key: 'R-1/1/1' } });
    assert.deepEqual([state, resends], ['dead', 0]);
  });

  it('W3: a newer case of somebody else hides the older one: it is not acted upon by mistake', async () => {
    const now = new Date();
    const newer = {
      caseId: 'R-1/2',
      orderId: 'R-1',
      reviewRound: 2,
      status: 'held',
      reasonType: 'STOCK_SHORT',
      buyerId: 'b-1',
      liaisonId: 'l-3',
    };
    await house.db.reviewCase.create({ data: { ...newer, firstFailureAt: now, openedAt: now, caseAt: now } });
    const reach = { buyers: null, liaisonIds: ['l-1'] };
    assert.equal(await newestCase(house.db, reach, 'R-1'), null);
    assert.equal((await newestCase(house.db, reach, 'R-1', 1))?.caseId, 'R-1/1');
    await house.db.reviewCase.delete({ where: { caseId: 'R-1/2' } });
  });

  const report = (token: string, body: object, path = '/v1/review-failures'): Promise<Answer> =>
    house.call('POST', `${house.apiUrl}${path}`, { eventId: randomUUID(), ...body }, { authorization: `Bearer ${token}` });

  it('W3: a key bound to buyers reports orders that are theirs, or that it brings along', async () => {
    const asked = { name: 'shop-1', scopes: ['cases.report'], buyers: ['b-1'] };
    const { key } = (await house.api('POST', '/v1/keys', asked)).body;
    const reason = { type: 'STOCK_SHORT' };
    const before = await house.db.inboundEvent.count();
    const foreign = await report(key, { orderId: 'R-3', reason });
    const unknown = await report(key, { orderId: 'R-9', reason });
    assert.deepEqual([foreign.status, foreign.body.detail], [403, unknown.body.detail], 'told apart');
    const wrong = [
      { orderId: 'R-8', reason, order: sampleOrder('R-8', { buyer: { id: 'b-2' } }) },
      { orderId: 'R-3', reason, order: sampleOrder('R-3', { buyer: { id: 'b-1' }, revision: 9 }) },
      { orderId: 'R-1', reason, order: sampleOrder('R-1', { buyer: { id: 'b-2' }, revision: 9 }) },
    ];
    for (const body of wrong) assert.equal((await report(key, body)).status, 403, JSON.stringify(body.order));
    assert.equal((await report(key, { orderId: 'R-3' }, '/v1/review-successes')).status, 403);
    assert.equal(await house.db.inboundEvent.count(), before, 'something was accepted');
    assert.equal((await report(key, { orderId: 'R-1' }, '/v1/review-successes')).status, 202);
    assert.equal((await report(key, { orderId: 'R-7', reason, order: sampleOrder('R-7', { buyer: { id: 'b-1' } }) })).status, 202);
  });

  it('W3: a liaison reaches the cases of whom they stand in for, as long as the absence holds', async () => {
    const { db } = house;
    const { createPeople } = await import('../../src/api/person-tokens.js');
    const people = createPeople(db, issuer.config);
    const liaisonIds = async (personId: string): Promise<readonly string[]> =>
      (await people.callerWith(await issuer.token({ holdpoint_roles: 'liaison', holdpoint_person: personId }))).liaisonIds;
    assert.deepEqual(await liaisonIds('l-1'), ['l-1']);
    assert.deepEqual(await liaisonIds('no-such-person'), []);
    const hour = 3_600_000;
    const at = (ms: number): Date => new Date(Date.now() + ms);
    const absence = { liaisonId: 'l-3', delegateId: 'l-1', note: null, createdBy: 'x' };
    const over = await addAbsence(db, { ...absence, fromAt: at(-2 * hour), toAt: at(-hour) });
    const toCome = await addAbsence(db, { ...absence, fromAt: at(hour), toAt: at(2 * hour) });
    assert.deepEqual(await liaisonIds('l-1'), ['l-1']);
    const present = await addAbsence(db, { ...absence, fromAt: at(-hour), toAt: at(hour) });
    assert.deepEqual((await liaisonIds('l-1')).toSorted(), ['l-1', 'l-3']);
    assert.deepEqual(await liaisonIds('l-3'), ['l-3'], 'their own stay theirs');
    await db.liaison.update({ where: { id: 'l-1' }, data: { active: false } });
    assert.deepEqual(await liaisonIds('l-1'), [], 'who left has no cases');
    await db.liaison.update({ where: { id: 'l-1' }, data: { active: true } });
    await db.absence.deleteMany({ where: { id: { in: [over.id, toCome.id, present.id] } } });
  });
});

/** Figures over cases and for operations: of what really happened in a house, each equal to the list that it leads to (Q9). */
import assert from 'node:assert/strict';
import { writeCase } from '../../src/db/review-cases.js';
import type { CaseRecord } from '../../src/domain/case-record.js';
import type { CaseStatus } from '../../src/domain/case-status.js';
import { inTurns } from '../../src/api/in-turns.js';
import { HandIssuer } from '../support/hand-issuer.js';
import { House, sampleOrder, type Answer } from '../support/house.js';
import { Placing } from '../support/placing.js';
import { caseRecord } from '../support/written-rows.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('statistics', () => {
  let house: House;
  let issuer: HandIssuer;
  before(async () => {
    issuer = await HandIssuer.start();
    house = await House.start({ people: { config: issuer.config } });
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
  });

  const get = async (path: string, token?: string): Promise<any> => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { status, body }: Answer = await house.api('GET', path, undefined, headers);
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    return body;
  };

  /** How many there are on all pages of a list. */
  async function lengthOf(list: string, token?: string): Promise<number> {
    let count = 0;
    for (let cursor: string | null = ''; cursor !== null;) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const body: any = await get(`${list}${list.includes('?') ? '&' : '?'}limit=200${more}`, token);
      count += body.items.length;
      cursor = body.nextCursor;
    }
    return count;
  }

  /** Every figure anywhere in an answer: what has a count and a list. */
  function figuresIn(value: unknown, path = ''): { path: string; count: number; list: string }[] {
    if (typeof value !== 'object' || value === null) return [];
    const { count, list } = value as { count?: number; list?: string };
    const own = typeof count === 'number' && typeof list === 'string' ? [{ path, count, list }] : [];
    return [...own, ...Object.entries(value).flatMap(([name, inner]) => figuresIn(inner, `${path}/${name}`))];
  }

  async function requireEqualToLists(answer: object, token?: string): Promise<number> {
    const figures = figuresIn(answer);
    await inTurns(figures, 6, async ({ path, count, list }) => {
      assert.equal(await lengthOf(list, token), count, `${path} is not as ${list}`);
    });
    return figures.length;
  }

  const held = async (scenario: object, order: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, scenario);
    await house.fail(orderId, { order: sampleOrder(orderId, order) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    return orderId;
  };
  const act = async (orderId: string, action: string, body: object = {}): Promise<void> => {
    const { status, body: answer } = await house.api('POST', `/v1/review-cases/${orderId}/${action}`, {
      by: 'Li Wei',
      note: 'test',
      ...body,
    });
    assert.ok(status < 300, JSON.stringify(answer));
  };
  const inline = { review: ['pass'], answer: 'inline' };

  /** A case that was written down by its workflow at some time. */
  const written = async (orderId: string, at: number, row: Partial<CaseRecord['row']>, types: string[] = []): Promise<void> => {
    const line = (type: string, index: number) => ({ number: index + 1, type, actor: 'Li Wei', at, data: {} });
    const status = (row.status ?? 'held') as CaseStatus;
    const audit = types.map((type, index) => ({ ...line(type, index), before: 'held' as const, after: status }));
    await writeCase(house.db, caseRecord(orderId, at, row, audit));
  };

  it('Q9: saved alone is what was approved without anything that a person had done before; each figure is its list', async () => {
    const buyer = { id: 'saved', name: 'Saved Ltd' };
    const alone = await held({ review: ['fail:STOCK_SHORT', 'pass'], answer: 'inline' }, { buyer });
    await house.toNext(alone);
    await house.until(alone, ({ reviewAttempts, status }) => reviewAttempts === 1 && status === 'held', 'asked once');
    await house.toNext(alone);
    const byWord = await held(inline, { buyer });
    await act(byWord, 'review-succeeded', { eventId: `word-${byWord}` });
    const asked = await held(inline, { buyer });
    await act(asked, 'request-review');
    const acknowledged = await held(inline, { buyer });
    await act(acknowledged, 'acknowledge');
    await house.toNext(acknowledged);
    const noted = await held(inline, { buyer });
    await act(noted, 'notes');
    await house.toNext(noted);
    const nearlyDeclined = await held({ review: ['fail:STOCK_SHORT', 'pass'], answer: 'inline' }, { buyer });
    await act(nearlyDeclined, 'decline');
    const stays = await held({ review: ['fail:STOCK_SHORT'], answer: 'inline' }, { buyer });
    for (const orderId of [alone, byWord, asked, acknowledged, noted]) await house.untilStatus(orderId, 'approved');
    await house.untilStatus(nearlyDeclined, 'declined');
    // What is said of it afterwards changes nothing of how it was saved.
    await house.workflowEnded(alone);
    await act(alone, 'notes');
    const token = await issuer.token({ holdpoint_roles: 'auditor', holdpoint_buyers: ['saved'] });
    const to = new Date(Date.now() + 3 * DAY).toISOString();
    const answer = await get(`/v1/statistics/cases?to=${to}&from=${new Date(Date.now() - DAY).toISOString()}`, token);
    assert.deepEqual([answer.ended.count, answer.ended.approved.count, answer.ended.savedAlone.count], [6, 5, 1]);
    assert.equal(answer.ended.savedAlone.share, 1 / 6);
    const saved = await get(answer.ended.savedAlone.list, token);
    assert.deepEqual(
      saved.items.map(({ orderId }: any) => orderId),
      [alone],
    );
    assert.equal(answer.open.count, 1);
    assert.equal(answer.open.states.find(({ status }: any) => status === 'held').count, 1);
    assert.ok(stays);
    assert.ok((await requireEqualToLists(answer, token)) > 40);
  });

  it('Q9: states and ages, intervals by the zone’s own days, times to resolve by reason and liaison', async () => {
    const now = Date.now();
    const at = (iso: string): number => Date.parse(iso);
    const buyerId = 'aged';
    const ages: [number, string][] = [
      [10 * 60_000, 'held'],
      [2 * HOUR, 'held'],
      [5 * HOUR, 'held'],
      [30 * HOUR, 'awaiting_liaison'],
      [4 * DAY, 'held'],
      [40 * DAY, 'held'],
    ];
    for (const [index, [age, status]] of ages.entries()) await written(`Age-${index}`, now - age, { buyerId, status });
    // Stockholm's day of 25 October 2026 has 25 hours: from 24 October 22:00 to 25 October 23:00 UTC.
    const ends: [string, Partial<CaseRecord['row']>, string[]?][] = [
      ['2026-10-24T21:59:59Z', { status: 'approved' }],
      ['2026-10-24T22:00:00Z', { status: 'approved' }, ['reassigned']],
      ['2026-10-25T22:30:00Z', { status: 'approved' }, ['review_requested']],
      ['2026-10-25T23:00:00Z', { status: 'declined' }],
      ['2026-10-26T09:00:00Z', { status: 'expired', reasonType: 'DEDUCTION_ERROR', liaisonId: null }],
      ['2026-10-26T10:00:00Z', { status: 'rejected', reasonType: 'PROHIBITED_GOODS' }],
    ];
    for (const [index, [end, row, types]] of ends.entries()) {
      const [endedAt, tookMs] = [at(end), (index + 1) * HOUR];
      await written(`End-${index}`, endedAt - tookMs, { buyerId, endedAt, firstFailureAt: endedAt - tookMs, ...row }, types);
    }
    const token = await issuer.token({ holdpoint_roles: 'auditor', holdpoint_buyers: [buyerId] });
    const span = 'from=2026-10-24T20:00:00Z&to=2026-10-26T12:00:00Z';
    const answer = await get(`/v1/statistics/cases?${span}&timeZone=Europe/Stockholm`, token);
    assert.deepEqual(
      answer.open.states.filter(({ count }: any) => count > 0).map((one: any) => [one.status, one.ages.map(({ count }: any) => count)]),
      [
        ['held', [1, 1, 0, 1, 1, 1]],
        ['awaiting_liaison', [0, 0, 1, 0, 0, 0]],
      ],
    );
    assert.deepEqual(
      answer.intervals.map((one: any) => [one.from, one.opened.count, one.ended.count, one.approved.count, one.savedAlone.count]),
      [
        ['2026-10-24T20:00:00.000Z', 2, 1, 1, 1],
        ['2026-10-24T22:00:00.000Z', 2, 2, 2, 1],
        ['2026-10-25T23:00:00.000Z', 2, 3, 0, 0],
      ],
    );
    const { all, byReasonType, byLiaison } = answer.timeToResolve;
    assert.deepEqual([all.count, all.p50Ms, all.p90Ms], [5, 3 * HOUR, 16_560_000]);
    assert.deepEqual(
      byReasonType.map(({ reasonType, count, p50Ms }: any) => [reasonType, count, p50Ms]),
      [
        ['STOCK_SHORT', 4, 2.5 * HOUR],
        ['DEDUCTION_ERROR', 1, 5 * HOUR],
      ],
    );
    assert.deepEqual(
      byLiaison.map(({ liaisonId, count }: any) => [liaisonId, count]),
      [
        ['l-1', 4],
        [null, 1],
      ],
    );
    await requireEqualToLists(answer, token);
    const hours = await get(`/v1/statistics/cases?${span}&every=hour&timeZone=Asia/Kolkata`, token);
    assert.deepEqual([hours.intervals[0].to, hours.intervals.length], ['2026-10-24T20:30:00.000Z', 41]);
    await requireEqualToLists(hours, token);
  });

  it('Q9: who is bound to buyers, or a liaison, has figures of their own alone; who may not read messages has no health', async () => {
    const now = Date.now();
    await written('Own-1', now, { buyerId: 'mine', liaisonId: 'l-2', status: 'approved', endedAt: now });
    await written('Own-2', now, { buyerId: 'others', liaisonId: 'l-3' });
    const spanned = `/v1/statistics/cases?to=${new Date(now + HOUR).toISOString()}`;
    const buyer = await get(spanned, await issuer.token({ holdpoint_roles: 'operations', holdpoint_buyers: ['mine'] }));
    assert.deepEqual([buyer.ended.count, buyer.open.count, buyer.timeToResolve.all.count], [1, 0, 1]);
    const liaison = await issuer.token({ holdpoint_roles: 'liaison', holdpoint_person: 'l-3' });
    const own = await get(spanned, liaison);
    assert.deepEqual([own.ended.count, own.open.count], [0, 1]);
    const opened = own.intervals.reduce((sum: number, interval: any) => sum + interval.opened.count, 0);
    assert.equal(opened, 1);
    await requireEqualToLists(own, liaison);
    const author = await issuer.token({ holdpoint_roles: 'policy_author' });
    assert.equal((await house.api('GET', '/v1/statistics/health', undefined, { authorization: `Bearer ${author}` })).status, 403);
    const health = await get('/v1/statistics/health', liaison);
    assert.equal(health.breakers, null);
    assert.notEqual(health.inboundEvents, null);
    const { body } = await house.api('POST', '/v1/keys', { name: 'messages-alone', scopes: ['messages.read'] });
    const little = await get('/v1/statistics/health', body.key);
    assert.deepEqual([little.breakers, little.inboundEvents, little.unknownWords, little.timers], [null, null, null, []]);
  });

  it('Q9: a span that is too long, backwards or cut too finely is refused in words', async () => {
    const wrong: [string, RegExp][] = [
      ['cases?from=2026-01-01T00:00:00Z&to=2026-04-04T00:00:00Z', /from: must be at most 92 days before to/],
      ['cases?from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z', /to: must be after from/],
      ['cases?from=2026-01-01T00:00:00Z&to=2026-01-20T00:00:00Z&every=hour', /every: must be "day" here: there would be more than 400/],
      ['cases?every=minute', /every: must be one of: hour, day/],
      ['cases?timeZone=Mars/Olympus', /timeZone: must be a time zone like/],
      ['health?from=2026-01-01T00:00:00Z', /from: must be at most 92 days before to/],
    ];
    for (const [query, words] of wrong) {
      const { status, body } = await house.api('GET', `/v1/statistics/${query}`);
      assert.deepEqual([status, body.code], [400, 'VALIDATION_FAILED'], query);
      assert.match(body.detail, words);
    }
    const most = await get('/v1/statistics/cases?from=2026-01-01T00:00:00Z&to=2026-01-17T16:00:00Z&every=hour');
    assert.equal(most.intervals.length, 400);
  });

  it('Q9: health: breakers, messages, problems, unknown words, each its list; timers by the case’s own clock', async () => {
    const placing = new Placing(house);
    const unknown = house.newOrderId();
    await house.fail(unknown);
    await house.untilStatus(unknown, 'order_unknown');
    const refused = house.newOrderId();
    await house.scenario(refused, { faults: [{ side: 'buyer', call: 1, do: '422' }] });
    await house.fail(refused, { order: sampleOrder(refused) });
    await house.messageOf(refused, 'buyer', 'refused');
    const contradicted = await held({ review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await act(contradicted, 'cancel');
    await house.untilStatus(contradicted, 'cancelled');
    await house.untilBuyerHeard(contradicted, 2);
    await house.api('POST', '/v1/review-successes', { eventId: `late-${contradicted}`, orderId: contradicted });
    assert.equal(await house.dispositionOf(contradicted, `late-${contradicted}`), 'contradiction');
    const drone = await placing.place({ vendor: ['ACCEPTED', 'HANDED_TO_DRONE'] });
    await placing.untilStatus(drone, 'placed');
    await placing.toNext(drone);
    await house.db.breaker.create({
      data: { counterpartId: 'review-server', state: 'open', failures: 5, openings: 1, openedAt: new Date() },
    });
    const answer = await get('/v1/statistics/health');
    await house.db.breaker.deleteMany({ where: { counterpartId: 'review-server' } });
    assert.deepEqual([answer.breakers[0].counterpartId, answer.breakers[0].state], ['review-server', 'open']);
    assert.equal(answer.messages.find(({ state }: any) => state === 'refused').count, 1);
    assert.deepEqual(answer.inboundEvents.problems.map(({ problem }: any) => problem).toSorted(), [
      'ORDER_UNKNOWN',
      'SUCCESS_AFTER_FAILURE_TOLD',
    ]);
    assert.equal(answer.inboundEvents.contradicting.count, 1);
    assert.deepEqual(
      answer.unknownWords.map(({ vendorId, vendorStatus, count }: any) => [vendorId, vendorStatus, count]),
      [['swift-post', 'HANDED_TO_DRONE', 1]],
    );
    const timers = Object.fromEntries(answer.timers.map((timer: any) => [timer.timer, timer]));
    // By the rule: twice in the case that was saved alone, once each in those that were acknowledged and noted.
    assert.equal(timers['review_request'].count, 4);
    assert.equal(timers['poll'].count, 1);
    for (const { timer, p50Ms, maxMs, worst } of answer.timers) {
      assert.ok(p50Ms >= 0 && maxMs >= p50Ms && maxMs < 10_000, `${timer}: ${p50Ms} to ${maxMs} ms late, though days were skipped`);
      const history = await get(worst.list);
      assert.ok(
        history.items.some(({ caseAt }: any) => caseAt === worst.at),
        worst.list,
      );
    }
    await requireEqualToLists({ ...answer, timers: [] });
  });
});

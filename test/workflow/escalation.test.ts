/** Who is told again while nobody has acknowledged a case (D6): each rung's mail arrives, once. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SEED_REVIEW_POLICY, type ReviewRules } from '../../src/domain/review-policy.js';
import { WEEKDAYS, type WorkingCalendar } from '../../src/domain/working-calendar.js';
import { eventually, House, sampleOrder, type Answer } from '../support/house.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const INGRID = 'ingrid.larsson@liaison.example';
const WANG = 'wang.wei@liaison.example';
const MARIA = 'sofia.nystrom@liaison.example';
const OPERATIONS = 'chen.jing@operations.example';

describe('the ladder of reminders and escalations', () => {
  let house: House;
  let refusing: Server;
  before(async () => {
    house = await House.start();
    refusing = createServer((_request, response) => void response.writeHead(403).end());
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port } = refusing.address() as AddressInfo;
    await house.db.counterpart.create({ data: { id: 'dead-chat', kind: 'liaison', name: 'Chat', baseUrl: `http://127.0.0.1:${port}` } });
    const people = [
      { id: 'l-chat', name: 'Chatty', email: 'chatty@liaison.example', channels: [{ type: 'server', counterpartId: 'dead-chat' }, { type: 'email' }] },
      { id: 'l-gone', name: 'Gone', email: 'gone@liaison.example', active: false },
    ]; // oxfmt-ignore
    await house.db.liaison.createMany({ data: people });
  });
  after(async () => {
    await house.stop();
    refusing.close();
  });

  const publish = async (changes: Partial<ReviewRules>): Promise<number> => {
    const content = { base: { ...SEED_REVIEW_POLICY, jitter: 0, ...changes }, rules: [] };
    const answer = await house.api('POST', '/v1/policies/review', { content, by: 'anna', why: 'a test' });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.version;
  };
  /** Held, with its first mail out; every review of it fails. */
  const heldCase = async (order: object = {}): Promise<string> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await house.fail(orderId, { order: sampleOrder(orderId, order) });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    return orderId;
  };
  const act = (orderId: string, action: string, body: object = {}): Promise<Answer> =>
    house.api('POST', `/v1/review-cases/${orderId}/${action}`, { by: 'Ingrid', note: `why ${action}`, ...body });
  const to = async (orderId: string): Promise<string[]> => (await house.mails(orderId)).map((mail) => mail.to[0]);
  /** The notices to people, oldest first. */
  const ledger = async (orderId: string): Promise<any[]> =>
    (await house.api('GET', `/v1/messages?orderId=${orderId}&limit=200`)).body.items
      .filter(({ counterpart }: any) => ['liaison', 'operations'].includes(counterpart))
      .toReversed();
  const stages = async (orderId: string): Promise<string[]> => (await ledger(orderId)).map(({ stage, state }) => `${stage} ${state}`);
  const audited = async (orderId: string, type: string): Promise<any[]> =>
    (await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`)).body.items.filter((line: any) => line.type === type);

  it('D6: the liaison again, the supervisor, operations: one mail and one row of the ledger for each step, and each the next action in its turn', async () => {
    const orderId = await heldCase();
    await house.untilMailed(orderId, 1);
    const opened = await house.caseOf(orderId);
    const planned = (found: any): string[] => found.planned.map(({ what }: any) => what);
    assert.deepEqual(planned(opened), [
      'review request 1',
      'reminder',
      'escalation_supervisor',
      'escalation_operations',
      'end of the retry window',
      'resolution deadline',
    ]);
    const { text } = (await house.api('GET', `/v1/review-cases/${orderId}/explanation`)).body;
    assert.match(text, /Unless somebody acknowledges it, .*: to the liaison at .*, to the supervisor at .*, to operations at /);
    await act(orderId, 'reschedule', { at: new Date(Date.parse(opened.firstFailureAt) + 23 * HOUR).toISOString() });
    const rungs = [
      ['reminder', INGRID, 4],
      ['escalation_supervisor', MARIA, 8],
    ] as const;
    for (const [index, [what, address, hours]] of rungs.entries()) {
      const found = await house.until(orderId, ({ nextAction }) => nextAction?.what === what, `next ${what}`);
      assert.equal(Date.parse(found.nextAction.at) - Date.parse(found.firstFailureAt), hours * HOUR);
      await house.toNext(orderId);
      assert.equal((await house.untilMailed(orderId, index + 2)).at(-1).to[0], address);
    }
    await house.skip(orderId, 17 * HOUR);
    await house.untilStatus(orderId, 'awaiting_liaison');
    await house.untilMailed(orderId, 5);
    await eventually(async () => ((await audited(orderId, 'notice_settled')).length === 5 ? true : undefined), 'all are settled');
    const waiting = await house.caseOf(orderId);
    assert.deepEqual(
      waiting.escalation.done.map(({ to: group, stage }: any) => [group, stage]),
      [
        ['liaison', 'reminder-1'],
        ['supervisor', 'escalation-supervisor-1'],
        ['operations', 'escalation-operations-1'],
      ],
    );
    assert.deepEqual([waiting.escalation.toCome, planned(waiting)], [[], ['resolution deadline']]);
    await house.skip(orderId, 48 * HOUR);
    assert.equal((await house.workflowEnded(orderId)).status, 'expired');
    assert.deepEqual((await to(orderId)).toSorted(), [INGRID, INGRID, INGRID, MARIA, OPERATIONS].toSorted());
    const rows = await ledger(orderId);
    const found = rows.map(({ stage, recipient, state, attempts }) => [stage, recipient, state, attempts.length]);
    assert.deepEqual(
      found.toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
      [
        ['awaiting_liaison-1', 'l-1/email', 'sent', 1],
        ['escalation-operations-1', 'o-1/email', 'sent', 1],
        ['escalation-supervisor-1', 's-1/email', 'sent', 1],
        ['first_failure', 'l-1/email', 'sent', 1],
        ['reminder-1', 'l-1/email', 'sent', 1],
      ],
    );
    const [settled] = await audited(orderId, 'notice_settled');
    const { stage, personId, channel, outcome } = settled.data;
    assert.deepEqual([stage, personId, channel, outcome], ['first_failure', 'l-1', 'email', 'delivered']);
    assert.deepEqual((await house.caseOf(orderId)).planned, []);
  });

  it('D6: acknowledged, nobody is told again and the clocks go on; given to somebody else, it begins anew', async () => {
    const orderId = await heldCase();
    await house.untilMailed(orderId, 1);
    const acknowledged = await act(orderId, 'acknowledge');
    assert.deepEqual(acknowledged.body.changed, [{ what: 'acknowledgedBy', from: null, to: 'Ingrid' }]);
    const again = await act(orderId, 'acknowledge', { by: 'Bea' });
    assert.deepEqual([again.status, again.body.changed], [200, []]);
    const shown = await house.until(orderId, ({ escalation }) => escalation?.acknowledged !== null, 'acknowledged');
    assert.deepEqual([shown.escalation.acknowledged.by, shown.escalation.acknowledged.note], ['Ingrid', 'why acknowledge']);
    assert.deepEqual([shown.escalation.toCome, shown.nextAction.what], [[], 'review request 1']);
    await house.skip(orderId, 10 * HOUR);
    await house.until(orderId, ({ reviewAttempts, status }) => reviewAttempts >= 5 && status === 'held', 'the rule went on');
    assert.deepEqual(await to(orderId), [INGRID]);

    const reassigned = await act(orderId, 'reassign', { liaisonId: 'l-3' });
    const changed = reassigned.body.changed.map(({ what }: any) => what);
    assert.deepEqual(changed, ['liaisonId', 'acknowledgedBy']);
    await house.untilMailed(orderId, 2);
    await house.skip(orderId, 5 * HOUR);
    await house.untilMailed(orderId, 3);
    assert.deepEqual(await to(orderId), [INGRID, WANG, WANG]);
    await act(orderId, 'decline');
    await house.workflowEnded(orderId);
    assert.equal((await act(orderId, 'acknowledge')).body.code, 'ACTION_NOT_ALLOWED');
    assert.deepEqual(await stages(orderId), ['first_failure sent', 'assigned-1 sent', 'reminder-1 sent']);
  });

  it('D6: paused, the reminders wait and the supervisor is told; resumed, one of them comes', async () => {
    const steps = [1, 2, 3].map((hours) => ({ afterMs: hours * HOUR, to: 'liaison' as const }));
    await publish({ escalation: { steps: [...steps, { afterMs: 5 * HOUR, to: 'supervisor' }], workingTime: false } });
    const orderId = await heldCase();
    await house.untilMailed(orderId, 1);
    await act(orderId, 'pause');
    await house.skip(orderId, 6 * HOUR);
    await house.untilMailed(orderId, 2);
    assert.deepEqual(await to(orderId), [INGRID, MARIA]);
    await act(orderId, 'resume');
    await house.untilMailed(orderId, 3);
    const [reminded] = await audited(orderId, 'reminded');
    assert.deepEqual([reminded.data.stage, reminded.data.passedOver], ['reminder-1', 2]);
    await act(orderId, 'decline');
    await house.workflowEnded(orderId);
    assert.deepEqual(await to(orderId), [INGRID, MARIA, INGRID]);
  });

  it('D6: a way that is dead gives way to the next one', async () => {
    const orderId = await heldCase({ liaisonId: 'l-chat' });
    const [mail] = await house.untilMailed(orderId, 1);
    assert.equal(mail.to[0], 'chatty@liaison.example');
    const lines = await house.untilAudited(orderId, 'notice_settled', 2);
    assert.deepEqual(
      lines.map(({ data }) => [data.channel, data.outcome === 'delivered']),
      [
        ['dead-chat', false],
        ['email', true],
      ],
    );
  });

  it('D6: where there is nobody to tell, those above are', async () => {
    await publish({ escalation: { steps: [{ afterMs: HOUR, to: 'liaison' }], workingTime: false } });
    const orderId = await heldCase();
    await house.untilMailed(orderId, 1);
    // Nobody could have given it to them; they left afterwards.
    await act(orderId, 'reassign', { liaisonId: 'l-3' });
    await house.untilMailed(orderId, 2);
    await house.db.liaison.update({ where: { id: 'l-3' }, data: { active: false } });
    await house.skip(orderId, 90 * MINUTE);
    const mails = await house.untilMailed(orderId, 3);
    await house.db.liaison.update({ where: { id: 'l-3' }, data: { active: true } });
    assert.equal(mails.at(-1).to[0], MARIA);
    const [missing] = await audited(orderId, 'notice_without_recipient');
    assert.deepEqual([missing.data.to, missing.data.stage], ['liaison', 'reminder-1']);
    assert.deepEqual((await house.caseOf(orderId)).escalation.done.length, 1);
  });

  it('D6: nobody anywhere to tell is written down, and the case goes on', async () => {
    const people = await house.db.liaison.findMany({ where: { active: true } });
    await house.db.liaison.updateMany({ data: { active: false } });
    const orderId = await heldCase();
    const lines = await house.untilAudited(orderId, 'notice_without_recipient', 3);
    await house.db.liaison.updateMany({ where: { id: { in: people.map(({ id }) => id) } }, data: { active: true } });
    assert.deepEqual(
      lines.map(({ data }) => data.to),
      ['liaison', 'supervisor', 'operations'],
    );
    await act(orderId, 'decline');
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    assert.deepEqual([await to(orderId), await ledger(orderId)], [[], []]);
  });

  it('D6: in working time it waits over a night and over days that are free', async () => {
    const { calendar, names } = calendarFromNow();
    const steps = [
      { afterMs: HOUR, to: 'liaison' as const },
      { afterMs: 3 * HOUR, to: 'supervisor' as const },
    ];
    const limits = { retryWindowMs: HOUR, resolutionDeadlineMs: 6 * 24 * HOUR };
    await publish({ ...limits, calendar, escalation: { steps, workingTime: true } });
    const orderId = await heldCase();
    await house.untilMailed(orderId, 1);
    const found = await house.caseOf(orderId);
    const local = ({ at }: any): string => new Date(Date.parse(at) + names.aheadMs).toISOString().slice(8, 16).replace('T', ' ');
    // Open from 13:00 to 15:00, today and then not before the third day from it.
    assert.deepEqual(found.escalation.toCome.map(local), [`${names.today} 14:00`, `${names.thirdDay} 14:00`]);
    await house.skip(orderId, 24 * HOUR);
    await house.untilStatus(orderId, 'awaiting_liaison');
    await house.untilMailed(orderId, 3);
    await house.skip(orderId, 36 * HOUR);
    assert.deepEqual((await to(orderId)).includes(MARIA), false, 'told on a free day');
    await house.skip(orderId, 24 * HOUR);
    await eventually(async () => ((await to(orderId)).includes(MARIA) ? true : undefined), 'the supervisor is told');
    const [line] = await audited(orderId, 'escalated');
    assert.equal(local({ at: line.caseAt }), `${names.thirdDay} 14:00`);
    await publish({});
  });

  it('D6: in shadow the steps are recorded, and nobody is told', async () => {
    const turn = (on: boolean): Promise<Answer> => house.api('PUT', '/v1/switches/shadow', { on, by: 'anna', note: 'a test' });
    await turn(true);
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline' });
    await house.fail(orderId, { order: sampleOrder(orderId) });
    await house.untilStatus(orderId, 'held');
    await act(orderId, 'pause');
    await turn(false);
    await house.skip(orderId, 9 * HOUR);
    await house.untilAudited(orderId, 'notice_settled', 2);
    assert.deepEqual(await stages(orderId), ['first_failure shadow', 'escalation-supervisor-1 shadow']);
    assert.deepEqual(await house.mails(orderId), []);
  });
});

/** Open from 13:00 to 15:00 where it is about ten in the morning now; the two days after today are free, as at a weekend. */
function calendarFromNow(): { calendar: WorkingCalendar; names: { today: string; thirdDay: string; aheadMs: number } } {
  const difference = 10 - new Date().getUTCHours();
  // The zones with whole offsets go from 12 hours behind to 14 ahead.
  const ahead = difference < -12 ? difference + 24 : difference;
  const timeZone = ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
  const localDay = (days: number): Date => new Date(Date.now() + ahead * HOUR + days * 24 * HOUR);
  const free = [1, 2].map((days) => WEEKDAYS[(localDay(days).getUTCDay() + 6) % 7]);
  const hours: WorkingCalendar['hours'] = {};
  for (const day of WEEKDAYS.filter((name) => !free.includes(name))) hours[day] = [['13:00', '15:00']];
  const dateOf = (days: number): string => localDay(days).toISOString().slice(8, 10);
  return { calendar: { timeZone, hours }, names: { today: dateOf(0), thirdDay: dateOf(3), aheadMs: ahead * HOUR } };
}

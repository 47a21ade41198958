/** Notices by every way, against real receivers: a mail server, a liaison's own server, Slack's and DingTalk's incoming webhooks. */
import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { createLiaisonActivities } from '../../src/activities/liaison/activities.js';
import { createMailer, type Mailer } from '../../src/activities/liaison/mailer.js';
import { saveCounterpart } from '../../src/db/counterpart-changes.js';
import { addSecret } from '../../src/db/counterpart-secrets.js';
import { addTemplate } from '../../src/db/notice-templates.js';
import { saveOrder } from '../../src/db/orders.js';
import { savePerson } from '../../src/db/people.js';
import type { NoticeFormat } from '../../src/domain/counterpart.js';
import type { NotifyPersonInput } from '../../src/domain/notice.js';
import type { OrderDocument } from '../../src/domain/order.js';
import type { Person } from '../../src/domain/people.js';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { House, LINK_KEY, SEALING, sampleOrder } from '../support/house.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const NOW = Date.UTC(2026, 0, 1, 8);

describe('notices by every way', () => {
  let house: House;
  let mailer: Mailer;
  let receiver: Receiver;
  before(async () => {
    house = await House.start({ worker: false, counterpartTimeoutMs: 500 });
    mailer = createMailer(house.sandbox.urls.smtp, 5000);
    receiver = await startReceiver();
    for (const format of ['wire', 'slack', 'dingtalk'] as const) await addServer(`to-${format}`, format, `${receiver.url}/${format}`);
    await addServer('away', 'slack', 'http://127.0.0.1:9/hook');
  });
  after(async () => {
    mailer.close();
    await receiver.close();
    await house.stop();
  });

  const addServer = (id: string, format: NoticeFormat, baseUrl: string) => {
    const common = { kind: 'liaison', name: 'A chat', auth: { type: 'none' }, mapping: null, sender: null, version: 1 } as const;
    const limits = { timeoutMs: 500, maxPerSecond: 50, maxConcurrent: 20 };
    return saveCounterpart(house.db, SEALING, { id, baseUrl, format, buyerIds: [], ...common, ...limits }, 'test');
  };
  const activities = () =>
    createLiaisonActivities(house.db, house.counterparts, {
      mailer,
      from: 'Holdpoint <holdpoint@test.example>',
      publicUrl: 'http://h.example',
      consoleUrl: null,
      linkKey: LINK_KEY,
    });
  const noticeTo = async (way: string, more: Partial<NotifyPersonInput> = {}, order: object = {}): Promise<NotifyPersonInput> => {
    const orderId = house.newOrderId();
    await saveOrder(house.db, sampleOrder(orderId, order) as unknown as OrderDocument);
    return {
      caseId: `${orderId}/1`,
      orderId,
      reviewRound: 1,
      stage: 'first_failure',
      ledgerStage: 'first_failure',
      personId: 'l-1',
      onBehalfOf: null,
      liaisonId: 'l-1',
      reason: { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' },
      firstFailureAt: NOW,
      windowEndsAt: NOW + 2,
      deadlineAt: NOW + 3,
      status: 'held',
      statusReason: null,
      caseAt: NOW,
      channel: way === 'email' ? { type: 'email' } : { type: 'server', counterpartId: way },
      next: { what: 'review request 1', at: NOW + 1 },
      actions: ['decline'],
      buyerToldEarly: true,
      acknowledgedBy: null,
      shadow: false,
      ...more,
    };
  };
  const ledger = async ({ orderId }: { orderId: string }) => {
    const rows = await house.db.message.findMany({ where: { orderId }, include: { attempts: { orderBy: { number: 'asc' } } } });
    assert.equal(rows.length, 1);
    return rows[0]!;
  };
  const failure = async (work: Promise<unknown>): Promise<ApplicationFailure> => {
    const error = await work.then(
      () => assert.fail('it should have failed'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ApplicationFailure, String(error));
    return error;
  };
  const receivedOf = ({ caseId }: NotifyPersonInput) =>
    receiver.got.filter(({ headers }) => headers['webhook-id'].startsWith(`${caseId}/`));
  const answerNext = (...answers: Receiver['answers']): void => void receiver.answers.push(...answers);

  it('D9: a mail once per case, stage, person and way, with its place in the ledger', async () => {
    const notice = await noticeTo('email');
    await activities().notifyPerson(notice);
    await activities().notifyPerson({ ...notice, caseAt: NOW + 5000 });
    const [mail, ...more] = await house.mails(notice.orderId);
    assert.deepEqual([mail.to, more], [['ingrid.larsson@liaison.example'], []]);
    const { key, stage, counterpart, counterpartId, recipient, state, attempts } = await ledger(notice);
    assert.deepEqual(
      [key, stage, counterpart, counterpartId, recipient, state, attempts.length],
      [`${notice.caseId}/first_failure/l-1/email`, 'first_failure', 'liaison', 'mail', 'l-1/email', 'sent', 1],
    );
    await activities().notifyPerson({ ...notice, ledgerStage: 'reminder-1', stage: 'reminder' });
    await activities().notifyPerson({ ...notice, ledgerStage: 'reminder-2', stage: 'reminder' });
    assert.deepEqual(
      (await house.mails(notice.orderId)).slice(1).map(({ subject }) => subject.slice(0, 11)),
      ['Reminder 1:', 'Reminder 2:'],
    );
  });

  it('A5: a hostile name makes no header and no recipient of its own', async () => {
    const buyer = { id: 'b', name: 'Evil\r\nBcc: victim@example.com\r\n\r\nX' };
    const evil = { subject: 'Of {{ order.buyer }}', opening: 'x', advice: '' };
    await addTemplate(house.db, { ...version('reopened', 'STOCK_SHORT'), texts: { en: evil, 'zh-CN': evil } });
    const notice = await noticeTo('email', { stage: 'reopened', ledgerStage: 'reopened' }, { buyer });
    await activities().notifyPerson(notice);
    const [mail] = await house.mails(notice.orderId);
    assert.deepEqual(mail.to, ['ingrid.larsson@liaison.example']);
    assert.equal(mail.subject, 'Of Evil Bcc: victim@example.com X');
    assert.equal(mail.headers.bcc, undefined);
  });

  it('A5: a liaison server gets docs/wire.md’s JSON, signed, under its key, once', async () => {
    const notice = await noticeTo('to-wire', { onBehalfOf: 'l-3' });
    await activities().notifyPerson(notice);
    await activities().notifyPerson(notice);
    const [received, ...more] = receivedOf(notice);
    assert.ok(received);
    assert.deepEqual([received.path, more.length], ['/wire/notices', 0]);
    const { body, headers } = received;
    assert.equal(headers['idempotency-key'], body.noticeId);
    assert.match(headers['webhook-signature'], /^v1,/);
    const { subject, text, html, order, links, ...facts } = body;
    const [link, ...others] = links;
    assert.deepEqual([link.action, link.label, others], ['decline', 'Decline the order', []]);
    assert.match(link.url, /^http:\/\/h\.example\/act\/[\w-]+\.[\w-]{20,}$/);
    assert.deepEqual(facts, {
      noticeId: `${notice.caseId}/first_failure/l-1/to-wire`,
      stage: 'first_failure',
      caseId: notice.caseId,
      orderId: notice.orderId,
      to: { id: 'l-1', name: 'Ingrid Larsson' },
      onBehalfOf: 'l-3',
      liaisonId: 'l-1',
      reviewRound: 1,
      status: 'held',
      statusReason: null,
      reason: notice.reason,
      firstFailureAt: iso(NOW),
      windowEndsAt: iso(NOW + 2),
      deadlineAt: iso(NOW + 3),
      next: { what: 'review request 1', at: iso(NOW + 1) },
      actions: ['decline'],
      buyerToldEarly: true,
      acknowledgedBy: null,
      at: iso(NOW),
    });
    assert.equal(order.orderId, notice.orderId);
    assert.ok(subject.includes('stock short') && text.includes('王伟, who is away') && html.includes(link.url));
    const { counterpartId, recipient } = await ledger(notice);
    assert.deepEqual([counterpartId, recipient], ['to-wire', 'l-1/to-wire']);
  });

  it('A5: Slack gets blocks and a text, at the webhook’s own address', async () => {
    answerNext([200, 'ok']);
    const notice = await noticeTo('to-slack', {}, { deliverTo: '<!channel> & co' });
    await activities().notifyPerson(notice);
    const [received] = receivedOf(notice);
    assert.equal(received?.path, '/slack');
    assert.equal(received?.body.blocks[0].type, 'header');
    assert.ok(JSON.stringify(received?.body.blocks).includes('&lt;!channel&gt; &amp; co'));
    assert.equal((await ledger(notice)).state, 'sent');
  });

  it('A5: DingTalk gets Markdown; errcode 0 is delivered', async () => {
    answerNext([200, '{"errcode":0,"errmsg":"ok"}']);
    const notice = await noticeTo('to-dingtalk', { personId: 'l-3' }, { deliverTo: '[x](y) *z*' });
    await activities().notifyPerson(notice);
    const [received] = receivedOf(notice);
    assert.deepEqual([received?.path, received?.body.msgtype], ['/dingtalk', 'markdown']);
    assert.match(received?.body.markdown.title, /审核失败：库存不足/);
    assert.ok(received?.body.markdown.text.includes(String.raw`\[x\](y) \*z\*`));
    assert.equal((await ledger(notice)).state, 'sent');
  });

  for (const [what, way, answer, outcome, pause] of [
    ['DingTalk: too fast', 'to-dingtalk', [200, '{"errcode":130101,"errmsg":"send too fast"}'], 'not_acted', 600_000],
    ['DingTalk: busy', 'to-dingtalk', [200, '{"errcode":-1,"errmsg":"busy"}'], 'not_acted', undefined],
    [
      'DingTalk: keywords not in content',
      'to-dingtalk',
      [200, '{"errcode":310000,"errmsg":"keywords not in content"}'],
      'refused',
      undefined,
    ],
    ['DingTalk: an answer that is none', 'to-dingtalk', [200, '<html>'], 'unknown', undefined],
    ['Slack: too many', 'to-slack', [429, 'rate_limited', { 'retry-after': '30' }], 'not_acted', 30_000],
    ['Slack: the hook is gone', 'to-slack', [410, 'channel_is_archived'], 'refused', undefined],
    ['Slack: an error of its own', 'to-slack', [500, 'rollup_error'], 'unknown', undefined],
    ['a liaison server that knows it already', 'to-wire', [409, '{}'], 'delivered', undefined],
    ['Slack: 409 is no word that it is known', 'to-slack', [409, ''], 'refused', undefined],
    ['nobody there', 'away', null, 'not_acted', undefined],
    ['no such server', 'no-such', null, 'refused', undefined],
    ['a server of another kind', 'buyer-server', null, 'refused', undefined],
  ] as const) {
    it(`D9: ${what}: ${outcome}`, async () => {
      if (answer !== null) answerNext(answer as unknown as Receiver['answers'][0]);
      const notice = await noticeTo(way);
      const sending = activities().notifyPerson(notice);
      if (outcome === 'delivered') return sending;
      const thrown = await failure(sending);
      assert.deepEqual([thrown.nonRetryable, thrown.nextRetryDelay], [outcome === 'refused', pause]);
      const { state, attempts } = await ledger(notice);
      assert.deepEqual([state, attempts[0]?.outcome], [outcome === 'refused' ? 'refused' : 'sending', outcome]);
      if (outcome === 'refused' || way === 'away') return;
      // A retry sends again, the same text, as mail does: chats know no keys.
      await activities().notifyPerson({ ...notice, acknowledgedBy: 'somebody' });
      const [first, second] = receivedOf(notice);
      assert.deepEqual(first?.body, second?.body);
      assert.equal((await ledger(notice)).state, 'sent');
    });
  }

  it('D9: over retries the text is as first claimed, whatever template is saved since, and links are made once', async () => {
    const way = 'to-wire';
    const notice = await noticeTo(way, { reason: { type: 'PRICE_SYNC', code: null, text: null } });
    answerNext([503, '']);
    await failure(activities().notifyPerson(notice));
    const own = { subject: 'Own: {{ order.id }}', opening: 'o', advice: '' };
    await addTemplate(house.db, { ...version('first_failure', 'PRICE_SYNC'), texts: { en: own, 'zh-CN': own } });
    await activities().notifyPerson(notice);
    const subjects = receivedOf(notice).map(({ body }) => body.subject);
    assert.deepEqual(subjects, [`Order ${notice.orderId} failed review: prices not in step`, subjects[0]]);
    const urls = receivedOf(notice).map(({ body }) => body.links[0].url);
    assert.equal(urls[0], urls[1]);
    assert.equal(await house.db.actionLink.count({ where: { caseId: notice.caseId } }), 1);
    const later = await noticeTo(way, { reason: { type: 'PRICE_SYNC', code: null, text: null } });
    await activities().notifyPerson(later);
    assert.equal(receivedOf(later)[0]?.body.subject, `Own: ${later.orderId}`);
  });

  it('A5: the template of the reason type goes before the one for all, before the built-in; taken back, the next one holds', async () => {
    const subjectNow = async (type: string): Promise<string> => {
      const notice = await noticeTo('to-wire', { stage: 'assigned', ledgerStage: 'assigned-3', reason: { type, code: null, text: null } });
      await activities().notifyPerson(notice);
      return receivedOf(notice)[0]?.body.subject.replace(notice.orderId, '#');
    };
    const say = (subject: string) => ({ subject, opening: 'o', advice: '' });
    const save = (reasonType: string, subject: string | null) =>
      addTemplate(house.db, {
        ...version('assigned', reasonType),
        texts: subject === null ? null : { en: say(subject), 'zh-CN': say(subject) },
      });
    assert.equal(await subjectNow('STOCK_SHORT'), 'Order # is yours now: stock short');
    await save('', 'for all');
    await save('STOCK_SHORT', 'for stock');
    assert.deepEqual([await subjectNow('STOCK_SHORT'), await subjectNow('PRICE_SYNC')], ['for stock', 'for all']);
    await save('STOCK_SHORT', null);
    assert.equal(await subjectNow('STOCK_SHORT'), 'for all');
    await save('', null);
    assert.equal(await subjectNow('STOCK_SHORT'), 'Order # is yours now: stock short');
  });

  it('A5: a version that fails all the same gives way to the built-in one, and the ledger says so', async () => {
    const old = { subject: '{{ order.colour }}', opening: 'o', advice: '' };
    await addTemplate(house.db, { ...version('escalation', 'DEDUCTION_ERROR'), texts: { en: old } });
    const notice = await noticeTo('email', {
      stage: 'escalation',
      ledgerStage: 'escalation-1',
      reason: { type: 'DEDUCTION_ERROR', code: null, text: null },
      personId: 's-1',
    });
    await activities().notifyPerson(notice);
    const [mail] = await house.mails(notice.orderId);
    assert.match(mail.subject, /^Escalated: order/);
    const { detail, state } = await ledger(notice);
    assert.equal(state, 'sent');
    assert.match(detail ?? '', /built-in template was used: undefined variable: order\.colour/);
  });

  it('A5: the sandbox’s own server and chats take them; one whose answer was lost comes once where keys are known', async () => {
    const { liaison } = house.sandbox.urls;
    await addServer('their-wire', 'wire', liaison);
    await addServer('their-slack', 'slack', `${liaison}/chat/slack`);
    await addServer('their-dingtalk', 'dingtalk', `${liaison}/chat/dingtalk`);
    for (const [way, effects] of [
      ['their-wire', 1],
      ['their-slack', 2],
      ['their-dingtalk', 2],
    ] as const) {
      const notice = await noticeTo(way);
      await house.scenario(notice.orderId, { review: ['pass'], faults: [{ side: 'liaison', call: 1, do: 'drop-after-acting' }] });
      await failure(activities().notifyPerson(notice));
      await activities().notifyPerson(notice);
      const { body } = await house.control('GET', `/effects?orderId=${notice.orderId}`);
      assert.equal(body.liaison.length, effects, way);
      assert.ok(body.liaison.every(({ text }: any) => text.includes('Pelle Svensson')));
      const { state, attempts } = await ledger(notice);
      assert.deepEqual([state, attempts.map(({ outcome }) => outcome)], ['sent', ['unknown', 'delivered']]);
    }
  });

  it('D9: a signed DingTalk robot takes what is signed with its secret, and nothing else; each call is signed anew', async () => {
    const [dingtalkSecret, way] = [`SEC${'5a'.repeat(32)}`, 'signed-robot'];
    const theirs = await startSandbox({ dataDir: temporaryDirectory('robot'), dingtalkSecret });
    const at = async (what: string, orderId: string) => (await house.call('GET', `${theirs.urls.control}/${what}?orderId=${orderId}`)).body;
    try {
      await addServer(way, 'dingtalk', `${theirs.urls.liaison}/chat/dingtalk?access_token=0123456789abcdef`);
      const tried = async (): Promise<string> => (await failure(activities().notifyPerson(await noticeTo(way)))).message;
      assert.equal(await tried(), 'errcode 310000: invalid timestamp');
      const keep = (secret: string) => addSecret(house.db, SEALING, { counterpartId: way, purpose: 'robot', secret, by: 'test' });
      await keep(`SEC${'00'.repeat(32)}`);
      assert.equal(await tried(), 'errcode 310000: sign not match');
      await keep(dingtalkSecret);
      const notices = [await noticeTo(way), await noticeTo(way)];
      const paths: string[] = [];
      for (const notice of notices) {
        await activities().notifyPerson(notice);
        assert.equal((await at('effects', notice.orderId)).liaison.length, 1, 'the robot did not take it');
        paths.push((await at('arrivals', notice.orderId))[0].path);
      }
      const [first, second] = paths.map((path) => new URL(path, theirs.urls.liaison).searchParams);
      assert.deepEqual([...(first?.keys() ?? [])], ['access_token', 'timestamp', 'sign']);
      assert.ok(Math.abs(Number(first?.get('timestamp')) - Date.now()) < 60_000);
      assert.notEqual(first?.get('sign'), second?.get('sign'));
    } finally {
      await theirs.stop();
    }
  });

  it("D9: a chat's address that is said back stands in no error, and without one nothing is sent", async () => {
    const way = 'talkative';
    await addServer(way, 'slack', `${receiver.url}/services/T0/B0/wholly-secret?token=hidden-too`);
    answerNext([404, 'no hook wholly-secret at /services/T0/B0/wholly-secret?token=hidden-too, hidden-too']);
    const notice = await noticeTo(way);
    assert.equal((await failure(activities().notifyPerson(notice))).message, 'HTTP 404: no hook [secret] at [secret], [secret]');
    assert.equal(receivedOf(notice)[0]?.path, '/services/T0/B0/wholly-secret?token=hidden-too');
    await house.db.counterpartSecret.deleteMany({ where: { counterpartId: way } });
    const without = await noticeTo(way);
    assert.match((await failure(activities().notifyPerson(without))).message, /no address is kept of talkative: give .* by PUT/);
    assert.equal(receivedOf(without).length, 0);
  });

  it('D9: in shadow nothing is sent, and no link is made', async () => {
    const notice = await noticeTo('to-wire', { shadow: true });
    await activities().notifyPerson(notice);
    assert.deepEqual([receivedOf(notice), await house.db.actionLink.count({ where: { caseId: notice.caseId } })], [[], 0]);
    assert.equal((await ledger(notice)).state, 'shadow');
  });

  it('D6: recipients are read from people and absences of now', async () => {
    const own = activities();
    const absent = { liaisonId: 'l-1', fromAt: new Date(NOW - 1), toAt: new Date(NOW + 1), delegateId: 'l-3', createdBy: 'test' };
    await house.db.absence.create({ data: absent });
    const told = async (to: 'liaison' | 'supervisor' | 'operations', at: number) =>
      (await own.resolveRecipients({ to, liaisonId: 'l-1', at })).map(({ personId, onBehalfOf }) => [personId, onBehalfOf]);
    assert.deepEqual(await told('liaison', NOW), [['l-3', 'l-1']]);
    assert.deepEqual(await told('liaison', NOW + 1), [['l-1', null]]);
    assert.deepEqual(await told('supervisor', NOW), [['s-1', null]]);
    assert.deepEqual(await told('operations', NOW), [['o-1', null]]);
    const extra: Person = {
      id: 'o-2',
      name: 'O',
      email: 'o@example.com',
      locale: 'en',
      timeZone: 'UTC',
      role: 'operations',
      supervisorId: null,
      channels: [{ type: 'email' }],
      active: false,
    };
    await savePerson(house.db, extra);
    assert.deepEqual(await told('operations', NOW), [['o-1', null]]);
    await savePerson(house.db, { ...extra, active: true });
    assert.deepEqual(await told('operations', NOW), [
      ['o-1', null],
      ['o-2', null],
    ]);
  });
});

function version(stage: string, reasonType: string) {
  return { stage, reasonType, createdBy: 'test', why: 'test' };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

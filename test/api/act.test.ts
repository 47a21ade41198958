/** Links in notices (D4): they come by mail, GET shows, POST acts once, and they die in time. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporal } from '@temporalio/proto';
import { issueActionLinks } from '../../src/activities/liaison/action-links.js';
import { createApp } from '../../src/api/app.js';
import { workflowIdOf } from '../../src/domain/identifiers.js';
import { createInbox } from '../../src/inbox/inbox.js';
import { createLogger } from '../../src/log.js';
import { connectClient } from '../../src/temporal/connection.js';
import { withTokens } from '../../src/wire/action-link.js';
import { eventually, House, LINK_KEY, sampleOrder, SEALING } from '../support/house.js';
import { everyRow } from '../support/every-row.js';
import { actLinksOf, open, press, tokenOf, type ActLinks } from '../support/notice-links.js';
import { fromEnvironment } from '../support/servers.js';
import { TcpProxy } from '../support/tcp-proxy.js';

describe('links in notices', () => {
  let house: House;
  before(async () => void (house = await House.start()));
  after(async () => house.stop());

  /** A held case, and the links of its liaison's mail. */
  const heldCase = async (scenario: object = {}, order: object = {}): Promise<{ orderId: string; links: ActLinks }> => {
    const orderId = house.newOrderId();
    await house.scenario(orderId, { review: ['fail:STOCK_SHORT'], answer: 'inline', ...scenario });
    await house.fail(orderId, { order: { ...sampleOrder(orderId), ...order } });
    await house.untilStatus(orderId, 'held');
    await house.untilBuyerHeard(orderId, 1);
    return { orderId, links: await linksIn(orderId, 1) };
  };
  const linksIn = async (orderId: string, count: number): Promise<ActLinks> => {
    const mails = await house.untilMailed(orderId, count);
    await house.untilAudited(orderId, 'notice_settled', count);
    return actLinksOf(mails[count - 1]);
  };
  const reassign = (orderId: string, liaisonId: string) =>
    house.api('POST', `/v1/review-cases/${orderId}/reassign`, { by: 'operations', liaisonId });
  const linesOf = async (orderId: string, type: string): Promise<any[]> => {
    const { body } = await house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`);
    return body.items.filter((line: any) => line.type === type);
  };
  const linkRow = async (orderId: string, action: string): Promise<any> => {
    const { body } = await house.api('GET', `/v1/review-cases/${orderId}/links`);
    return body.items.find((item: any) => item.action === action);
  };
  const historyOf = (orderId: string) => house.client.workflow.getHandle(workflowIdOf(`${orderId}/1`)).fetchHistory();

  it('D4: the token stands in the mail alone: neither the ledger, nor any table, nor the history has it', async () => {
    const { orderId, links } = await heldCase();
    const tokens = Object.values(links).map(tokenOf);
    assert.equal(new Set(tokens).size, 5);
    const { body } = await house.api('GET', `/v1/messages?orderId=${orderId}&counterpart=liaison`);
    assert.equal(body.items.length, 1);
    const rows = await everyRow(house.db);
    const history = Buffer.from(temporal.api.history.v1.History.encode(await historyOf(orderId)).finish()).toString('latin1');
    assert.ok(history.includes(orderId));
    const places = new Map([...rows, ['ledger', JSON.stringify(body)], ['history', history]]);
    for (const token of tokens) {
      const found = [...places].filter(([, text]) => text.includes(token)).map(([place]) => place);
      assert.deepEqual(found, [], `the token is in ${found.join(', ')}`);
    }
    for (const link of Object.values(links)) assert.ok(body.items[0].body.includes(link.replace(tokenOf(link), 'redacted')), link);
    assert.ok((rows.get('action_link') ?? '').split('\n').length >= 4);
  });

  it('D4: a retry of a notice carries the same links', async () => {
    const { orderId, links } = await heldCase({ faults: [{ side: 'inbox', call: 1, until: 2, do: '451' }] });
    const raw = (await house.arrivals(orderId, 'inbox')).map(({ body }) => String(body).replace(/=\r?\n/g, ''));
    assert.equal(raw.length, 3);
    for (const text of raw) for (const link of Object.values(links)) assert.ok(text.includes(tokenOf(link)), link);
  });

  it('D4: a scanner that follows every link changes nothing, whatever it sends', async () => {
    const { orderId, links } = await heldCase();
    const before = [await everyRow(house.db), (await historyOf(orderId)).events?.length];
    const prefetch = [
      {},
      { purpose: 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { 'x-moz': 'prefetch' },
      { 'user-agent': 'scanner' },
    ];
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const [action, link] of Object.entries(links)) {
      const tries: [wanted: number, RequestInit][] = [
        ...prefetch.flatMap((headers): [number, RequestInit][] => [
          [200, { headers: headers as Record<string, string> }],
          [200, { method: 'HEAD', headers: headers as Record<string, string> }],
        ]),
        ...['OPTIONS', 'PUT', 'PATCH', 'DELETE'].map((method): [number, RequestInit] => [405, { method }]),
        [415, { method: 'POST' }],
        [415, { method: 'POST', body: JSON.stringify({ act: action }), headers: { 'content-type': 'application/json' } }],
        [415, { method: 'POST', body: `act=${action}`, headers: { 'content-type': 'text/plain' } }],
        [400, { method: 'POST', body: 'note=hello', headers: form }],
        [400, { method: 'POST', body: `act=${action}x&note=hello`, headers: form }],
        [413, { method: 'POST', body: `act=${action}&note=${'x'.repeat(40_000)}`, headers: form }],
      ];
      for (const [wanted, init] of tries) {
        const { status, html } = await open(link, init);
        assert.equal(status, wanted, `${init.method ?? 'GET'} ${action} ${JSON.stringify(init.headers ?? {})}: ${status}`);
        if (init.method === 'HEAD') assert.equal(html, '');
      }
      await open(`${link}?utm_source=mail`);
    }
    assert.deepEqual([await everyRow(house.db), (await historyOf(orderId)).events?.length], before);
  });

  it('D4: GET shows order, buyer, amount, state, who acts and until when; nothing of it is markup, nothing is kept or run', async () => {
    const hostile = { buyer: { id: 'b-1', name: '<script>alert(1)</script>' } };
    const { orderId, links } = await heldCase({}, hostile);
    const { status, html, headers } = await open(links.decline);
    assert.equal(status, 200);
    for (const part of [
      orderId,
      '6225 SEK',
      'held, waiting',
      'Ingrid Larsson',
      '&lt;script&gt;alert(1)',
      'Link good until',
      '<textarea',
      'required',
    ])
      assert.ok(html.includes(part), `${part}: ${html}`);
    assert.ok(!html.includes('<script'));
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/);
    assert.ok(!/unsafe|script-src/.test(policy));
    const kept = ['referrer-policy', 'cache-control', 'x-robots-tag'].map((name) => headers.get(name));
    assert.deepEqual(kept, ['no-referrer', 'no-store', 'noindex, nofollow']);
  });

  it('D4: POST resolves the case, with who and why; the link and its neighbours are dead then', async () => {
    const { orderId, links } = await heldCase();
    const done = await press(links.resolve, 'resolve', { note: 'the missing stock has arrived' });
    assert.equal(done.status, 200, done.html);
    assert.match(done.html, /goes through on your word/);
    assert.equal((await house.workflowEnded(orderId)).statusReason, 'LIAISON_WORD');
    const [line] = await linesOf(orderId, 'approved');
    assert.deepEqual([line.actor, line.data.note], ['Ingrid Larsson', 'the missing stock has arrived']);
    for (let time = 0; time < 2; time += 1) {
      const again = await press(links.resolve, 'resolve', { note: 'again' });
      assert.equal(again.status, 410);
      assert.match(again.html, /has been used/);
    }
    assert.deepEqual(await house.dispositions(orderId, 2), ['opened', 'counted']);
    const { usedAt, outcome, tokenHash } = await linkRow(orderId, 'resolve');
    assert.deepEqual([typeof usedAt, outcome.result, tokenHash], ['string', 'done', undefined]);
    const others = await Promise.all([links.decline, links['request-review'], links['hand-over']].map((link) => open(link)));
    assert.deepEqual(
      others.map(({ status }) => status),
      [410, 410, 410],
    );
    assert.match(others[0]?.html ?? '', /case has ended/);
  });

  it('D4: decline wants a reason, and tells the buyer the truth', async () => {
    const { orderId, links } = await heldCase();
    const without = await press(links.decline, 'decline', { note: ' \r\n ' });
    assert.equal(without.status, 400);
    assert.match(without.html, /a note is required/);
    assert.equal((await house.caseOf(orderId)).status, 'held');
    assert.equal((await press(links.decline, 'decline', { note: 'nul \u0000' })).status, 400);
    assert.equal((await press(links.decline, 'decline', { note: 'x'.repeat(2001) })).status, 400);
    assert.equal((await press(links.decline, 'decline', { note: 'discontinued\r\n<b>' })).status, 200);
    assert.equal((await house.workflowEnded(orderId)).status, 'declined');
    const [line] = await linesOf(orderId, 'declined');
    assert.deepEqual([line.actor, line.data.note], ['Ingrid Larsson', 'discontinued\n<b>']);
    assert.deepEqual(
      (await house.buyerEffects(orderId)).map(({ kind }) => kind),
      ['review_succeeded', 'review_failed'],
    );
    assert.equal((await press(links.resolve, 'resolve')).status, 410);
  });

  it('D4: pressed five times at once it acts once', async () => {
    const { orderId, links } = await heldCase({ review: ['fail:STOCK_SHORT', 'fail:STOCK_SHORT'], answer: 'inline' });
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) => press(links['request-review'], 'request-review', { note: `${n}` })),
    );
    assert.ok(answers.every(({ status }) => status === 200 || status === 410));
    assert.ok(answers.some(({ status }) => status === 200));
    await house.until(orderId, ({ reviewAttempts, status }) => reviewAttempts === 1 && status === 'held', 'asked once');
    assert.equal((await press(links['request-review'], 'request-review')).status, 410);
    assert.equal((await house.reviewRequests(orderId)).length, 1);
    assert.equal((await linesOf(orderId, 'review_asked_for')).length, 1);
    // The others of the notice still make sense.
    assert.equal((await open(links.decline)).status, 200);
    const words = await Promise.all(Array.from({ length: 5 }, (_, n) => press(links.resolve, 'resolve', { note: `${n}` })));
    assert.ok(words.every(({ status }) => status === 200 || status === 410));
    assert.deepEqual(await house.dispositions(orderId, 2), ['opened', 'counted']);
  });

  it('D4: what the state does not allow now is said, and the link stays good', async () => {
    const { orderId, links } = await heldCase();
    await house.api('POST', `/v1/review-cases/${orderId}/pause`, { by: 'operations' });
    const shown = await open(links['request-review']);
    assert.deepEqual([shown.status, shown.html.includes('<form')], [200, false]);
    assert.equal((await press(links['request-review'], 'request-review')).status, 409);
    await house.api('POST', `/v1/review-cases/${orderId}/resume`, { by: 'operations' });
    assert.equal((await press(links['request-review'], 'request-review')).status, 200);
    await house.until(orderId, ({ reviewAttempts }) => reviewAttempts === 1, 'asked');
  });

  it('D4: an expired link does nothing', async () => {
    const { orderId, links } = await heldCase();
    const { expiresAt } = await linkRow(orderId, 'decline');
    const { deadlineAt, caseAt } = await house.caseOf(orderId);
    const lives = Date.parse(expiresAt) - Date.now();
    assert.ok(Math.abs(lives - (Date.parse(deadlineAt) - Date.parse(caseAt))) < 60_000, `${lives} ms`);
    await house.db.actionLink.updateMany({ where: { orderId }, data: { expiresAt: new Date(Date.now() - 1000) } });
    const pages = [
      await open(links.decline),
      await press(links.decline, 'decline', { note: 'late' }),
      await press(links.resolve, 'resolve'),
    ];
    for (const { status, html } of pages) assert.ok(status === 410 && html.includes('has expired'), `${status} ${html}`);
    assert.equal((await house.caseOf(orderId)).status, 'held');
  });

  it('D4: reassigned, the old liaison’s links are dead for good, and the new one’s work', async () => {
    const { orderId, links } = await heldCase();
    await reassign(orderId, 'l-3');
    const newer = await linksIn(orderId, 2);
    for (const page of [
      await open(links.resolve),
      await press(links.resolve, 'resolve'),
      await press(links.decline, 'decline', { note: 'x' }),
    ]) {
      assert.equal(page.status, 410);
      assert.match(page.html, /no longer yours/);
    }
    const chinese = await open(newer['hand-over']);
    assert.ok(
      chinese.html.includes('<html lang="zh-CN">') && chinese.html.includes('移交给同事') && chinese.html.includes('Ingrid Larsson'),
    );
    assert.equal((await press(newer['hand-over'], 'hand-over', { to: 'nobody' })).status, 400);
    assert.equal((await press(newer['hand-over'], 'hand-over', { to: 'l-3' })).status, 400);
    assert.equal((await press(newer['hand-over'], 'hand-over', { to: 'l-1' })).status, 200);
    assert.equal((await house.caseOf(orderId)).liaisonId, 'l-1');
    const newest = await linksIn(orderId, 3);
    assert.equal((await open(newer.decline)).status, 410);
    assert.equal((await open(links.resolve)).status, 410, 'the case came back, its old links did not');
    assert.equal((await press(newest.resolve, 'resolve')).status, 200);
    assert.equal((await house.workflowEnded(orderId)).status, 'approved');
  });

  /** The read model as it was before the case was given away, as a late write leaves it. */
  const forgetReassignment = async (orderId: string): Promise<void> => {
    await house.db.event.deleteMany({ where: { orderId, type: 'reassigned' } });
    await house.db.reviewCase.updateMany({ where: { orderId }, data: { liaisonId: 'l-1' } });
  };

  it('D4: where the row still shows the old liaison, the case has the last word', async () => {
    const { orderId, links } = await heldCase();
    await reassign(orderId, 'l-3');
    await linksIn(orderId, 2);
    for (const [action, fields] of [
      ['request-review', {}],
      ['decline', { note: 'x' }],
      ['hand-over', { to: 'l-3' }],
    ] as const) {
      await forgetReassignment(orderId);
      if (action !== 'hand-over') assert.equal((await open(links[action])).status, 200);
      const { status, html } = await press(links[action], action, fields);
      assert.ok(status === 410 && html.includes('no longer yours'), `${action}: ${status} ${html}`);
    }
    const word = await press(links.resolve, 'resolve', { note: 'mine' });
    assert.ok(word.status === 410 && word.html.includes('does not count'), word.html);
    assert.deepEqual(await house.dispositions(orderId, 2), ['opened', 'not_theirs']);
    const [line] = await linesOf(orderId, 'review_succeeded');
    assert.deepEqual([line.data.disposition, line.data.by.liaisonId, line.data.liaisonId], ['not_theirs', 'l-1', 'l-3']);
    const { status, liaisonId, reviewAttempts } = await house.caseOf(orderId);
    assert.deepEqual([status, liaisonId, reviewAttempts], ['held', 'l-3', 0]);
  });

  it('D4: who was told by escalation acts whosever the case is; who stands in for a liaison, while it is the liaison’s', async () => {
    const { orderId } = await heldCase();
    await house.db.liaison.createMany({ data: [{ id: `s-${orderId}`, name: 'Sofia Svensson', email: 's@x.example', role: 'supervisor' }] });
    const give = async (personId: string, forLiaisonId: string | null) => {
      const actions = ['request-review', 'hand-over'] as const;
      const request = { messageKey: `${orderId}/1/test/${personId}`, caseId: `${orderId}/1`, orderId, personId, forLiaisonId, actions };
      const issued = await issueActionLinks(house.db, LINK_KEY, house.apiUrl, { ...request, expiresAt: Date.now() + 60_000 });
      return issued.links.map(({ url }) => withTokens(url, issued.tokens));
    };
    const [askAbove = '', handAbove = ''] = await give(`s-${orderId}`, null);
    const [askInPlace = '', handInPlace = ''] = await give('l-3', 'l-1');
    assert.match((await open(askInPlace)).html, /王伟（代 Ingrid Larsson）/);
    assert.match((await open(askAbove)).html, /Sofia Svensson<.*Responsible<.*Ingrid Larsson/);
    assert.equal((await press(handAbove, 'hand-over', { to: 'l-3' })).status, 200);
    assert.equal((await open(handInPlace)).status, 410, 'the case is not the liaison’s any more');
    await house.db.liaison.update({ where: { id: `s-${orderId}` }, data: { active: false } });
    assert.equal((await press(askAbove, 'request-review')).status, 410, 'gone meanwhile');
    assert.equal((await house.caseOf(orderId)).reviewAttempts, 0);
    const [line] = await linesOf(orderId, 'reassigned');
    assert.deepEqual([line.actor, line.data.from, line.data.to], ['Sofia Svensson', 'l-1', 'l-3']);
  });

  it('D4: a wrong token, a wrong id, and what the ledger shows lead nowhere, all alike', async () => {
    const { links } = await heldCase();
    const [one, other] = [links.resolve, links.decline];
    const flip = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const idOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1, link.lastIndexOf('.'));
    const base = `${house.apiUrl}/act/`;
    const wrong = [
      `${idOf(one)}.${flip(tokenOf(one))}`,
      `${flip(idOf(one))}.${tokenOf(one)}`,
      `${idOf(other)}.${tokenOf(one)}`,
      `${idOf(one)}.redacted`,
      `${idOf(one)}.`,
      idOf(one),
      `.${tokenOf(one)}`,
      'x',
    ];
    const answers = await Promise.all(wrong.flatMap((part) => [open(base + part), press(base + part, 'resolve')]));
    assert.deepEqual(new Set(answers.map(({ status, html }) => `${status} ${html}`)).size, 1);
    assert.equal(answers[0]?.status, 404);
    assert.match(answers[0]?.html ?? '', /leads nowhere/);
  });

  it('D4: a word that the worker cannot hear yet is kept; an action without an answer is safe to try again', async () => {
    const [kept, tried] = [await heldCase(), await heldCase()];
    await house.stopWorker();
    try {
      assert.equal((await press(kept.links.resolve, 'resolve', { note: 'first' })).status, 202);
      assert.equal((await press(kept.links.decline, 'decline', { note: 'no, after all' })).status, 410);
      const unknown = await press(tried.links.decline, 'decline', { note: 'discontinued' });
      assert.equal(unknown.status, 503);
      assert.match(unknown.html, /Try again: Decline the order/);
      assert.ok(unknown.html.includes('discontinued') && unknown.headers.get('retry-after') !== null);
    } finally {
      await house.startWorker();
    }
    assert.equal((await house.workflowEnded(kept.orderId)).status, 'approved');
    assert.equal((await house.workflowEnded(tried.orderId)).status, 'declined');
    assert.equal((await linkRow(tried.orderId, 'decline')).usedAt, null);
    const again = await press(tried.links.decline, 'decline', { note: 'discontinued' });
    assert.equal(again.status, 200, again.html);
    assert.match(again.html, /is declined/);
    assert.equal((await linesOf(tried.orderId, 'declined')).length, 1);
    assert.equal((await press(tried.links.decline, 'decline', { note: 'discontinued' })).status, 410);
  });

  it('D4: while Temporal is away a page says so, and the same form works later', async () => {
    const { orderId, links } = await heldCase();
    const proxy = await TcpProxy.start(fromEnvironment('TEST_TEMPORAL_ADDRESS'));
    const { client, connection } = connectClient({ address: proxy.address, namespace: 'default' });
    const { db, counterparts } = house;
    const keys = { keys: [], temporalUiUrl: undefined, linkKey: LINK_KEY, sealing: SEALING };
    const common = { db, counterparts, client, namespace: 'default', ...keys };
    const quiet = { log: createLogger('test', 'silent'), wake: () => {}, wakeDeliveries: () => {} };
    const app = createApp({ ...common, ...quiet, inbox: createInbox(house.db, () => {}) });
    const server: Server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const link = links['request-review'].replace(house.apiUrl, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      await proxy.close();
      assert.equal((await open(link)).status, 200);
      const away = await press(link, 'request-review');
      assert.equal(away.status, 503);
      assert.match(away.html, /do not know yet/);
      await proxy.open();
      await eventually(async () => ((await press(link, 'request-review')).status === 200 ? true : undefined), 'it works again');
      await house.until(orderId, ({ reviewAttempts }) => reviewAttempts === 1, 'asked once');
    } finally {
      server.closeAllConnections();
      server.close();
      await connection.close();
      await proxy.close();
    }
  });
});

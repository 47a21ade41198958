/** Journeys through the pages for operations, in a real browser, on the real build: figures and what is behind them, and what is done there. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { placeOf } from '../../src/console/operations/search.js';
import { assertAccessible, ConsoleHouse, keepPicture, PHONE, type Visit } from '../support/console-page.js';
import { sampleOrder } from '../support/sample-order.js';
import { Troubles, UNKNOWN_WORD as WORD } from '../support/troubles.js';

const OPERATIONS = '陈静';
/** Not a length of time, nor of a single order. */
const FIGURE = /^\d+ (?!sec|ms)/;

interface Figure {
  count: number;
  list: string;
}

describe('the console: operations', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  let troubles: Troubles;
  /** One order in each trouble. */
  let refused: string;
  let contradicted: string;
  let unknown: string;
  let drone: string;
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
    troubles = new Troubles(own.house);
    await Promise.all([
      troubles.refusedMessage().then((orderId) => (refused = orderId)),
      troubles.contradiction().then((orderId) => (contradicted = orderId)),
      troubles.unknownOrder().then((orderId) => (unknown = orderId)),
      troubles.unknownWord().then((orderId) => (drone = orderId)),
      troubles.savedAlone(),
      troubles.heldCase(),
    ]);
  });
  afterEach(async () => own?.closeAll());
  after(async () => own?.stop());

  const visit = async (path: string, name = OPERATIONS, options: object = {}): Promise<Visit> => own.visit(name, path, options);
  const items = (page: Page): Locator => page.getByRole('main').getByRole('listitem');
  const rowOf = (page: Page, orderId: string): Locator => items(page).filter({ hasText: orderId });
  const tableRow = (page: Page, text: string): Locator => page.getByRole('row').filter({ hasText: text });
  const untilLive = async (page: Page): Promise<void> => page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  const finish = async ({ page, complaints }: Visit): Promise<void> => {
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  };
  const requireNotWider = async (page: Page): Promise<void> => {
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wide, 0, `${page.url()} is wider than the phone`);
  };
  /** Every number of the page that leads somewhere. */
  const figuresOn = async (page: Page): Promise<{ url: URL; label: string; count: number }[]> => {
    const found: [string, string][] = await page.evaluate(
      "Array.from(document.querySelectorAll('main a[aria-label]'), (one) => [one.href, one.getAttribute('aria-label')])",
    );
    return found.flatMap(([href, label]) => (FIGURE.test(label) ? [{ url: new URL(href), label, count: Number.parseInt(label, 10) }] : []));
  };
  /** Where a figure leads shows so many. */
  const requireShown = async (page: Page, label: string, pathname: string, count: number): Promise<void> => {
    await page.getByRole('main').getByRole('link', { name: label, exact: true }).first().click();
    await page.waitForURL((url) => url.pathname === pathname);
    if (pathname.endsWith('/cases')) {
      await page.getByRole('heading', { name: new RegExp(`^${count} cases?$`) }).waitFor();
      assert.equal(await items(page).count(), count, label);
    } else if (/\/(messages|events)$/.test(pathname)) {
      await items(page)
        .nth(count - 1)
        .waitFor();
      assert.equal(await items(page).count(), count, label);
    } else if (pathname.endsWith('/placements')) {
      await page.getByRole('link', { name: drone }).waitFor();
    } else {
      await page.getByText('1 unknown').waitFor();
    }
    await page.goBack();
    await page.getByRole('heading', { name: 'Open cases by state and age' }).waitFor();
  };
  const figuresIn = (value: unknown): Figure[] => {
    if (typeof value !== 'object' || value === null) return [];
    const { count, list } = value as Partial<Figure>;
    return [...(count === undefined || list === undefined ? [] : [{ count, list }]), ...Object.values(value).flatMap(figuresIn)];
  };
  const keyOf = (path: string, search: Iterable<[string, unknown]>): string =>
    `${path}?${[...search]
      .map((pair) => pair.join('='))
      .toSorted()
      .join('&')}`;

  it('U9: every figure leads to what it counts, and is what the statistics say; charts have their table', async () => {
    const at = await visit('/operations');
    const { page } = at;
    const read: Record<string, any> = {};
    await page.route(/\/v1\/statistics\//, async (route) => {
      const response = await route.fetch();
      read[new URL(route.request().url()).pathname] = await response.json();
      await route.fulfill({ response });
    });
    await page.reload();
    const form = page.getByRole('radiogroup', { name: /^Inflow and resolution/ });
    await form.getByText('Table').click();
    const cameIn = page.getByRole('table', { name: 'Inflow and resolution' }).getByRole('row');
    await cameIn.nth(7).waitFor();
    assert.equal(await cameIn.count(), 8, 'seven days, and their head');
    await page.getByRole('heading', { name: 'Delay of automatic steps' }).waitFor();
    const shown = await figuresOn(page);
    await page.unroute(/\/v1\/statistics\//);
    await assertAccessible(page);
    await form.getByText('Chart').click();
    await page.getByRole('img', { name: /came in, \d+ came to an end.*can be read as a table/ }).waitFor();
    const due = read['/v1/statistics/health'].timers.reduce((sum: number, one: any) => sum + one.count, 0);
    await page.getByText(new RegExp(`: ${due} fell due in 24 hours.*Up to 5 sec is good`)).waitFor();
    await keepPicture(page, 'overview');
    await assertAccessible(page);
    await form.getByText('Table').click();
    const said = new Map(
      figuresIn(read).map(({ count, list }) => {
        const place = placeOf(list);
        return [keyOf(`/console${place?.to}`, Object.entries(place?.search ?? {})), count];
      }),
    );
    const told = shown.filter(({ url }) => said.has(keyOf(url.pathname, url.searchParams)));
    for (const { url, label, count } of told) assert.equal(count, said.get(keyOf(url.pathname, url.searchParams)), label);
    assert.ok(told.length >= 10, `${told.length} of ${shown.map(({ label }) => label).join(', ')} are of the statistics`);
    // One of each kind is gone to: with other filters.
    const kinds = new Map(shown.map((one) => [`${one.url.pathname} ${[...one.url.searchParams.keys()].join(' ')}`, one]));
    for (const { url, label, count } of [...kinds.values(), ...shown.filter(({ label: of }) => of.endsWith('may not have arrived'))]) {
      await requireShown(page, label, url.pathname, count);
    }
    await finish(at);
  });

  it('U9: an auditor reads all of it, and is offered nothing that changes anything', async () => {
    const at = await visit('/operations', 'Maria Rossi');
    const { page } = at;
    const change = /again…|Settle|Retry|Map|Say what|Turn |one buyer|Hand over|Resolved/;
    const tabs: [string, Locator][] = [
      ['Messages', rowOf(page, refused)],
      ['Inbound events', rowOf(page, contradicted)],
      ['Servers', tableRow(page, 'buyer-server')],
      ['Vendors’ words', tableRow(page, WORD)],
      ['Switches', page.getByRole('region', { name: 'Shadow mode' }).getByText('for all buyers')],
    ];
    for (const [name, first] of tabs) {
      await page.getByRole('tab', { name }).click();
      await first.waitFor();
      assert.equal(await page.getByRole('button', { name: change }).count(), 0, name);
      assert.equal(await page.getByRole('main').getByRole('checkbox').count(), 0, name);
      await assertAccessible(page);
    }
    await finish(at);
  });

  it('U9: on a phone, in Chinese: each page has room, and a figure leads to its list', async () => {
    const at = await visit('/operations', OPERATIONS, { viewport: PHONE, locale: 'zh-CN' });
    const { page } = at;
    await page.getByRole('heading', { level: 1, name: '运营' }).waitFor();
    await page.getByText(/95% 的延迟不超过此数/).waitFor();
    await keepPicture(page, 'overview-phone-zh');
    await requireNotWider(page);
    await assertAccessible(page);
    const tabs: [RegExp, Locator][] = [
      [/^收到的事件/, rowOf(page, contradicted).getByText('已告知买方失败后又成功')],
      [/^服务器/, tableRow(page, 'buyer-server').getByText('正常呼叫')],
      [/^供应商用语/, tableRow(page, WORD).getByText('未知')],
      [/^开关/, page.getByRole('region', { name: '影子模式' }).getByText('对所有买方', { exact: true })],
      [/^总览/, page.getByText('可能未送达的消息')],
    ];
    for (const [name, first] of tabs) {
      await page.getByRole('tab', { name }).click();
      await first.first().waitFor();
      await requireNotWider(page);
      await assertAccessible(page);
    }
    await page.getByRole('link', { name: /可能未送达的消息/ }).click();
    await rowOf(page, refused).getByText('被拒绝').waitFor();
    await keepPicture(page, 'messages-phone-zh');
    await requireNotWider(page);
    await finish(at);
  });

  it('U9: dead letters appear by themselves, are read, and sent again in one go after a preview: the buyer server acts once', async () => {
    const at = await visit('/operations/messages');
    const { page } = at;
    await untilLive(page);
    const orderIds = [await troubles.deadLetter(), await troubles.refusedMessage()] as const;
    const [dead, other] = orderIds;
    await rowOf(page, other).getByText('Refused').waitFor();
    await rowOf(page, dead).getByText('Given up').waitFor();
    await rowOf(page, dead)
      .getByRole('button', { name: /Text and attempts/ })
      .click();
    await tableRow(page, 'Refused').getByRole('cell', { name: '422', exact: true }).waitFor();
    await tableRow(page, 'Surely not in effect').getByRole('cell', { name: '503', exact: true }).first().waitFor();
    const text = JSON.parse((await rowOf(page, dead).getByLabel('Text as sent', { exact: true }).textContent()) ?? '');
    assert.equal(text.orderId, dead);
    await keepPicture(page, 'messages');
    await assertAccessible(page);
    for (const orderId of orderIds) await rowOf(page, orderId).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Send 2 again…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send messages again' });
    await dialog.getByText('2 messages will be sent again').waitFor();
    await assertAccessible(page);
    assert.equal((await troubles.ledger.message(`${other}/1/1`)).state, 'refused', 'a preview sends nothing');
    await dialog.getByRole('button', { name: 'Send 2 again' }).click();
    await dialog.getByText('Say why in a few words.').waitFor();
    await dialog.getByLabel('Why').fill('the buyer server is mended');
    await dialog.getByRole('button', { name: 'Send 2 again' }).click();
    for (const orderId of orderIds) {
      await rowOf(page, orderId).waitFor({ state: 'detached' });
      const sent = await troubles.ledger.until(`${orderId}/1/1`, 'sent');
      assert.equal(sent.resentBy, OPERATIONS);
      assert.equal((await own.house.buyerEffects(orderId)).length, 1);
    }
    await finish(at);
  });

  it('U9: a contradiction is settled with a reason, and what nobody knew is handed over once the order is there', async () => {
    const at = await visit('/operations/events');
    const { page } = at;
    await rowOf(page, contradicted).getByText('Success after the buyer was told of failure').waitFor();
    await keepPicture(page, 'events');
    await rowOf(page, contradicted).getByRole('button', { name: 'Settle' }).click();
    const dialog = page.getByRole('dialog');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Settle' }).click();
    await dialog.getByText('Say why in a few words.').waitFor();
    await dialog.getByLabel('How it was settled').fill('the buyer keeps it cancelled');
    await dialog.getByRole('button', { name: 'Settle' }).click();
    await rowOf(page, contradicted).waitFor({ state: 'detached' });
    const { body } = await own.house.api('GET', `/v1/inbound-events?orderId=${contradicted}&disposition=contradiction`);
    assert.deepEqual([body.items[0].settled.by, body.items[0].settled.note], [OPERATIONS, 'the buyer keeps it cancelled']);
    await own.house.scenario(unknown, { order: sampleOrder(unknown) });
    await rowOf(page, unknown).getByRole('button', { name: 'Retry' }).click();
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await rowOf(page, unknown).waitFor({ state: 'detached' });
    await own.house.untilStatus(unknown, 'held');
    await finish(at);
  });

  it('U9: a server that is not called appears by itself with what it holds up; afterwards every order that it hit is found', async () => {
    const at = await visit('/operations/servers');
    const { page } = at;
    await untilLive(page);
    await tableRow(page, 'buyer-server').getByText('Called').waitFor();
    await own.house.control('PUT', '/outages/buyer', { do: '500' });
    const orderIds = Array.from({ length: 5 }, () => own.house.newOrderId());
    await Promise.all(orderIds.map(async (orderId) => own.house.fail(orderId, { order: sampleOrder(orderId) })));
    await tableRow(page, 'buyer-server').getByText('Not called').waitFor();
    await keepPicture(page, 'servers');
    await assertAccessible(page);
    await tableRow(page, 'buyer-server')
      .getByRole('link', { name: /Waiting messages/ })
      .click();
    for (const orderId of orderIds) await rowOf(page, orderId).getByText('On its way').waitFor();
    await own.house.control('DELETE', '/outages/buyer');
    await page.goBack();
    await tableRow(page, 'buyer-server').getByText('Called', { exact: true }).waitFor();
    const outage = page.getByRole('region', { name: 'Outages' }).getByRole('row').nth(1);
    await outage.getByRole('link', { name: 'Messages of that time' }).click();
    for (const orderId of orderIds) {
      await rowOf(page, orderId).getByRole('link', { name: orderId }).first().waitFor();
      await own.house.untilBuyerHeard(orderId, 2);
      await own.house.messageOf(orderId, 'buyer', 'sent');
      assert.equal((await own.house.buyerEffects(orderId)).length, 1);
    }
    await finish(at);
  });

  it('U9: an unknown word is mapped, not over what somebody else said meanwhile, and the placement goes on', async () => {
    const at = await visit('/operations/words', 'Kofi Mensah');
    const { page } = at;
    await tableRow(page, WORD).getByText('Unknown').waitFor();
    await keepPicture(page, 'words');
    await tableRow(page, WORD)
      .getByRole('button', { name: `Map: ${WORD} of Swift Post` })
      .click();
    const dialog = page.getByRole('dialog', { name: `What “${WORD}” means` });
    await dialog.getByRole('radio', { name: 'Succeeded' }).check();
    await assertAccessible(page);
    const theirs = { means: 'failed', reason: 'DRONE_LOST' };
    assert.equal((await own.house.api('PUT', `/v1/vendors/swift-post/statuses/${WORD}`, theirs)).status, 200);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/Somebody else has changed this vendor/)
      .waitFor();
    await dialog.getByText('Failed: DRONE_LOST').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await troubles.placing.toNext(drone);
    await troubles.placing.untilStatus(drone, 'succeeded');
    assert.deepEqual(
      at.complaints.splice(0).map((one) => /\b412\b/.test(one)),
      [true],
    );
    await finish(at);
  });

  it('U9: a switch is turned with a reason, and not over what somebody else has turned meanwhile', async () => {
    const at = await visit('/operations/switches');
    const { page } = at;
    const stop = page.getByRole('region', { name: 'Stop of early successes' });
    const turn = async (): Promise<Locator> => {
      await stop.getByRole('button', { name: 'For one buyer…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Stop of early successes' });
      await dialog.getByLabel('Buyer').fill('b-careful');
      return dialog;
    };
    const dialog = await turn();
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await dialog.getByText('Say why in a few words.').waitFor();
    const theirs = { on: true, buyerId: 'b-other', by: 'Li Na', note: 'asked for by the buyer' };
    assert.equal((await own.house.api('PUT', '/v1/switches/stop-early-success', theirs)).status, 200);
    await dialog.getByLabel('Why').fill('their stock is often wrong');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await dialog.getByRole('alert').getByText('asked for by the buyer').waitFor();
    await assertAccessible(page);
    await keepPicture(page, 'switch-theirs');
    const switches = async (): Promise<any[]> => (await own.house.api('GET', '/v1/switches/stop-early-success')).body.items;
    assert.deepEqual(
      (await switches()).map(({ buyerId }) => buyerId),
      ['b-other'],
    );
    await dialog.getByRole('button', { name: 'Not now' }).last().click();
    await dialog.waitFor({ state: 'detached' });
    await turn();
    await dialog.getByLabel('Why').fill('their stock is often wrong');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await stop.getByRole('table').getByRole('row').filter({ hasText: 'b-careful' }).getByText('their stock is often wrong').waitFor();
    const mine = (await switches()).find(({ buyerId }) => buyerId === 'b-careful');
    assert.deepEqual([mine.on, mine.by, mine.note], [true, OPERATIONS, 'their stock is often wrong']);
    assert.deepEqual(
      at.complaints.splice(0).map((one) => /\b412\b/.test(one)),
      [true],
    );
    await finish(at);
  });

  it('U9: figures that cannot be read again stay, and say of when they are; once they can, they are right again by themselves', async () => {
    const { page } = await visit('/operations');
    await untilLive(page);
    const name = (count: number): RegExp => new RegExp(`^${count} Messages that may not have arrived$`);
    const before = page.getByRole('link', { name: /Messages that may not have arrived$/ });
    const count = Number.parseInt((await before.getAttribute('aria-label')) ?? '', 10);
    await page.route(/\/v1\/statistics\//, async (route) => route.abort());
    await troubles.refusedMessage();
    await page
      .getByRole('alert')
      .getByText(/Shown as of .*could not be read again.*cannot be reached/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: name(count) }).waitFor();
    await keepPicture(page, 'overview-stale');
    await assertAccessible(page);
    await page.unroute(/\/v1\/statistics\//);
    await page.getByRole('link', { name: name(count + 1) }).waitFor();
    await page.getByRole('alert').first().waitFor({ state: 'detached' });
  });
});

/** Journeys through the placements and the sandbox's page, in a real browser, on the real build. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, ConsoleHouse, keepPicture, PHONE, type Visit } from '../support/console-page.js';
import { Placing } from '../support/placing.js';
import { sampleOrder } from '../support/sample-order.js';

const OPERATIONS = '陈静';

describe('the console: placements and sandbox', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  let placing: Placing;
  before(async function () {
    const started = await ConsoleHouse.start({ sandbox: true });
    if (started === undefined) return this.skip();
    own = started;
    placing = new Placing(own.house);
    await placing.usePolicy({ reviewReasons: { OUT_OF_STOCK: 'STOCK_SHORT' } });
  });
  afterEach(async () => own?.closeAll());
  after(async () => own?.stop());

  const finish = async ({ page, complaints }: Visit): Promise<void> => {
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  };
  /** Nothing is wider than the phone. */
  const assertFits = async (page: Page): Promise<void> => {
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wide, 0, page.url());
    await assertAccessible(page);
  };
  const region = (page: Page, name: string) => page.getByRole('region', { name });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const queryOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);
  /** Opens the action's dialog. @returns the dialog */
  const begin = async (page: Page, name: string) => {
    await button(page, name).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name, exact: true }).waitFor();
    await assertAccessible(page);
    return dialog;
  };
  /** Of each way of the customer's, how often it was told an outcome. */
  const told = async (orderId: string, status: string): Promise<number[]> => {
    const [calls, mails] = [await placing.customerHeard(orderId), await own.house.mails(orderId)];
    const words = { failed: /没有成功|未成功|失败/, cancelled: /取消/ }[status] ?? /./;
    return [
      calls.filter((body) => (body.data?.status ?? body.status) === status).length,
      mails.filter(({ subject, text }) => words.test(`${subject} ${text}`)).length,
    ];
  };

  it('U7: the list has what needs somebody on top; search, vendor, state and reason stand in the address', async () => {
    const odd = await placing.place({ vendor: ['HANDED_TO_DRONE'] });
    const good = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT'] });
    const refused = await placing.place({ faults: [{ side: 'vendor', call: 1, do: '422' }] });
    await placing.until(odd, ({ unmapped }) => unmapped, 'its word is not mapped');
    await placing.untilStatus(good, 'placed');
    await placing.untilStatus(refused, 'failed', 'VENDOR_REFUSED');
    const visit = await own.visit('Sofia Nyström', '/placements');
    const { page } = visit;
    const rows = page.getByRole('listitem');
    const row = (orderId: string) => rows.filter({ hasText: orderId });
    await page.getByRole('heading', { name: /^Need somebody \d/ }).waitFor();
    await row(odd).getByText('HANDED_TO_DRONE · Word not mapped').waitFor();
    await row(good)
      .getByText(/Deadline in \d/)
      .waitFor();
    const parts = (await rows.allInnerTexts()).join('\n');
    const places = [/Need somebody \d/, odd, /Going by themselves \d/, good].map((part) => parts.search(part));
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
    assert.ok(!places.includes(-1) && !parts.includes(refused), parts);
    await keepPicture(page, 'placements');
    await assertAccessible(page);

    await page.keyboard.press('/');
    await page.keyboard.type(odd);
    await row(good).waitFor({ state: 'detached' });
    await row(odd).waitFor();
    assert.deepEqual(queryOf(page), { q: odd });
    await page.getByRole('searchbox', { name: 'Search' }).fill('');
    await row(good).waitFor();
    await page.getByRole('combobox', { name: 'Vendor' }).click();
    await page.getByRole('option', { name: 'Points Mall' }).click();
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    assert.deepEqual(queryOf(page), { vendor: 'points-mall' });
    await button(page, 'Clear the filters').click();
    await page
      .getByRole('group', { name: 'State' })
      .getByText(/^Failed \d/)
      .click();
    await row(refused).waitFor();
    assert.deepEqual(queryOf(page), { state: 'failed' });
    await row(refused).getByRole('link').click();
    await page.getByText('The vendor refused the order').first().waitFor();
    await page.getByRole('link', { name: 'Show all placements that failed so at this vendor' }).click();
    await row(refused).waitFor();
    assert.deepEqual(queryOf(page), { reason: 'VENDOR_REFUSED', vendor: 'swift-post' });
    await page.reload();
    await row(refused).waitFor();
    assert.equal(await rows.count(), 1, 'the address alone says what is shown');
    await finish(visit);
  });

  it('U7: the questions are drawn, past and planned; asked by hand, the answer appears by itself, and the rule goes on', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'] });
    await placing.untilStatus(orderId, 'placed');
    const before = await placing.toNext(orderId);
    const visit = await own.visit(OPERATIONS, `/placements/${orderId}`);
    const { page } = visit;
    await page.getByRole('heading', { level: 1, name: `Order ${orderId}` }).waitFor();
    const questions = region(page, 'Questions to the vendor');
    const asked = (name: RegExp) => questions.getByRole('row', { name });
    await asked(/^Question 1 .*IN_TRANSIT/).waitFor();
    await asked(/^Question 2 .*planned/).waitFor();
    const drawing = questions.getByRole('img', { name: /Drawn to scale/ });
    assert.ok((await drawing.locator('[data-planned=true]').count()) > 0, 'what is planned is drawn');
    assert.ok((await drawing.locator('[data-planned=false]').count()) > 0, 'what was asked is drawn');
    await keepPicture(page, 'placement');
    const dialog = await begin(page, 'Ask the vendor now');
    await dialog.getByLabel('Why').fill('the customer asks');
    await dialog.getByRole('button', { name: 'Ask the vendor now' }).click();
    await asked(new RegExp(`^Question by ${OPERATIONS} .*OUT_FOR_DELIVERY`)).waitFor();
    await asked(/^Question 2 .*planned/).waitFor();
    assert.equal((await placing.vendorCalls(orderId)).filter(({ method }) => method === 'GET').length, 2, 'it was asked once');
    const { nextAction, polls } = await placing.of(orderId);
    assert.deepEqual([nextAction, polls], [before.nextAction, before.polls], 'the rule is as it was');
    await placing.toNext(orderId);
    await page.getByText('Succeeded').first().waitFor();
    await asked(/^Question 2 .*DELIVERED \(final\)/).waitFor();
    await finish(visit);
  });

  it('U7: by hand: resolved, retried, cancelled; the customer is told each once, and the vendor has one order', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT'] });
    await placing.untilStatus(orderId, 'placed');
    const visit = await own.visit('Sofia Nyström', `/placements/${orderId}`);
    const { page } = visit;
    const resolving = await begin(page, 'Resolve');
    await resolving.getByRole('button', { name: 'Resolve' }).click();
    await resolving.getByRole('alert').getByText('Say what it came to.').waitFor();
    await resolving.getByRole('radio', { name: 'It failed' }).check();
    await resolving.getByLabel('Why it failed').fill('sold out');
    await resolving.getByRole('textbox', { name: 'Why', exact: true }).fill('the vendor said so on the telephone');
    await resolving.getByRole('button', { name: 'Resolve' }).click();
    await button(page, 'Retry').waitFor();
    assert.equal((await placing.of(orderId)).statusReason, 'SOLD_OUT');
    const retrying = await begin(page, 'Retry');
    await retrying.getByRole('textbox', { name: 'Why', exact: true }).fill('they found one more');
    await retrying.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Opening 2').waitFor();
    await button(page, 'Cancel placement').waitFor();
    await placing.until(orderId, ({ status, opening }) => status === 'placed' && opening === 2, 'it is taken up again');
    const cancelling = await begin(page, 'Cancel placement');
    await cancelling.getByRole('button', { name: 'Cancel placement' }).click();
    await region(page, 'What happens next').getByText('Nothing happens by itself').waitFor();
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
    await placing.untilStatus(orderId, 'cancelled');
    const messages = region(page, 'Messages');
    await messages.getByText('Customer (webhook): Cancelled').waitFor();
    await messages
      .getByText(/on its way|waiting to be sent/)
      .first()
      .waitFor({ state: 'detached' });
    assert.deepEqual(
      [await told(orderId, 'failed'), await told(orderId, 'cancelled')],
      [
        [1, 1],
        [1, 1],
      ],
    );
    assert.equal((await placing.vendorOrders(orderId)).length, 1);
    await finish(visit);
  });

  it('U7: on a phone, in Chinese: from a placement to its review case and back', async () => {
    const orderId = await placing.place({ vendor: ['OUT_OF_STOCK'] }, { vendorId: 'points-mall' });
    await placing.untilStatus(orderId, 'failed', 'OUT_OF_STOCK');
    await own.house.untilStatus(orderId, 'held');
    const visit = await own.visit(OPERATIONS, `/placements/${orderId}`, { viewport: PHONE, locale: 'zh-CN' });
    const { page } = visit;
    await page.getByRole('heading', { name: `订单 ${orderId}` }).waitFor();
    await page.getByRole('img', { name: /按比例绘制/ }).waitFor();
    await region(page, '消息').getByRole('button').first().waitFor();
    await keepPicture(page, 'placement-phone-zh');
    await assertFits(page);
    await page.getByRole('link', { name: '对应的审核个案' }).click();
    await page.getByText('库存不足').first().waitFor();
    await page.getByRole('link', { name: '对应的下单' }).click();
    await region(page, '对供应商的询问').waitFor();
    await page.goto(`${own.house.apiUrl}/console/placements?state=failed&q=${orderId}`);
    await page.getByRole('listitem').filter({ hasText: orderId }).getByText('已失败').waitFor();
    await keepPicture(page, 'placements-phone-zh');
    await assertFits(page);
    await finish(visit);
  });

  it('U7: an auditor reads all of it and is offered nothing that changes it', async () => {
    const orderId = await placing.place({ vendor: ['ACCEPTED', 'IN_TRANSIT'] });
    await placing.untilStatus(orderId, 'placed');
    const visit = await own.visit('Maria Rossi', `/placements?q=${orderId}`);
    const { page } = visit;
    const offered = async (): Promise<void> => {
      for (const name of ['Ask the vendor now', 'Resolve', 'Enter the vendor’s word', 'Cancel placement', `More actions for ${orderId}`])
        assert.equal(await button(page, name).count(), 0, name);
    };
    const link = page.getByRole('listitem').filter({ hasText: orderId }).getByRole('link');
    await link.waitFor();
    await offered();
    await link.click();
    await region(page, 'History').getByText('Sent to the vendor').waitFor();
    await offered();
    await finish(visit);
  });

  describe('the sandbox', () => {
    it('U8: an order is made to fail: what each server received, and the mail as it looks', async () => {
      const visit = await own.visit(OPERATIONS, '/sandbox');
      const { page } = visit;
      const make = region(page, 'Make an order');
      const orderId = own.house.newOrderId('S');
      await make.getByLabel('Order').fill(orderId);
      await make.getByRole('combobox', { name: 'What happens to it' }).or(make.getByLabel('What happens to it')).first().click();
      await page.getByRole('option', { name: 'Review: fails every time' }).click();
      await make.getByRole('button', { name: 'Start it' }).click();
      await page.getByRole('status').getByText(`Order ${orderId} is on its way.`).waitFor();
      const buyer = page.getByRole('button', { name: /^Buyer server POST/ });
      await buyer.waitFor();
      await buyer.click();
      await page
        .getByText('"REVIEW_SUCCEEDED"')
        .or(page.getByText(`"orderId": "${orderId}"`))
        .first()
        .waitFor();
      await keepPicture(page, 'sandbox');
      await assertAccessible(page);
      await page.getByText('Inbox', { exact: true }).click();
      await page.getByRole('button', { name: new RegExp(orderId) }).click();
      await page.frameLocator('iframe').getByText(orderId).first().waitFor();
      assert.deepEqual(queryOf(page), { order: orderId, view: 'inbox' });
      await keepPicture(page, 'sandbox-inbox');
      await assertAccessible(page);
      await page.getByRole('link', { name: `Open order ${orderId}` }).click();
      await page.getByRole('heading', { level: 1, name: `Order ${orderId}` }).waitFor();
      await finish(visit);
    });

    it('U8: a wait is skipped: what is due is done at once, by its own clock; never while an answer is on its way', async () => {
      const orderId = own.house.newOrderId('S');
      await own.house.scenario(orderId, { review: ['fail:STOCK_SHORT', 'pass'], answer: 'notice', delayMs: 1000 });
      await own.house.fail(orderId, { order: sampleOrder(orderId) });
      const held = await own.house.untilStatus(orderId, 'held');
      const visit = await own.visit(OPERATIONS, `/sandbox?order=${orderId}`);
      const { page } = visit;
      const waiting = region(page, 'What it waits for').getByRole('group', { name: 'Review case' });
      await waiting.getByText('Asks again (request 1)').waitFor();
      await waiting.getByRole('button', { name: 'Skip the wait: Review case' }).click();
      await waiting
        .getByRole('status')
        .getByText(/^Its clock was moved from /)
        .waitFor();
      await waiting.getByText('Asks again (request 2)').waitFor();
      const again = await own.house.until(orderId, ({ reviewAttempts }) => reviewAttempts === 1, 'it was asked');
      assert.ok(Date.parse(again.caseAt) >= Date.parse(held.nextAction.at), 'its own clock went on');
      await own.house.scenario(orderId, { review: ['pass'], answer: 'notice', delayMs: 600_000 });
      await keepPicture(page, 'sandbox-wait');
      await waiting.getByRole('button', { name: 'Skip the wait: Review case' }).click();
      await waiting.getByText('In review').waitFor();
      const { nextAction } = await own.house.untilStatus(orderId, 'in_review');
      await waiting.getByRole('button', { name: 'Skip the wait: Review case' }).click();
      await waiting
        .getByRole('alert')
        .getByText(/^Not moved: an answer is still on its way/)
        .waitFor();
      assert.deepEqual((await own.house.caseOf(orderId)).nextAction, nextAction);
      assert.equal((await own.house.reviewRequests(orderId)).length, 2);
      await assertAccessible(page);
      await visit.close();
      const dark = await own.visit(OPERATIONS, `/sandbox?order=${orderId}`, { viewport: PHONE, locale: 'zh-CN', colorScheme: 'dark' });
      await region(dark.page, '正在等待什么').getByText('审核中').waitFor();
      await dark.page.getByRole('button', { name: /^买方服务器 POST/ }).waitFor();
      await keepPicture(dark.page, 'sandbox-phone-zh-dark');
      await assertFits(dark.page);
      await finish(dark);
    });

    it('U8: it is for operations, where there is a sandbox', async () => {
      const visit = await own.visit('Sofia Nyström', '/sandbox');
      await visit.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      assert.equal(await visit.page.getByRole('link', { name: 'Sandbox' }).count(), 0);
      await finish(visit);
      const real = await own.newHouse({ worker: false });
      try {
        const { page } = await own.visit(OPERATIONS, '/sandbox', {}, real);
        await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
        assert.equal(await page.getByRole('link', { name: 'Sandbox' }).count(), 0);
      } finally {
        await own.closeAll();
        await real.stop();
      }
    });
  });
});

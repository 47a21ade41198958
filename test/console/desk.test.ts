/** Journeys through the desk and a case, in a real browser, on the real build. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, ConsoleHouse, keepPicture, PHONE, type Visit } from '../support/console-page.js';
import { eventually } from '../support/eventually.js';
import { sampleOrder } from '../support/sample-order.js';

describe('the console: desk and case', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
  });
  afterEach(async () => own?.closeAll());
  after(async () => own?.stop());

  /** A held case of a liaison. */
  const heldCase = async (liaisonId: string, total = '6225'): Promise<string> => {
    const orderId = own.house.newOrderId();
    const order = sampleOrder(orderId, { liaisonId, total: { value: total, currency: 'SEK' } });
    await own.house.fail(orderId, { order });
    await own.house.untilStatus(orderId, 'held');
    return orderId;
  };
  const rowOf = (page: Page, orderId: string) => page.getByRole('listitem').filter({ hasText: orderId });
  const finish = async ({ page, complaints }: Visit): Promise<void> => {
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  };

  it('U5: a liaison resolves an order from the desk: the buyer is told once, the case is gone from the desk by itself', async () => {
    const orderId = await heldCase('l-1');
    const other = await heldCase('l-3');
    const visit = await own.visit('Ingrid Larsson', '/desk');
    const { page } = visit;
    await page.getByRole('heading', { name: 'My desk' }).waitFor();
    await rowOf(page, orderId).getByText('Stock is short').waitFor();
    await rowOf(page, orderId)
      .getByText(/Deadline in \d/)
      .waitFor();
    assert.equal(await rowOf(page, other).count(), 0, 'the case of another liaison is not theirs to see');
    await keepPicture(page, 'desk');
    await assertAccessible(page);
    await rowOf(page, orderId).getByRole('button', { name: 'Resolved' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Resolved' }).click();
    await dialog.getByText('Say why in a few words.').waitFor();
    await dialog.getByLabel('Why').fill('the missing stock has arrived');
    await dialog.getByRole('button', { name: 'Resolved' }).click();
    await rowOf(page, orderId).waitFor({ state: 'detached' });
    await own.house.untilStatus(orderId, 'approved');
    assert.deepEqual((await own.house.buyerMessages(orderId)).length, 1);
    const { items } = (await own.house.api('GET', `/v1/review-cases/${orderId}/events?limit=200`)).body;
    assert.ok(items.some(({ actor, data }: any) => actor === 'Ingrid Larsson' && data.note === 'the missing stock has arrived'));
    await finish(visit);
  });

  it('U5: what happens elsewhere appears by itself: a new case, and that somebody has it', async () => {
    const visit = await own.visit('Sofia Nyström', '/desk');
    const { page } = visit;
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const orderId = await heldCase('l-1');
    await rowOf(page, orderId).waitFor();
    const answer = await own.house.api('POST', `/v1/review-cases/${orderId}/acknowledge`, { by: 'Li Na' });
    assert.equal(answer.status, 200);
    await rowOf(page, orderId).getByText('In the hands of Li Na').waitFor();
    await finish(visit);
  });

  it('U5: a supervisor hands several over at once, after a preview of what is possible', async () => {
    const orderIds = [await heldCase('l-1'), await heldCase('l-1')];
    const visit = await own.visit('Sofia Nyström', '/desk?sort=-openedAt');
    const { page } = visit;
    for (const orderId of orderIds) await rowOf(page, orderId).getByRole('checkbox').check();
    await page.getByRole('region', { name: '2 selected' }).getByRole('button', { name: 'Hand over' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Will be done for 2').waitFor();
    await dialog.getByRole('combobox', { name: 'Who takes over' }).click();
    await page.getByRole('option', { name: '王伟' }).click();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Hand over for 2' }).click();
    await dialog.waitFor({ state: 'detached' });
    for (const orderId of orderIds) {
      const { liaisonId } = await own.house.until(orderId, (one) => one.liaisonId === 'l-3', 'it is handed over');
      assert.equal(liaisonId, 'l-3');
    }
    await finish(visit);
  });

  it('U5: by the keyboard alone: search, down, open', async () => {
    const orderId = await heldCase('l-1');
    const visit = await own.visit('Sofia Nyström', '/desk');
    const { page } = visit;
    await page.getByRole('listitem').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(orderId.slice(-8));
    await page.waitForURL(/[?&]q=/);
    await eventually(async () => ((await page.getByRole('listitem').count()) === 1 ? true : undefined), 'it is found');
    await rowOf(page, orderId).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await rowOf(page, orderId).getByRole('link').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: `Order ${orderId}` }).waitFor();
    await finish(visit);
  });

  it('U6: a case on a phone, in Chinese: reason, next step, life, text as sent; asked again, it shows the outcome by itself', async () => {
    const orderId = await heldCase('l-1', '1234.50');
    await own.house.scenario(orderId, { review: ['pass'] });
    const visit = await own.visit('Ingrid Larsson', `/cases/${orderId}`, { viewport: PHONE, locale: 'zh-CN' });
    const { page } = visit;
    await page.getByRole('heading', { name: `订单 ${orderId}` }).waitFor();
    await page.getByText('库存不足').first().waitFor();
    await page.getByRole('img', { name: /按比例绘制/ }).waitFor();
    await page
      .getByText(/SEK\s*1,234\.50/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /买方服务器/ }).click();
    await page.getByText('"REVIEW_SUCCEEDED"').or(page.getByText(orderId)).first().waitFor();
    await keepPicture(page, 'case-phone-zh');
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wide, 0, 'nothing is wider than the phone');
    await page.getByRole('button', { name: '立即再审' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '立即再审' }).click();
    await page.getByText('已通过').first().waitFor();
    await finish(visit);
  });

  it('U6: an auditor sees a case and is offered nothing that changes it', async () => {
    const orderId = await heldCase('l-1');
    const visit = await own.visit('Maria Rossi', `/cases/${orderId}`);
    const { page } = visit;
    await page.getByRole('heading', { name: `Order ${orderId}` }).waitFor();
    await page.getByRole('region', { name: 'History' }).getByText('Review failed').waitFor();
    for (const name of ['Resolved', 'Ask again now', 'Decline', 'Hand over']) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    }
    await finish(visit);
  });

  it('U6: the connection breaks in the middle: it says so, nothing is done, and the same press works later, once', async () => {
    const orderId = await heldCase('l-1');
    const { page } = await own.visit('Ingrid Larsson', `/cases/${orderId}`);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.context().setOffline(true);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/cannot be reached/)
      .waitFor();
    assert.equal((await own.house.caseOf(orderId)).escalation.acknowledged, null);
    await page.context().setOffline(false);
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('In the hands of Ingrid Larsson').waitFor();
    assert.equal((await own.house.untilAudited(orderId, 'acknowledged', 1)).length, 1);
  });

  it('U6: an address that leads nowhere, and a case that is not theirs, say so', async () => {
    const orderId = await heldCase('l-3');
    const { page } = await own.visit('Ingrid Larsson', '/nowhere');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await assertAccessible(page);
    await page.goto(`${own.house.apiUrl}/console/cases/${orderId}`);
    await page.getByRole('alert').getByText('There is no case of this order').waitFor();
    await assertAccessible(page);
  });
});

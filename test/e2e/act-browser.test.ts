/** A person follows a link of a notice in a real browser, on a phone's screen and without JavaScript (D4). */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startBrowser, type OwnBrowser } from '../../scripts/browser.js';
import { House, sampleOrder } from '../support/house.js';
import { actLinksOf } from '../support/notice-links.js';

describe('links in notices, in a browser', function () {
  this.timeout(120_000);
  let house: House;
  let browser: OwnBrowser;

  before(async function () {
    try {
      browser = await startBrowser(process.env);
    } catch {
      return this.skip();
    }
    house = await House.start();
  });
  after(async () => {
    await house?.stop();
    await browser?.stop();
  });

  const newPage = async (): Promise<Page> => {
    const look = { javaScriptEnabled: false, viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };
    const context = await browser.browser.newContext(look);
    context.setDefaultTimeout(15_000);
    return context.newPage();
  };
  const mailOf = async (liaisonId: string): Promise<{ orderId: string; html: string; text: string }> => {
    const orderId = house.newOrderId();
    await house.fail(orderId, { order: { ...sampleOrder(orderId), liaisonId } });
    const [mail] = await house.untilMailed(orderId, 1);
    await house.untilStatus(orderId, 'held');
    return { orderId, ...mail };
  };
  /** Where `ACT_PICTURES` names a directory, what was seen is kept there. */
  const keepPicture = async (page: Page, name: string): Promise<void> => {
    const dir = process.env['ACT_PICTURES'];
    if (dir === undefined) return;
    mkdirSync(dir, { recursive: true });
    await page.screenshot({ path: join(dir, `${name}.png`), fullPage: true });
  };
  const fitsThePhone = async (page: Page, what: string): Promise<void> => {
    const width = await page.evaluate('document.documentElement.scrollWidth');
    assert.ok(Number(width) <= 360, `${what} is ${String(width)} px wide`);
  };

  it('D4: from the mail to a declined order: the page shows, asks for a reason, and acts when the button is pressed', async () => {
    const mail = await mailOf('l-1');
    const page = await newPage();
    await page.setContent(mail.html);
    await fitsThePhone(page, 'the mail');
    await keepPicture(page, 'mail');
    const label = 'Decline the order';
    assert.equal(await page.getByRole('link', { name: label }).getAttribute('href'), actLinksOf(mail).decline);
    await page.getByRole('link', { name: label }).click();
    await page.getByRole('heading', { name: label }).waitFor();
    await fitsThePhone(page, 'the page');
    await keepPicture(page, 'decline');
    assert.equal((await house.caseOf(mail.orderId)).status, 'held');
    await page.getByRole('button', { name: label }).click();
    assert.equal(await page.getByRole('heading', { name: 'Done' }).count(), 0, 'the browser itself asks for the reason');
    await page.getByLabel('Note').fill('the item was <discontinued>');
    await page.getByRole('button', { name: label }).click();
    await page.getByRole('heading', { name: 'Done' }).waitFor();
    await keepPicture(page, 'declined');
    assert.equal((await house.workflowEnded(mail.orderId)).status, 'declined');
    await page.goto(actLinksOf(mail).decline);
    await page.getByRole('heading', { name: 'This link has been used' }).waitFor();
    await keepPicture(page, 'used');
  });

  it('D4: in Chinese: handed over to a colleague', async () => {
    const mail = await mailOf('l-3');
    const page = await newPage();
    await page.goto(actLinksOf(mail)['hand-over']);
    await page.getByRole('heading', { name: '移交给同事' }).waitFor();
    await fitsThePhone(page, 'the page');
    await page.getByLabel('移交给').selectOption({ label: 'Ingrid Larsson' });
    await keepPicture(page, 'hand-over-zh');
    await page.getByRole('button', { name: '移交给同事' }).click();
    await page.getByRole('heading', { name: '已完成' }).waitFor();
    assert.equal((await house.caseOf(mail.orderId)).liaisonId, 'l-1');
    const second = await house.untilMailed(mail.orderId, 2);
    assert.deepEqual(second[1].to, ['ingrid.larsson@liaison.example']);
  });
});

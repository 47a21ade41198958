/** Journeys through what notices say, in a real browser, on the real build: written, previewed, saved, received. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, ConsoleHouse, keepPicture, PHONE, type Visit } from '../support/console-page.js';
import { sampleOrder } from '../support/sample-order.js';

const AUTHOR = 'Ana Ruiz';

describe('the console: notice templates', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
  });
  afterEach(async () => own?.closeAll());
  after(async () => own?.stop());

  const finish = async ({ page, complaints }: Visit): Promise<void> => {
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  };
  const said = (subject: string) => ({ subject, opening: `${subject}.`, advice: '' });
  const inForce = async (stage: string): Promise<any> => (await own.house.api('GET', `/v1/notice-templates/${stage}`)).body.inForce;
  const save = async (page: Page, why: string): Promise<void> => {
    await page.getByRole('button', { name: 'Save…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill(why);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
  };

  it('U12: an author writes a notice for one reason beside what its reader sees; mistakes are told in place; the next mail says it', async () => {
    const visit = await own.visit(AUTHOR, '/administration');
    const { page } = visit;
    await page.getByRole('tab', { name: 'Notices' }).click();
    await page.getByRole('link', { name: 'First failure: every reason' }).waitFor();
    await keepPicture(page, 'notices');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'For one reason… First failure' }).click();
    await page.getByRole('combobox', { name: 'For' }).click();
    await page.getByRole('option', { name: 'Prices are not in step' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Write the text' }).click();
    const subject = page.getByLabel('Subject');
    await subject.fill('Prices of {{ order.colour }}');
    await page.getByText('Line 1, column 14: “order.colour” is no fact of this notice').waitFor();
    await assertAccessible(page);
    await subject.fill('Prices of ');
    await page.getByText(/What can be said/).click();
    await subject.click();
    await page.keyboard.press('End');
    await page.getByRole('button', { name: 'order.id', exact: true }).click();
    await page.getByText('Subject: Prices of P-20260101-0001').waitFor();
    await page.getByLabel('What has happened').fill('Look at both lists.');
    await page.frameLocator('iframe').getByText('Look at both lists.').waitFor();
    await keepPicture(page, 'notice-editor');
    await save(page, 'liaisons asked which list');
    await page.getByText('Saved as version 1').waitFor();
    visit.complaints.splice(0); // that mistakes were answered 422, said by the browser itself
    const orderId = own.house.newOrderId();
    await own.house.fail(orderId, { order: sampleOrder(orderId, { liaisonId: 'l-1' }), reason: { type: 'PRICE_SYNC' } });
    const [mail] = await own.house.untilMailed(orderId, 1);
    assert.equal(mail.subject, `Prices of ${orderId}`);
    assert.ok(mail.text.includes('Look at both lists.'));
    await page.getByRole('region', { name: 'Versions' }).getByText('“liaisons asked which list”').waitFor();
    await finish(visit);
  });

  it('U12: what somebody else has saved meanwhile is shown, not undone; taken back, it is said as delivered', async () => {
    const visit = await own.visit(AUTHOR, '/administration?tab=templates&stage=reminder');
    const { page } = visit;
    const subject = page.getByLabel('Subject');
    await subject.fill('Mine {{ order.id }}');
    const theirs = { texts: { en: said('Theirs {{ order.id }}'), 'zh-CN': said('他们的') }, by: 'Li Na', why: 'shorter' };
    assert.equal((await own.house.api('PUT', '/v1/notice-templates/reminder', theirs)).status, 200);
    await save(page, 'clearer');
    const moved = page.getByRole('alert').filter({ hasText: 'Somebody else has changed this meanwhile' });
    await moved.getByText('Li Na: “shorter”').waitFor();
    await moved.getByText('Subject: Theirs {{ order.id }}').waitFor();
    await assertAccessible(page);
    assert.equal((await inForce('reminder')).texts.en.subject, 'Theirs {{ order.id }}');
    assert.equal(await subject.inputValue(), 'Mine {{ order.id }}', 'what was typed is not lost');
    await page.reload();
    assert.equal(await subject.inputValue(), 'Mine {{ order.id }}', 'nor by loading the page anew');
    await moved.getByRole('button', { name: 'Go on with mine, over theirs' }).click();
    await save(page, 'clearer');
    await page.getByText('Saved as version 2').waitFor();
    assert.equal((await inForce('reminder')).texts.en.subject, 'Mine {{ order.id }}');
    await page.getByRole('button', { name: 'Take back…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('as it was');
    await dialog.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('as delivered', { exact: true }).waitFor();
    assert.equal((await inForce('reminder')).builtIn, true);
    await assertAccessible(page);
    // The browser itself says that a call was answered 412.
    assert.deepEqual(
      visit.complaints.filter((one) => !/ 412 /.test(one)),
      [],
    );
  });

  it('U12: the preview of an order shows hostile words as words: nothing of them runs, nothing is fetched', async () => {
    const orderId = own.house.newOrderId();
    const name = '<img src="/console/nowhere.png" onerror="top.hit=1"><script>top.hit=1</script>';
    const order: any = sampleOrder(orderId, { liaisonId: 'l-1' });
    await own.house.fail(orderId, { order: { ...order, buyer: { ...order.buyer, name } } });
    await own.house.untilStatus(orderId, 'held');
    const visit = await own.visit(AUTHOR, '/administration?tab=templates&stage=escalation');
    const { page } = visit;
    await page.getByLabel('Order').fill(orderId);
    const mail = page.frameLocator('iframe');
    await mail.getByText(orderId).first().waitFor();
    await mail.getByText(name).first().waitFor();
    assert.equal(await page.locator('iframe').getAttribute('sandbox'), '');
    assert.equal(await mail.locator('img, script').count(), 0);
    const heading = await mail.getByRole('heading').first().boundingBox();
    assert.equal(Math.round(heading?.height ?? 0), 21, 'it looks as the mail does: headings of 16 px');
    await page.getByLabel('Order').fill('no-such-order');
    await page.getByRole('alert').getByText('The order "no-such-order" is not known.').waitFor();
    await page.getByLabel('Order').fill('');
    await mail.getByText('P-20260101-0001').first().waitFor();
    assert.equal(await page.evaluate('globalThis.hit'), undefined);
    assert.deepEqual(
      visit.complaints.filter((one) => !/ (404|409) /.test(one)),
      [],
    );
    await assertAccessible(page);
  });

  it('U12: an auditor reads a notice on a phone, in Chinese, and can change nothing', async () => {
    const visit = await own.visit('Maria Rossi', '/administration?tab=templates', { viewport: PHONE, locale: 'zh-CN' });
    const { page } = visit;
    await page.getByRole('link', { name: '升级: 所有原因' }).click();
    await page.frameLocator('iframe').getByText('请安排人员排除原因').first().waitFor();
    assert.equal(await page.getByLabel('主题').isEditable(), false);
    for (const name of ['保存…', '撤回…']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wide, 0, 'nothing is wider than the phone');
    await keepPicture(page, 'notice-phone-zh');
    await page.getByText('纯文本').click();
    await page.getByText(/^王伟/).first().waitFor();
    await finish(visit);
  });

  it('U12: an auditor sees who changed what in the settings, and finds one change among many', async () => {
    const person = { name: 'Bo Ek', email: 'bo@liaison.example', locale: 'en', timeZone: 'UTC' };
    await own.house.api('PUT', '/v1/liaisons/bo-ek', person);
    await own.house.api('PUT', '/v1/liaisons/bo-ek', { ...person, email: 'bo.ek@liaison.example' });
    await own.house.api('PUT', '/v1/switches/stop-early-success', { on: false, buyerId: 'b-7', by: 'Li Na', note: 'all is well' });
    const visit = await own.visit('Maria Rossi', '/administration');
    const { page } = visit;
    await page.getByRole('tab', { name: 'Changes' }).click();
    const lines = page.getByRole('list', { name: 'Changes' }).getByRole('listitem');
    await lines.filter({ hasText: 'stop-early-success/b-7' }).getByText('“all is well”').waitFor();
    await keepPicture(page, 'changes');
    await page.getByLabel('Which one').fill('bo-ek');
    await lines.filter({ hasText: 'stop-early-success' }).waitFor({ state: 'detached' });
    assert.equal(await lines.count(), 2);
    await page.getByText('What is otherwise: email', { exact: true }).click();
    await page.getByRole('row', { name: 'email bo@liaison.example bo.ek@liaison.example' }).waitFor();
    await page.reload();
    await lines.nth(1).waitFor();
    assert.equal(await lines.count(), 2, 'the filter stands in the address');
    await page.getByLabel('To').fill('2026-01-01');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await lines.filter({ hasText: 'stop-early-success/b-7' }).getByRole('link').waitFor();
    await finish(visit);
  });

  it('U12: a notice leads to the case in the console: in text and HTML, in both languages', async () => {
    for (const [liaisonId, label] of [
      ['l-1', 'Open the case'],
      ['l-3', '打开个案'],
    ] as const) {
      const orderId = own.house.newOrderId();
      await own.house.fail(orderId, { order: sampleOrder(orderId, { liaisonId }) });
      const [mail] = await own.house.untilMailed(orderId, 1);
      const link = `${own.house.apiUrl}/console/cases/${orderId}`;
      assert.ok(mail.text.includes(`  ${label}:\n  ${link}\n`), mail.text);
      assert.match(mail.html, new RegExp(`<a href="${link}" [^>]*>${label}</a>`));
      if (liaisonId !== 'l-1') continue;
      const visit = await own.visit('Ingrid Larsson', new URL(link).pathname.replace('/console', ''));
      await visit.page.getByRole('heading', { level: 1, name: `Order ${orderId}` }).waitFor();
      await finish(visit);
    }
  });
});

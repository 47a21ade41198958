/** What gets in the way of somebody at the console: it says so, nothing is lost, nothing is done to another order, and it goes on by itself. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { ConsoleHouse } from '../support/console-page.js';
import { eventually } from '../support/eventually.js';
import { sampleOrder } from '../support/sample-order.js';

describe('the console: interruptions', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
  });
  afterEach(async () => own?.closeAll());
  after(async () => own?.stop());

  const heldCase = async (order: object = {}): Promise<string> => {
    const orderId = own.house.newOrderId();
    await own.house.fail(orderId, { order: sampleOrder(orderId, { liaisonId: 'l-1', ...order }) });
    await own.house.untilStatus(orderId, 'held');
    return orderId;
  };
  const rowOf = (page: Page, orderId: string): Locator => page.getByRole('listitem').filter({ hasText: orderId });
  const focusedRow = (page: Page, orderId: string): Locator => rowOf(page, orderId).getByRole('link').and(page.locator(':focus'));
  /** What people did to a case, as its history has it. */
  const doneTo = async (orderId: string): Promise<string[]> => {
    const { items } = (await own.house.api('GET', `/v1/review-cases/${orderId}/events`)).body;
    return items.filter(({ actor }: any) => actor === 'Ingrid Larsson').map(({ type }: any) => type);
  };

  it('U15: changes that are refused for a while are followed again by themselves', async () => {
    const { page } = await own.visit('Ingrid Larsson', '/desk');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    let refused = 0;
    await page.route('**/v1/events?*', (route) => {
      refused += 1;
      return route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"OVERLOADED"}' });
    });
    await page.reload();
    await eventually(async () => (refused >= 2 ? true : undefined), 'it is asked for again');
    await page.unroute('**/v1/events?*');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const orderId = await heldCase();
    await rowOf(page, orderId).waitFor();
  });

  it('U15: the session ends while somebody writes: the words stay, and after signing in elsewhere they are sent, once', async () => {
    const orderId = await heldCase();
    const { page } = await own.visit('Ingrid Larsson', `/cases/${orderId}`);
    await page.getByRole('button', { name: 'Note' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('the warehouse calls back');
    await page.context().clearCookies();
    await dialog.getByRole('button', { name: 'Note' }).click();
    await dialog.getByText('Your session is over.').waitFor();
    const signIn = page.getByRole('link', { name: 'Sign in again in a new tab', includeHidden: true });
    const other = await page.context().newPage();
    await other.goto(new URL((await signIn.getAttribute('href')) ?? '', page.url()).href);
    await other.getByRole('button', { name: 'Ingrid Larsson' }).click();
    await other.getByRole('navigation').waitFor();
    await page.bringToFront();
    await page.evaluate('window.dispatchEvent(new Event("focus"))');
    await signIn.waitFor({ state: 'detached' });
    assert.equal(await dialog.getByLabel('Why').inputValue(), 'the warehouse calls back');
    await dialog.getByRole('button', { name: 'Note' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await doneTo(orderId), ['note']);
  });

  it('U15: keys act on the order that has the focus, wherever the list has moved it; in a dialog they are its own', async () => {
    const [first, second] = [await heldCase(), await heldCase()];
    const { page } = await own.visit('Ingrid Larsson', `/desk?sort=-total`);
    await rowOf(page, second).getByRole('link').first().focus();
    // The most urgent of all, by its amount.
    const above = await heldCase({ total: { value: '999999.00', currency: 'SEK' } });
    await rowOf(page, above).waitFor();
    await focusedRow(page, second).waitFor();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: new RegExp(second) });
    await dialog.getByLabel('Why').fill('it has arrived');
    await dialog.getByRole('button', { name: 'Resolved' }).focus();
    // Of the list behind: not while the dialog is there.
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.match(page.url(), /\/console\/desk/);
    await own.house.untilStatus(second, 'approved');
    assert.deepEqual([await doneTo(first), await doneTo(above)], [[], []]);
  });

  it('U15: while an action is under way its dialog stays, and what comes of it is seen', async () => {
    const orderId = await heldCase();
    const { page } = await own.visit('Ingrid Larsson', `/cases/${orderId}`);
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/pause', async (route) => {
      await slow;
      await route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"OVERLOADED"}' });
    });
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await page.keyboard.press('Escape');
    await page.mouse.click(5, 5);
    assert.ok(await dialog.getByRole('button', { name: 'Not now' }).isDisabled());
    answer();
    await dialog.getByText('Holdpoint is busy. Try again in a moment.').waitFor();
    await page.unroute('**/pause');
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await doneTo(orderId), ['paused']);
  });

  it('U15: an older round shows what it was, is offered nothing, and leads to the newest', async () => {
    const orderId = await heldCase();
    await own.house.fail(orderId, { reviewRound: 2 });
    await own.house.until(orderId, ({ reviewRound, status }) => reviewRound === 2 && status === 'held', 'the second round is open');
    const { body } = await own.house.api('GET', `/v1/review-cases/${orderId}?round=1`);
    assert.deepEqual([body.actions, body.links.newest], [[], `/v1/review-cases/${orderId}`]);
    const { page } = await own.visit('Sofia Nyström', `/desk?state=ended&q=${orderId}`);
    await rowOf(page, orderId).getByRole('link').first().click();
    await page.getByText('Round 1').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Reopen' }).count(), 0);
    await page.getByRole('link', { name: 'To the newest' }).click();
    await page.getByText('Round 2').waitFor();
    await page.getByRole('button', { name: 'Resolved' }).waitFor();
  });
});

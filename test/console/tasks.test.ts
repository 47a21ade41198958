/** Five tasks of a working day, as a person does them who starts at the desk: done in the end, in no more clicks than they are worth. */
import assert from 'node:assert/strict';
import type { Context } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { ConsoleHouse } from '../support/console-page.js';
import { eventually } from '../support/eventually.js';
import { sampleOrder } from '../support/sample-order.js';

/** A person's hands: what they press is counted. */
class Hands {
  clicks = 0;
  keys = 0;
  readonly #from = performance.now();

  async click(what: Locator): Promise<void> {
    this.clicks += 1;
    await what.click();
  }

  /** Into a field that was clicked before. */
  async write(into: Locator, text: string): Promise<void> {
    this.clicks += 1;
    this.keys += text.length;
    await into.fill(text);
  }

  async press(page: Page, keys: string): Promise<void> {
    this.keys += keys.length;
    await page.keyboard.type(keys);
  }

  /** As the script did it, with the waits of this test. */
  get seconds(): number {
    return (performance.now() - this.#from) / 1000;
  }

  /** By the keystroke-level model (Card, Moran and Newell 1980): to decide 1.35 s, to point 1.1 s, to press 0.2 s, each key 0.28 s. */
  get personSeconds(): number {
    return this.clicks * (1.35 + 1.1 + 0.2) + this.keys * 0.28;
  }
}

const HOUR_MS = 3_600_000;

describe('the console: five tasks', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  const done: string[] = [];
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
  });
  afterEach(async () => own?.closeAll());
  after(async () => {
    await own?.stop();
    if (done.length > 0) console.log(`      ${done.join('\n      ')}`);
  });

  const heldCase = async (order: object): Promise<string> => {
    const orderId = own.house.newOrderId();
    await own.house.fail(orderId, { order: sampleOrder(orderId, order) });
    await own.house.untilStatus(orderId, 'held');
    return orderId;
  };
  const rowOf = (page: Page, orderId: string): Locator => page.getByRole('listitem').filter({ hasText: orderId });

  /** @param most clicks that it may take */
  function task(person: string, most: number, work: (page: Page, hands: Hands) => Promise<unknown>) {
    return async function (this: Context): Promise<void> {
      const { page } = await own.visit(person, '/desk');
      await page.getByRole('heading', { level: 1 }).waitFor();
      const hands = new Hands();
      await work(page, hands);
      const { clicks, keys, seconds, personSeconds } = hands;
      done.push(
        `${this.test?.title}: ${clicks} clicks, ${keys} keys, ${seconds.toFixed(1)} s; a person needs about ${personSeconds.toFixed(0)} s`,
      );
      assert.ok(clicks <= most, `${clicks} clicks`);
    };
  }

  it(
    'U14: the most urgent case is found and resolved',
    task('Ingrid Larsson', 3, async (page, hands) => {
      const later = await heldCase({ liaisonId: 'l-1' });
      const urgent = await heldCase({ liaisonId: 'l-1' });
      const { inForce: version } = (await own.house.api('GET', '/v1/policies/review')).body;
      const moved = await own.house.api('POST', `/v1/review-cases/${urgent}/change-policy`, {
        by: 'Sofia Nyström',
        version,
        note: 'as it is',
      });
      assert.equal(moved.status, 200);
      await rowOf(page, later).waitFor();
      const first = page.getByRole('listitem').first();
      const orderId = await first.getByRole('link').first().innerText();
      await hands.click(first.getByRole('button', { name: 'Resolved' }));
      await hands.write(page.getByRole('dialog').getByLabel('Why'), 'it has arrived');
      await hands.click(page.getByRole('dialog').getByRole('button', { name: 'Resolved' }));
      await own.house.untilStatus(orderId, 'approved');
      const deadlines = await Promise.all([later, urgent].map(async (one) => Date.parse((await own.house.caseOf(one)).deadlineAt)));
      assert.equal(orderId, (deadlines[0] ?? 0) <= (deadlines[1] ?? 0) ? later : urgent, 'the nearest deadline was on top');
    }),
  );

  it(
    'U14: the cases of a colleague are handed over',
    task('Sofia Nyström', 8, async (page, hands) => {
      const orderIds = [await heldCase({ liaisonId: 'l-3' }), await heldCase({ liaisonId: 'l-3' })];
      await hands.click(page.getByRole('link', { name: 'Administration' }));
      await hands.click(page.getByRole('button', { name: 'Actions for 王伟' }));
      await hands.click(page.getByRole('menuitem', { name: 'Hand over cases…' }));
      const dialog = page.getByRole('dialog');
      await hands.click(dialog.getByRole('combobox', { name: 'Who takes over' }));
      await hands.click(page.getByRole('option', { name: 'Ingrid Larsson' }));
      await hands.write(dialog.getByLabel('Why'), 'on holiday');
      await hands.click(dialog.getByRole('button', { name: 'Preview' }));
      await hands.click(dialog.getByRole('button', { name: /^Hand over/ }));
      for (const orderId of orderIds) await own.house.until(orderId, ({ liaisonId }) => liaisonId === 'l-1', 'it is handed over');
    }),
  );

  it(
    'U14: why the buyer of an order was told "succeeded" is found out',
    task('Maria Rossi', 0, async (page, hands) => {
      const orderId = await heldCase({ liaisonId: 'l-1' });
      await own.house.untilBuyerHeard(orderId, 1);
      await rowOf(page, orderId).waitFor();
      await hands.press(page, '/');
      await hands.press(page, orderId.slice(-8));
      await page.waitForURL(/[?&]q=/);
      await eventually(async () => ((await page.getByRole('listitem').count()) === 1 ? true : undefined), 'it is found');
      await page.keyboard.press('Escape');
      await hands.press(page, 'j');
      await rowOf(page, orderId).getByRole('link').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'The buyer' }).getByText('early, before the review had').waitFor();
      await page
        .getByRole('region', { name: /^Why/ })
        .getByText(/preset/)
        .first()
        .waitFor();
    }),
  );

  it(
    'U14: the interval of requests is changed, tried on the open cases first',
    task('Ana Ruiz', 7, async (page, hands) => {
      const before = (await own.house.api('GET', '/v1/policies/review')).body;
      await hands.click(page.getByRole('link', { name: 'Policies' }));
      await hands.click(page.getByRole('tab', { name: 'Change' }));
      await hands.write(page.getByLabel('Interval', { exact: true }), '60');
      await hands.click(page.getByRole('button', { name: 'Try on open cases' }));
      await page
        .getByRole('status')
        .getByText(/would be decided otherwise/)
        .waitFor();
      await hands.click(page.getByRole('button', { name: 'Publish…' }));
      const dialog = page.getByRole('dialog');
      await hands.write(dialog.getByLabel('Why'), 'stock takes hours to arrive');
      await hands.click(dialog.getByRole('button', { name: 'Publish' }));
      await dialog.waitFor({ state: 'detached' });
      const { inForce } = (await own.house.api('GET', '/v1/policies/review')).body;
      const { content } = (await own.house.api('GET', `/v1/policies/review/${inForce}`)).body;
      assert.deepEqual([inForce, content.base.intervalMs], [before.inForce + 1, HOUR_MS]);
    }),
  );

  it(
    'U14: the orders that an outage hit are found',
    task('陈静', 3, async (page, hands) => {
      const orderIds = Array.from({ length: 5 }, () => own.house.newOrderId());
      await own.house.control('PUT', '/outages/buyer', { do: '500' });
      for (const orderId of orderIds) await own.house.fail(orderId, { order: sampleOrder(orderId) });
      const breakerIs = (state: string) =>
        eventually(async () => {
          const { body } = await own.house.api('GET', '/v1/statistics/health');
          return body.breakers.find(({ counterpartId }: any) => counterpartId === 'buyer-server').state === state ? true : undefined;
        }, `the buyer server's breaker is ${state}`);
      await breakerIs('open');
      await own.house.control('DELETE', '/outages/buyer');
      await breakerIs('closed');
      await hands.click(page.getByRole('link', { name: 'Operations' }));
      await hands.click(page.getByRole('tab', { name: 'Servers' }));
      const outage = page.getByRole('region', { name: 'Outages' }).getByRole('row').nth(1);
      await hands.click(outage.getByRole('link', { name: 'Messages of that time' }));
      for (const orderId of orderIds) await rowOf(page, orderId).getByRole('link', { name: orderId }).first().waitFor();
    }),
  );
});

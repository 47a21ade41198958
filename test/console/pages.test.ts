/** Every page of the console, with something to show, as nobody should ever find it: unnamed, unreadable, wider than the screen, in the wrong words. */
import assert from 'node:assert/strict';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { assertAccessible, ConsoleHouse, PHONE } from '../support/console-page.js';
import { Placing } from '../support/placing.js';
import { eventually } from '../support/eventually.js';
import { sampleOrder } from '../support/sample-order.js';

const PEOPLE: readonly [name: string, paths: readonly string[]][] = [
  [
    '陈静',
    [
      '/desk',
      '/cases/$case',
      '/placements',
      '/placements/$placement',
      '/operations',
      '/operations/messages',
      '/operations/events',
      '/operations/servers',
      '/operations/words',
      '/operations/switches',
    ],
  ],
  ['Ana Ruiz', ['/policies/review', '/policies/review?tab=edit', '/policies/review?tab=compare', '/policies/placement']],
  [
    'Kofi Mensah',
    [
      '/administration',
      '/administration?tab=routing',
      '/administration?tab=counterparts',
      '/administration?tab=keys',
      '/administration?tab=templates',
      '/administration?tab=templates&stage=reminder',
      '/administration?tab=audit',
    ],
  ],
];
/** Chinese that was drawn as wide as it should be: a character without a glyph, or one drawn before its font was there, is not. */
const UNDRAWN = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent;
    if (!/^[\\u4e00-\\u9fff]+$/.test(text) || node.parentElement.offsetParent === null) continue;
    const range = document.createRange();
    range.setStart(node, 0);
    range.setEnd(node, 1);
    const style = getComputedStyle(node.parentElement);
    const em = Number.parseFloat(style.fontSize);
    const { width } = range.getBoundingClientRect();
    if (width > 0 && width < em * 0.95) found.push(text + ': ' + width + ' of ' + em);
  }
  return found;
})()`;

describe('the console: every page', function () {
  this.timeout(180_000);
  let own: ConsoleHouse;
  const places: Record<string, string> = {};
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
    places['$case'] = own.house.newOrderId();
    await own.house.fail(places['$case'], { order: sampleOrder(places['$case'], { liaisonId: 'l-1' }) });
    await own.house.untilStatus(places['$case'], 'held');
    const placing = new Placing(own.house);
    places['$placement'] = await placing.place({ vendor: ['ACCEPTED'] });
    await placing.untilStatus(places['$placement'], 'placed');
  });
  afterEach(async () => own?.closeAll());
  after(async () => own?.stop());

  async function look(page: Page, path: string): Promise<void> {
    const address = Object.entries(places).reduce((text, [name, id]) => text.replace(name, encodeURIComponent(id)), path);
    await page.goto(`${own.house.apiUrl}/console${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    const isWhole = 'document.fonts.status === "loaded" && document.querySelector(".mantine-Loader-root") === null';
    await eventually(async () => ((await page.evaluate(isWhole)) ? true : undefined), `${path} is whole`);
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${path}: one first heading`);
    const text = await page.locator('body').innerText();
    const bare = text.match(
      /\b(desk|case|placements|operations|policies|administration|sandbox|dialog|page|next)\.[a-z]+[A-Z]?\w*(\.\w+)*/g,
    );
    assert.deepEqual(bare?.filter((word) => !/^case\.held|\.example$/.test(word)) ?? [], [], `${path}: words that are missing`);
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wider, 0, `${path}: wider than the screen`);
    assert.deepEqual(await page.evaluate(UNDRAWN), [], `${path}: Chinese that cannot be read`);
    await assertAccessible(page);
  }

  async function lookAtAll(options: BrowserContextOptions): Promise<void> {
    for (const [name, paths] of PEOPLE) {
      const { page, complaints, close } = await own.visit(name, paths[0] ?? '/', options);
      for (const path of paths) await look(page, path);
      assert.deepEqual(complaints, [], name);
      await close();
    }
  }

  it('U13: in English, dark, on a wide screen: named, readable, no wider than the screen, without complaints of axe or the browser', () =>
    lookAtAll({ colorScheme: 'dark' }));

  it('U13: in Chinese, light, on a phone: named, readable, no wider than the screen, without complaints of axe or the browser', () =>
    lookAtAll({ locale: 'zh-CN', viewport: PHONE }));
});

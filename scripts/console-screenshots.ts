/**
 * `npm run screenshots:console`: the pictures of the console in README.md and docs/console.md, taken in a real browser on a house of its own,
 * whose cases and placements live through real workflows.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { fromRoot } from '../src/package-root.js';
import { ConsoleHouse } from '../test/support/console-page.js';
import type { House } from '../test/support/house.js';
import { PAID, Placing } from '../test/support/placing.js';
import { sampleOrder } from '../test/support/sample-order.js';
import { withServers } from './with-house.js';

const IMAGES = fromRoot('docs', 'images');
/** Of our pictures the names begin so; others in the directory are left alone. */
const PREFIX = 'console-';
const BUYERS = [
  ['7300070011115', 'Johnssons byggvaror', 'SEK'],
  ['4012345000009', 'Bäcker & Söhne GmbH', 'EUR'],
  ['6901234000009', '上海晨光贸易有限公司', 'CNY'],
  ['5790001330552', 'Danish Trading A/S', 'DKK'],
  ['0614141000005', 'Acme Hardware Inc.', 'USD'],
] as const;
const REASONS = [
  ['STOCK_SHORT', '12 of 120 in stock'],
  ['DEDUCTION_ERROR', 'deduction of credit line failed: ledger locked'],
  ['INTERFACE_TIMEOUT', 'no answer from the warehouse in 30 s'],
] as const;
/** The case whose page is shown. */
const SHOWN = 'PO-2026-4006';
const say = (line: string): void => console.log(line);

await withServers(async () => {
  const own = await ConsoleHouse.start();
  if (own === undefined) throw new Error('There is no browser for this machine (scripts/browser.ts says which are supported).');
  try {
    say('Cases and placements come into their states');
    await live(own.house);
    await photograph(own);
  } finally {
    await own.closeAll();
    await own.stop();
  }
});

async function live(house: House): Promise<void> {
  for (let n = 0; n < 14; n += 1) await openCase(house, n);
  await house.toNext(SHOWN);
  await house.until(SHOWN, (one) => one.reviewAttempts === 1 && one.status === 'held', 'the first request fails');
  await house.api('POST', `/v1/review-cases/${SHOWN}/notes`, { by: 'Ingrid Larsson', note: 'the warehouse counts again tonight' });
  await house.api('POST', '/v1/review-cases/PO-2026-4003/acknowledge', { by: 'Ingrid Larsson' });
  const placing = new Placing(house);
  const scenario = { vendor: ['ACCEPTED', 'SHIPPED', 'OUT_FOR_DELIVERY'] };
  for (const vendorId of ['swift-post', 'points-mall']) {
    const orderId = await placing.place(scenario, { vendorId }, { payment: PAID });
    await placing.untilStatus(orderId, 'placed');
  }
}

async function openCase(house: House, n: number): Promise<void> {
  const orderId = `PO-2026-${4000 + n}`;
  const [id, name, currency] = BUYERS[n % BUYERS.length] ?? BUYERS[0];
  const [type, text] = REASONS[n % REASONS.length] ?? REASONS[0];
  const order = sampleOrder(orderId, {
    buyer: { id, name, country: 'SE' },
    buyerOrderNumber: `B-${1000 + n * 7}`,
    liaisonId: n % 3 === 2 ? 'l-3' : 'l-1',
    currency,
    total: { value: String(240 + ((n * 1789) % 9000)), currency },
  });
  await house.scenario(orderId, { review: ['fail:STOCK_SHORT', 'fail:STOCK_SHORT', 'pass'] });
  await house.fail(orderId, { order, reason: { type, code: 'WH-7', text } });
  await house.untilStatus(orderId, 'held');
}

async function photograph(own: ConsoleHouse): Promise<void> {
  const pictures = new Map<string, Buffer>();
  const take = async (
    name: string,
    person: string,
    path: string,
    height: number,
    options: BrowserContextOptions = {},
    prepare?: (page: Page) => Promise<unknown>,
  ): Promise<void> => {
    const { page, close } = await own.visit(person, path, { viewport: { width: 1280, height }, reducedMotion: 'reduce', ...options });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await prepare?.(page);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(1000); // charts and fonts settle
    const png = await page.screenshot();
    pictures.set(`${PREFIX}${name}.png`, png);
    say(`  ${PREFIX}${name}.png   ${Math.ceil(png.length / 1024)} kB`);
    await close();
  };
  await take('desk', 'Ingrid Larsson', '/desk', 760);
  await take('case', 'Ingrid Larsson', `/cases/${SHOWN}`, 900);
  await take('desk-phone', '王伟', '/desk', 844, { viewport: { width: 390, height: 844 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  await take('operations', '陈静', '/operations', 1000);
  await take('placements', '陈静', '/placements', 560, {}, async (page) => page.getByRole('main').getByRole('link').first().waitFor());
  await take('policy', 'Ana Ruiz', '/policies/review?tab=edit', 900);
  mkdirSync(IMAGES, { recursive: true });
  for (const old of readdirSync(IMAGES).filter((name) => name.startsWith(PREFIX))) rmSync(join(IMAGES, old));
  for (const [name, png] of pictures) writeFileSync(join(IMAGES, name), png);
}

/** The reference page in a real browser: what it shows, and that it asks nobody but ourselves. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startBrowser, type OwnBrowser } from '../../scripts/browser.js';
import { operations } from '../../src/api/contract/operations.js';
import { House } from '../support/house.js';

describe('the reference page, in a browser', function () {
  this.timeout(120_000);
  let house: House;
  let browser: OwnBrowser;

  before(async function () {
    try {
      browser = await startBrowser(process.env);
    } catch {
      return this.skip();
    }
    house = await House.start({ worker: false });
  });
  after(async () => {
    await house?.stop();
    await browser?.stop();
  });

  /** A page that records whom it asks and what its console says. */
  const watched = async (): Promise<{ page: Page; asked: string[]; said: string[] }> => {
    const page = await (await browser.browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
    page.setDefaultTimeout(20_000);
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => void asked.push(request.url()));
    page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && said.push(message.text())));
    page.on('pageerror', (error) => void said.push(error.message));
    return { page, asked, said };
  };
  /** Where `DOCS_PICTURES` names a directory, what was seen is kept there. */
  const keepPicture = async (page: Page, name: string): Promise<void> => {
    const dir = process.env['DOCS_PICTURES'];
    if (dir === undefined) return;
    mkdirSync(dir, { recursive: true });
    await page.screenshot({ path: join(dir, `${name}.png`) });
  };

  it('shows every operation and its example, asks no other host, and breaks no rule of its policy', async () => {
    const { page, asked, said } = await watched();
    await page.goto(`${house.apiUrl}/docs`);
    for (const { summary } of operations) await page.getByText(summary, { exact: true }).first().waitFor();
    await keepPicture(page, 'reference');
    await page.getByText('Report that an order failed its review', { exact: true }).click();
    await page.getByText('STOCK_SHORT').first().waitFor();
    await keepPicture(page, 'operation');
    assert.deepEqual(said, []);
    assert.ok(asked.length >= 5, 'the page, its scripts and style, and the contract were asked for');
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(`${house.apiUrl}/`) && !url.startsWith('data:')),
      [],
    );
  });

  it('has every file that it names, with types, and the policy on the page', async () => {
    const answer = await fetch(`${house.apiUrl}/docs`);
    assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self'; /);
    const html = await answer.text();
    assert.doesNotMatch(html, /https?:/);
    for (const [, path = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const file = await fetch(`${house.apiUrl}${path}`);
      assert.equal(file.status, 200, path);
      await file.body?.cancel();
    }
  });
});

/**
 * `npm run screenshots`: the pictures of docs/walk-through.md. Real orders are brought into each state of a case on a stack of
 * its own, and the Temporal Web UI is photographed as it shows them; of the stack nothing is left.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { ownStack } from '../src/demo/own-stack.js';
import type { CaseStatus } from '../src/domain/case-status.js';
import { callsOf } from '../src/demo/stack-calls.js';
import { fromRoot } from '../src/package-root.js';
import { startBrowser, type OwnBrowser } from './browser.js';
import { casesInEachState, type CaseInState } from './cases-in-each-state.js';

const IMAGES = fromRoot('docs', 'images');
/** Of our pictures the names begin so; others in the directory are left alone. */
const PREFIX = 'web-ui-';
const COLUMNS = ['Status', 'OrderId', 'CaseStatus', 'ReasonType', 'LiaisonId', 'NextActionAt'];
/** What a person would set there by hand: the columns, the menu at the left closed; and an order to start from. */
const SETTINGS = {
  'namespace-workflow-table-columns': JSON.stringify({ default: COLUMNS.map((label) => ({ label })) }),
  navOpen: 'false',
  eventFilterSort: '"descending"',
};
/** Tall, so that no part of a page has to be scrolled to. */
const VIEWPORT = { width: 1280, height: 2400 };
const MARGIN = 12;
/** Timelines that say more than their case's details. */
const TIMELINES = new Set<CaseStatus>(['held', 'in_review', 'approved', 'declined', 'expired']);

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;
/** By file name; written when all are taken. */
const pictures = new Map<string, Buffer>();

const own = ownStack(process.env);
let browser: OwnBrowser | undefined;
let leaving = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(130));
await main();

async function main(): Promise<void> {
  try {
    browser = await startBrowser(process.env);
    const stack = await own.start(say);
    say('Cases come into their states');
    const cases = await casesInEachState(stack);
    const link = (await callsOf(stack).caseOf(cases[0]?.orderId ?? ''))?.links.temporal;
    if (link === undefined) throw new Error('the stack has no Temporal Web UI');
    await photograph(link.slice(0, link.lastIndexOf('/')), cases);
    await leave(0);
  } catch (error) {
    if (leaving) return;
    console.error(error instanceof Error ? error.message : error);
    await leave(1);
  }
}

/** @param base the address of the Web UI's list of workflows */
async function photograph(base: string, cases: CaseInState[]): Promise<void> {
  const page = await newPage();
  await photographLists(page, base, cases);
  for (const reviewCase of cases) await photographCase(page, base, reviewCase);
  mkdirSync(IMAGES, { recursive: true });
  for (const old of readdirSync(IMAGES).filter((name) => name.startsWith(PREFIX))) rmSync(join(IMAGES, old));
  for (const [name, png] of pictures) writeFileSync(join(IMAGES, name), png);
}

async function newPage(): Promise<Page> {
  if (browser === undefined) throw new Error('there is no browser');
  const look = { viewport: VIEWPORT, colorScheme: 'light', locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' } as const;
  const context = await browser.browser.newContext(look);
  await context.addInitScript(`for (const [key, value] of Object.entries(${JSON.stringify(SETTINGS)})) localStorage.setItem(key, value);`);
  context.setDefaultTimeout(60_000);
  return context.newPage();
}

async function photographLists(page: Page, base: string, cases: CaseInState[]): Promise<void> {
  const main = page.locator('main');
  await page.goto(base);
  for (const { orderId } of cases) await main.getByText(orderId, { exact: true }).waitFor();
  await picture(page, 'list', [main.locator('h1'), main.locator('table tbody tr').last()]);
  const waiting = cases.find(({ status }) => status === 'awaiting_liaison');
  await page.goto(`${base}?query=${encodeURIComponent('`CaseStatus`="awaiting_liaison"')}`);
  await main.getByText(waiting?.orderId ?? '', { exact: true }).waitFor();
  await picture(page, 'filter', [main.locator('h1'), main.locator('table tbody tr').last()]);
}

async function photographCase(page: Page, base: string, { status, workflowId }: CaseInState): Promise<void> {
  const name = status.replaceAll('_', '-');
  const header = page.locator('main header');
  await page.goto(`${base}/${encodeURIComponent(workflowId)}`);
  if (TIMELINES.has(status)) await photographTimeline(page, name);
  await page.getByTestId('user-metadata-tab').click();
  await page
    .frameLocator('#user-metadata-current-details')
    .getByText(workflowId.split('/')[1] ?? '')
    .first()
    .waitFor();
  await picture(page, name, [header, page.locator('#user-metadata-current-details')]);
  if (status !== 'deciding') return;
  await page.getByTestId('pending-activities-tab').click();
  await page.getByText('COUNTERPART_UNAVAILABLE').first().waitFor();
  await picture(page, `${name}-pending`, [header], page.getByText('Stack Trace', { exact: true }));
}

/** In the order things happened, and without our own database work. */
async function photographTimeline(page: Page, name: string): Promise<void> {
  const timeline = page.getByRole('heading', { name: 'Timeline' }).locator('xpath=ancestor::div[3]');
  await timeline.getByRole('button', { name: 'Descending' }).click();
  await timeline.getByRole('button', { name: 'Filter' }).click();
  await timeline.getByText('Local Activity', { exact: true }).last().click();
  await page.keyboard.press('Escape');
  await timeline.getByText('recordCase').first().waitFor({ state: 'detached' });
  await timeline.getByText('reviewFailed').first().waitFor();
  await picture(page, `${name}-timeline`, [timeline]);
}

/** Takes what lies between the parts, over the page's whole width, and at most down to `end`. */
async function picture(page: Page, name: string, parts: Locator[], end?: Locator): Promise<void> {
  // Frames take their height, and tables their widths, a moment after their content.
  await page.waitForTimeout(1500);
  const boxes = await Promise.all(parts.map(async (part) => boxOf(part, name)));
  const { x } = await boxOf(page.locator('main'), name);
  const y = Math.max(0, Math.min(...boxes.map((box) => box.y)) - MARGIN);
  const bottom = end === undefined ? Math.max(...boxes.map((box) => box.y + box.height)) : (await boxOf(end, name)).y - 2 * MARGIN;
  const png = await page.screenshot({ clip: { x, y, width: VIEWPORT.width - x, height: bottom + MARGIN - y } });
  pictures.set(`${PREFIX}${name}.png`, png);
  say(`  ${PREFIX}${name}.png   ${Math.ceil(png.length / 1024)} kB`);
}

async function boxOf(part: Locator, name: string): Promise<Box> {
  const box = await part.boundingBox();
  if (box === null) throw new Error(`picture ${name}: a part of it is not there`);
  return box;
}

function say(line: string): void {
  console.log(line);
}

async function leave(code: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  await browser?.stop();
  await own.stop();
  process.exit(code);
}

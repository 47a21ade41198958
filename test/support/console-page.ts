/** The console in a real browser, on a house with an issuer: its real build, signed in as one of the sample people. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser, type OwnBrowser } from '../../scripts/browser.js';
import { buildConsole } from '../../src/dev/console-build.js';
import { startIssuer, type RunningIssuer } from '../../src/dev/issuer.js';
import { fromRoot } from '../../src/package-root.js';
import { SAMPLE_CLIENT, sampleOidc } from './console-session.js';
import { eventually } from './eventually.js';
import { House } from './house.js';

export const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const PATIENCE_MS = 20_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Visit {
  page: Page;
  /** What the browser's console said that is an error, in order. */
  complaints: string[];
  close: () => Promise<void>;
}

export class ConsoleHouse {
  house!: House;
  #issuer!: RunningIssuer;
  #browser!: OwnBrowser;
  #open: Visit[] = [];

  /**
   * @param options.sandbox its page is there, for operations
   * @returns undefined where there is no browser for this machine
   */
  static async start({ sandbox = false } = {}): Promise<ConsoleHouse | undefined> {
    const own = new ConsoleHouse();
    const browser = await startBrowser(process.env).catch(() => undefined);
    if (browser === undefined) return undefined;
    own.#browser = browser;
    await buildConsole(new AbortController().signal);
    own.#issuer = await startIssuer(0);
    own.house = await own.newHouse({ sandbox });
    return own;
  }

  /** A house where the same people sign in; who starts it stops it. */
  async newHouse({ sandbox = false, worker = true } = {}): Promise<House> {
    const people = { config: sampleOidc(this.#issuer.url) };
    return House.start({ worker, people, console: { client: SAMPLE_CLIENT, directory: fromRoot('dist', 'console'), sandbox } });
  }

  async stop(): Promise<void> {
    await this.house.stop();
    await this.#issuer.stop();
    await this.#browser.stop();
  }

  /** What a test left open. */
  async closeAll(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(async ({ close }) => close()));
  }

  /** A page of the console, asked for by somebody who has to sign in first. @param path below /console @param at of which house */
  async visit(name: string, path: string, options: BrowserContextOptions = {}, at: House = this.house): Promise<Visit> {
    const given = { viewport: DESKTOP, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...options };
    const context = await this.#browser.browser.newContext(given);
    context.setDefaultTimeout(PATIENCE_MS);
    await context.clearCookies();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(String(error)));
    await page.goto(`${at.apiUrl}/console/sign-in?to=${encodeURIComponent(`/console${path}`)}`);
    await page.getByRole('button', { name }).click();
    await page
      .getByRole('navigation')
      .or(page.getByRole('button', { name: /Menu|菜单/ }))
      .first()
      .waitFor();
    const visit = { page, complaints, close: async () => context.close() };
    this.#open.push(visit);
    return visit;
  }
}

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

/** What comes or goes is half seen, and half read: axe looks once it is there, or gone. */
const COMING_OR_GOING = `document.getAnimations().filter(({ effect, playState }) =>
  playState === 'running' && effect.getComputedTiming().endTime !== Infinity).length`;

/** What axe finds wrong with the page as it is now (WCAG 2.2 A and AA, and best practice) must be nothing. */
export async function assertAccessible(page: Page): Promise<void> {
  await eventually(async () => ((await page.evaluate(COMING_OR_GOING)) === 0 ? true : undefined), 'nothing moves any more');
  await page.evaluate(AXE);
  const violations: Violation[] = await page.evaluate('axe.run(document).then(({ violations }) => violations)');
  const found = violations.map(
    ({ id, impact, nodes }) =>
      `${id} (${impact}): ${nodes
        .map(({ html }) => html.slice(0, 200))
        .slice(0, 5)
        .join('\n    ')}`,
  );
  assert.equal(violations.length, 0, `${page.url()}:\n${found.join('\n')}`);
}

/** Where `CONSOLE_PICTURES` names a directory, what was seen is kept there. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const directory = process.env['CONSOLE_PICTURES'];
  if (directory !== undefined) await page.screenshot({ path: `${directory}/${name}.png` });
}

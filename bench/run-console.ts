/**
 * `npm run bench:console`: what the console weighs, and how long one waits for it, with a hundred cases and with ten thousand, in one
 * interleaved run, in a real browser with an empty cache.
 *
 *   npm run bench:console                     five rounds, some two minutes
 *   npm run bench:console -- --rounds 9 --cases 50000
 *
 * Figures are printed, and kept as JSON in bench/results. Exit code 2: there is no browser for this machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { withServers } from '../scripts/with-house.js';
import { writeCase } from '../src/db/review-cases.js';
import { fromRoot } from '../src/package-root.js';
import { ConsoleHouse } from '../test/support/console-page.js';
import { caseRecord } from '../test/support/written-rows.js';
import { spread, type Spread } from './statistics.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, cases: { type: 'string', default: '10000' } } });
const ROUNDS = Number(values.rounds);
const FEW = 100;
const MANY = Number(values.cases);
const HOUR_MS = 3_600_000;
const AT_ONCE = 20;
const say = (line: string): void => console.log(line);

interface Weight {
  /** Bytes as they came, compressed, with their headers. */
  scripts: number;
  styles: number;
  fonts: number;
  rest: number;
}
interface Visit {
  /** Ms from asking for the page until the first case can be read. */
  usefulMs: number;
  weight: Weight;
}
interface Scrolling {
  /** Ms between frames. */
  frames: Spread;
  rowsInPage: number;
}

/** When the first row is there, by the page's own clock, which begins with the navigation. */
const WATCH = `new MutationObserver((_, own) => {
  if (document.querySelector('main li a') === null) return;
  own.disconnect();
  requestAnimationFrame(() => { globalThis.usefulMs = performance.now(); });
}).observe(document, { childList: true, subtree: true });`;

/** A screen's height each tenth of a second, as a wheel does it, for three seconds. */
const SCROLL = `(async () => {
  const intervals = [];
  const from = performance.now();
  for (let last = from; last - from < 3000; ) {
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    intervals.push(now - last);
    last = now;
    scrollBy(0, 90);
  }
  return { intervals: intervals.slice(1), rows: document.querySelectorAll('main li').length };
})()`;

await withServers(async () => {
  const few = await ConsoleHouse.start();
  const many = await ConsoleHouse.start();
  if (few === undefined || many === undefined) {
    console.error('There is no browser for this machine (scripts/browser.ts says which are supported).');
    process.exitCode = 2;
    return;
  }
  try {
    await fill(few, FEW);
    await fill(many, MANY);
    report(await measure(few, many));
  } finally {
    await few.closeAll();
    await many.closeAll();
    await few.stop();
    await many.stop();
  }
});

async function fill({ house }: ConsoleHouse, count: number): Promise<void> {
  const now = Date.now();
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => from + n);
    await Promise.all(
      numbers.map(async (n) => {
        const at = now - (n % 500) * HOUR_MS;
        const row = { deadlineAt: now + (n % 700) * HOUR_MS, nextActionAt: now + (n % 90) * 60_000, totalValue: String(100 + n) };
        await writeCase(house.db, caseRecord(`B-${n}`, at, row));
      }),
    );
  }
  await house.db.$executeRawUnsafe('ANALYZE');
  say(`${count} cases are there`);
}

interface Figures {
  few: Visit[];
  many: Visit[];
  scrolling: Scrolling;
}

async function measure(few: ConsoleHouse, many: ConsoleHouse): Promise<Figures> {
  const sides = [
    { own: few, visits: [] as Visit[], page: (await few.visit('Sofia Nyström', '/desk')).page },
    { own: many, visits: [] as Visit[], page: (await many.visit('Sofia Nyström', '/desk')).page },
  ] as const;
  for (const { page } of sides) await page.addInitScript(WATCH);
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { own, visits, page } of sides) visits.push(await visitOnce(own, page));
    say(`round ${round}: ${sides.map(({ visits }) => `${Math.round(visits.at(-1)?.usefulMs ?? 0)} ms`).join(', ')}`);
  }
  return { few: sides[0].visits, many: sides[1].visits, scrolling: await scroll(sides[1].page) };
}

async function visitOnce({ house }: ConsoleHouse, page: Page): Promise<Visit> {
  const wire = await page.context().newCDPSession(page);
  const weight = await weighing(wire);
  await page.goto(`${house.apiUrl}/console/desk`);
  await page.locator('main li a').first().waitFor();
  await page.waitForLoadState('networkidle');
  await wire.detach();
  return { usefulMs: await page.evaluate<number>('globalThis.usefulMs'), weight };
}

async function weighing(wire: CDPSession): Promise<Weight> {
  const weight: Weight = { scripts: 0, styles: 0, fonts: 0, rest: 0 };
  const kinds = new Map<string, keyof Weight>();
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  wire.on('Network.responseReceived', ({ requestId, type }) => {
    kinds.set(requestId, type === 'Script' ? 'scripts' : type === 'Stylesheet' ? 'styles' : type === 'Font' ? 'fonts' : 'rest');
  });
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    weight[kinds.get(requestId) ?? 'rest'] += encodedDataLength;
  });
  return weight;
}

async function scroll(page: Page): Promise<Scrolling> {
  const { intervals, rows } = await page.evaluate<{ intervals: number[]; rows: number }>(SCROLL);
  return { frames: spread(intervals), rowsInPage: rows };
}

function report({ few, many, scrolling }: Figures): void {
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
  const times = (visits: Visit[]): Spread => spread(visits.map(({ usefulMs }) => usefulMs));
  const shown = ({ min, median, max }: Spread): string => `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`;
  const { scripts, styles, fonts, rest } = many.at(-1)?.weight ?? { scripts: 0, styles: 0, fonts: 0, rest: 0 };
  const ratio = times(many).median / times(few).median;
  say(`\nFirst load of the desk, nothing kept: ${kB(scripts + styles + rest)} without fonts`);
  say(`  scripts ${kB(scripts)}, styles ${kB(styles)}, page and answers ${kB(rest)}; fonts ${kB(fonts)}`);
  say(
    `Until the first case can be read: ${shown(times(few))} with ${FEW} cases, ${shown(times(many))} with ${MANY}: ratio ${ratio.toFixed(2)}`,
  );
  say(`Scrolling through ${MANY}: a frame each ${shown(scrolling.frames)}; ${scrolling.rowsInPage} rows in the page at once`);
  const directory = fromRoot('bench', 'results');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `console-${new Date().toISOString().replaceAll(':', '-')}.json`);
  writeFileSync(file, JSON.stringify({ load: loadavg()[0], few, many, scrolling }, null, 2));
  say(`\nKept in ${file}; load of the machine ${(loadavg()[0] ?? 0).toFixed(1)}`);
}

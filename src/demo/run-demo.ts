/** The demo itself: lives side by side on one stack, each told as it ends, and the count. */
import { randomBytes } from 'node:crypto';
import { fromRoot } from '../package-root.js';
import { live, type Life, type LifeReport } from './life.js';
import { APPROVED, LIVES } from './lives.js';
import { readOrders, renamedOrder, type OrderFile } from './orders.js';
import type { DemoStack } from './stack-calls.js';
import type { Style } from './style.js';
import { timelineOf } from './timeline.js';

export interface DemoOptions {
  stack: DemoStack;
  say: (line: string) => void;
  style: Style;
  lives?: readonly Life[];
}

/** How many lives there were, and how many as they must be. */
export interface DemoResult {
  lives: number;
  good: number;
}

/** So many lives of a folder's orders run at the same time. */
const SIDE_BY_SIDE = 8;

/** Walks the sample orders through the lives. */
export async function runDemo({ stack, say, style, lives = LIVES }: DemoOptions): Promise<DemoResult> {
  const documents = readOrders(fromRoot('demo', 'orders')).flatMap((file) => ('document' in file ? [file.document] : []));
  const run = newRun();
  const tell = teller(say, style);
  await sideBySide(lives, lives.length, async (life, index) => {
    const document = documents[index % documents.length];
    if (document === undefined) throw new Error('there are no sample orders in demo/orders');
    tell(await live(stack, life, renamedOrder(document, run, String(index + 1))), index);
  });
  return tell.result();
}

/** Walks each order document through the first life. */
export async function runOrders({ stack, say, style }: DemoOptions, files: readonly OrderFile[]): Promise<DemoResult> {
  const run = newRun();
  const tell = teller(say, style);
  await sideBySide(files, SIDE_BY_SIDE, async (file, index) => {
    if ('problem' in file) return tell.unreadable(file.file, file.problem);
    const life = { ...APPROVED, title: file.file };
    tell(await live(stack, life, renamedOrder(file.document, run, String(index + 1), file.file)), index);
  });
  return tell.result();
}

/** Tells lives as they end, and counts them. */
function teller(say: (line: string) => void, style: Style) {
  const result = { lives: 0, good: 0 };
  const tell = (report: LifeReport, index: number): void => {
    result.lives += 1;
    if (report.mistakes.length === 0) result.good += 1;
    say(timelineOf(report, index + 1, style).join('\n'));
  };
  const unreadable = (file: string, problem: string): void => {
    result.lives += 1;
    say(`\n${style.bold(file)}\n   ${style.red('✗')} ${problem}`);
  };
  return Object.assign(tell, { unreadable, result: (): DemoResult => result });
}

async function sideBySide<Item>(items: readonly Item[], limit: number, work: (item: Item, index: number) => Promise<void>): Promise<void> {
  const queue = [...items.entries()];
  const takeTurns = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: limit }, takeTurns));
}

/** Sets this run's orders apart from those of all others. */
function newRun(): string {
  return randomBytes(3).toString('hex');
}

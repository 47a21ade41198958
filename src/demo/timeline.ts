/** A life as people read it: what the case or placement wrote down and what every side received, in the order of its own clock. */
import type { Arrival } from '../sandbox/arrival-log.js';
import type { LifeReport, StoryLine } from './life.js';
import { placementWords } from './placement-words.js';
import type { Style } from './style.js';
import { arrivalText, caseWords, clockOf } from './words.js';

interface Entry {
  /** The clock of the case or placement, epoch ms. */
  at: number;
  who: string;
  what: string;
}

const SIDES: Record<Arrival['side'], string> = {
  buyer: 'buyer server',
  review: 'review server',
  liaison: 'liaison server',
  inbox: 'mailbox',
  vendor: 'vendor',
  customer: 'customer',
};

/** @returns the lines of a life: its timeline, its link, and whether it was as it must be */
export function timelineOf(report: LifeReport, number: number, style: Style): string[] {
  const entries = entriesOf(report);
  const start = entries[0]?.at ?? 0;
  const good = report.mistakes.length === 0;
  const seconds = `${report.seconds.toFixed(1)} s`;
  const whose = report.story.name === 'placement' ? "the placement's" : "the case's";
  const lasted = elapsed((entries.at(-1)?.at ?? start) - start).slice(1);
  return [
    '',
    `${style.bold(`${number}. ${report.title}`)}   ${style.dim(report.orderId)}`,
    ...entries.map(({ at, who, what }) => `   ${clockOf(at)}  ${style.dim(elapsed(at - start))}  ${who.padEnd(14)}  ${what}`),
    ...report.links.map((link) => `   ${style.dim(link)}`),
    ...report.mistakes.map((mistake) => `   ${style.red('✗')} ${mistake}`),
    good
      ? `   ${style.green('✓')} as it must be: ${report.status}; ${lasted} of ${whose} time in ${seconds}`
      : `   ${style.red(`✗ not as it must be (${seconds})`)}`,
  ];
}

function entriesOf({ audits, arrivals, notes, skips }: LifeReport): Entry[] {
  const skewAt = (wallAt: number): number => skips.findLast((skip) => skip.wallAt <= wallAt)?.aheadMs ?? 0;
  const onCaseClock = (wallAt: number): number => wallAt + skewAt(wallAt);
  const done = notes.map(({ wallAt, text }) => ({ at: onCaseClock(wallAt), who: 'this demo', what: text }));
  const heard = arrivals.map((arrival) => ({
    at: onCaseClock(Date.parse(arrival.at)),
    who: SIDES[arrival.side],
    what: arrivalText(arrival),
  }));
  return [...done, ...together(audits), ...heard].toSorted((a, b) => a.at - b.at);
}

/** What was written down at one instant reads as one line. */
function together(audits: StoryLine[]): Entry[] {
  const entries: Entry[] = [];
  for (const line of audits) {
    const placement = line.story === 'placement';
    const what = placement ? placementWords(line) : caseWords(line);
    const who = placement ? 'the placement' : 'the case';
    const at = Date.parse(line.caseAt);
    const last = entries.at(-1);
    if (what === null) continue;
    if (last?.at === at && last.who === who) last.what += `; ${what}`;
    else entries.push({ at, who, what });
  }
  return entries;
}

/** `+1d 02:03:04`. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `+${Math.floor(seconds / 86_400)}d ${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

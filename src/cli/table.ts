/** Lists for people: columns under their names, as wide as what stands in them. */
import { plain, type Shell } from './shell.js';

export interface Column<Row> {
  title: string;
  /** What stands in it; nothing is shown as `-`. */
  text: (row: Row) => string | null;
}

const GAP = '  ';
/** On a terminal a text is cut here, so that a row stays a line; what reads a pipe gets it whole. */
const WIDEST = 32;

/** @returns a line for the titles and one for each row */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { terminal }: Shell): string[] {
  const cut = (text: string): string => (terminal !== null && widthOf(text) > WIDEST ? `${firstOf(text, WIDEST - 1)}…` : text);
  const cells = rows.map((row) => columns.map(({ text }) => cut(plain(text(row) ?? '') || '-')));
  const lines = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => widthOf(line[i] ?? ''))));
  return lines.map((line) =>
    line
      .map((cell, i) => padded(cell, widths[i] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Letters that take two places: East Asian wide ones (Unicode TR 11), and most pictures. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** How many places a text takes on a terminal. */
export function widthOf(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : /\p{Mn}/u.test(letter) ? 0 : 1), 0);
}

function firstOf(text: string, width: number): string {
  let [taken, left] = ['', width];
  for (const letter of text) {
    left -= widthOf(letter);
    if (left < 0) break;
    taken += letter;
  }
  return taken;
}

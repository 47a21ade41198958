/** The console as a whole (rows U13, U14): edits that one would find on some page only, or that make a day's work longer. */
import type { Mutant } from './mutant.js';

const PAGES = 'test/console/pages.test.ts';
const TASKS = 'test/console/tasks.test.ts';

export const CONSOLE_PAGES: Mutant[] = [
  {
    row: 'U13',
    breaks: 'a font that is always there comes before ours: some Chinese is never drawn',
    file: 'src/console/app/theme.ts',
    find: '"-apple-system, ',
    replace: '"system-ui, -apple-system, ',
    testFile: PAGES,
    test: 'U13: in Chinese, light, on a phone',
  },
  {
    row: 'U13',
    breaks: 'quiet text is too pale in dark colours',
    file: 'src/console/app/theme.ts',
    find: "dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-1)'",
    replace: "dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-4)'",
    testFile: PAGES,
    test: 'U13: in English, dark, on a wide screen',
  },
  {
    row: 'U14',
    breaks: 'the newest case comes first, whatever the deadlines',
    file: 'src/console/desk/search.ts',
    find: "sort: sort ?? 'deadlineAt'",
    replace: "sort: sort ?? '-openedAt'",
    testFile: TASKS,
    test: 'U14: the most urgent case',
  },
];
